"""What this room tells the rooms above it."""

from django.dispatch import Signal

asset_gone = Signal()
"""An asset left service: lost, out of service, written off or disposed of.

Sent in the transaction of the change, once, when the state enters `choices.GONE` from outside of it.
Arguments: sender (the model), asset, previous (the state before), by (the person, or None).
"""
