"""The dates of terms: from the anchor, clamped, moved back; checked against an oracle that walks day by day."""

from datetime import date, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contracts import terms
from contracts.terms import Kind, Notice
from office.worktime import Calendar, DayOverride, Span, WeeklyHours
from tests.contracts import oracle

HOURS = (Span(time(8, 30), time(15, 30)),)
WEEK = WeeklyHours(None, None, dict.fromkeys((6, 0, 1, 2, 3), HOURS))
STARTS = st.dates(date(2000, 1, 1), date(2060, 12, 31))
HOLIDAYS = st.sets(st.dates(date(2000, 1, 1), date(2080, 12, 31)), max_size=30)


def ministry(holidays=()):
    return Calendar(ZoneInfo("Asia/Amman"), (WEEK,), {day: DayOverride(day) for day in holidays})


def chain(start, initial, renewal, count):
    """The (start, end) of `count` terms: one of `initial` months, the rest of `renewal` months."""
    spans = [(start, terms.term_end(start, initial))]
    while len(spans) < count:
        spans.append(terms.next_term(spans, renewal))
    return spans


@pytest.mark.parametrize(
    ("anchor", "months", "day"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2026, 1, 31), 2, date(2026, 3, 31)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2024, 2, 29), 48, date(2028, 2, 29)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
        (date(2026, 1, 15), -1, date(2025, 12, 15)),
        (date(2026, 12, 1), 0, date(2026, 12, 1)),
    ],
)
def test_a_month_later_is_clamped_to_the_length_of_that_month(anchor, months, day):
    assert terms.add_months(anchor, months) == day


@given(STARTS, st.integers(0, 200))
def test_months_agree_with_walking_day_by_day(start, months):
    assert terms.add_months(start, months) == oracle.months_after(start, months)


@given(STARTS, st.integers(0, 200))
def test_months_backwards_agree_with_walking_day_by_day(start, months):
    assert terms.add_months(start, -months) == oracle.months_before(start, months)


@given(STARTS, st.integers(0, 200))
def test_whole_months_are_recognised(start, months):
    assert terms.months_until(start, terms.add_months(start, months)) == months


@settings(max_examples=300)
@given(STARTS, st.integers(1, 60), st.integers(1, 24))
def test_terms_follow_without_gap_and_never_drift_from_the_anchor(start, initial, renewal):
    spans = chain(start, initial, renewal, 10)

    for number, (_begin, end) in enumerate(spans):
        assert end + timedelta(days=1) == oracle.months_after(start, initial + number * renewal)
    for (_s, end), (begin, _e) in pairwise(spans):
        assert begin == end + timedelta(days=1)


@pytest.mark.parametrize("start", [date(2024, 1, 29), date(2024, 1, 30), date(2024, 1, 31), date(2024, 2, 29)])
def test_ten_terms_of_a_36_and_12_month_contract_keep_their_month_end(start):
    spans = chain(start, 36, 12, 10)

    ends = [end for _start, end in spans]
    assert ends == [oracle.months_after(start, 36 + 12 * n) - timedelta(days=1) for n in range(10)]
    deadlines = [notice_of(end, Notice(3, Kind.MINUS_MONTHS)) for end in ends]
    assert deadlines == [oracle.working_day_at_or_before(oracle.months_before(end, 3)) for end in ends]


def notice_of(end, notice, holidays=()):
    return terms.notice_deadline(ministry(holidays), terms.explained_end([(end, end)]), notice).day


def test_an_odd_end_begins_a_new_count():
    spans = [(date(2025, 1, 31), date(2026, 1, 30)), (date(2026, 1, 31), date(2026, 3, 16))]

    following = terms.next_term(spans, 12)

    assert following == (date(2026, 3, 17), date(2027, 3, 16))


def test_a_gap_begins_a_new_count():
    spans = [(date(2024, 5, 1), date(2025, 4, 30)), (date(2025, 6, 10), date(2026, 6, 9))]

    assert terms.next_term(spans, 12) == (date(2026, 6, 10), date(2027, 6, 9))


@settings(max_examples=300)
@given(STARTS, st.integers(0, 400), HOLIDAYS)
def test_notice_in_days_is_moved_to_the_working_day_before(end, days, holidays):
    expected = oracle.working_day_at_or_before(end - timedelta(days=days), holidays)

    assert notice_of(end, Notice(days, Kind.MINUS_DAYS), holidays) == expected


@given(STARTS, st.integers(0, 120), HOLIDAYS)
def test_notice_in_working_days_counts_only_those(end, days, holidays):
    expected = oracle.working_day_at_or_before(oracle.working_days_before(end, days, holidays), holidays)

    assert notice_of(end, Notice(days, Kind.MINUS_WORKING_DAYS), holidays) == expected


