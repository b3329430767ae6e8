"""A fault handed to a vendor: opened, moved on by steps, judged, closed; what a broken promise costs."""

import uuid
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, transaction

from contracts import actions, clock, coverage
from contracts.choices import CallState, StepKind, Verdict
from contracts.models import CallStep, Penalty, ServiceCall, VendorLink
from office import database
from office.models import Event, OutboxRow
from people.models import VendorContact
from tests import factories

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)  # Sunday 9:00 in Amman; the ministry works from 8:00 to 15:00


@pytest.fixture(autouse=True)
def the_clock():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def printer(contract, ministry):
    printer = factories.make_asset(ministry)
    factories.cover(contract, printer)
    return printer


@pytest.fixture
def care(contract):
    return VendorContact.objects.create(vendor=contract.vendor, name="Care", email="care@vendor.example")


@pytest.fixture
def escalate(printer, basil, care, ministry):
    def _escalate(**fields):
        cover = coverage.who_covers(printer)[0]
        values = {"subject": "Jammed", "text": "The printer is jammed.", "channel": "mail", "contact": care}
        values |= {"address": care.email} | fields
        return actions.open_call(by=basil, institution=ministry, cover=cover, asset=printer, **values)

    return _escalate


def at(words):
    return datetime.fromisoformat(words).replace(tzinfo=UTC)


def fresh(row):
    row.refresh_from_db()
    return row


def vendor_says(call, kind, **fields):
    link = call.links.first() or VendorLink.make(call, by=None, expires_at=NOW + timedelta(days=9))[0]
    return actions.record_vendor_step(link, kind=kind, **({"name": "Fadi"} | fields))


def test_an_escalation_starts_the_vendors_clock_in_the_hours_of_the_contract(escalate, contract):
    call = fresh(escalate())

    assert (call.number, call.term, call.level) == ("CALL-2026-00001", contract.terms.get(), contract.levels.get())
    assert call.response_due == at("2026-11-22T10:00")  # 240 minutes
    assert call.restore_due == at("2026-11-24T08:00")  # 960 minutes: 6 h, 7 h, 3 h
    assert (call.response_state, call.clock_due) == ("running", call.response_due)
    assert call.steps.get().kind == StepKind.ESCALATED


def test_by_mail_one_mail_is_owed_with_a_link_that_only_the_mail_knows(escalate, django_capture_on_commit_callbacks):
    from office import outbox

    call = escalate()
    row = OutboxRow.objects.get(topic="contracts.call")
    mail = outbox.make(row)

    token = mail.text.split("/v/")[1].split("/")[0]
    assert VendorLink.by_token(token).call == call
    assert token not in str(row.payload)
    assert call.links.get().digest != token
    assert (row.address, row.recipient) == ("care@vendor.example", None)
    assert "The printer is jammed." in mail.text


def test_by_telephone_no_mail_is_owed(escalate):
    call = escalate(channel="phone", text="", reference="77")

    assert not OutboxRow.objects.filter(topic="contracts.call").exists()
    assert (call.links.count(), call.reference) == (0, "77")


def test_only_technicians_of_the_institution_escalate(printer, amal, manager, ministry, care):
    cover = coverage.who_covers(printer)[0]
    stranger = factories.make_user(factories.make_institution(), is_technician=True)

    for person in (amal, manager, stranger):
        with pytest.raises(PermissionDenied):
            actions.open_call(
                by=person, institution=ministry, cover=cover, asset=printer, subject="x", text="x", channel="phone"
            )


def test_without_an_address_no_mail_can_be_sent(escalate):
    with pytest.raises(ValidationError) as refusal:
        escalate(contact=None, address="")

    assert refusal.value.error_dict["contact"][0].code == "address"


def test_a_warranty_is_called_without_a_level(basil, ministry):
    supplier = factories.make_vendor()
    scanner = factories.make_asset(ministry, supplier=supplier, warranty_end=date(2027, 1, 1))
    cover = coverage.who_covers(scanner)[0]

    call = actions.open_call(
        by=basil, institution=ministry, cover=cover, asset=scanner, subject="x", text="", channel="phone"
    )

    assert (call.vendor, call.term, call.level, call.response_due, call.clock_due) == (supplier, None, None, None, None)


def test_the_vendors_word_counts_until_a_technician_disputes_it(escalate, basil, the_clock):
    call = escalate()
    the_clock.move_to(at("2026-11-22T09:00"))
    step = vendor_says(call, "restored")
    assert fresh(call).restore_state == "met"

    actions.dispute_step(step, by=basil, reason="It jams still.")

    assert (fresh(call).restore_state, call.restored_at, call.response_at) == ("running", None, None)


