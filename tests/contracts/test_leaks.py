"""The report of leaks: each of its seven questions finds what it asks for, with the money, and nothing else."""

from datetime import date
from decimal import Decimal

import pytest
import time_machine
from django.urls import reverse

from assets.models import Asset
from contracts.leaks import leaks_of
from contracts.models import Contract, Instalment, Obligation, Promise, Term
from tests import factories
from tests.contracts.test_pages import queries_of

TODAY = date(2026, 10, 20)  # 73 of 365 days are left


@pytest.fixture(autouse=True)
def _on_a_day():
    with time_machine.travel("2026-10-20T09:00:00Z", tick=True):
        yield


@pytest.fixture
def printer(contract):
    """Covered for 365 dinars a year."""
    asset = factories.make_asset(contract.institution, state="in_use", needs_support=True)
    factories.cover(contract, asset, cost_share=Decimal(365))
    return asset


def found(user):
    """{question: [(words, amount)]} of those that found something."""
    questions = leaks_of(user, TODAY)
    return {one.name: [(line.words, line.amount) for line in one.lines] for one in questions if one.lines}


def test_where_all_is_well_nothing_is_found(printer, manager):
    assert found(manager) == {}


def test_what_needs_support_and_has_none_is_worth_what_it_cost(contract, printer, manager):
    factories.make_asset(contract.institution, state="in_use", needs_support=True, purchase_cost=Decimal(900))
    factories.make_asset(contract.institution, state="in_use")  # needs none

    assert [amount for _words, amount in found(manager)["uncovered"]] == [Decimal(900)]


@pytest.mark.parametrize("by", ["model", "location", "warranty"])
def test_a_model_a_place_around_it_or_a_warranty_is_support_enough(contract, printer, manager, by):
    building = factories.make_location(contract.institution)
    room = factories.make_location(contract.institution, parent=building)
    model = factories.make_model()
    warranty = {"warranty_end": date(2027, 1, 1)} if by == "warranty" else {}
    known = {"state": "in_use", "needs_support": True, "model": model, "location": room}
    factories.make_asset(contract.institution, **known, **warranty)
    if not warranty:
        factories.cover(contract, None, **{by: {"model": model, "location": building}[by]})

    assert "uncovered" not in found(manager)


def test_what_is_gone_costs_the_days_that_are_left(printer, manager):
    Asset.objects.filter(pk=printer.pk).update(state="lost")

    assert found(manager)["gone"] == [("lost", Decimal("73.000"))]


def test_a_line_without_a_share_is_an_equal_part_of_what_the_others_leave_of_the_value(contract, printer, manager):
    Term.objects.update(value=Decimal(4015))
    for _ in range(2):
        factories.cover(contract, factories.make_asset(contract.institution, state="lost"))

    gone = found(manager)["gone"]

    assert gone == [("lost · an equal part of the value", Decimal("365.000"))] * 2  # 73/365 of (4015 - 365) / 2


def test_of_two_covers_the_cheaper_is_at_stake(contract, printer, manager, ministry, owner):
    other = factories.make_contract(ministry, owner=owner, number="C-9")
    factories.cover(other, printer, cost_share=Decimal(100))

    ((words, amount),) = found(manager)["twice"]

    assert "C-2026-014" in words
    assert amount == Decimal("20.000")


@pytest.mark.parametrize("by", ["model", "location"])
def test_who_is_covered_by_name_and_by_model_or_place_is_paid_for_twice(contract, manager, ministry, owner, by):
    building = factories.make_location(ministry)
    place, model = factories.make_location(ministry, parent=building), factories.make_model()
    asset = factories.make_asset(ministry, state="in_use", model=model, location=place)
    factories.cover(contract, asset, cost_share=Decimal(365))
    other = factories.make_contract(ministry, owner=owner, number="C-9")
    factories.cover(other, None, **{by: {"model": model, "location": building}[by]})

    ((words, amount),) = found(manager)["twice"]

    assert "C-9" in words
    assert amount == Decimal("73.000")


def test_two_lines_of_one_contract_are_not_double(contract, printer, manager):
    factories.cover(contract, printer, cost_share=Decimal(100))

    assert "twice" not in found(manager)


def test_beside_a_free_warranty_only_its_days_count(printer, manager):
    Asset.objects.filter(pk=printer.pk).update(warranty_end=date(2026, 10, 29))

    assert [amount for _words, amount in found(manager)["warranty"]] == [Decimal("10.000")]


def test_a_contract_without_anything_live_is_at_stake_as_a_whole(contract, printer, manager):
    Term.objects.update(value=Decimal(4000))
    Asset.objects.filter(pk=printer.pk).update(state="disposed")

    assert [amount for _words, amount in found(manager)["empty"]] == [Decimal(4000)]


@pytest.mark.parametrize(("start", "days"), [(date(2027, 1, 1), None), (date(2027, 1, 11), "10 days without cover")])
def test_the_days_before_a_successor_begins_are_a_gap(contract, printer, manager, ministry, owner, start, days):
    after = factories.make_contract(
        ministry, owner=owner, start=start, end=date(2027, 12, 31), predecessor=contract, state="draft"
    )

    gaps = found(manager).get("gap", [])

    assert [words for words, _amount in gaps] == ([days] if days else [])
    assert after.predecessor == contract


