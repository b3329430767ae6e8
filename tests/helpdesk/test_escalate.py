"""A ticket whose fault a vendor is to repair: handed over with public facts alone, and what it does when he answers."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from contracts import actions as contract_actions
from contracts.models import ServiceCall, VendorLink
from helpdesk import actions, promise, tasks
from helpdesk.models import TicketCall, TicketTally
from office import files, outbox
from office.models import Event, Notification, OutboxRow
from people.models import VendorContact
from tests import factories

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)  # Sunday 9:00 in Amman
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 64


@pytest.fixture(autouse=True)
def the_clock():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def vendor():
    vendor = factories.make_vendor(name="Alpha Care", language="en", email="desk@alpha.example")
    VendorContact.objects.create(vendor=vendor, name="Care", email="care@alpha.example")
    return vendor


@pytest.fixture
def printer(ministry, manager, vendor):
    printer = factories.make_asset(ministry, name="Printer of the third floor")
    contract = factories.make_contract(ministry, owner=manager, vendor=vendor, number="C-7")
    factories.cover(contract, printer)
    return printer


@pytest.fixture
def jam(desk, amal, basil, printer):
    """Amal's printer is jammed, and Basil works on it."""
    ticket = actions.file_ticket(
        requester=amal, subject="The printer is jammed", description="Since this morning.", asset=printer
    )
    return actions.take_ticket(ticket, by=basil)


@pytest.fixture
def escalate(jam, basil, vendor):
    def _escalate(ticket=None, **fields):
        values = {"channel": "mail", "subject": "Jammed", "text": "It jams.", "contact": vendor.contacts.get()}
        return actions.escalate_ticket(ticket or jam, **{"by": basil} | values | fields)

    return _escalate


def fresh(row):
    row.refresh_from_db()
    return row


def vendor_says(call, kind, **fields):
    return contract_actions.record_vendor_step(call.links.get(), kind=kind, name="Fadi", **fields)


def test_it_starts_the_vendors_clock_and_the_ticket_waits_for_the_vendor(escalate, jam, printer):
    call = escalate()

    ticket = fresh(jam)
    assert (call.asset, call.term.contract.number, call.vendor.name) == (printer, "C-7", "Alpha Care")
    assert (ticket.status, ticket.waiting_for) == ("waiting", "vendor")
    assert ticket.waiting_note == "Alpha Care · CALL-2026-00001"
    assert TicketCall.objects.get().ticket == ticket
    assert Event.objects.about(ticket).filter(verb="vendor_called").count() == 1


def test_the_requester_reads_a_plain_sentence_without_names(escalate, jam, amal, sign_in):
    escalate()

    page = sign_in(amal).get(jam.get_absolute_url()).content.decode()

    assert promise.sentence(fresh(jam), NOW) == "Waiting for: the vendor, since 09:00."
    assert "Waiting for: the vendor, since 09:00." in page
    assert not [word for word in ("Alpha Care", "CALL-", "C-7") if word in page]


def test_one_mail_leaves_with_the_chosen_public_files_and_nothing_else(escalate, jam, amal, basil):
    photo = files.attach(jam, SimpleUploadedFile("photo.png", PNG), by=amal)
    other = files.attach(jam, SimpleUploadedFile("other.png", PNG + b"1"), by=amal)
    inner = files.attach(jam, SimpleUploadedFile("inner.png", PNG + b"2"), by=basil, internal=True)

    escalate(files=[photo.pk, inner.pk])

    row = OutboxRow.objects.get(topic="contracts.call")
    message = outbox.envelope(row, outbox.make(row))
    assert message.to == ["care@alpha.example"]
    assert [name for name, _bytes, _type in message.attachments] == ["photo.png"]
    assert message.attachments[0][1] == PNG
    assert other.name not in str(message.message())


def test_an_internal_note_never_leaves_the_desk(escalate, jam, basil):
    actions.note_ticket(jam, by=basil, text="The minister has thrown it out of the window again.")

    with pytest.raises(ValidationError) as refusal:
        escalate(text="It is broken: the minister has thrown it out of the window again.")

    assert refusal.value.error_dict["text"][0].code == "quotes"
    assert not ServiceCall.objects.exists()


def test_who_does_not_act_on_the_ticket_does_not_escalate_it(escalate, amal, outsider, manager, auditor, administrator):
    for person in (amal, outsider, manager, auditor, administrator):
        with pytest.raises(PermissionDenied):
            escalate(by=person)
    assert not ServiceCall.objects.exists()


