"""The forecast of a year: what is committed, likely and optional, to the fils, each month counted by hand."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.forecast import Part, Span, Sureness, Terms, further, has_unknown, lines_of, spread

YEAR_2026 = Span(date(2026, 1, 1), date(2026, 12, 31), Decimal(12000))


def figures(terms, year=2027, percent=0):
    return {(line.sureness.value, line.budget_line): line.total for line in lines_of(terms, year, Decimal(percent))}


def test_a_term_is_spread_over_its_days():
    shares = spread(date(2027, 1, 16), date(2027, 2, 28), Decimal(440), 2027)

    assert shares[:3] == [Decimal(160), Decimal(280), Decimal(0)]  # 16 and 28 of 44 days, ten dinars each


@given(
    start=st.dates(date(2020, 1, 1), date(2026, 1, 1)),
    days=st.integers(0, 2000),
    fils=st.integers(1, 10**9),
)
def test_the_shares_of_all_years_make_the_value_to_the_fils(start, days, fils):
    end = date.fromordinal(start.toordinal() + days)
    value = Decimal(fils) / 1000

    total = sum(sum(spread(start, end, value, year)) for year in range(start.year, end.year + 1))

    assert total == value


def test_instalments_fall_into_the_month_they_are_due_in():
    parts = (Part(date(2027, 3, 31), Decimal(600), "27-1"), Part(date(2028, 3, 31), Decimal(400), "28-1"))
    terms = Terms((Span(date(2027, 1, 1), date(2028, 12, 31), Decimal(1000), parts),))

    (line,) = lines_of(terms, 2027)

    assert (line.sureness, line.budget_line, line.months[2], line.total) == (
        Sureness.COMMITTED,
        "27-1",
        Decimal(600),
        Decimal(600),
    )


def test_what_renews_itself_is_likely_and_dearer_by_the_scenario():
    terms = Terms((YEAR_2026,), ahead=Sureness.LIKELY, months=12)

    assert figures(terms) == {("likely", ""): Decimal(12000)}
    assert figures(terms, percent=5) == {("likely", ""): Decimal(12600)}
    assert figures(terms, 2028, percent=5) == {("likely", ""): Decimal(13230)}  # dearer twice by then


def test_a_shorter_renewal_costs_as_much_a_month():
    three_years = Span(date(2024, 1, 1), date(2026, 12, 31), Decimal(36000))

    (line,) = lines_of(Terms((three_years,), ahead=Sureness.OPTIONAL, months=6, left=1), 2027)

    assert (line.sureness, line.total, line.begins) == (Sureness.OPTIONAL, Decimal(6000), date(2027, 1, 1))


def test_renewals_end_with_their_number_and_with_the_last_possible_end():
    once = Terms((YEAR_2026,), ahead=Sureness.LIKELY, months=6, left=1)
    limited = Terms((YEAR_2026,), ahead=Sureness.LIKELY, months=12, limit=date(2027, 3, 31))

    assert list(further(once, date(2027, 12, 31))) == [(date(2027, 1, 1), date(2027, 6, 30))]
    assert list(further(limited, date(2027, 12, 31))) == [(date(2027, 1, 1), date(2027, 3, 31))]
    assert figures(limited) == {("likely", ""): Decimal(3000)}


def test_a_year_can_hold_both_what_is_agreed_and_what_may_follow():
    to_june = Span(date(2026, 7, 1), date(2027, 6, 30), Decimal(3650))
    terms = Terms((to_june,), ahead=Sureness.OPTIONAL, months=12)

    found = figures(terms)

    assert found[("committed", "")] == Decimal(1810)  # 181 days of ten dinars
    assert found[("optional", "")] == Decimal("1834.973")  # 184 of 366 days of 3650: the next term holds a 29 February


def test_after_a_termination_nothing_is_owed():
    parts = (Part(date(2027, 3, 31), Decimal(600)), Part(date(2027, 9, 30), Decimal(400)))
    planned = Terms((Span(date(2027, 1, 1), date(2027, 12, 31), Decimal(1000), parts),), stopped=date(2027, 7, 1))
    bare = Terms((Span(date(2027, 1, 1), date(2027, 12, 31), Decimal(3650)),), stopped=date(2027, 2, 1))

    assert figures(planned) == {("committed", ""): Decimal(600)}
    assert figures(bare) == {("committed", ""): Decimal(310)}


@pytest.mark.parametrize(
    ("terms", "unknown"),
    [
        (Terms((YEAR_2026,), ahead=Sureness.LIKELY), False),
        (Terms((Span(date(2026, 1, 1), date(2026, 12, 31)),), ahead=Sureness.LIKELY), True),
        (Terms((Span(date(2026, 1, 1), date(2026, 12, 31)),)), False),
        (Terms((Span(date(2027, 1, 1), date(2027, 12, 31)),)), True),
    ],
)
def test_what_has_no_value_is_told(terms, unknown):
    assert has_unknown(terms, 2027) is unknown


def test_tax_is_reckoned_on_each_instalment_at_its_own_rate_and_on_a_value_before_it_is_spread():
    parts = (Part(date(2027, 3, 31), Decimal("0.333"), tax=Decimal(16)), Part(date(2027, 6, 30), Decimal(100)))
    planned = Terms((Span(date(2027, 1, 1), date(2027, 12, 31), Decimal(1000), parts),), tax=Decimal(16))
    spread_out = Terms((Span(date(2027, 1, 1), date(2027, 12, 31), Decimal("1000.001")),), tax=Decimal(16))

    (line,) = lines_of(planned, 2027, with_tax=True)
    (other,) = lines_of(spread_out, 2027, with_tax=True)

    assert (line.months[2], line.months[5]) == (Decimal("0.386"), Decimal(100))  # 0.053 of tax, and none
    assert other.total == Decimal("1160.001")
    assert lines_of(planned, 2027)[0].total == Decimal("100.333")
