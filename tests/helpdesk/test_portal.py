"""Reporting a fault: four fields, a hint, a number and a promise at once; and by telephone."""

import re
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from helpdesk import actions
from helpdesk.choices import Level, Status
from helpdesk.forms import title_of
from helpdesk.models import Ticket
from office.models import Attachment, OutboxRow
from tests import factories

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060000000050001a5f645400000"
    "000049454e44ae426082"
)


@pytest.fixture
def printer(ministry, amal):
    """Amal holds it."""
    from django.utils import timezone

    from assets.models import Custody

    device = factories.make_asset(ministry, tag="AST-0188", state="in_use")
    Custody.objects.create(asset=device, person=amal, started_at=timezone.now())
    return device


def report(browser, **data):
    return browser.post("/tickets/new/", {"text": "No network since this morning.", "form_key": uuid.uuid4()} | data)


def test_the_form_asks_four_things(sign_in, desk, printer, amal):
    shown = sign_in(amal).get("/tickets/new/").content.decode()
    main = shown.split('id="report"')[1].split("</form>")[0]

    assert main.count("report-step") == 4
    assert "AST-0188" in main
    assert 'capture="environment"' in main


def test_the_number_and_the_promise_appear_at_once(sign_in, desk, amal):
    response = report(sign_in(amal), follow=True)
    response = sign_in(amal).get(response.url)

    shown = response.content.decode()
    number = Ticket.objects.get().number
    assert re.search(rf"Your request has the number \S*{number}", shown)
    assert "We answer by" in shown


def test_what_was_said_plainly_becomes_impact_and_urgency(sign_in, desk, amal):
    report(sign_in(amal), trouble_work="no", trouble_circle="more")

    ticket = Ticket.objects.get()
    assert (ticket.impact, ticket.urgency, ticket.priority) == (Level.HIGH, Level.HIGH, 1)


def test_a_photo_comes_with_it(sign_in, desk, amal):
    report(sign_in(amal), files=[SimpleUploadedFile("screen.png", PNG, content_type="image/png")])

    assert [file.name for file in Attachment.objects.of(Ticket.objects.get())] == ["screen.png"]


def test_a_refused_file_changes_nothing_and_keeps_the_text(sign_in, desk, amal):
    response = report(sign_in(amal), text="My screen is black.", files=[SimpleUploadedFile("a.exe", b"MZ")])

    assert "My screen is black." in response.content.decode()
    assert not Ticket.objects.exists()
    assert not OutboxRow.objects.exists()


def test_an_empty_report_gets_a_sentence_at_its_field(sign_in, desk, amal):
    response = report(sign_in(amal), text=" ")

    assert response.status_code == 200
    assert response.context["form"].errors["text"] == ["This field is required."]


@pytest.mark.parametrize("data", [{"trouble_work": "x"}, {"asset": "999999"}, {"asset": "x"}, {"form_key": "x"}])
def test_what_no_page_offers_is_refused_without_an_error_page(sign_in, desk, amal, data):
    assert report(sign_in(amal), **data).status_code in (200, 302)


def test_somebody_elses_device_cannot_be_named(sign_in, desk, ministry, amal, printer, dina):
    response = report(sign_in(dina), asset=printer.pk)

    assert "asset" in response.context["form"].errors
    assert not Ticket.objects.exists()


def test_a_device_is_chosen_by_the_address_of_its_label(sign_in, desk, printer, amal, dina):
    assert sign_in(amal).get(f"/tickets/new/?asset={printer.pk}").context["chosen"] == str(printer.pk)
    for strange in (printer.pk, 999999, "x"):
        assert sign_in(dina).get(f"/tickets/new/?asset={strange}").context["chosen"] == ""


def test_an_open_ticket_of_the_device_is_hinted_at(sign_in, desk, printer, amal):
    ticket = actions.file_ticket(requester=amal, subject="Paper jam", asset=printer)

    shown = sign_in(amal).get(f"/tickets/new/hint/?asset={printer.pk}").content.decode()

    assert ticket.number in shown


