"""Steps of escalation on the way of a clock: at a part of its time, or some working time before or after it is due."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from office.servicetime.clocks import Clock
from office.servicetime.ledger import working_between
from office.servicetime.targets import Amount

ZERO = timedelta(0)


@dataclass(frozen=True, slots=True)
class Step:
    """percent of the promised working time, or `offset` of working time from the due time (negative: before it).

    Exactly one of the two is given, else ValueError. key: whatever the caller knows the step by.
    """

    key: int
    percent: int | None = None
    offset: timedelta | None = None

    def __post_init__(self) -> None:
        if (self.percent is None) == (self.offset is None):
            raise ValueError("A step stands either at a part of the time or at a distance from the due time.")


def instant_of(step: Step, clock: Clock) -> datetime | None:
    """When the clock comes to this step, UTC, past or future; None while it stands, or when it stopped before.

    Working time alone counts: a step 30 minutes before a due time at 09:00 lies on the working day before. A clock
    that stops at the very instant of a step has not reached it.
    """
    run = clock.run
    if run is None:
        return None
    whole = working_between(run.calendar, clock.start, clock.first_due)
    wanted = max(whole * step.percent / 100 if step.percent is not None else whole + (step.offset or ZERO), ZERO)
    instant = clock.due if wanted == whole else run.reach(Amount(wanted))[0]
    if instant is not None and wanted < whole and clock.due is not None:
        instant = min(instant, clock.due)
    end = clock.stop or (run.until if run.has_ended else None)
    if instant is None or (end is not None and end <= instant):
        return None
    return instant


def passed(steps: tuple[Step, ...], clock: Clock, now: datetime) -> list[tuple[Step, datetime]]:
    """Steps that the clock has reached by `now` (inclusive), with their instants, in order of time."""
    found = [(step, instant_of(step, clock)) for step in steps]
    reached = [(step, instant) for step, instant in found if instant is not None and instant <= now]
    return sorted(reached, key=lambda pair: (pair[1], pair[0].key))
