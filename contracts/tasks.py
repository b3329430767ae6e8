"""What beat starts in this room."""

from celery import shared_task

from contracts import clock
from office.tasks import beat

ROUND = "reminders"


@shared_task
def climb():
    """Tend the contracts, every REMINDER_SECONDS; a round missed is made up for by the next one."""
    made = clock.tend()
    beat(ROUND, f"{made} made" if made else "")
    return made