def test_what_nobody_covers_is_not_escalated(desk, amal, basil, ministry, sign_in):
    scanner = factories.make_asset(ministry)
    ticket = actions.take_ticket(actions.file_ticket(requester=amal, subject="Dark", asset=scanner), by=basil)

    with pytest.raises(ValidationError) as refusal:
        actions.escalate_ticket(ticket, by=basil, channel="phone", subject="Dark")
    page = sign_in(basil).get(reverse("ticket_escalate", args=[ticket.pk])).content.decode()

    assert refusal.value.code == "not_covered"
    assert "Nobody covers this device now" in page
    assert fresh(ticket).status == "in_progress"


def test_a_warranty_is_called_without_a_level(desk, amal, basil, ministry, vendor):
    scanner = factories.make_asset(ministry, supplier=vendor, warranty_end=date(2027, 1, 1))
    ticket = actions.take_ticket(actions.file_ticket(requester=amal, subject="Dark", asset=scanner), by=basil)

    call = actions.escalate_ticket(ticket, by=basil, cover="warranty", channel="phone", subject="Dark")

    assert (call.vendor, call.term, call.level) == (vendor, None, None)
    assert fresh(ticket).waiting_for == "vendor"


def test_the_page_shows_the_letter_before_it_leaves_in_the_vendors_language(sign_in, basil, jam, vendor):
    address = reverse("ticket_escalate", args=[jam.pk])
    english = sign_in(basil).get(address).context["form"]["text"].value()
    vendor.language = "ar"
    vendor.save()
    arabic = sign_in(basil).get(address).context["form"]["text"].value()

    assert "Since this morning." in english
    assert all(word in english for word in ("Alpha Care", "C-7", "Printer of the third floor", jam.number))
    assert "نبلغكم" in arabic
    assert not OutboxRow.objects.filter(topic="contracts.call").exists()


def test_the_form_sent_twice_makes_one_call_and_one_mail(sign_in, basil, jam, vendor):
    client, address = sign_in(basil), reverse("ticket_escalate", args=[jam.pk])
    form = client.get(address).context["form"]
    body = {name: form[name].value() or "" for name in ("cover", "channel", "subject", "text", "form_key")}
    body["contact"] = vendor.contacts.get().pk

    answers = [client.post(address, body).status_code for _ in range(2)]

    assert (answers[0], ServiceCall.objects.count()) == (302, 1)
    assert OutboxRow.objects.filter(topic="contracts.call").count() == 1


def test_when_the_vendor_reports_it_as_fixed_the_technician_is_told_and_the_ticket_goes_on(escalate, jam, basil):
    call = escalate()
    vendor_says(call, "received")
    assert fresh(jam).status == "waiting"

    vendor_says(call, "restored")

    ticket = fresh(jam)
    assert (ticket.status, ticket.waiting_for) == ("in_progress", "")
    told = Notification.objects.get(kind="ticket.vendor_fixed")
    assert told.recipient == basil
    verbs = list(Event.objects.about(ticket).order_by("pk").values_list("verb", flat=True))
    assert verbs[-3:] == ["vendor_called", "vendor_answered", "vendor_fixed"]


def test_a_disputed_repair_lets_the_ticket_wait_again(escalate, jam, basil):
    step = vendor_says(escalate(), "restored")

    contract_actions.dispute_step(step, by=basil, reason="Still jammed.")

    assert (fresh(jam).status, jam.waiting_for) == ("waiting", "vendor")


def test_a_dispute_does_not_open_a_closed_ticket(escalate, jam, basil, amal):
    step = vendor_says(escalate(), "restored")
    actions.resolve_ticket(jam, by=basil, resolution="New roller.", call_end="repaired")
    actions.confirm_ticket(jam, by=amal)

    contract_actions.dispute_step(step, by=basil, reason="It was our roller.")

    assert fresh(jam).status == "closed"


def test_our_own_promise_stands_still_while_the_vendor_works(escalate, jam, the_clock):
    due = jam.resolution_due
    call = escalate()
    the_clock.move_to(NOW + timedelta(hours=2))

    vendor_says(call, "restored")

    assert due == datetime(2026, 11, 29, 11, 0, tzinfo=UTC)  # 14:00 in Amman: one hour is left of that day
    assert fresh(jam).resolution_due == datetime(2026, 11, 30, 6, 0, tzinfo=UTC)


def test_the_page_of_the_ticket_shows_both_clocks(sign_in, basil, escalate, jam):
    client = sign_in(basil)
    assert "/calls/" not in client.get(jam.get_absolute_url()).content.decode().replace('href="/calls/"', "")
    escalate()

    page = client.get(jam.get_absolute_url()).content.decode()
    part = client.get(reverse("ticket_calls", args=[jam.pk]), headers={"HX-Request": "true"}).content.decode()

    assert reverse("ticket_calls", args=[jam.pk]) in page
    assert "CALL-2026-00001" in part
    assert "Alpha Care" in part