def test_a_gap_is_worth_what_stood_without_cover(contract, printer, manager, ministry, owner):
    Asset.objects.filter(pk=printer.pk).update(purchase_cost=Decimal("310.500"))
    gone = factories.make_asset(ministry, state="lost", purchase_cost=Decimal(70))
    factories.cover(contract, gone)
    early = factories.make_asset(ministry, state="in_use", purchase_cost=Decimal(50))
    factories.cover(contract, early, to_date=date(2026, 6, 30))
    factories.make_contract(
        ministry, owner=owner, start=date(2027, 1, 11), end=date(2027, 12, 31), predecessor=contract
    )

    assert found(manager)["gap"] == [("10 days without cover", Decimal("310.500"))]


def test_after_a_termination_the_gap_begins_with_it(contract, printer, manager, ministry, owner):
    Contract.objects.filter(pk=contract.pk).update(state="terminated", ended_on=date(2026, 7, 1))
    factories.make_contract(ministry, owner=owner, start=date(2026, 8, 1), end=date(2026, 12, 31), predecessor=contract)

    assert [words for words, _amount in found(manager)["gap"]] == ["31 days without cover"]


def test_a_successor_that_was_given_up_makes_no_gap(contract, printer, manager, ministry, owner):
    factories.make_contract(
        ministry, owner=owner, start=date(2027, 6, 1), end=date(2027, 12, 31), predecessor=contract, state="cancelled"
    )

    assert "gap" not in found(manager)


def test_of_a_contract_with_two_terms_the_current_one_is_at_stake(contract, printer, manager):
    Term.objects.update(value=Decimal(4000), end=date(2026, 6, 30))
    Term.objects.create(
        contract=contract, sequence=2, start=date(2026, 7, 1), end=date(2027, 6, 30), value=Decimal(5000)
    )
    Asset.objects.filter(pk=printer.pk).update(state="disposed")

    assert [amount for _words, amount in found(manager)["empty"]] == [Decimal(5000)]


def test_what_was_paid_without_its_proof_is_named(contract, printer, manager):
    term = contract.terms.get()
    promise = Promise.objects.create(contract=contract)
    visit = Obligation.objects.create(term=term, promise=promise, due=date(2026, 3, 31))
    known = {"term": term, "due": date(2026, 3, 31), "amount": 1000, "tax_percent": 16, "fiscal_year": 2026}
    paid = Instalment.objects.create(number=1, state="paid", paid_on=date(2026, 4, 1), **known)
    paid.depends_on.add(visit)

    assert [amount for _words, amount in found(manager)["unproved"]] == [Decimal(1000)]
    Obligation.objects.update(state="waived")
    assert "unproved" not in found(manager)


def test_another_institution_finds_nothing_of_it(printer):
    Asset.objects.filter(pk=printer.pk).update(state="lost")
    stranger = factories.make_user(institution=factories.make_institution(), is_manager=True)

    assert found(stranger) == {}


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_page_adds_the_money_up_and_costs_the_same_for_one_and_three(sign_in, printer, manager, contract, language):
    manager.language = language
    manager.save()
    Asset.objects.update(state="lost")
    client = sign_in(manager)
    client.get(reverse("contract_leaks"))
    before = queries_of(client, reverse("contract_leaks"))
    for _ in range(2):
        gone = factories.make_asset(contract.institution, state="lost")
        factories.cover(contract, gone, cost_share=Decimal(365))

    assert queries_of(client, reverse("contract_leaks")) == before <= 15
    assert "219.000" in client.get(reverse("contract_leaks")).content.decode()
    assert Contract.objects.count() == 1


def test_the_sheet_holds_every_line_with_its_amount(sign_in, printer, manager, contract):
    Asset.objects.filter(pk=printer.pk).update(state="lost")

    answer = sign_in(manager).get(reverse("contract_leaks"), {"export": "csv"})

    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert lines[0] == "Kind,What,Why,Amount,Currency"
    assert lines[1].endswith(",lost,73.000,JOD")


def test_more_than_the_page_shows_is_counted_and_stands_in_the_sheet(contract, printer, manager, monkeypatch):
    monkeypatch.setattr("contracts.leaks.MOST", 2)
    for cost in (5, 7, 9):
        factories.make_asset(contract.institution, state="in_use", needs_support=True, purchase_cost=cost)

    uncovered, *_rest = leaks_of(manager, TODAY)

    assert [line.amount for line in uncovered.lines] == [Decimal(9), Decimal(7)]
    assert (uncovered.count, uncovered.more, uncovered.sums["JOD"]) == (3, 1, Decimal(21))
    assert len(leaks_of(manager, TODAY, whole=True)[0].lines) == 3


def test_a_technician_and_dina_have_no_such_page(sign_in, printer, basil, dina):
    assert [sign_in(person).get(reverse("contract_leaks")).status_code for person in (basil, dina)] == [404, 404]
