"""Counts working time: which hours a calendar works, what a promise in working hours or days means; pure, no Django.

Instants come in aware, in any zone, and go out in UTC. Hours are wall-clock times in the calendar's zone, from `start`
inclusive to `end` exclusive; they keep their wall-clock ends when the clocks change, so such a day is an hour longer
or shorter only where the office works through the change. Days are local dates. Nothing is rounded.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

HORIZON = 3 * 366
"""Days without a single working hour after which a search gives up."""

REMEMBERED = 4000
"""Days whose hours a calendar keeps once it has computed them."""


class EmptyCalendar(ValueError):
    """A calendar that never works, or not within three years of the day asked about: it can promise nothing."""


@dataclass(frozen=True, slots=True)
class Span:
    """Working hours of one day, [start, end) on the wall clock; an `end` of 00:00 or `time.max` is 24:00.

    Raises ValueError when it would not end after it starts, or when a time carries a zone of its own.
    """

    start: time
    end: time

    def __post_init__(self) -> None:
        if self.start.tzinfo or self.end.tzinfo:
            raise ValueError("Working hours are told without a zone: they are in the calendar's.")
        if not self.to_midnight and self.end <= self.start:
            raise ValueError(f"Working hours must end after they start, not {self.start} to {self.end}.")

    @property
    def to_midnight(self) -> bool:
        return self.end in (time.min, time.max)


ALL_DAY = Span(time.min, time.min)


def _in_order(spans: tuple[Span, ...]) -> tuple[Span, ...]:
    """The hours of one day, sorted; ValueError when two overlap. One may end where the next starts."""
    ordered = tuple(sorted(spans, key=lambda span: span.start))
    for earlier, later in pairwise(ordered):
        if earlier.to_midnight or later.start < earlier.end:
            raise ValueError(f"Working hours overlap: {earlier} and {later}.")
    return ordered


@dataclass(frozen=True)
class WeeklyHours:
    """Hours by weekday (0 = Monday) from `valid_from` to `valid_to`, both inclusive; None is open-ended.

    A weekday that is not named is free. Raises ValueError when the range ends before it begins or hours overlap.
    """

    valid_from: date | None
    valid_to: date | None
    days: Mapping[int, tuple[Span, ...]]

    def __post_init__(self) -> None:
        if self.valid_from and self.valid_to and self.valid_to < self.valid_from:
            raise ValueError(f"Weekly hours must not end on {self.valid_to}, before they begin on {self.valid_from}.")
        if not set(self.days) <= set(range(7)):
            raise ValueError("Weekdays are counted from 0, Monday, to 6, Sunday.")
        object.__setattr__(self, "days", {weekday: _in_order(spans) for weekday, spans in self.days.items()})

    @property
    def width(self) -> tuple[int, timedelta]:
        """How long the range is: one with an open end is wider than any without, one with two the widest."""
        if self.valid_from is None or self.valid_to is None:
            return (self.valid_from is None) + (self.valid_to is None), timedelta(0)
        return 0, self.valid_to - self.valid_from


@dataclass(frozen=True)
class DayOverride:
    """A day unlike its weekday: other hours, or none at all. Raises ValueError when hours overlap."""

    date: date
    spans: tuple[Span, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "spans", _in_order(self.spans))


Hours = tuple[tuple[datetime, datetime], ...]


@dataclass(frozen=True)
class Calendar:
    """When an office works. An override beats the weekly hours; of these the narrowest range that holds the day wins.

    Of two equally narrow ranges the one listed later wins. An override is listed under its own date, else ValueError.
    An empty calendar may be built but not counted by: the functions below raise EmptyCalendar.
    """

    zone: ZoneInfo
    weekly: tuple[WeeklyHours, ...]
    overrides: Mapping[date, DayOverride] = field(default_factory=dict)
    _ranked: tuple[tuple[date, date, Mapping[int, tuple[Span, ...]]], ...] = field(
        init=False, repr=False, compare=False
    )
    _known: dict[date, Hours] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if any(day != override.date for day, override in self.overrides.items()):
            raise ValueError("An override must be listed under its own date.")
        object.__setattr__(self, "overrides", dict(self.overrides))
        narrowest_first = sorted(enumerate(self.weekly), key=lambda placed: (placed[1].width, -placed[0]))
        ranked = tuple(
            (each.valid_from or date.min, each.valid_to or date.max, each.days) for _, each in narrowest_first
        )
        object.__setattr__(self, "_ranked", ranked)

    def hours_on(self, day: date) -> tuple[Span, ...]:
        """The wall-clock hours of a local day in order; empty when it is free."""
        if override := self.overrides.get(day):
            return override.spans
        for first, last, days in self._ranked:
            if first <= day <= last:
                return days.get(day.weekday(), ())
        return ()

    def spans_on(self, day: date) -> Hours:
        """The same hours as (start, end) in UTC, end exclusive. Hours that the clock skips are not there."""
        known = self._known.get(day)
        if known is None:
            if len(self._known) >= REMEMBERED:
                self._known.clear()
            ends = [(self._instant(day, span.start), self._end(day, span)) for span in self.hours_on(day)]
            known = self._known[day] = tuple((start, end) for start, end in ends if start < end)
        return known

    def day_starts(self, day: date) -> datetime:
        """When a local day begins, in UTC; the day ends, exclusive, when the next one begins."""
        return self._instant(day, time.min)

    def is_closed_by_name(self, day: date) -> bool:
        """Whether an override closes this local day altogether: a holiday or a closure, not a usual day off."""
        override = self.overrides.get(day)
        return override is not None and not override.spans

    @property
    def is_empty(self) -> bool:
        """Whether no hour is named anywhere."""
        weekly = any(spans for hours in self.weekly for spans in hours.days.values())
        return not weekly and not any(override.spans for override in self.overrides.values())

    def _end(self, day: date, span: Span) -> datetime:
        return self._instant(day + timedelta(days=1), time.min) if span.to_midnight else self._instant(day, span.end)

    def _instant(self, day: date, clock: time) -> datetime:
        """When the zone's clock first shows this time, or first shows a later one if it skips it; UTC."""
        local = datetime.combine(day, clock, self.zone)
        before, after = local.utcoffset(), local.replace(fold=1).utcoffset()
        instant = local.replace(tzinfo=UTC) - (before or timedelta(0))
        if before is None or after is None or before >= after:  # an ordinary time, or the first of two
            return instant
        return _change(self.zone, instant - (after - before), instant)