def test_a_confirmed_repair_closes_the_call_and_a_dispute_opens_it_again(escalate, basil, the_clock):
    call = escalate()
    the_clock.move_to(at("2026-11-22T09:00"))
    step = vendor_says(call, "restored")

    actions.confirm_step(step, by=basil)
    assert (fresh(call).state, call.ended_by) == (CallState.CLOSED, basil)

    actions.dispute_step(step, by=basil, reason="It jams again, the roller is the old one.")
    assert (fresh(call).state, call.ended_at, fresh(step).verdict) == (CallState.OPEN, None, Verdict.DISPUTED)


def test_a_dispute_needs_a_reason_and_a_technician(escalate, basil, amal, auditor):
    step = vendor_says(escalate(), "received")

    with pytest.raises(ValidationError):
        actions.dispute_step(step, by=basil, reason="  ")
    for person in (amal, auditor):
        with pytest.raises(PermissionDenied):
            actions.dispute_step(step, by=person, reason="No.")


def test_a_pause_takes_a_reason_and_moves_what_is_due(escalate, basil, the_clock):
    call = escalate()
    with pytest.raises(ValidationError) as refusal:
        actions.record_step(call, by=basil, kind="pause")
    assert refusal.value.error_dict["pause_reason"][0].code == "required"

    actions.record_step(call, by=basil, kind="pause", pause_reason="access")
    assert (fresh(call).response_state, call.response_due, call.clock_due) == ("standing", None, None)

    the_clock.move_to(at("2026-11-22T08:00"))
    actions.record_step(call, by=basil, kind="resume")
    assert fresh(call).response_due == at("2026-11-22T12:00")


def test_pausing_twice_and_resuming_what_runs_are_refused(escalate, basil):
    call = escalate()
    with pytest.raises(ValidationError) as running:
        actions.record_step(call, by=basil, kind="resume")
    actions.record_step(call, by=basil, kind="pause", pause_reason="us")
    with pytest.raises(ValidationError) as paused:
        actions.record_step(call, by=basil, kind="pause", pause_reason="us")

    assert (running.value.code, paused.value.code) == ("running", "paused")


def test_a_vendor_cannot_pause_his_own_clock(escalate):
    with pytest.raises(ValidationError) as refusal:
        vendor_says(escalate(), "pause")

    assert refusal.value.error_dict["kind"][0].code == "kind"


def test_what_has_not_happened_yet_or_was_before_the_call_is_refused(escalate, the_clock):
    call = escalate()
    the_clock.move_to(at("2026-11-22T09:00"))

    for moment, code in (("2026-11-22T09:02", "future"), ("2026-11-22T05:58", "early")):
        with pytest.raises(ValidationError) as refusal:
            vendor_says(call, "on_site", happened_at=at(moment))
        assert refusal.value.error_dict["happened_at"][0].code == code


def test_when_he_comes_lies_ahead_and_is_shown_until_he_came(escalate, the_clock):
    call = escalate()
    with pytest.raises(ValidationError):
        vendor_says(call, "coming", promised_for=NOW - timedelta(hours=1))

    vendor_says(call, "coming", promised_for=at("2026-11-22T11:00"))
    assert fresh(call).coming_at == at("2026-11-22T11:00")

    the_clock.move_to(at("2026-11-22T11:30"))
    vendor_says(call, "on_site")
    assert (fresh(call).coming_at, call.on_site_at) == (None, at("2026-11-22T11:30"))


def test_the_same_form_twice_is_one_step(escalate):
    call, key = escalate(), uuid.uuid4()

    first, second = vendor_says(call, "received", key=key), vendor_says(call, "received", key=key)

    assert first == second
    assert call.steps.filter(kind="received").count() == 1


def test_every_step_stores_time_address_and_who(escalate, the_clock):
    call = escalate()
    the_clock.move_to(at("2026-11-22T09:00"))

    step = fresh(vendor_says(call, "on_site", happened_at=at("2026-11-22T08:00"), ip="192.0.2.7", name=" Fadi "))

    assert (step.happened_at, step.entered_at) == (at("2026-11-22T08:00"), at("2026-11-22T09:00"))
    assert (step.ip, step.name, step.by, step.link) == ("192.0.2.7", "Fadi", None, call.links.get())


def test_a_broken_promise_is_written_down_once_with_its_own_instant(escalate, the_clock):
    call = escalate()
    the_clock.move_to(at("2026-11-22T10:05"))

    assert [clock.look_at_calls(), clock.look_at_calls()] == [1, 0]
    events = Event.objects.about(call).filter(verb="call_breached")
    assert [(event.at, event.changes["vendor_clock"][1]) for event in events] == [(at("2026-11-22T10:00"), "response")]


def test_a_suspended_contract_stands_still_the_same_day(escalate, contract, owner, the_clock):
    call = escalate()
    the_clock.move_to(at("2026-11-23T05:00"))

    actions.suspend_contract(contract, by=owner, reason="A dispute.")
    assert (fresh(call).restore_state, call.restore_due) == ("standing", None)

    the_clock.move_to(at("2026-11-25T05:00"))
    actions.resume_contract(contract, by=owner)
    assert (fresh(call).restore_state, call.restore_due) == ("running", at("2026-11-26T08:00"))


