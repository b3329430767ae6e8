"""A second opinion on service time, minute by minute and by the wall clock alone; shares no line with what it checks.

Everything is whole minutes since `BASE`. It is slow and simple on purpose: for each minute it asks what a person who
looks at the clock on the wall, the notice on the door and the ticket would say.
"""

from bisect import bisect_right
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

BASE = datetime(2026, 1, 1, tzinfo=UTC)
LIMIT = 200 * 1440


def instant(minute):
    return BASE + timedelta(minutes=minute)


@dataclass
class Office:
    """Opening hours as minutes of the day. seasons: [(first day, last day, {weekday: hours})], the narrowest wins."""

    zone: ZoneInfo
    weekly: dict
    seasons: list = field(default_factory=list)
    special: dict = field(default_factory=dict)
    known: dict = field(default_factory=dict)

    def local(self, minute):
        return instant(minute).astimezone(self.zone)

    def hours(self, day):
        if day in self.special:
            return self.special[day]
        held = [(last - first, days) for first, last, days in self.seasons if first <= day <= last]
        days = min(held, key=lambda pair: pair[0])[1] if held else self.weekly
        return days.get(day.weekday(), [])

    def works(self, minute):
        if minute not in self.known:
            wall = self.local(minute)
            clock = wall.hour * 60 + wall.minute
            self.known[minute] = any(opens <= clock < closes for opens, closes in self.hours(wall.date()))
        return self.known[minute]

    def kind(self, minute):
        if self.works(minute):
            return "counted"
        return "holiday" if self.special.get(self.local(minute).date()) == [] else "outside_hours"


@dataclass
class Tale:
    """A history: turns are [(minute, phase, waiting)], in order; it opens at minute `opened`, running."""

    opened: int
    turns: list
    asked: list
    answered: list

    def __post_init__(self):
        self.seen = list({turn[0]: tuple(turn) for turn in self.turns}.values())  # of several in a minute the last

    def phase(self, minute):
        place = bisect_right(self.seen, minute, key=lambda turn: turn[0])
        return self.seen[place - 1][1:] if place else ("running", "")

    def stands(self, minute, until):
        """Whether the clocks stand in this minute; an end that was taken back stood, the last one does not."""
        phase = self.phase(minute)[0]
        if phase == "ended":
            return any(minute < at <= until and later != "ended" for at, later, _waiting in self.seen)
        return phase in ("paused", "solved")


def account(tale, office, until):
    """{kind, or (paused, waiting): minutes}"""
    found = {}
    end = until
    if tale.phase(until)[0] == "ended":
        while end > tale.opened and tale.phase(end - 1)[0] == "ended":
            end -= 1
    for minute in range(tale.opened, end):
        phase, waiting = tale.phase(minute)
        kind = {"running": office.kind(minute), "ended": "solved"}.get(phase, phase)
        key = (kind, waiting) if kind == "paused" else kind
        found[key] = found.get(key, 0) + 1
    return found


def due_by_minutes(tale, office, start, stop, until, amount):
    """The minute at which so many counted minutes are complete; None where the clock stands before that."""
    counted, minute = 0, start
    while counted < amount:
        looked_at = min(minute, until)
        stands = tale.stands(looked_at, until) and not (stop is not None and minute >= stop)
        if stands and minute >= until:
            return None
        if not stands and office.works(minute):
            counted += 1
        minute += 1
        assert minute < start + LIMIT
    return minute


def due_by_days(tale, office, start, stop, until, days, to_close):
    """So many working days after the first working minute, moved on by what stood still before it fell due."""
    first = start
    while not office.works(first):
        first += 1
    due = _same_time_after(office, first, days)
    minute = start
    while minute < _closed(office, due, to_close) and not (stop is not None and minute >= stop):
        if not tale.stands(min(minute, until), until):
            minute += 1
            continue
        if minute >= until:
            return None
        while minute < until and tale.stands(minute, until) and not (stop is not None and minute >= stop):
            if office.works(minute):
                due = _one_more(office, due)
            minute += 1
        if stop is None and minute >= until and tale.stands(until, until):
            return None
    return _closed(office, due, to_close)


def _one_more(office, minute):
    while not office.works(minute):
        minute += 1
    return minute + 1


def _same_time_after(office, minute, days):
    wall = office.local(minute)
    day = wall.date()
    while days:
        day += timedelta(days=1)
        days -= bool(office.hours(day))
    hours = sorted(office.hours(day))
    clock = wall.hour * 60 + wall.minute
    allowed = [at for at in range(1441) if any(opens <= at <= closes for opens, closes in hours)]
    later = [at for at in allowed if at >= clock]
    return _minute(office, day, later[0] if later else allowed[-1])


def _closed(office, due, to_close):
    if not to_close:
        return due
    day = office.local(due).date()
    hours = office.hours(day)
    return max(due, _minute(office, day, max(closes for _opens, closes in hours))) if hours else due


def _minute(office, day, clock):
    wall = datetime(day.year, day.month, day.day, tzinfo=office.zone) + timedelta(minutes=clock)
    return int((wall.astimezone(UTC) - BASE).total_seconds()) // 60


def day_number(n):
    return date(2026, 1, 1) + timedelta(days=n)
