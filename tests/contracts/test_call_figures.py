"""What came of a vendor's calls: counted for contracts and vendors, with the calls behind every figure."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from contracts.call_figures import figures_of
from contracts.models import Penalty
from tests import factories

pytestmark = pytest.mark.django_db
NOVEMBER = (date(2026, 11, 1), date(2026, 11, 30))


def at(words):
    return datetime.fromisoformat(words).replace(tzinfo=UTC)


@pytest.fixture
def row(contract, ministry):
    return factories.cover(contract, factories.make_asset(ministry))


def call(row, opened="2026-11-10T09:00", **fields):
    return factories.make_call(row, opened_at=at(opened), **fields)


def test_shares_count_what_is_decided_and_name_the_calls_behind_them(contract, row, manager):
    kept = call(row, response_state="met", restore_state="met", on_site_at=at("2026-11-10T10:00"))
    broken = call(
        row, response_state="met", restore_state="running", restore_breached_at=at("2026-11-12T10:00"), state="open"
    )
    running = call(row, response_state="running", restore_state="running")

    found = figures_of([contract], *NOVEMBER, manager)[contract.pk]

    assert (found.count, found.response.percent, found.restore.percent) == (3, Decimal("100.0"), Decimal("50.0"))
    assert (found.restore.kept, found.restore.broken, found.on_site.percent) == ((kept,), (broken,), None)
    assert found.breaches == [(broken, "restore", at("2026-11-12T10:00"))]
    assert (found.visits, found.unfinished) == ((kept,), (kept, broken, running))


def test_both_ends_of_the_period_are_local_days_and_belong_to_it(contract, row, manager):
    call(row, "2026-10-31T20:59")  # still the 31st in Amman
    first = call(row, "2026-10-31T21:00")
    last = call(row, "2026-11-30T20:59")
    call(row, "2026-11-30T21:00")

    assert figures_of([contract], *NOVEMBER, manager)[contract.pk].calls == (first, last)


def test_calls_that_were_called_off_count_for_nothing(contract, row, manager):
    call(row, state="cancelled", reason="Twice.", restore_breached_at=at("2026-11-12T10:00"))

    assert figures_of([contract], *NOVEMBER, manager)[contract.pk].count == 0


def test_a_vendor_has_the_calls_of_all_contracts_and_of_warranties(contract, row, manager, ministry):
    of_contract = call(row)
    of_warranty = call(None, "2026-11-11T09:00", institution=ministry, vendor=contract.vendor)
    other = factories.make_vendor()

    found = figures_of([contract.vendor, other], *NOVEMBER, manager)

    assert (found[contract.vendor.pk].calls, found[other.pk].calls) == ((of_contract, of_warranty), ())


def test_credits_are_what_was_agreed_and_are_hidden_from_technicians(contract, row, manager, basil):
    term, one = row.term, call(row)
    Penalty.objects.create(term=term, call=one, clock="restore", days_late=1, amount="20.000", state="agreed")
    Penalty.objects.create(term=term, call=one, clock="response", days_late=1, amount="5.000", state="proposed")

    mine, his = (figures_of([contract], *NOVEMBER, user)[contract.pk] for user in (manager, basil))

    assert (mine.credits, mine.proposed) == ({"JOD": Decimal("20.000")}, {"JOD": Decimal("5.000")})
    assert (his.credits, his.proposed, his.count) == (None, None, 1)


def test_nobody_counts_what_another_institution_called_for(contract, row):
    call(row)
    stranger = factories.make_user(factories.make_institution(), is_manager=True)

    assert figures_of([contract], *NOVEMBER, stranger)[contract.pk].count == 0


def test_any_number_of_contracts_costs_two_statements(contract, row, manager, django_assert_num_queries):
    others = [factories.make_contract(contract.institution, owner=contract.owner) for _ in range(3)]
    for _ in range(3):
        call(row)

    with django_assert_num_queries(2):
        found = figures_of([contract, *others], *NOVEMBER, manager)
        assert [(str(one), one.contract.number, one.vendor.name) for one in found[contract.pk].calls]
