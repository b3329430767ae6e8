"""Lets the demonstration act in the past: events cannot be dated back, so the clock is."""

from contextlib import contextmanager
from unittest import mock

from django.utils import timezone


class Clock:
    """An instant that moves forward by being told to."""

    def __init__(self, at):
        self.at = at

    def forward(self, delta):
        self.at += delta
        return self.at


@contextmanager
def past(clock):
    """While this lasts, `timezone.now()` is what `clock` says, in this process."""
    with mock.patch.object(timezone, "now", lambda: clock.at):  # noqa: PT008  (the clock moves)
        yield clock
