"""A ticket whose fault a vendor is to repair: handed over with public facts alone, and what it does when he answers."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from contracts import actions as contract_actions
from contracts.models import ServiceCall, VendorLink
from helpdesk import actions, promise
from helpdesk.models import TicketCall
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
    actions.resolve_ticket(jam, by=basil, resolution="New roller.")
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
