"""The calendar by month: what falls on which day, for whom, and that a month costs the same however full it is."""

from datetime import date
from decimal import Decimal

import pytest
import time_machine
from django.urls import reverse

from contracts import actions
from contracts.models import Instalment, Obligation, Promise
from contracts.month import entries_of, weeks_of
from tests import factories
from tests.contracts.test_pages import queries_of

TODAY = date(2026, 12, 10)


@pytest.fixture(autouse=True)
def _on_a_day():
    with time_machine.travel("2026-12-10T09:00:00Z", tick=True):
        yield


@pytest.fixture
def december(contract):
    """The contract with a visit and a payment in its last month."""
    term, promise = contract.terms.get(), Promise.objects.create(contract=contract)
    Obligation.objects.create(term=term, promise=promise, due=date(2026, 12, 6))
    known = {"term": term, "amount": Decimal(1000), "tax_percent": 16, "fiscal_year": 2026}
    Instalment.objects.create(number=1, due=date(2026, 12, 20), **known)
    return contract


def found(user, mine=False):
    days = entries_of(user, date(2026, 12, 1), date(2026, 12, 31), TODAY, mine)
    return [(entry.day.day, entry.kind, entry.is_late) for day in sorted(days) for entry in days[day]]


def test_a_month_is_shown_in_weeks_from_sunday():
    weeks = weeks_of(date(2026, 11, 20))

    assert (weeks[0][0], weeks[-1][-1], len(weeks)) == (date(2026, 11, 1), date(2026, 12, 5), 5)
    assert weeks_of(date(2027, 1, 1))[0][0] == date(2026, 12, 27)


def test_each_thing_stands_on_its_day(december, manager):
    assert found(manager) == [
        (1, "decide", True),
        (6, "visit", True),
        (20, "payment", False),
        (31, "end", False),
    ]


def test_a_technician_sees_no_payments(december, basil):
    assert [kind for _day, kind, _late in found(basil)] == ["decide", "visit", "end"]


def test_a_decided_contract_waits_for_nothing_and_still_ends(december, owner, manager):
    actions.record_decision(december, by=owner, decision="expire", reason="Not needed.")

    assert [kind for _day, kind, _late in found(manager)] == ["visit", "payment", "end"]


def test_a_terminated_contract_does_not_end_twice(december, owner, manager):
    actions.terminate_contract(december, by=owner, on=date(2026, 12, 15), reason="They closed.")

    assert "end" not in [kind for _day, kind, _late in found(manager)]


def test_mine_are_those_one_runs(december, owner):
    other = factories.make_user(december.institution, is_manager=True)

    assert len(found(owner, mine=True)) == 4
    assert found(other, mine=True) == []


def test_of_another_institution_nothing_is_shown(december):
    stranger = factories.make_user(institution=factories.make_institution(), is_manager=True)

    assert found(stranger) == []


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_page_costs_the_same_for_one_and_three(sign_in, december, ministry, owner, language):
    owner.language = language
    owner.save()
    client, url = sign_in(owner), reverse("contract_month")
    client.get(url)
    before = queries_of(client, url)
    for _ in range(2):
        actions.refresh_dates(factories.make_contract(ministry, owner=owner))

    assert queries_of(client, url) == before <= 15
    assert "1,000.000" in client.get(url).content.decode()


@pytest.mark.parametrize("month", ["2026-13", "soon", "0000-01", "2026-1-1"])
def test_a_month_that_means_nothing_is_told(sign_in, manager, month):
    page = sign_in(manager).get(reverse("contract_month"), {"month": month})

    assert [warning["value"] for warning in page.context["warnings"]] == [month]


def test_arabic_digits_are_read(sign_in, manager):
    assert "2027" in sign_in(manager).get(reverse("contract_month"), {"month": "٢٠٢٧-٠١"}).context["title"]


def test_dina_has_no_such_page_and_a_head_sees_what_she_answers_for(sign_in, december, section, dina):
    assert sign_in(dina).get(reverse("contract_month")).status_code == 404
    page = sign_in(section.head).get(reverse("contract_month"))
    assert december.number in page.content.decode()
    assert "1,000.000" not in page.content.decode()