def _change(zone: ZoneInfo, before: datetime, after: datetime) -> datetime:
    """The instant between two at which the zone's offset changes, to the second, the unit in which zones tell it."""
    old = before.astimezone(zone).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = before + timedelta(seconds=(after - before) // timedelta(seconds=2))
        if middle.astimezone(zone).utcoffset() == old:
            before = middle
        else:
            after = middle
    return after.replace(microsecond=0)


def add_working_time(calendar: Calendar, start: datetime, amount: timedelta) -> datetime:
    """Return the first instant, in UTC, by which `amount` of working time has passed since `start`.

    So nothing passes before the office opens, a sum that is complete at closing time falls due then and not at the
    next opening, and an amount of zero is due at once. Raises ValueError for a negative amount or a naive `start`,
    EmptyCalendar when three years pass without a working hour. (Ministry and Arabic, section 3; helpdesk, C1.)
    """
    start = _utc(start)
    if amount < timedelta(0):
        raise ValueError("A promise cannot lie in the past.")
    if not amount:
        return start
    for opens, closes in _spans_from(calendar, start):
        opens = max(opens, start)
        if amount <= closes - opens:
            return opens + amount
        amount -= closes - opens
    raise EmptyCalendar(f"No working hour within {HORIZON} days.")


def working_time_between(calendar: Calendar, a: datetime, b: datetime) -> timedelta:
    """Return the working time from instant `a` to instant `b`; negative when `b` is the earlier one.

    Raises ValueError for naive instants, EmptyCalendar for a calendar that never works.
    """
    a, b = _utc(a), _utc(b)
    if b < a:
        return -working_time_between(calendar, b, a)
    if calendar.is_empty:
        raise EmptyCalendar("This calendar has no working hour.")
    total = timedelta(0)
    day, last = _local_day(calendar, a), _local_day(calendar, b) + timedelta(days=1)
    while day <= last:
        for opens, closes in calendar.spans_on(day):
            if opens < b and closes > a:
                total += min(closes, b) - max(opens, a)
        day += timedelta(days=1)
    return total


def is_working_day(calendar: Calendar, day: date) -> bool:
    """Whether the local date `day` has any working hours."""
    return bool(calendar.hours_on(day))


def previous_working_day(calendar: Calendar, day: date) -> date:
    """Return the local date `day` itself if it is a working day, else the last one before it. May raise EmptyCalendar.

    Deadlines move this way: a notice that falls due on a free day must be given before. (Assets and contracts, C2.)
    """
    return _nearest(calendar, day, -1)


def next_working_day(calendar: Calendar, day: date) -> date:
    """Return the local date `day` itself if it is a working day, else the first after it. May raise EmptyCalendar."""
    return _nearest(calendar, day, +1)


def add_working_days(calendar: Calendar, day: date, n: int) -> date:
    """Return the `n`-th working day after the local date `day`, before it when `n` is negative, `day` itself for 0.

    `day` is not counted, whether it is a working day or not. Raises EmptyCalendar as the functions above.
    """
    step = 1 if n > 0 else -1
    for _ in range(abs(n)):
        day = _nearest(calendar, _shift(day, step), step)
    return day


def _nearest(calendar: Calendar, day: date, step: int) -> date:
    for _ in range(HORIZON):
        if is_working_day(calendar, day):
            return day
        day = _shift(day, step)
    raise EmptyCalendar(f"No working day within {HORIZON} days.")


def _shift(day: date, step: int) -> date:
    try:
        return day + timedelta(days=step)
    except OverflowError:
        raise EmptyCalendar("No working day before the end of the calendar.") from None


def _spans_from(calendar: Calendar, start: datetime) -> Iterator[tuple[datetime, datetime]]:
    """The hours that end after `start`, in order, until `HORIZON` days in a row have none."""
    day, idle = _local_day(calendar, start), 0
    while idle < HORIZON:
        spans = [span for span in calendar.spans_on(day) if span[1] > start]
        idle = 0 if spans else idle + 1
        yield from spans
        day = _shift(day, 1)


def _local_day(calendar: Calendar, instant: datetime) -> date:
    return instant.astimezone(calendar.zone).date()


def _utc(instant: datetime) -> datetime:
    if instant.utcoffset() is None:
        raise ValueError("An instant without a zone could mean any hour.")
    return instant.astimezone(UTC)