def test_the_hint_gives_no_ticket_of_others_away(sign_in, desk, ministry, printer, amal, dina):
    ticket = factories.make_ticket(dina, queue=desk, asset=printer, number="TKT-2026-55555", subject="My secret")

    shown = sign_in(amal).get(f"/tickets/new/hint/?asset={printer.pk}").content.decode()

    assert "A colleague has reported this device already" in shown
    assert ticket.number not in shown
    assert "secret" not in shown


def test_a_restricted_ticket_is_not_even_hinted_at(sign_in, secret_queue, printer, amal, dina):
    factories.make_ticket(dina, queue=secret_queue, asset=printer)

    assert sign_in(amal).get(f"/tickets/new/hint/?asset={printer.pk}").content == b""


def test_nobody_learns_of_a_device_by_the_hint(sign_in, desk, printer, amal, dina):
    actions.file_ticket(requester=amal, subject="Paper jam", asset=printer)

    assert sign_in(dina).get(f"/tickets/new/hint/?asset={printer.pk}").content == b""


def test_the_form_in_arabic(sign_in, desk, ministry):
    shown = sign_in(factories.make_user(ministry, language="ar")).get("/tickets/new/").content.decode()

    assert "الإبلاغ عن عطل" in shown
    assert "هل تستطيع العمل؟" in shown


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("The printer is jammed", "The printer is jammed"),
        ("The printer is jammed. It makes noise too.", "The printer is jammed"),
        ("\n\n  My screen\nis black", "My screen"),
        ("الطابعة لا تعمل منذ الصباح؟ أرجو المساعدة", "الطابعة لا تعمل منذ الصباح؟"),
        ("word " * 40, ("word " * 20).strip() + " …"),
    ],
)
def test_the_subject_is_the_first_sentence(text, title):
    assert title_of(text) == title


# By telephone


def call(browser, **data):
    return browser.post("/tickets/phone/", {"subject": "No network", "form_key": uuid.uuid4()} | data)


def test_a_caller_is_found_by_name_number_and_extension(sign_in, desk, ministry, basil):
    factories.make_user(ministry, name="أحمد الخطيب", employee_number="10442", extension="3377")
    browser = sign_in(basil)

    for typed in ("احمد", "الخطيب", "10442", "3377", "٣٣٧٧"):
        shown = browser.get("/tickets/phone/callers/", {"requester": typed}).content.decode()
        assert shown.count('role="option"') == 1, typed


def test_the_caller_brings_her_devices_and_open_tickets(sign_in, desk, printer, amal, basil):
    ticket = actions.file_ticket(requester=amal, subject="Paper jam", asset=printer)

    shown = sign_in(basil).get("/tickets/phone/caller/", {"requester": "Amal Haddad"}).content.decode()

    assert "AST-0188" in shown
    assert ticket.number in shown


def test_a_call_is_filed_in_her_name_by_whoever_took_it(sign_in, desk, printer, amal, basil):
    call(sign_in(basil), requester="Amal Haddad", asset=printer.pk, take="on")

    ticket = Ticket.objects.get()
    assert (ticket.requester, ticket.filed_by, ticket.channel) == (amal, basil, "phone")
    assert (ticket.status, ticket.asset) == (Status.IN_PROGRESS, printer)


def test_a_name_of_two_people_is_asked_again(sign_in, desk, ministry, basil):
    for _ in range(2):
        factories.make_user(ministry, name="Samer Khatib")

    response = call(sign_in(basil), requester="Samer Khatib")

    assert "Several people are called so." in response.content.decode()
    assert "No network" in response.content.decode()
    assert not Ticket.objects.exists()


def test_employees_take_no_calls(sign_in, desk, amal, dina):
    browser = sign_in(dina)

    for address in (
        "/tickets/phone/",
        "/tickets/phone/callers/?requester=amal",
        "/tickets/phone/caller/?requester=amal",
    ):
        assert browser.get(address).status_code == 404
    assert call(browser, requester="Amal Haddad").status_code == 404
    assert not Ticket.objects.exists()


def test_callers_of_another_institution_are_not_found(sign_in, desk, basil):
    factories.make_user(factories.make_institution(), name="Zeinab Abroad")

    assert sign_in(basil).get("/tickets/phone/callers/?requester=Zeinab").content == b""
