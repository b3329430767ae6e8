"""Promises become dated obligations met by evidence; payments depend on them; lateness proposes a penalty."""

from datetime import date
from decimal import Decimal

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import override

from contracts import actions
from contracts.models import Contract, Instalment, Obligation, Penalty, Term
from office.events import record_event
from office.history import history_of
from tests import factories
from tests.contracts.test_pages import queries_of
from ui.text import strip_bidi

QUARTERS = [date(2026, 3, 31), date(2026, 6, 30), date(2026, 9, 30), date(2026, 12, 31)]


@pytest.fixture(autouse=True)
def _on_a_day():
    with time_machine.travel("2026-07-05T09:00:00Z", tick=True):
        yield


def report(name="visit.pdf"):
    return SimpleUploadedFile(name, b"%PDF-1.4 report", content_type="application/pdf")


@pytest.fixture
def promised(contract, owner):
    """A contract worth 4,000 whose vendor promised four visits a year, 10 dinars for each day late, 5 % at most."""
    Term.objects.update(value=Decimal(4000))
    values = {"kind": "visit", "title": "", "per_year": 4, "penalty_per_day": Decimal(10), "penalty_cap": Decimal(5)}
    actions.add_promise(contract, by=owner, values=values, amendment=factories.make_amendment(contract))
    return contract


def visit(number):
    return Obligation.objects.order_by("due")[number]


def meet(obligation, day, state="met", **rest):
    given = {"state": state, "met_on": day, "evidence": report(), **rest}
    return actions.meet_obligation(obligation, by=obligation.term.contract.owner, **given)


def plan(contract, **rest):
    values = {"count": 4, "tax_percent": Decimal(16), "retention_percent": Decimal(5)} | rest
    actions.plan_instalments(contract.terms.first(), by=contract.owner, **values)
    return list(Instalment.objects.order_by("number"))


def test_a_promise_becomes_dated_rows(promised):
    assert list(Obligation.objects.values_list("due", flat=True)) == QUARTERS


def test_the_next_term_gets_its_rows_too(promised, owner):
    actions.add_term(promised, by=owner, end=date(2027, 12, 31))

    assert Obligation.objects.filter(term__sequence=2).count() == 4


def test_a_promise_added_by_amendment_begins_with_it(contract, owner):
    amendment = factories.make_amendment(contract, effective=date(2026, 7, 1))
    values = {"kind": "report", "title": "Monthly", "per_year": 12, "penalty_per_day": None, "penalty_cap": None}

    actions.add_promise(contract, by=owner, values=values, amendment=amendment)

    assert [row.due.month for row in Obligation.objects.all()] == [7, 8, 9, 10, 11, 12]


def test_in_force_a_promise_needs_its_amendment(contract, owner):
    with pytest.raises(ValidationError) as refusal:
        actions.add_promise(contract, by=owner, values={})

    assert "amendment" in refusal.value.error_dict


def test_done_in_time_with_evidence_it_is_met_and_costs_nothing(promised):
    met = meet(visit(0), date(2026, 3, 30))

    assert (met.state, met.evidence.name) == ("met", "visit.pdf")
    assert not Penalty.objects.exists()


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"evidence": None}, "evidence"),
        ({"met_on": None}, "met_on"),
        ({"met_on": date(2026, 7, 6)}, "met_on"),
        ({"state": "not_met", "remark": ""}, "remark"),
    ],
)
def test_without_evidence_a_day_or_a_word_it_stays_open(promised, given, field):
    values = {"state": "met", "met_on": date(2026, 3, 30), "evidence": report()} | given

    with pytest.raises(ValidationError) as refusal:
        actions.meet_obligation(visit(0), by=promised.owner, **values)

    assert field in refusal.value.error_dict
    assert visit(0).state == "scheduled"


def test_the_database_knows_that_met_means_evidence(promised):
    with pytest.raises(IntegrityError), transaction.atomic():
        Obligation.objects.update(state="met")


def test_late_proposes_what_the_promise_says(promised):
    meet(visit(0), date(2026, 4, 10))

    row = Penalty.objects.get()
    assert (row.days_late, row.amount, row.state) == (10, Decimal("100.000"), "proposed")


def test_not_met_at_all_costs_the_cap_at_most(promised):
    actions.meet_obligation(visit(0), by=promised.owner, state="not_met", remark="Nobody came.")

    assert Penalty.objects.get().amount == Decimal("200.000")


