"""Amendments: in force nothing agreed changes without one; what they change is kept, and the past can be looked at."""

from datetime import date
from decimal import Decimal

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from contracts import actions
from contracts.as_of import as_of
from contracts.models import Amendment, Contract, Coverage, Term
from tests import factories

TODAY = "2026-05-10T09:00:00Z"


@pytest.fixture(autouse=True)
def _on_a_day():
    with time_machine.travel(TODAY, tick=True):
        yield


@pytest.fixture
def priced(contract):
    Term.objects.update(value=Decimal(3650))
    return contract


def paper(name="annex.pdf"):
    return SimpleUploadedFile(name, b"%PDF-1.4 annex", content_type="application/pdf")


def amend(contract, effective, **rest):
    values = {"dated": date(2026, 5, 3), "reason": "By letter.", "document": paper()} | rest
    return actions.amend_contract(contract, by=contract.owner, effective=effective, **values)


ACTS = {
    "value": lambda contract: actions.change_term(
        contract.terms.get(), by=contract.owner, start=date(2026, 1, 1), end=date(2026, 12, 31), value=Decimal(1)
    ),
    "condition": lambda contract: actions.change_contract(contract, by=contract.owner, values={"notice_value": 60}),
    "new level": lambda contract: actions.add_level(contract, by=contract.owner, values={}),
    "level": lambda contract: actions.change_level(contract.levels.get(), by=contract.owner, values={}),
    "coverage": lambda contract: actions.add_coverage(
        contract, by=contract.owner, things=[factories.make_asset(contract.institution)], level=contract.levels.get()
    ),
    "end of coverage": lambda contract: actions.end_coverage(
        factories.cover(contract, factories.make_asset(contract.institution)),
        by=contract.owner,
        last_day=date(2026, 6, 1),
    ),
}


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("state", ["active", "suspended", "expired"])
def test_in_force_nothing_agreed_changes_without_an_amendment(priced, act, state):
    Contract.objects.update(state=state)
    priced.refresh_from_db()

    with pytest.raises(ValidationError) as refusal:
        ACTS[act](priced)

    assert refusal.value.error_dict["amendment"][0].code == "amendment"
    assert Term.objects.get().value == 3650


def test_amendments_are_numbered_by_contract_and_keep_their_paper(priced):
    first, second = (amend(priced, date(2026, 6, 1), document=paper(name)) for name in ("one.pdf", "two.pdf"))

    assert [first.number, second.number] == [1, 2]
    assert second.document.name == "two.pdf"


def test_an_amendment_of_another_contract_is_none(priced, ministry, owner):
    other = factories.make_amendment(factories.make_contract(ministry, owner=owner))

    with pytest.raises(ValidationError) as refusal:
        actions.change_contract(priced, by=owner, values={"notice_value": 60}, amendment=other)

    assert refusal.value.error_dict["amendment"][0].code == "foreign"


@pytest.mark.parametrize(("field", "wrong"), [("dated", date(2026, 5, 11)), ("effective", date(2025, 12, 31))])
def test_days_that_cannot_be_are_refused_at_their_field(priced, field, wrong):
    values = {"effective": date(2026, 6, 1)} | {field: wrong}

    with pytest.raises(ValidationError) as refusal:
        amend(priced, **values)

    assert field in refusal.value.error_dict
    assert not Amendment.objects.exists()


def test_what_is_added_in_mid_term_costs_the_days_that_are_left(priced, owner):
    device = factories.make_asset(priced.institution)
    amendment = amend(priced, date(2026, 10, 20))  # 73 of 365 days are left

    actions.add_coverage(
        priced,
        by=owner,
        things=[device],
        level=priced.levels.get(),
        from_date=date(2026, 10, 20),
        to_date=date(2026, 12, 31),
        cost_share=Decimal("100.000"),
        amendment=amendment,
        changes_value=True,
    )

    row = Coverage.objects.get()
    assert (row.cost_share, row.amendment) == (Decimal("20.000"), amendment)
    assert Term.objects.get().value == Decimal("3670.000")


def test_what_is_taken_out_is_paid_for_until_its_last_day(priced, owner):
    row = factories.cover(priced, factories.make_asset(priced.institution), cost_share=Decimal("365.000"))
    amendment = amend(priced, date(2026, 5, 11))

    actions.end_coverage(row, by=owner, last_day=date(2026, 5, 10), amendment=amendment, changes_value=True)

    row.refresh_from_db()
    assert (row.to_date, row.cost_share) == (date(2026, 5, 10), Decimal("130.000"))
    assert Term.objects.get().value == Decimal("3415.000")


def test_coverage_does_not_begin_or_end_before_the_amendment_is_in_effect(priced, owner):
    row = factories.cover(priced, factories.make_asset(priced.institution))
    amendment = amend(priced, date(2026, 6, 1))
    known = {"by": owner, "amendment": amendment}

    things = [factories.make_asset(priced.institution)]
    with pytest.raises(ValidationError) as early:
        actions.add_coverage(priced, things=things, level=priced.levels.get(), from_date=date(2026, 5, 31), **known)
    with pytest.raises(ValidationError) as late:
        actions.end_coverage(row, last_day=date(2026, 5, 30), **known)

    assert ("from_date" in early.value.error_dict, "last_day" in late.value.error_dict) == (True, True)


