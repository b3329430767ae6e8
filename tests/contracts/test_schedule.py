"""On which days promises fall due, what lateness costs, and what a payment comes to."""

from datetime import date, time, timedelta
from decimal import Decimal as D
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts import dues, terms
from contracts.schedule import due_days, equal_parts
from office.worktime import Calendar, Span, WeeklyHours
from tests.contracts import oracle

WEEK = WeeklyHours(None, None, dict.fromkeys((6, 0, 1, 2, 3), (Span(time(8, 30), time(15, 30)),)))
MINISTRY = Calendar(ZoneInfo("Asia/Amman"), (WEEK,))
MONEY = st.decimals(D("0.001"), D("9999999"), places=3)


def test_four_visits_a_year_are_due_at_the_end_of_each_quarter_moved_back_from_free_days():
    days = due_days(MINISTRY, date(2026, 1, 1), date(2026, 12, 31), 4)

    assert days == [date(2026, 3, 31), date(2026, 6, 30), date(2026, 9, 30), date(2026, 12, 31)]


def test_a_start_on_the_31st_does_not_drift():
    days = due_days(MINISTRY, date(2026, 1, 31), date(2027, 1, 30), 12)

    assert days == [
        oracle.working_day_at_or_before(oracle.months_after(date(2026, 1, 31), n) - timedelta(days=1))
        for n in range(1, 13)
    ]


@pytest.mark.parametrize(
    ("start", "end", "per_year", "count"),
    [
        (date(2026, 1, 1), date(2026, 6, 30), 4, 2),
        (date(2026, 1, 1), date(2028, 12, 31), 4, 12),
        (date(2026, 1, 1), date(2026, 1, 20), 4, 1),
        (date(2026, 1, 1), date(2026, 5, 17), 12, 5),
    ],
)
def test_a_term_has_its_share_of_what_is_promised_a_year_and_never_none(start, end, per_year, count):
    assert len(due_days(MINISTRY, start, end, per_year)) == count


@settings(deadline=None)
@given(st.dates(date(2020, 1, 1), date(2040, 1, 1)), st.integers(1, 60), st.integers(1, 30))
def test_parts_lie_inside_the_term_in_their_order(start, months, count):
    end = terms.term_end(start, months)

    days = equal_parts(MINISTRY, start, end, count)

    assert (len(days), days) == (count, sorted(days))
    assert start <= days[0]
    assert days[-1] == max(oracle.working_day_at_or_before(end), start)


@pytest.mark.parametrize(
    ("done", "cap", "value", "amount"),
    [
        (date(2026, 3, 31), D(10), D(1000), D("0.000")),
        (date(2026, 4, 3), D(10), D(1000), D("37.500")),
        (date(2026, 4, 30), D(10), D(1000), D("100.000")),  # the cap
        (date(2026, 4, 30), None, D(1000), D("375.000")),
        (date(2026, 4, 30), D(10), None, D("375.000")),
        (date(2026, 3, 1), D(10), D(1000), D("0.000")),
    ],
)
def test_a_penalty_is_so_much_a_day_up_to_its_cap(done, cap, value, amount):
    assert dues.penalty(date(2026, 3, 31), done, D("12.5"), cap, value) == amount


@given(MONEY, st.integers(1, 60))
def test_parts_of_an_amount_make_it_to_the_fils(total, count):
    parts = dues.equal_parts(total, count)

    assert (len(parts), sum(parts)) == (count, total)
    assert all(part == part.quantize(D("0.001")) for part in parts)


def test_what_is_paid_is_the_net_with_tax_less_retention_and_penalties():
    due = dues.payable(D("1000.000"), D(16), D(5), D("37.500"))

    assert (due.tax, due.retained, due.total) == (D("160.000"), D("50.000"), D("1072.500"))
