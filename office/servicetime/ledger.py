"""The intervals of a history: counted, outside hours, holiday or closure, paused, solved; their sum is the age."""

from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from office.servicetime.history import History, Phase, Stretch, stretches
from office.worktime import Calendar, EmptyCalendar, working_time_between

ZERO = timedelta(0)


class Kind(StrEnum):
    """How the ledger counts an interval."""

    COUNTED = "counted"  # working time during which somebody could work on it
    OUTSIDE = "outside_hours"  # nights, days off of the week
    CLOSED = "holiday"  # local days that the calendar closes by name: holidays and closures, from midnight to midnight
    PAUSED = "paused"  # it waits for somebody; the whole wait, nights and all
    SOLVED = "solved"  # from its being solved to its being reopened, or to the end


@dataclass(frozen=True, slots=True)
class Interval:
    """[start, end) of one kind, UTC. waiting, by: of a pause. working: the working time that lies in it."""

    start: datetime
    end: datetime
    kind: Kind
    working: timedelta = ZERO
    waiting: str = ""
    by: Hashable = None

    @property
    def length(self) -> timedelta:
        return self.end - self.start


@dataclass(frozen=True)
class Ledger:
    """Intervals in order, each beginning where the last one ended: from the opening to `until`, or to the end."""

    intervals: tuple[Interval, ...]

    @property
    def age(self) -> timedelta:
        """From the first instant to the last: the sum of all intervals."""
        return sum((interval.length for interval in self.intervals), ZERO)

    def total(self, kind: Kind, waiting: str | None = None) -> timedelta:
        """The length of all intervals of a kind; of one kind of waiting where that is named."""
        chosen = (each for each in self.intervals if each.kind == kind and waiting in (None, each.waiting))
        return sum((interval.length for interval in chosen), ZERO)

    @property
    def stood_still(self) -> timedelta:
        """Working time that passed while it waited or was solved: what the due times were moved by."""
        return sum((each.working for each in self.intervals if each.kind in (Kind.PAUSED, Kind.SOLVED)), ZERO)

    @property
    def waits(self) -> tuple[str, ...]:
        """Which kinds of waiting occur, in order of their first."""
        return tuple(dict.fromkeys(each.waiting for each in self.intervals if each.kind == Kind.PAUSED))


def ledger(history: History, calendar: Calendar | None, until: datetime) -> Ledger:
    """Account for every second from the opening to `until` (exclusive), or to the end for good if that came before.

    calendar: the one in force, applied to the whole history, so that a change of level, priority, team or calendar
    loses nothing; None is day and night. A pause is one interval with its nights and holidays; `working` says how much
    working time it holds. Raises ValueError for an `until` before the opening, EmptyCalendar for a calendar that never
    works.
    """
    if calendar is not None and calendar.is_empty:
        raise EmptyCalendar("This calendar has no working hour.")
    intervals: list[Interval] = []
    for stretch in stretches(history, until):
        intervals.extend(_intervals(stretch, calendar))
    return Ledger(tuple(intervals))


def _intervals(stretch: Stretch, calendar: Calendar | None) -> Iterator[Interval]:
    if stretch.phase in (Phase.PAUSED, Phase.SOLVED):
        kind = Kind.PAUSED if stretch.phase == Phase.PAUSED else Kind.SOLVED
        working = working_between(calendar, stretch.start, stretch.end)
        yield Interval(stretch.start, stretch.end, kind, working, stretch.waiting, stretch.by)
    elif calendar is None:
        yield Interval(stretch.start, stretch.end, Kind.COUNTED, stretch.end - stretch.start)
    else:
        yield from _merged(_pieces(calendar, stretch.start, stretch.end))


def working_between(calendar: Calendar | None, a: datetime, b: datetime) -> timedelta:
    """Working time from `a` to `b`; without a calendar all of it."""
    return b - a if calendar is None else working_time_between(calendar, a, b)


def _pieces(calendar: Calendar, start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime, Kind]]:
    """(start, end, kind) of each piece of [start, end), day by day; some may be neighbours of one kind."""
    day = start.astimezone(calendar.zone).date()
    at = start
    while at < end:
        following = day + timedelta(days=1)
        midnight = min(calendar.day_starts(following), end)
        idle = Kind.CLOSED if calendar.is_closed_by_name(day) else Kind.OUTSIDE
        for opens, closes in calendar.spans_on(day):
            opens, closes = max(opens, at), min(closes, end)
            if opens < closes:
                if at < opens:
                    yield at, opens, idle
                yield opens, closes, Kind.COUNTED
                at = closes
        if at < midnight:
            yield at, midnight, idle
            at = midnight
        day = following


def _merged(pieces: Iterator[tuple[datetime, datetime, Kind]]) -> Iterator[Interval]:
    held: tuple[datetime, datetime, Kind] | None = None
    for start, end, kind in pieces:
        if held and held[2] == kind and held[1] == start:
            held = held[0], end, kind
            continue
        if held:
            yield _interval(*held)
        held = start, end, kind
    if held:
        yield _interval(*held)


def _interval(start: datetime, end: datetime, kind: Kind) -> Interval:
    start, end = start.astimezone(UTC), end.astimezone(UTC)
    return Interval(start, end, kind, end - start if kind == Kind.COUNTED else ZERO)
