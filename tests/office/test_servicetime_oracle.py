"""A thousand random histories: the ledger and the clocks against the minute-by-minute oracle."""

import os
from datetime import time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import Phase as Part
from hypothesis import strategies as st

from office.servicetime import History, Kind, Phase, Target, Targets, Turn, Unit, clocks, ledger
from office.worktime import Calendar, DayOverride, Span, WeeklyHours
from tests.office import oracle
from tests.office.oracle import instant

ZONES = ("Asia/Amman", "Europe/Berlin", "America/New_York", "UTC")
# Days of the year near which the clocks of one of the zones change, and ordinary ones.
SEASONS = (20, 64, 65, 85, 86, 150, 296, 297, 303, 304)
WAITS = ("requester", "vendor", "parts")
# Without shrinking, which takes minutes here: the case that fails is told as it was found.
MANY = settings(
    phases=(Part.explicit, Part.reuse, Part.generate),
    max_examples=int(os.environ.get("HYPN", "1000")),
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


def edges(low, high):
    return st.integers(low, high - 100).flatmap(lambda a: st.tuples(st.just(a), st.integers(a + 100, high)))


MORNING, EVENING = edges(5 * 60, 12 * 60), edges(13 * 60, 23 * 60)
HOURS = st.one_of(
    MORNING.map(lambda a: [a]),
    EVENING.map(lambda b: [b]),
    st.tuples(MORNING, EVENING).map(list),
    st.just([(8 * 60 + 30, 15 * 60 + 30)]),
)


@st.composite
def offices(draw, first_day):
    """Hours that may be cut by lunch, a season with other ones, holidays and short days around the history."""
    weekly = {day: draw(HOURS) for day in draw(st.sets(st.integers(0, 6), min_size=4))}
    if draw(st.integers(0, 4)) == 0:  # through the night, and so through the hour in which clocks change
        weekly = {day: [(0, 300), (600, 1440)] for day in range(7)}
    office = oracle.Office(ZoneInfo(draw(st.sampled_from(ZONES))), weekly)
    near = st.integers(first_day, first_day + 9).map(oracle.day_number)
    if draw(st.booleans()):
        start = draw(near)
        office.seasons = [
            (start, start + timedelta(days=draw(st.integers(0, 5))), {day: draw(HOURS) for day in range(5)})
        ]
    for day in draw(st.lists(near, max_size=3)):
        office.special[day] = draw(st.one_of(st.just([]), HOURS))
    return office


@st.composite
def tales(draw, first_day):
    opened = first_day * 1440 + draw(st.integers(0, 1439))
    gaps = st.integers(0, 1500)
    minute, turns = opened, []
    for phase in draw(st.lists(st.sampled_from(("running", "paused", "solved", "ended")), max_size=5)):
        minute += draw(gaps)
        turns.append((minute, phase, draw(st.sampled_from(WAITS)) if phase == "paused" else ""))
    said = st.lists(st.integers(opened, minute + 1500), max_size=4).map(sorted)
    tale = oracle.Tale(opened, turns, draw(said), draw(said))
    return tale, minute + draw(gaps)


def as_calendar(office):
    def days(weekly):
        return {day: tuple(_span(*hours) for hours in spans) for day, spans in weekly.items()}

    seasons = [WeeklyHours(first, last, days(weekly)) for first, last, weekly in office.seasons]
    special = {day: DayOverride(day, tuple(_span(*each) for each in spans)) for day, spans in office.special.items()}
    return Calendar(office.zone, (WeeklyHours(None, None, days(office.weekly)), *seasons), special)


def _span(opens, closes):
    return Span(time(opens // 60, opens % 60), time(closes % 1440 // 60, closes % 60))


def as_history(tale):
    turns = tuple(Turn(instant(at), Phase(phase), waiting) for at, phase, waiting in tale.turns)
    said = [tuple(map(instant, minutes)) for minutes in (tale.asked, tale.answered)]
    return History(instant(tale.opened), turns, *said)


@st.composite
def cases(draw):
    first_day = draw(st.sampled_from(SEASONS))
    tale, until = draw(tales(first_day))
    return draw(offices(first_day)), tale, until


@pytest.mark.slow
@MANY
@given(cases())
def test_every_minute_of_the_age_is_accounted_for_as_a_person_would(case):
    office, tale, until = case

    found = ledger(as_history(tale), as_calendar(office), instant(until))

    expected = oracle.account(tale, office, until)
    keys = [("paused", each.waiting) if each.kind == Kind.PAUSED else each.kind.value for each in found.intervals]
    sums = dict.fromkeys(keys, 0)
    for key, each in zip(keys, found.intervals, strict=True):
        sums[key] += each.length // timedelta(minutes=1)
    assert sums == expected
    assert found.age == timedelta(minutes=sum(expected.values()))
    assert all(a.end == b.start for a, b in zip(found.intervals, found.intervals[1:], strict=False))


@pytest.mark.slow
@MANY
@given(cases(), st.integers(1, 900), st.integers(1, 3), st.booleans())
def test_every_clock_falls_due_where_a_person_would_say(case, minutes, days, to_close):
    office, tale, until = case
    targets = Targets(Target(minutes), Target(minutes, Unit.MINUTES), Target(days, Unit.DAYS, to_close=to_close))

    found = clocks(as_history(tale), targets, as_calendar(office), instant(until))

    for clock in (found.first_response, *found.next_response):
        start, stop = _minute(clock.start), _minute(clock.stop)
        assert _minute(clock.due) == oracle.due_by_minutes(tale, office, start, stop, until, minutes)
    whole = found.resolution
    expected = oracle.due_by_days(tale, office, tale.opened, _minute(whole.stop), until, days, to_close)
    assert _minute(whole.due) == expected


def _minute(moment):
    return None if moment is None else int((moment - oracle.BASE).total_seconds()) // 60