def test_a_terminated_contract_owes_nothing_more_from_that_day(escalate, contract, owner, the_clock):
    call = escalate()
    the_clock.move_to(at("2026-11-23T05:00"))

    actions.terminate_contract(contract, by=owner, on=date(2026, 11, 23), reason="Fraud.")

    assert (fresh(call).response_state, call.restore_state) == ("dropped", "dropped")
    assert (call.response_breached_at, call.restore_breached_at) == (at("2026-11-22T10:00"), None)


def charge(contract, **fields):
    level = contract.levels.get()
    for name, value in ({"credit_amount": Decimal("10.000"), "credit_unit": "hour"} | fields).items():
        setattr(level, name, value)
    level.save()


def test_a_late_repair_proposes_a_credit_by_the_hour_once_it_is_over(escalate, contract, basil, the_clock):
    charge(contract)
    call = escalate()
    the_clock.move_to(at("2026-11-24T10:30"))
    clock.look_at_calls()
    assert not Penalty.objects.exists()

    actions.record_step(call, by=basil, kind="restored")

    row = Penalty.objects.get()
    assert (row.call, row.clock, row.hours_late, row.days_late, row.amount) == (call, "restore", 3, 1, Decimal("30"))
    assert (row.state, row.term) == ("proposed", contract.terms.get())


def test_by_the_day_and_for_any_promise_with_a_cap_over_the_whole_call(escalate, contract, basil, the_clock):
    charge(contract, credit_unit="day", credit_for="all", credit_cap=Decimal("1.50"))
    contract.terms.update(value=Decimal("2000"))
    call = escalate()
    the_clock.move_to(at("2026-11-26T06:00"))  # answer due on the 22nd, repair on the 24th

    actions.record_step(call, by=basil, kind="restored")

    rows = {row.clock: (row.days_late, row.amount) for row in Penalty.objects.all()}
    assert rows == {"response": (4, Decimal("30.000"))}  # 40, at most 30; nothing is left for the repair


def test_a_disputed_repair_takes_the_proposal_back_and_the_next_one_makes_it_anew(escalate, contract, basil, the_clock):
    charge(contract)
    call = escalate()
    the_clock.move_to(at("2026-11-24T08:30"))
    step = vendor_says(call, "restored")
    assert Penalty.objects.get().amount == Decimal("10")

    actions.dispute_step(step, by=basil, reason="Still jammed.")
    assert not Penalty.objects.exists()

    the_clock.move_to(at("2026-11-24T11:00"))
    vendor_says(call, "restored")
    assert Penalty.objects.get().amount == Decimal("30")


def test_what_was_agreed_or_waived_is_not_touched_any_more(escalate, contract, owner, basil, the_clock):
    charge(contract)
    call = escalate()
    the_clock.move_to(at("2026-11-24T08:30"))
    step = vendor_says(call, "restored")
    actions.waive_penalty(Penalty.objects.get(), by=owner, reason="Our gate was closed.")

    actions.dispute_step(step, by=basil, reason="Still jammed.")

    assert Penalty.objects.get().state == "waived"


def test_a_call_that_is_called_off_counts_for_nothing_and_its_links_die(escalate, contract, basil, the_clock):
    charge(contract)
    call = escalate()
    _link, token = actions.make_link(call, by=basil)
    the_clock.move_to(at("2026-11-24T12:00"))

    actions.cancel_call(call, by=basil, reason="The wrong device.")

    assert VendorLink.by_token(token) is None
    assert not Penalty.objects.exists()
    assert fresh(call).clock_due is None


def test_a_call_closed_without_a_repair_keeps_what_was_broken_by_then(escalate, contract, basil, the_clock):
    charge(contract)
    call = escalate()
    the_clock.move_to(at("2026-11-24T09:30"))

    actions.close_call(call, by=basil, reason="We changed the roller ourselves.")

    assert (fresh(call).restore_state, call.restore_breached_at) == ("dropped", at("2026-11-24T08:00"))
    assert Penalty.objects.get().hours_late == 2


def test_links_expire_are_revoked_and_belong_to_one_call(escalate, basil, the_clock):
    one, other = escalate(), escalate()
    link, token = actions.make_link(one, by=basil, days=2)
    _foreign, foreign = actions.make_link(other, by=basil)

    assert [VendorLink.by_token(word).call for word in (token, foreign)] == [one, other]
    assert [VendorLink.by_token(word) for word in ("", " ", "x" * 64, link.digest)] == [None] * 4
    the_clock.move_to(NOW + timedelta(days=2))
    assert VendorLink.by_token(token) is None
    actions.revoke_link(VendorLink.by_token(foreign), by=basil)
    assert VendorLink.by_token(foreign) is None