def test_what_is_not_due_yet_is_not_called_unmet(promised):
    with pytest.raises(ValidationError) as refusal:
        actions.meet_obligation(visit(3), by=promised.owner, state="not_met", remark="Nobody will come.")

    assert "state" in refusal.value.error_dict


def test_twice_is_refused(promised):
    meet(visit(0), date(2026, 3, 30))

    with pytest.raises(ValidationError) as refusal:
        actions.waive_obligation(visit(0), by=promised.owner, reason="No.")

    assert refusal.value.code == "answered"


def test_the_instalments_make_the_value_and_wait_for_what_falls_due_before_them(promised):
    rows = plan(promised, count=2)

    assert [(row.due, row.amount, row.fiscal_year) for row in rows] == [
        (date(2026, 6, 30), 2000, 2026),
        (date(2026, 12, 31), 2000, 2026),
    ]
    assert [[one.due for one in row.depends_on.all()] for row in rows] == [QUARTERS[:2], QUARTERS[2:]]


def test_an_instalment_is_not_approved_before_what_it_depends_on(promised, owner):
    first = plan(promised)[0]
    actions.invoice_instalment(first, by=owner, invoice_number="INV-7", e_invoice_number="JO-1")

    with pytest.raises(ValidationError) as refusal:
        actions.approve_instalment(first, by=owner)

    assert refusal.value.code == "depends"
    meet(visit(0), date(2026, 3, 31))
    actions.approve_instalment(first, by=owner)
    assert Instalment.objects.get(number=1).state == "approved"


def test_what_was_waived_is_waited_for_no_more(promised, owner):
    first = plan(promised)[0]
    actions.waive_obligation(visit(0), by=owner, reason="The building was closed.")
    actions.invoice_instalment(first, by=owner, invoice_number="INV-7")

    actions.approve_instalment(first, by=owner)

    assert Instalment.objects.get(number=1).state == "approved"


def test_an_agreed_penalty_is_taken_off_the_next_payment(promised, owner, sign_in):
    first = plan(promised)[0]
    meet(visit(0), date(2026, 4, 10))
    actions.agree_penalty(Penalty.objects.get(), by=owner)
    actions.invoice_instalment(first, by=owner, invoice_number="INV-7")
    actions.approve_instalment(first, by=owner)

    actions.pay_instalment(first, by=owner, paid_on=date(2026, 7, 5))

    assert (Penalty.objects.get().state, Penalty.objects.get().instalment) == ("applied", first)
    page = sign_in(owner).get(reverse("contract_money", args=[promised.pk])).content.decode()
    assert "1,010.000" in page  # 1000 + 160 tax - 50 retention - 100 penalty


@pytest.mark.parametrize("address", ["contract", "events"])
def test_the_history_tells_a_technician_of_a_penalty_and_not_how_much(promised, owner, basil, sign_in, address):
    meet(visit(0), date(2026, 4, 10))
    actions.agree_penalty(Penalty.objects.get(), by=owner)
    url = promised.get_absolute_url() if address == "contract" else "/events/"

    pages = {person: sign_in(person).get(url).content.decode() for person in (basil, owner)}

    assert all("Penalty agreed" in page for page in pages.values())
    assert ["100.000" in pages[person] for person in (basil, owner)] == [False, True]


@pytest.mark.parametrize(("language", "words"), [("en", "4,000.000 JOD"), ("ar", "4,000.000 د.أ")])
def test_amounts_in_the_history_are_told_as_pages_tell_them(promised, owner, sign_in, language, words):
    record_event(promised, "term_changed", by=owner, changes={"value": ["4000.000", "12500.500"]})
    owner.language = language
    owner.save()

    page = sign_in(owner).get(promised.get_absolute_url()).content.decode()
    log = sign_in(owner).get("/events/").content.decode()

    for told in (page, log):
        told = told.replace("\u2066", "").replace("\u2069", "")
        assert f">{words}</" in told
        assert f">{words.replace('4,000.000', '12,500.500')}</" in told


def test_an_amount_in_the_history_has_the_currency_of_its_time(promised):
    record_event(promised, "changed", changes={"value": ["1000", "2000"]})
    record_event(promised, "changed", changes={"currency": ["USD", "JOD"], "value": ["2000", "1400"]})

    second, first = history_of(promised)[:2]

    assert first.changes == [("Value", "1,000.00 USD", "2,000.00 USD")]
    assert second.changes[1] == ("Value", "2,000.00 USD", "1,400.000 JOD")


