"""Working time: Jordan's year 2026 by hand, and what must hold for every calendar and zone."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from office.worktime import (
    ALL_DAY,
    Calendar,
    DayOverride,
    EmptyCalendar,
    Span,
    WeeklyHours,
    add_working_days,
    add_working_time,
    is_working_day,
    next_working_day,
    previous_working_day,
    working_time_between,
)

AMMAN = ZoneInfo("Asia/Amman")
BERLIN = ZoneInfo("Europe/Berlin")
NEW_YORK = ZoneInfo("America/New_York")
HOUR = timedelta(hours=1)


def span(start, end):
    return Span(time.fromisoformat(start), time.fromisoformat(end))


def weekly(days, *spans, valid_from=None, valid_to=None):
    return WeeklyHours(valid_from, valid_to, dict.fromkeys(days, spans))


def closed(*days):
    return {day: DayOverride(day) for day in days}


def at(zone, *parts):
    return datetime(*parts, tzinfo=zone)


SUNDAY_TO_THURSDAY = (6, 0, 1, 2, 3)
RAMADAN = weekly(SUNDAY_TO_THURSDAY, span("09:00", "14:30"), valid_from=date(2026, 2, 18), valid_to=date(2026, 3, 19))
USUAL = weekly(SUNDAY_TO_THURSDAY, span("08:30", "15:30"))
EID = closed(*(date(2026, 3, day) for day in (20, 21, 22, 23)))
MINISTRY = Calendar(AMMAN, (USUAL, RAMADAN), EID)
ROUND_THE_CLOCK = Calendar(AMMAN, (weekly(range(7), ALL_DAY),))
NEVER = Calendar(AMMAN, (weekly(range(7)),), closed(date(2026, 1, 1)))


def test_eight_hours_from_the_last_day_of_ramadan_end_after_the_feast():
    due = add_working_time(MINISTRY, at(AMMAN, 2026, 3, 19, 14, 0), 8 * HOUR)

    assert due == at(AMMAN, 2026, 3, 25, 9, 0)


def test_the_clock_starts_at_the_next_opening():
    due = add_working_time(MINISTRY, at(AMMAN, 2026, 5, 8, 12, 0), HOUR)  # a Friday

    assert due == at(AMMAN, 2026, 5, 10, 9, 30)


def test_what_is_complete_at_closing_time_is_due_that_day():
    due = add_working_time(MINISTRY, at(AMMAN, 2026, 5, 7, 8, 30), 7 * HOUR)

    assert due == at(AMMAN, 2026, 5, 7, 15, 30)


def test_nothing_promised_is_due_at_once_even_at_night():
    night = at(AMMAN, 2026, 5, 8, 2, 0)

    assert add_working_time(MINISTRY, night, timedelta(0)) == night


def test_lunch_does_not_count():
    calendar = Calendar(AMMAN, (weekly([0], span("13:00", "16:00"), span("08:00", "12:00")),))

    due = add_working_time(calendar, at(AMMAN, 2026, 5, 4, 11, 0), 2 * HOUR)

    assert due == at(AMMAN, 2026, 5, 4, 14, 0)


def test_a_late_start_replaces_the_hours_of_its_day_only():
    snow = date(2026, 1, 12)
    calendar = Calendar(AMMAN, (USUAL,), {snow: DayOverride(snow, (span("10:00", "15:30"),))})

    minutes = [
        working_time_between(calendar, at(AMMAN, 2026, 1, day, 0, 0), at(AMMAN, 2026, 1, day, 23, 0)) // HOUR
        for day in (11, 12, 13)
    ]

    assert minutes == [7, 5, 7]


def test_a_friday_can_be_worked_by_override():
    friday = date(2026, 5, 8)
    calendar = Calendar(AMMAN, (USUAL,), {friday: DayOverride(friday, (span("09:00", "10:00"),))})

    assert is_working_day(calendar, friday)
    assert not is_working_day(calendar, friday + timedelta(days=7))


def test_the_narrowest_range_of_hours_wins_whatever_the_order():
    week = weekly(range(7), span("11:00", "12:00"), valid_from=date(2026, 3, 1), valid_to=date(2026, 3, 7))
    since = weekly(range(7), span("07:00", "08:00"), valid_from=date(2026, 1, 1))

    calendars = [Calendar(AMMAN, order) for order in ((week, RAMADAN, since, USUAL), (USUAL, since, RAMADAN, week))]

    for calendar in calendars:
        days = (date(2026, 3, 1), date(2026, 3, 8), date(2026, 5, 10), date(2025, 12, 31))
        assert [calendar.hours_on(day)[0].start.hour for day in days] == [11, 9, 7, 8]


def test_of_two_equal_ranges_the_later_listed_wins():
    summer, correction = (
        weekly(range(7), span(start, "15:00"), valid_from=date(2026, 6, 1), valid_to=date(2026, 8, 31))
        for start in ("08:00", "07:00")
    )

    assert Calendar(AMMAN, (summer, correction)).hours_on(date(2026, 6, 1)) == (span("07:00", "15:00"),)


def test_both_ends_of_a_range_belong_to_it():
    days = [date(2026, 2, 17), date(2026, 2, 18), date(2026, 3, 19), date(2026, 3, 24)]

    assert [MINISTRY.hours_on(day)[0].start for day in days] == [time(8, 30), time(9), time(9), time(8, 30)]


def test_round_the_clock_every_hour_counts():
    start = at(AMMAN, 2026, 3, 19, 23, 30)

    assert add_working_time(ROUND_THE_CLOCK, start, 49 * HOUR) == start + 49 * HOUR


@pytest.mark.parametrize("end", [time.min, time.max])
def test_midnight_is_the_end_of_the_day_in_either_spelling(end):
    calendar = Calendar(AMMAN, (weekly([0], Span(time(22), end)),))

    assert calendar.spans_on(date(2026, 5, 4)) == ((at(AMMAN, 2026, 5, 4, 22), at(AMMAN, 2026, 5, 5)),)


@pytest.mark.parametrize(
    ("zone", "day", "start", "end", "hours"),
    [
        (BERLIN, date(2026, 3, 29), "00:00", "06:00", 5),
        (BERLIN, date(2026, 10, 25), "00:00", "06:00", 7),
        (BERLIN, date(2026, 3, 29), "08:00", "16:00", 8),
        (BERLIN, date(2026, 3, 29), "02:15", "02:45", 0),  # skipped by the clock
        (BERLIN, date(2026, 3, 29), "02:15", "04:00", 1),
        (BERLIN, date(2026, 10, 25), "02:15", "02:45", 0.5),  # shown twice, worked once
        (BERLIN, date(2026, 10, 25), "00:00", "00:00", 25),
        (NEW_YORK, date(2026, 3, 8), "00:00", "00:00", 23),
        (ZoneInfo("America/Sao_Paulo"), date(2018, 11, 4), "00:00", "08:00", 7),  # midnight itself was skipped
        (ZoneInfo("America/Sao_Paulo"), date(2018, 2, 17), "16:00", "00:00", 9),  # 23:00 came twice
        (ZoneInfo("Australia/Lord_Howe"), date(2026, 10, 4), "00:00", "08:00", 7.5),
        (ZoneInfo("Pacific/Apia"), date(2011, 12, 30), "08:00", "16:00", 0),  # a day that never was
    ],
)
def test_hours_keep_their_wall_clock_ends_when_the_clocks_change(zone, day, start, end, hours):
    calendar = Calendar(zone, (weekly(range(7), span(start, end)),))

    worked = sum((closes - opens for opens, closes in calendar.spans_on(day)), timedelta(0))

    assert worked == hours * HOUR


def test_hours_that_meet_in_a_skipped_hour_do_not_overlap():
    calendar = Calendar(BERLIN, (weekly(range(7), span("01:00", "02:15"), span("02:15", "04:00")),))

    spans = calendar.spans_on(date(2026, 3, 29))

    assert spans == (
        (at(UTC, 2026, 3, 29, 0, 0), at(UTC, 2026, 3, 29, 1, 0)),
        (at(UTC, 2026, 3, 29, 1, 0), at(UTC, 2026, 3, 29, 2, 0)),
    )


def test_a_week_across_a_clock_change_still_has_its_forty_hours():
    calendar = Calendar(BERLIN, (weekly(range(5), span("08:00", "16:00")),))

    worked = working_time_between(calendar, at(BERLIN, 2026, 3, 27), at(BERLIN, 2026, 4, 3))

    assert worked == 40 * HOUR


def test_time_between_counts_backwards_as_negative():
    now, due = at(AMMAN, 2026, 5, 10, 10, 30), at(AMMAN, 2026, 5, 7, 14, 30)

    assert working_time_between(MINISTRY, now, due) == -3 * HOUR


def test_a_deadline_on_a_feast_moves_to_the_working_day_before():
    assert previous_working_day(MINISTRY, date(2026, 3, 23)) == date(2026, 3, 19)
    assert next_working_day(MINISTRY, date(2026, 3, 20)) == date(2026, 3, 24)


def test_a_working_day_stays_where_it_is():
    thursday = date(2026, 3, 19)

    assert previous_working_day(MINISTRY, thursday) == next_working_day(MINISTRY, thursday) == thursday


@pytest.mark.parametrize(
    ("day", "n", "expected"),
    [
        (date(2026, 3, 19), 1, date(2026, 3, 24)),
        (date(2026, 3, 21), 1, date(2026, 3, 24)),
        (date(2026, 3, 21), 0, date(2026, 3, 21)),
        (date(2026, 3, 21), -1, date(2026, 3, 19)),
        (date(2026, 3, 24), -5, date(2026, 3, 15)),
        (date(2026, 5, 10), 5, date(2026, 5, 17)),
    ],
)
def test_working_days_are_counted_from_the_day_after(day, n, expected):
    assert add_working_days(MINISTRY, day, n) == expected


@pytest.mark.parametrize(
    "ask",
    [
        lambda calendar: add_working_time(calendar, at(AMMAN, 2026, 1, 1), HOUR),
        lambda calendar: working_time_between(calendar, at(AMMAN, 2026, 1, 1), at(AMMAN, 2026, 1, 2)),
        lambda calendar: previous_working_day(calendar, date(2026, 1, 1)),
        lambda calendar: next_working_day(calendar, date(2026, 1, 1)),
        lambda calendar: add_working_days(calendar, date(2026, 1, 1), 1),
        lambda calendar: next_working_day(calendar, date(9999, 12, 31)),
    ],
)
@pytest.mark.parametrize("calendar", [NEVER, Calendar(AMMAN, ())], ids=["all closed", "no hours"])
def test_an_empty_calendar_is_refused(calendar, ask):
    with pytest.raises(EmptyCalendar):
        ask(calendar)


def test_hours_that_ended_years_ago_promise_nothing():
    past = Calendar(AMMAN, (weekly(range(7), ALL_DAY, valid_to=date(2020, 12, 31)),))

    with pytest.raises(EmptyCalendar):
        add_working_time(past, at(AMMAN, 2026, 1, 1), HOUR)

    assert working_time_between(past, at(AMMAN, 2026, 1, 1), at(AMMAN, 2026, 2, 1)) == timedelta(0)


def test_a_promise_of_many_years_is_kept_if_the_office_works():
    due = add_working_time(MINISTRY, at(AMMAN, 2026, 4, 1), 20_000 * HOUR)

    assert working_time_between(MINISTRY, at(AMMAN, 2026, 4, 1), due) == 20_000 * HOUR


@pytest.mark.parametrize(
    "build",
    [
        lambda: span("15:00", "15:00"),
        lambda: span("15:00", "08:00"),
        lambda: Span(time(8, tzinfo=AMMAN), time(9)),
        lambda: weekly([0], span("08:00", "12:00"), span("11:59", "13:00")),
        lambda: weekly([0], span("08:00", "00:00"), span("09:00", "10:00")),
        lambda: weekly([7], ALL_DAY),
        lambda: weekly([0], ALL_DAY, valid_from=date(2026, 2, 1), valid_to=date(2026, 1, 31)),
        lambda: DayOverride(date(2026, 1, 1), (ALL_DAY, ALL_DAY)),
        lambda: Calendar(AMMAN, (), {date(2026, 1, 2): DayOverride(date(2026, 1, 1))}),
        lambda: add_working_time(MINISTRY, datetime(2026, 1, 1), HOUR),
        lambda: add_working_time(MINISTRY, at(AMMAN, 2026, 1, 1), -HOUR),
        lambda: working_time_between(MINISTRY, at(AMMAN, 2026, 1, 1), datetime(2026, 1, 1)),
    ],
)
def test_hours_and_questions_without_sense_are_refused(build):
    with pytest.raises(ValueError):
        build()


ZONES = st.sampled_from(
    [AMMAN, BERLIN, NEW_YORK, *map(ZoneInfo, ("America/Sao_Paulo", "Australia/Lord_Howe", "Pacific/Apia"))]
)
INSTANTS = st.datetimes(
    datetime(2017, 1, 1), datetime(2019, 12, 31), timezones=ZONES
)  # São Paulo and Amman changed then
AMOUNTS = st.timedeltas(timedelta(0), timedelta(days=60))
DATES = st.dates(date(2016, 6, 1), date(2020, 6, 30))


@st.composite
def hours(draw):
    """The hours of one day: none, one or several spans, now and then up to midnight."""
    ends = sorted(draw(st.sets(st.integers(0, 24 * 4), max_size=6)))
    clock = [time(quarters // 4 % 24, quarters % 4 * 15) for quarters in ends]
    return tuple(Span(*pair) for pair in zip(clock[::2], clock[1::2], strict=False))


@st.composite
def calendars(draw):
    """A calendar that works on some weekday of its unbounded hours."""
    every = WeeklyHours(None, None, {draw(st.integers(0, 6)): (Span(time(9), time(17)),)})
    ranges = [
        WeeklyHours(min(ends), max(ends), days)
        for ends, days in draw(
            st.lists(st.tuples(st.tuples(DATES, DATES), st.dictionaries(st.integers(0, 6), hours())), max_size=3)
        )
        if abs(ends[1] - ends[0]) < timedelta(days=700)
    ]
    overrides = draw(st.dictionaries(DATES, hours(), max_size=5))
    return Calendar(draw(ZONES), (every, *ranges), {day: DayOverride(day, spans) for day, spans in overrides.items()})


@given(calendars(), INSTANTS, AMOUNTS)
def test_time_added_is_the_time_between(calendar, start, amount):
    due = add_working_time(calendar, start, amount)

    assert due.tzinfo is UTC
    assert due >= start
    assert working_time_between(calendar, start, due) == amount


@given(calendars(), INSTANTS, AMOUNTS)
def test_nothing_is_due_later_than_it_must_be(calendar, start, amount):
    due = add_working_time(calendar, start, amount)

    if amount:
        assert working_time_between(calendar, start, due - timedelta.resolution) < amount


@given(calendars(), INSTANTS, st.tuples(AMOUNTS, AMOUNTS))
def test_a_longer_promise_is_never_due_earlier(calendar, start, amounts):
    shorter, longer = sorted(amounts)

    assert add_working_time(calendar, start, shorter) <= add_working_time(calendar, start, longer)


@given(calendars(), st.tuples(INSTANTS, INSTANTS), AMOUNTS)
def test_who_asks_later_is_never_served_earlier(calendar, starts, amount):
    earlier, later = sorted(start.astimezone(UTC) for start in starts)

    assert add_working_time(calendar, earlier, amount) <= add_working_time(calendar, later, amount)


@given(calendars(), INSTANTS, AMOUNTS, AMOUNTS)
def test_two_promises_in_turn_are_one_of_their_sum(calendar, start, first, second):
    in_turn = add_working_time(calendar, add_working_time(calendar, start, first), second)

    assert in_turn == add_working_time(calendar, start, first + second)


@given(calendars(), st.tuples(INSTANTS, INSTANTS, INSTANTS))
def test_time_between_adds_up(calendar, instants):
    a, b, c = sorted(instant.astimezone(UTC) for instant in instants)

    parts = working_time_between(calendar, a, b) + working_time_between(calendar, b, c)

    assert parts == working_time_between(calendar, a, c) <= c - a


@given(calendars(), DATES)
@example(Calendar(BERLIN, (weekly(range(7), ALL_DAY),)), date(2026, 3, 28))
def test_the_hours_of_two_days_never_overlap(calendar, day):
    ends = [end for each in (day, day + timedelta(days=1)) for span in calendar.spans_on(each) for end in span]

    assert ends == sorted(ends)


@given(calendars(), DATES, st.integers(1, 40))
def test_working_days_forth_and_back_lead_home(calendar, day, n):
    day = next_working_day(calendar, day)

    assert add_working_days(calendar, add_working_days(calendar, day, n), -n) == day


@given(calendars(), DATES)
def test_the_nearest_working_day_is_one_and_none_lies_between(calendar, day):
    before = previous_working_day(calendar, day)

    assert is_working_day(calendar, before)
    assert not any(is_working_day(calendar, before + timedelta(days=n)) for n in range(1, (day - before).days + 1))