def test_a_call_about_a_restricted_ticket_is_seen_by_its_team_alone(
    secret_queue, amal, printer, vendor, basil, manager
):
    member = factories.make_user(secret_queue.institution, is_technician=True)
    secret_queue.team.members.add(member)
    ticket = actions.file_ticket(requester=amal, subject="Leaked paper", asset=printer, queue=secret_queue)

    call = actions.escalate_ticket(ticket, by=member, channel="phone", subject="Leaked paper")

    seen = [ServiceCall.objects.visible_to(person).exists() for person in (member, basil, manager)]
    assert (seen, str(call)) == ([True, False, False], "CALL-2026-00001")


def test_the_link_in_the_mail_belongs_to_this_call_alone(escalate):
    one = escalate()
    other = escalate()

    mail = outbox.make(OutboxRow.objects.get(key=f"contracts.call:{one.pk}"))

    token = mail.text.split("/v/")[1].split("/")[0]
    assert VendorLink.by_token(token).call == one != other


# A ticket ends while the vendor's call is open: nothing of him ends by guessing, and nobody forgets it.


def told_of(person):
    return set(Notification.objects.filter(recipient=person).values_list("kind", flat=True))


def test_whoever_solves_it_says_what_becomes_of_the_vendors_call(escalate, jam, basil):
    call = escalate()

    with pytest.raises(ValidationError) as refusal:
        actions.resolve_ticket(jam, by=basil, resolution="New roller.")

    assert refusal.value.error_dict["call_end"][0].code == "call_end"
    assert (fresh(jam).status, fresh(call).state) == ("waiting", "open")


@pytest.mark.parametrize(
    ("end", "state", "restored", "reason"),
    [("repaired", "closed", True, ""), ("closed", "closed", False, "New roller."), ("open", "open", False, "")],
)
def test_solving_it_does_with_the_call_what_was_said(escalate, jam, basil, the_clock, end, state, restored, reason):
    call = escalate()
    the_clock.move_to(NOW + timedelta(hours=2))

    actions.resolve_ticket(jam, by=basil, resolution="New roller.", call_end=end)

    call = fresh(call)
    assert (fresh(jam).status, call.state, call.reason) == ("resolved", state, reason)
    assert call.restored_at == (NOW + timedelta(hours=2) if restored else None)
    told = Event.objects.about(jam).get(verb="resolved").changes
    assert told["call_end"] == [None, end]


def test_a_repair_that_the_vendor_reported_keeps_his_own_time(escalate, jam, basil, the_clock):
    call = escalate()
    step = vendor_says(call, "restored")
    the_clock.move_to(NOW + timedelta(hours=5))

    actions.resolve_ticket(jam, by=basil, resolution="It prints.", call_end="repaired")

    assert (fresh(call).state, call.restored_at) == ("closed", NOW)
    assert (fresh(step).verdict, step.verdict_by) == ("confirmed", basil)
    assert call.steps.filter(kind="restored").count() == 1


def test_a_ticket_without_an_open_call_is_solved_without_a_word_about_it(taken, basil):
    actions.resolve_ticket(taken, by=basil, resolution="New toner.")

    assert "call_end" not in Event.objects.about(taken).get(verb="resolved").changes


def test_when_she_says_that_it_works_the_desk_is_told_of_the_open_call(escalate, jam, amal, basil):
    call = escalate()

    actions.confirm_ticket(jam, by=amal)

    assert (fresh(jam).status, fresh(call).state) == ("resolved", "open")
    assert "ticket.vendor_left" in told_of(basil)
    assert "ticket.vendor_left" not in told_of(amal)
    assert Event.objects.about(jam).filter(verb="vendor_left").count() == 1


def test_a_ticket_closed_without_a_word_against_it_confirms_the_reported_repair(escalate, jam, amal, basil, the_clock):
    call = escalate()
    step = vendor_says(call, "restored")
    actions.confirm_ticket(jam, by=amal)  # solved by her word, and the call waits for the desk
    the_clock.move_to(NOW + timedelta(days=30))

    actions.close_ticket(fresh(jam), by=None)

    assert (fresh(jam).status, fresh(call).state, call.restored_at) == ("closed", "closed", NOW)
    assert (fresh(step).verdict, step.verdict_by, call.ended_by) == ("confirmed", None, None)
    assert Event.objects.about(call).get(verb="step_judged").channel == "clock"


def test_a_call_that_nobody_reported_as_repaired_outlives_the_ticket_and_is_told(escalate, jam, basil, the_clock):
    call = escalate()
    actions.resolve_ticket(jam, by=basil, resolution="A spare one.", call_end="open")
    the_clock.move_to(NOW + timedelta(days=30))
    assert "ticket.vendor_left" not in told_of(basil)  # he has said so himself

    actions.close_ticket(fresh(jam), by=None)

    assert (fresh(jam).status, fresh(call).state) == ("closed", "open")
    assert "ticket.vendor_left" in told_of(basil)


