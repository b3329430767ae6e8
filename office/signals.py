"""What the office tells the rooms above it."""

from django.dispatch import Signal

calendar_changed = Signal()
"""Hours or days of a working calendar changed: promises that were counted by it are to be counted anew.

Sent in the transaction of the change. Arguments: sender (the model), calendar, by (a person, or None).
"""