def test_the_history_of_a_penalty_is_told_in_arabic_words_and_days(promised, owner):
    meet(visit(0), date(2026, 4, 10))
    actions.agree_penalty(Penalty.objects.get(), by=owner)

    with override("ar"):
        agreed, proposed = history_of(promised)[:2]

    assert agreed.changes[0] == ("غرامة", "", "زيارة صيانة وقائية · 31 آذار 2026")
    assert [(label, strip_bidi(new)) for label, _old, new in proposed.changes[1:]] == [
        ("المبلغ", "100.000 د.أ"),
        ("أيام التأخير", "10"),
    ]


def test_what_an_event_only_names_is_not_told_as_a_change(promised):
    meet(visit(0), date(2026, 3, 29))

    answered = history_of(promised)[0]

    assert [(old, new) for _label, old, new in answered.changes] == [
        ("", "preventive visit"),
        ("", "31 Mar 2026"),
        ("scheduled", "met"),
    ]


def test_an_instalment_that_is_overdue_says_so(promised, owner, sign_in):
    plan(promised)

    page = sign_in(owner).get(reverse("contract_money", args=[promised.pk])).content.decode()

    assert page.count("planned, overdue") == 2  # of March and June


def test_a_penalty_is_waived_with_a_reason_only(promised, owner):
    meet(visit(0), date(2026, 4, 10))

    actions.waive_penalty(Penalty.objects.get(), by=owner, reason="We let them wait at the gate.")

    assert Penalty.objects.get().state == "waived"
    with pytest.raises(IntegrityError), transaction.atomic():
        Penalty.objects.update(reason="")


def test_an_instalment_is_held_back_and_released(promised, owner):
    first = plan(promised)[0]
    actions.withhold_instalment(first, by=owner, reason="The report is missing.")

    with pytest.raises(ValidationError) as refusal:
        actions.invoice_instalment(first, by=owner, invoice_number="INV-7")
    actions.release_instalment(first, by=owner)

    assert refusal.value.code == "state"
    assert Instalment.objects.get(number=1).state == "planned"


def test_the_account_is_settled_after_the_end_too(promised, owner):
    first = plan(promised)[0]
    actions.terminate_contract(promised, by=owner, on=date(2026, 7, 5), reason="Breach.")

    actions.withhold_instalment(first, by=owner, reason="Until the last report.")

    assert Instalment.objects.get(number=1).state == "withheld"


def test_a_technician_keeps_no_account(promised, basil):
    first = plan(promised)[0]

    with pytest.raises(PermissionDenied):
        actions.withhold_instalment(first, by=basil, reason="Why not.")


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("name", ["contract_obligations", "contract_money"])
def test_the_pages_cost_the_same_for_one_year_and_two(sign_in, promised, owner, name, language):
    owner.language = language
    owner.save()
    plan(promised)
    client, url = sign_in(owner), reverse(name, args=[promised.pk])
    client.get(url)
    before = queries_of(client, url)
    actions.add_term(promised, by=owner, end=date(2027, 12, 31), value=Decimal(5000))
    actions.plan_instalments(
        promised.terms.last(), by=owner, count=4, tax_percent=Decimal(16), retention_percent=Decimal(0)
    )

    assert queries_of(client, url) == before <= 15


def test_a_technician_sees_the_obligations_and_no_amount(sign_in, promised, basil):
    client = sign_in(basil)
    plan(promised)

    page = client.get(reverse("contract_obligations", args=[promised.pk])).content.decode()

    assert "10.000" not in page
    assert "4,000" not in page
    assert client.get(reverse("contract_money", args=[promised.pk])).status_code == 404


def test_a_visit_is_recorded_through_its_form(sign_in, promised, owner):
    form = {"state": "met", "met_on": "2026-04-02", "evidence": report(), "remark": ""}

    sign_in(owner).post(reverse("obligation_meet", args=[promised.pk, visit(0).pk]), form)

    assert (visit(0).state, Penalty.objects.get().days_late) == ("met", 2)


def test_an_obligation_of_another_contract_is_not_found(sign_in, promised, owner, ministry):
    other = factories.make_contract(ministry, owner=owner)

    assert sign_in(owner).get(reverse("obligation_meet", args=[other.pk, visit(0).pk])).status_code == 404
    assert Contract.objects.count() == 2