def test_a_link_dies_three_days_after_its_call_was_closed(escalate, basil, the_clock):
    call = escalate()
    link, token = actions.make_link(call, by=basil)
    actions.record_step(call, by=basil, kind="restored")

    the_clock.move_to(NOW + timedelta(hours=71))
    assert VendorLink.by_token(token) == link
    the_clock.move_to(NOW + timedelta(hours=72))
    assert VendorLink.by_token(token) is None


def test_a_link_revoked_while_the_form_was_open_does_nothing(escalate, basil):
    call = escalate()
    link, _token = actions.make_link(call, by=basil)
    actions.revoke_link(link, by=basil)

    with pytest.raises(PermissionDenied):
        actions.record_vendor_step(link, kind="received")
    assert call.steps.count() == 1


def test_whoever_may_edit_the_contract_tends_its_calls_and_others_do_not(escalate, owner, auditor, administrator):
    call = escalate()

    actions.record_step(call, by=owner, kind="received")
    for person in (auditor, administrator):
        with pytest.raises(PermissionDenied):
            actions.record_step(call, by=person, kind="on_site")


def test_the_contact_is_the_one_who_can_be_reached_at_this_hour(contract, printer):
    office = factories.make_calendar(name_en="Office")
    day = VendorContact.objects.create(vendor=contract.vendor, name="Day", hours=office, phone="1")
    night = VendorContact.objects.create(vendor=contract.vendor, name="Night", role="escalation_1", phone="2")

    by_day, by_night = (
        coverage.who_covers(printer, at(moment))[0] for moment in ("2026-11-22T09:00", "2026-11-22T22:00")
    )

    assert (by_day.contact, by_night.contact) == (day, night)


def test_evidence_is_only_added_and_calls_of_others_are_not_seen(escalate, basil, dina):
    call = escalate()
    stranger = factories.make_user(factories.make_institution(), is_technician=True)

    assert list(ServiceCall.objects.visible_to(basil)) == [call]
    assert not ServiceCall.objects.visible_to(dina).exists()
    assert not ServiceCall.objects.visible_to(stranger).exists()
    assert CallStep.objects.filter(call=call).count() == 1


# Evidence stands as it was entered: the database itself refuses to change it.


def test_the_database_refuses_to_change_or_to_delete_a_step(escalate):
    step = escalate().steps.get()

    for values in ({"happened_at": NOW - timedelta(days=1)}, {"remark": "Other words."}, {"kind": "restored"}):
        with pytest.raises(DatabaseError), transaction.atomic():
            CallStep.objects.filter(pk=step.pk).update(**values)
    with pytest.raises(DatabaseError), transaction.atomic():
        CallStep.objects.filter(pk=step.pk).delete()

    assert CallStep.objects.get(pk=step.pk).remark == step.remark


def test_the_verdict_alone_is_added_to_a_step(escalate, basil):
    step = vendor_says(escalate(), "received")

    actions.confirm_step(step, by=basil)
    actions.dispute_step(step, by=basil, reason="Nobody answered.")

    assert CallStep.objects.get(pk=step.pk).verdict == "disputed"


def test_every_other_column_of_a_step_is_held_fast():
    free = {"verdict", "verdict_by", "verdict_at", "verdict_reason"}
    (guard,) = [each for each in database._guards if each.table == CallStep._meta.db_table]
    held = {name for name in (f.name for f in CallStep._meta.concrete_fields) if name not in free}

    for words in (*guard.sqlite, *guard.postgresql):
        if "BEFORE UPDATE" in words:
            assert {f.name for f in CallStep._meta.concrete_fields if f'OLD."{f.column}"' in words} == held


def test_a_call_that_is_closed_late_ends_when_the_vendor_was_not_needed_any_more(escalate, basil, the_clock):
    call = escalate()
    the_clock.move_to(at("2026-11-30T08:00"))  # long after the repair was due

    actions.look_again(call)
    assert fresh(call).restore_breached_at is not None
    actions.close_call(call, by=basil, reason="We had a spare one.", since=at("2026-11-22T08:00"))

    call = fresh(call)
    assert (call.state, call.ended_at, call.restore_breached_at) == ("closed", at("2026-11-22T08:00"), None)
    assert Event.objects.about(call).get(verb="call_closed").changes["ended_at"][1] == "2026-11-22T08:00:00+00:00"


def test_a_call_does_not_end_before_it_began_nor_after_now(escalate, basil):
    call = escalate()

    for since in (NOW - timedelta(hours=1), NOW + timedelta(hours=1)):
        with pytest.raises(ValidationError) as refusal:
            actions.close_call(call, by=basil, reason="A spare one.", since=since)
        assert list(refusal.value.error_dict) == ["since"]
