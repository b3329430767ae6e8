"""The ladder: which rung is due on a day, and what a late start or an outage leaves of it."""

from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts import ladder
from contracts.ladder import Due, Rule
from office.worktime import Calendar, Span, WeeklyHours
from tests.contracts import oracle

ANCHOR = date(2026, 10, 1)
SUNDAY_TO_THURSDAY = {day: (Span(time(8, 30), time(15, 30)),) for day in (6, 0, 1, 2, 3)}
MINISTRY = Calendar(ZoneInfo("Asia/Amman"), (WeeklyHours(None, None, SUNDAY_TO_THURSDAY),))
RULES = st.builds(
    Rule,
    rungs=st.lists(st.integers(0, 200), max_size=10).map(tuple),
    repeat_days=st.integers(1, 20),
    repeat_at_most=st.integers(0, 9),
)


def run(anchor, rule, days):
    """[(day, Due)] of what is sent when the run happens on `days` and nobody decides."""
    sent = []
    for day in days:
        if due := ladder.due_rung(anchor, rule, day, [earlier.rung for _day, earlier in sent]):
            sent.append((day, due))
    return sent


def test_the_ladder_goes_on_for_eight_weeks_after_the_date():
    assert Rule().ladder == (180, 120, 90, 60, 30, 14, 7, 0, -1, -8, -15, -22, -29, -36, -43, -50)


def test_each_rung_is_due_once_on_its_day():
    days = oracle.days_between(date(2026, 1, 1), date(2026, 12, 31))

    sent = run(ANCHOR, Rule(), days)

    assert [(day, due.rung) for day, due in sent] == [(ANCHOR - timedelta(days=r), r) for r in Rule().ladder]
    assert not any(due.is_late for _day, due in sent)


def test_a_late_start_sends_the_most_urgent_passed_rung_only():
    day = ANCHOR - timedelta(days=20)

    assert ladder.due_rung(ANCHOR, Rule(), day, []) == Due(30, ANCHOR - timedelta(days=30), is_late=True)


def test_two_missed_rungs_are_one_and_the_missed_day_is_named():
    due = ladder.due_rung(ANCHOR, Rule(), ANCHOR - timedelta(days=5), [180, 120, 90, 60, 30])

    assert due == Due(7, ANCHOR - timedelta(days=7), is_late=True, missed=(ANCHOR - timedelta(days=14),))


def test_what_was_sent_is_not_due_again():
    assert ladder.due_rung(ANCHOR, Rule(), ANCHOR - timedelta(days=20), [30]) is None


def test_nothing_is_due_before_the_first_rung():
    assert ladder.due_rung(ANCHOR, Rule(), ANCHOR - timedelta(days=181), []) is None


def test_years_later_only_the_last_rung_is_due():
    due = ladder.due_rung(ANCHOR, Rule(), ANCHOR + timedelta(days=900), [])

    assert (due.rung, due.is_late) == (-50, True)


@settings(max_examples=300)
@given(RULES, st.sets(st.integers(-220, 220), max_size=80))
def test_any_days_of_running_send_what_the_oracle_says(rule, offsets):
    days = [ANCHOR + timedelta(days=offset) for offset in sorted(offsets)]

    sent = run(ANCHOR, rule, days)

    assert [(day, due.rung) for day, due in sent] == oracle.reminders(ANCHOR, rule.ladder, days)
    assert all(due.is_late == (day > due.due_on) for day, due in sent)


@given(RULES, st.integers(-300, 300))
def test_the_next_day_is_the_first_one_with_a_rung(rule, offset):
    after = ANCHOR + timedelta(days=offset)
    days = [ladder.day_of(ANCHOR, rung) for rung in rule.ladder]

    assert ladder.next_day(ANCHOR, rule, after) == min((day for day in days if day > after), default=None)


@pytest.mark.parametrize(
    ("since", "climbs"),
    [(date(2026, 10, 4), date(2026, 10, 11)), (date(2026, 10, 9), date(2026, 10, 15))],  # a Sunday, a Friday
)
def test_silence_climbs_after_five_working_days(since, climbs):
    assert ladder.climbs_on(MINISTRY, since, Rule()) == climbs
