"""What this room tells the rooms above it."""

from django.dispatch import Signal

institution_created = Signal()
"""A new institution stands, with a default calendar and a first team: whoever keeps rows per institution seeds them.

Sent in the transaction that makes it. Arguments: sender (Unit), institution, team (the first team), by (who, or None).
"""

person_left = Signal()
"""A person was deactivated. Sent in the transaction, after everything was handed over.

Arguments: sender (User), person, by.
"""
