"""What this room tells the rooms above it."""

from django.dispatch import Signal

# A step was added to a call, by the desk or by the vendor. Arguments: call, step. Sent in the transaction of the act.
call_stepped = Signal()
# A technician has judged a step. Arguments: call, step, by. Sent in the transaction of the act.
call_judged = Signal()
