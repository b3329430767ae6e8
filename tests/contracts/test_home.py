"""The manager's home: the weeks of the decisions, and the money that is fetched after it."""

from datetime import date
from decimal import Decimal

import pytest
import time_machine
from django.core.cache import cache
from django.urls import reverse

from contracts import tiles
from contracts.models import Contract, Instalment, Term
from tests import factories
from tests.contracts.test_pages import queries_of


@pytest.fixture(autouse=True)
def _on_a_day(db):
    cache.clear()
    with time_machine.travel("2026-11-24T09:00:00Z", tick=True):  # a Tuesday
        yield
    cache.clear()


def test_the_weeks_begin_on_sunday_and_hold_what_is_decided_in_them(contract, owner):
    weeks = tiles.decisions(owner)["weeks"]

    assert [week["start"] for week in weeks[:2]] == [date(2026, 11, 22), date(2026, 11, 29)]
    assert [week["count"] for week in weeks] == [0, 1, *[0] * 11]  # decide by Tuesday 1 December
    assert (weeks[0]["is_now"], weeks[1]["height"]) == (True, 40)


def test_a_week_opens_its_contracts(sign_in, contract, owner, ministry):
    factories.make_contract(ministry, owner=owner, end=date(2027, 6, 30))

    page = sign_in(owner).get(tiles.decisions(owner)["weeks"][1]["url"])

    assert page.context["page"].rows == [contract]


def test_the_money_costs_the_same_for_one_and_three(sign_in, contract, owner, ministry):
    Term.objects.update(value=Decimal(12000))
    client, url = sign_in(owner), reverse("contract_money_part")
    client.get(url)
    cache.clear()
    before = queries_of(client, url)
    for _ in range(2):
        factories.make_contract(ministry, owner=owner)
    Term.objects.update(value=Decimal(12000))
    cache.clear()

    assert queries_of(client, url) == before
    assert "36,000.000" in client.get(url).content.decode()


def test_what_is_due_is_counted_with_what_is_late(sign_in, contract, owner):
    known = {"term": contract.terms.get(), "amount": Decimal(1000), "tax_percent": 16, "fiscal_year": 2026}
    for number, due in enumerate((date(2026, 11, 1), date(2026, 12, 1), date(2027, 3, 1)), 1):
        Instalment.objects.create(number=number, due=due, **known)

    ((_icon, words, url),) = sign_in(owner).get(reverse("contract_money_part")).context["due"]

    assert "2, of which overdue: 1; 2,000.000 JOD" in words
    assert len(sign_in(owner).get(url).context["page"].rows) == 2


def test_what_is_kept_is_kept_for_one_person_with_her_rights(sign_in, contract, owner):
    asset = factories.make_asset(contract.institution, state="lost")
    factories.cover(contract, asset, cost_share=Decimal(365))
    stranger = factories.make_user(institution=factories.make_institution(), is_manager=True, language="en")
    url = reverse("contract_money_part")

    assert sign_in(owner).get(url).context["leaks"]
    assert sign_in(stranger).get(url).context["leaks"] == []
    Contract.objects.filter(pk=contract.pk).update(state="cancelled")
    assert sign_in(owner).get(url).context["leaks"]  # for ten minutes


def test_a_technician_and_dina_have_no_such_part(sign_in, contract, basil, dina):
    assert [sign_in(person).get(reverse("contract_money_part")).status_code for person in (basil, dina)] == [404, 404]
