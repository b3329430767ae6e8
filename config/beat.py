"""The clock that starts the rounds, for machines whose own clock may be set back."""

import time

from celery.beat import PersistentScheduler
from celery.schedules import schedstate, schedule


class Every(schedule):
    """Each so many seconds, also after the clock of the machine was set back: then at once, and on from there."""

    def is_due(self, last_run_at):
        if self.maybe_make_aware(last_run_at) > self.now():
            return schedstate(is_due=True, next=self.seconds)
        return super().is_due(last_run_at)


class Scheduler(PersistentScheduler):
    """Orders the rounds anew when the clock was set back; Celery's own would make the first of them alone until it
    has caught up.
    """

    _seen = 0.0

    def tick(self, *args, **kwargs):
        now = time.time()
        if now < self._seen:
            self._heap = None
        self._seen = now
        return super().tick(*args, **kwargs)