@pytest.fixture
def amended(priced, owner):
    """From June it is worth 4,000, from July it runs three months longer and takes 60 days of notice."""
    june, july = amend(priced, date(2026, 6, 1)), amend(priced, date(2026, 7, 1))
    term = priced.terms.get()
    dates = {"by": owner, "start": term.start}
    actions.change_term(term, end=term.end, value=Decimal(4000), amendment=june, **dates)
    actions.change_term(term, end=date(2027, 3, 31), value=Decimal(4000), amendment=july, **dates)
    actions.change_contract(priced, by=owner, values={"notice_value": 60}, amendment=july)
    return Contract.objects.get()


@pytest.mark.parametrize(
    ("day", "value", "end", "notice"),
    [
        (date(2026, 1, 1), 3650, date(2026, 12, 31), None),
        (date(2026, 5, 31), 3650, date(2026, 12, 31), None),
        (date(2026, 6, 1), 4000, date(2026, 12, 31), None),
        (date(2026, 6, 30), 4000, date(2026, 12, 31), None),
        (date(2026, 7, 1), 4000, date(2027, 3, 31), 60),
        (date(2030, 1, 1), 4000, date(2027, 3, 31), 60),
    ],
)
def test_on_any_day_it_stands_as_the_amendments_in_effect_say(amended, day, value, end, notice):
    stood = as_of(amended, day)

    assert (stood.terms[0].value, stood.terms[0].end, stood.contract.notice_value) == (value, end, notice)
    assert (stood.dates[0].notice_deadline is None) == (notice is None)


def test_an_amendment_in_effect_earlier_than_one_before_it_takes_its_place_in_time(priced, owner):
    later, earlier = amend(priced, date(2026, 8, 1)), amend(priced, date(2026, 6, 1))
    actions.change_contract(priced, by=owner, values={"notice_value": 90}, amendment=later)
    actions.change_contract(priced, by=owner, values={"notice_value": 30}, amendment=earlier)

    stood = [as_of(priced, day).contract.notice_value for day in (date(2026, 7, 1), date(2026, 9, 1))]

    assert stood == [30, 90]


def test_the_state_and_the_owner_of_a_day_come_from_the_history(contract, owner, deputy):
    with time_machine.travel("2026-05-20T09:00:00Z"):
        actions.change_contract(contract, by=owner, values={"owner": deputy, "deputy": owner})
        actions.suspend_contract(contract, by=owner, reason="A strike.")

    before, after = (as_of(Contract.objects.get(), day).contract for day in (date(2026, 5, 19), date(2026, 5, 20)))

    assert (before.state, before.owner) == ("active", owner)
    assert (after.state, after.owner) == ("suspended", deputy)


def test_a_term_added_later_did_not_stand_there_before(contract, owner):
    actions.add_term(contract, by=owner, end=date(2027, 12, 31))

    assert len(as_of(contract, date(2026, 5, 9)).terms) == 1
    assert len(as_of(contract, date(2026, 5, 10)).terms) == 2


def test_a_level_changed_by_amendment_is_the_old_one_until_then(contract, owner):
    amendment, level = amend(contract, date(2026, 6, 1)), contract.levels.get()
    values = {name: getattr(level, name) for name in actions.coverage.LEVEL_FIELDS}
    actions.change_level(level, by=owner, values=values | {"response_minutes": 60}, amendment=amendment)

    promised = [as_of(contract, day).levels[0].response_minutes for day in (date(2026, 5, 31), date(2026, 6, 1))]

    assert promised == [240, 60]


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_pages_of_an_amendment_and_of_a_day(sign_in, amended, owner, language):
    owner.language = language
    owner.save()
    client = sign_in(owner)

    page = client.get(reverse("contract_amendment", args=[amended.pk, 1])).content.decode()
    stood = client.get(reverse("contract_as_of", args=[amended.pk]) + "?day=2026-05-31").content.decode()

    assert "3,650.000" in page
    assert "4,000.000" in page
    assert "3,650.000" in stood


def test_a_day_that_is_none_is_refused_at_its_field(sign_in, amended, owner):
    response = sign_in(owner).get(reverse("contract_as_of", args=[amended.pk]) + "?day=soon")

    assert response.status_code == 200
    assert "day" in response.context["form"].errors


def test_a_technician_reads_no_amount_of_an_amendment_or_a_day(sign_in, amended, basil):
    client = sign_in(basil)
    pages = [
        client.get(url).content.decode()
        for url in (
            reverse("contract_amendment", args=[amended.pk, 1]),
            reverse("contract_as_of", args=[amended.pk]) + "?day=2026-05-31",
        )
    ]

    assert not any("3650" in page or "3,650" in page or "annex.pdf" in page for page in pages)


def test_an_amendment_is_written_and_used_through_its_forms(sign_in, priced, owner):
    client = sign_in(owner)
    form = {"dated": "2026-05-03", "effective": "2026-06-01", "reason": "Two more.", "document": paper()}
    written = client.post(reverse("contract_amend", args=[priced.pk]), form)
    changed = {"amendment": Amendment.objects.get().pk, "start": "2026-01-01", "end": "2026-12-31", "value": "٤٠٠٠"}

    client.post(reverse("contract_term_edit", args=[priced.pk, priced.terms.get().pk]), changed)

    assert written.url == reverse("contract_amendment", args=[priced.pk, 1])
    assert Term.objects.get().value == 4000


def test_the_form_of_a_contract_in_force_offers_no_condition(sign_in, priced, owner):
    fields = sign_in(owner).get(reverse("contract_edit", args=[priced.pk])).context["form"].fields

    assert not {"vendor", "currency", "notice_value", "renewal"} & set(fields)
    assert {"title", "owner", "lead_days"} <= set(fields)