@given(STARTS, st.integers(0, 36), HOLIDAYS)
def test_notice_in_months_is_clamped(end, months, holidays):
    expected = oracle.working_day_at_or_before(oracle.months_before(end, months), holidays)

    assert notice_of(end, Notice(months, Kind.MINUS_MONTHS), holidays) == expected


@settings(max_examples=300)
@given(STARTS, st.one_of(st.none(), st.integers(0, 400)), st.integers(0, 200), HOLIDAYS)
def test_decide_by_is_the_deadline_less_the_lead_moved_back(end, notice, lead, holidays):
    working = lambda day: oracle.working_day_at_or_before(day, holidays)  # noqa: E731
    base = end if notice is None else working(end - timedelta(days=notice))
    ended = terms.explained_end([(end, end)])
    deadline = notice is not None and terms.notice_deadline(ministry(holidays), ended, Notice(notice, Kind.MINUS_DAYS))

    decided = terms.decide_by(ministry(holidays), ended, deadline or None, lead)

    assert decided.day == working(base - timedelta(days=lead))


def test_every_step_is_kept_for_the_explanation():
    spans = [(date(2020, 1, 1), date(2022, 12, 31)), (date(2023, 1, 1), date(2023, 12, 31))]
    end = terms.explained_end(spans)

    decided = terms.decide_by(ministry(), end, terms.notice_deadline(ministry(), end, Notice(90, Kind.MINUS_DAYS)), 30)

    assert [(step.kind, step.amount, step.day) for step in decided.steps] == [
        (Kind.START, 0, date(2020, 1, 1)),
        (Kind.PLUS_MONTHS, 48, date(2023, 12, 31)),
        (Kind.MINUS_DAYS, 90, date(2023, 10, 2)),
        (Kind.MINUS_DAYS, 30, date(2023, 9, 2)),
        (Kind.MOVED_BACK, 0, date(2023, 8, 31)),
    ]


def test_an_end_without_whole_months_is_the_one_written():
    end = terms.explained_end([(date(2026, 1, 1), date(2026, 5, 17))])

    assert [step.kind for step in end.steps] == [Kind.WRITTEN_END]


def test_notice_is_not_counted_in_anything_else():
    with pytest.raises(ValueError, match="Notice"):
        Notice(3, Kind.MOVED_BACK)


NOTICES = st.one_of(
    st.none(),
    st.builds(Notice, st.integers(1, 400), st.just(Kind.MINUS_DAYS)),
    st.builds(Notice, st.integers(1, 60), st.just(Kind.MINUS_WORKING_DAYS)),
    st.builds(Notice, st.integers(1, 12), st.just(Kind.MINUS_MONTHS)),
)
LONG_HOLIDAYS = st.lists(st.tuples(st.dates(date(2000, 1, 1), date(2090, 12, 31)), st.integers(1, 9)), max_size=12)


@settings(max_examples=5000, deadline=None, suppress_health_check=list(HealthCheck))
@given(STARTS, st.integers(1, 48), st.integers(1, 24), st.integers(1, 6), NOTICES, st.integers(0, 120), LONG_HOLIDAYS)
def test_every_date_of_any_contract_is_what_walking_day_by_day_finds(
    start, initial, renewal, count, notice, lead, holidays
):
    free = {day + timedelta(days=n) for day, length in holidays for n in range(length)}
    spans, calendar = chain(start, initial, renewal, count), ministry(free)

    found = [counted(spans[: n + 1], notice, lead, calendar) for n in range(count)]

    ends = oracle.ends_by_walking(start, initial, renewal, count)
    assert found == [walked(end, notice, lead, free) for end in ends]


def counted(spans, notice, lead, calendar):
    """(end, notice deadline, decide-by) of the last of `spans`, as the rules say."""
    end = terms.explained_end(spans)
    deadline = notice and terms.notice_deadline(calendar, end, notice)
    return end.day, deadline and deadline.day, terms.decide_by(calendar, end, deadline, lead).day


def walked(end, notice, lead, free):
    """The same by the oracle."""
    deadline = notice and oracle.working_day_at_or_before(EARLIER[notice.unit](end, notice.value, free), free)
    return end, deadline, oracle.working_day_at_or_before((deadline or end) - timedelta(days=lead), free)


EARLIER = {
    Kind.MINUS_DAYS: lambda end, count, free: end - timedelta(days=count),
    Kind.MINUS_WORKING_DAYS: oracle.working_days_before,
    Kind.MINUS_MONTHS: lambda end, count, free: oracle.months_before(end, count),
}