@pytest.mark.parametrize(("end", "state"), [("off", "cancelled"), ("needless", "closed"), ("open", "open")])
def test_whoever_cancels_it_at_the_desk_says_it_too(escalate, jam, basil, end, state):
    call = escalate()

    with pytest.raises(ValidationError):
        actions.cancel_ticket(jam, by=basil, reason="Twice the same.")
    actions.cancel_ticket(jam, by=basil, reason="Twice the same.", call_end=end)

    assert (fresh(jam).status, fresh(call).state) == ("cancelled", state)


def test_whoever_asked_cancels_without_being_asked_of_vendors(escalate, jam, amal, basil):
    call = escalate()

    actions.cancel_ticket(jam, by=amal, reason="")

    assert (fresh(jam).status, fresh(call).state) == ("cancelled", "open")
    assert "ticket.vendor_left" in told_of(basil)


def test_the_answer_box_asks_for_it_while_a_call_is_open(sign_in, basil, escalate, jam):
    call, client = escalate(), sign_in(basil)
    address = f"{jam.get_absolute_url()}reply/"

    page = client.get(jam.get_absolute_url()).content.decode()
    refused = client.post(address, {"text": "New roller.", "then": "resolve"})
    solved = client.post(address, {"text": "New roller.", "then": "resolve", "call_end": "repaired"})

    assert 'name="call_end"' in page
    assert refused.status_code == 422
    assert "Say what becomes of the call to the vendor: CALL-2026-00001." in refused.content.decode()
    assert (solved.status_code, fresh(call).state, fresh(jam).status) == (302, "closed", "resolved")
    assert 'name="call_end"' not in client.get(jam.get_absolute_url()).content.decode()


def test_a_reply_that_leaves_later_takes_it_along(escalate, jam, basil, the_clock):
    call = escalate()

    with pytest.raises(ValidationError):
        actions.send_later(jam, by=basil, text="New roller.", then="resolve")
    actions.send_later(jam, by=basil, text="New roller.", then="resolve", call_end="closed")
    the_clock.move_to(NOW + timedelta(seconds=30))

    assert actions.send_waiting() == 1
    assert (fresh(jam).status, fresh(call).state) == ("resolved", "closed")


def test_the_cancel_form_asks_the_desk_and_nobody_else(sign_in, basil, amal, escalate, jam):
    escalate()
    address = f"{jam.get_absolute_url()}cancel/"

    assert 'name="call_end"' in sign_in(basil).get(address).content.decode()
    assert 'name="call_end"' not in sign_in(amal).get(address).content.decode()


def test_calls_left_behind_stand_on_the_desks_home_in_the_list_and_at_the_call(sign_in, amal, basil, escalate, jam):
    call, client = escalate(), sign_in(basil)
    other = actions.file_ticket(requester=amal, subject="Still dark")
    words = "1 call to a vendor is open, though its ticket has ended"
    assert words not in client.get("/").content.decode()
    actions.confirm_ticket(jam, by=amal)

    listed = client.get(reverse("tickets_view", args=["all"]), {"vendor_call": "left"}).content.decode()
    part = client.get(reverse("ticket_calls", args=[jam.pk])).content.decode()

    assert words in client.get("/").content.decode()
    assert (jam.number in listed, other.number in listed) == (True, False)
    assert "The ticket has ended, and this call has not" in client.get(call.get_absolute_url()).content.decode()
    assert "The ticket has ended, and this call has not" in part


def test_a_call_left_behind_in_a_queue_without_any_open_ticket_is_counted(sign_in, amal, basil, escalate, jam):
    escalate()
    actions.confirm_ticket(jam, by=amal)

    tasks.fold_tally()

    assert not TicketTally.objects.exists()
    assert "1 call to a vendor is open, though its ticket has ended" in sign_in(basil).get("/").content.decode()


def test_the_page_of_a_call_shows_its_ticket_to_those_alone_who_see_it(sign_in, basil, auditor, escalate, jam, manager):
    call = escalate()
    ministry = jam.institution
    apart = factories.make_user(ministry, username="apart", is_manager=True, unit=factories.make_unit(ministry))

    assert jam.number in sign_in(basil).get(call.get_absolute_url()).content.decode()
    assert jam.number in sign_in(auditor).get(call.get_absolute_url()).content.decode()
    assert jam.number not in sign_in(apart).get(call.get_absolute_url()).content.decode()


def test_the_page_of_a_call_with_its_ticket_costs_at_most_fifteen_statements(
    sign_in, auditor, basil, manager, escalate, django_assert_max_num_queries
):
    call = escalate()
    vendor_says(call, "received")
    for person in (auditor, basil, manager):
        client = sign_in(person)
        client.get(call.get_absolute_url())
        with django_assert_max_num_queries(15):
            assert client.get(call.get_absolute_url()).status_code == 200
