"""Pages of received mail: the list and its traces, the trial, the letter as it was written, the mailboxes."""

import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from helpdesk.intake import receiving
from helpdesk.models import Mailbox, ReceivedMail, Ticket
from helpdesk.models.mail import Unknown
from office.models import Event
from tests.helpdesk.letters import PNG, letter

LIST, TRIAL = "/setup/mail/received/", "/setup/mail/try/"


@pytest.fixture
def box(desk, ministry, settings, tmp_path, amal):
    settings.MEDIA_ROOT = tmp_path / "media"
    amal.email = "amal@ministry.example"
    amal.save()
    return Mailbox.objects.create(
        institution=ministry,
        name="Desk",
        address="it@ministry.example",
        queue=desk,
        unknown_senders=Unknown.HOLD,
        checked_at=timezone.now(),
    )


@pytest.fixture
def receive(box):
    def _receive(*args, **values):
        return receiving.receive(letter(*args, **values), box)

    return _receive


@pytest.fixture
def held(receive):
    return receive("An offer.", sender="Vendor <v@vendor.example>", subject="Offer")


@pytest.fixture
def outside(receive):
    """An outsider's words in Amal's ticket."""
    receive(message_id="<first@ministry.example>")
    return receive("Pay me.", sender="Eve <eve@x.example>", answers=["<first@ministry.example>"])


def test_the_list_shows_everything_and_costs_the_same_for_three(
    sign_in, administrator, receive, django_assert_max_num_queries
):
    receive("one")
    browser = sign_in(administrator)
    browser.get(LIST)
    with django_assert_max_num_queries(10) as one:
        browser.get(LIST)
    receive("two")
    receive("three")

    with django_assert_max_num_queries(len(one)):
        page = browser.get(LIST).content.decode()

    assert page.count("amal@ministry.example") == 3


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_page_of_a_mail_tells_why_in_both_languages(sign_in, administrator, held, language):
    administrator.language = language
    administrator.save()

    page = sign_in(administrator).get(held.get_absolute_url()).content.decode()

    assert {"en": "held until somebody decides", "ar": "محتجزة حتى يبت فيها أحد"}[language] in page
    assert "An offer." in page


def test_a_held_mail_becomes_the_ticket_of_whoever_is_named(sign_in, administrator, held, dina, box):
    answer = sign_in(administrator).post(
        held.get_absolute_url(), {"requester": dina.name, "form_key": uuid.uuid4()}, follow=True
    )

    ticket = Ticket.objects.get()
    assert (ticket.requester, ticket.subject, ticket.queue) == (dina, "Offer", box.queue)
    assert answer.redirect_chain[-1][0] == ticket.get_absolute_url()


def test_accepting_twice_makes_one_ticket(sign_in, administrator, held, dina):
    browser = sign_in(administrator)
    for _n in range(2):
        browser.post(held.get_absolute_url(), {"requester": dina.name, "form_key": uuid.uuid4()})

    assert Ticket.objects.count() == 1


def test_a_mail_is_processed_again_once_its_sender_is_known(sign_in, administrator, held, dina):
    dina.email = "v@vendor.example"
    dina.save()

    sign_in(administrator).post(f"{held.get_absolute_url()}again/")

    held.refresh_from_db()
    assert (held.state, held.ticket.requester) == ("done", dina)


def test_a_mail_is_laid_aside_and_leaves_a_line(sign_in, administrator, held):
    sign_in(administrator).post(f"{held.get_absolute_url()}aside/")

    held.refresh_from_db()
    assert (held.state, Event.objects.about(held).get().verb) == ("ignored", "laid_aside")


def test_a_trial_tells_everything_and_writes_nothing(sign_in, administrator, box):
    file = SimpleUploadedFile("a.eml", letter("لا تطبع", subject="عطل"))

    page = sign_in(administrator).post(TRIAL, {"file": file}).content.decode()

    assert "a new ticket" in page
    assert "لا تطبع" in page
    assert not ReceivedMail.objects.exists()


def test_a_trial_of_more_than_is_read_gets_a_sentence(sign_in, administrator, box, monkeypatch):
    monkeypatch.setattr("helpdesk.views.mail.MOST_BYTES", 100)

    answer = sign_in(administrator).post(TRIAL, {"file": SimpleUploadedFile("a.eml", b"x" * 102)})

    assert answer.context["form"].errors["file"] == ["More than 25 MiB are not read."]


@pytest.mark.parametrize("content", [b"\x00\xff\xfe" * 50, b"MZ"])
def test_a_trial_of_something_that_is_no_mail_is_no_error(sign_in, administrator, box, content):
    answer = sign_in(administrator).post(TRIAL, {"file": SimpleUploadedFile("a.bin", content)})

    assert answer.status_code == 200


def test_the_desk_sees_what_is_unverified_and_the_requester_does_not(sign_in, outside, basil, amal):
    address = outside.ticket.get_absolute_url()

    theirs = sign_in(basil).get(address).content.decode()
    hers = sign_in(amal).get(address).content.decode()

    assert "Pay me." in theirs
    assert "Unverified" in theirs
    assert "Pay me." not in hers


def test_an_accepted_message_is_read_by_everybody_concerned(sign_in, outside, basil, amal):
    sign_in(basil).post(f"/mail/{outside.pk}/accept/")

    assert "Pay me." in sign_in(amal).get(outside.ticket.get_absolute_url()).content.decode()
    outside.refresh_from_db()
    assert outside.state == "done"


def test_the_raw_message_is_a_download_for_the_desk_alone(sign_in, outside, basil, amal):
    answer = sign_in(basil).get(f"/mail/{outside.pk}/raw/")

    assert answer.getvalue() == receiving.raw_of(outside)
    assert answer["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer["Content-Security-Policy"]
    assert sign_in(amal).get(f"/mail/{outside.pk}/raw/").status_code == 404


def test_a_letter_keeps_its_form_and_its_own_pictures_only(sign_in, receive, basil):
    html = '<p dir="rtl">مرحبا</p><img src="http://evil.example/p.png"><img src="cid:none@x"><script>alert(1)</script>'
    received = receive("مرحبا", html=html, files=[("p.png", "image/png", PNG)])

    page = sign_in(basil).get(f"/mail/{received.pk}/").content.decode()

    assert '<p dir="rtl">مرحبا</p>' in page
    assert "evil.example" not in page
    assert "alert(1)" not in page


def test_quoted_text_is_folded_on_the_page(sign_in, receive, amal):
    first = receive(message_id="<first@ministry.example>")
    quoted = "On Sun, 15 Nov 2026 Basil <it@ministry.example> wrote:\n\n> Is it on?"
    receive(f"Yes.\n\n{quoted}", answers=["<first@ministry.example>"])

    page = sign_in(amal).get(first.ticket.get_absolute_url()).content.decode()

    assert "said-quoted" in page


def test_a_paused_mailbox_is_let_go_on(sign_in, administrator, box):
    Mailbox.objects.update(paused_because="restored")
    browser = sign_in(administrator)
    assert "Let the reading go on" in browser.get(box.get_absolute_url()).content.decode()

    browser.post(f"/setup/mail/{box.pk}/resume/")

    box.refresh_from_db()
    assert box.paused_because == ""


def test_a_mailbox_is_set_up_on_a_page(sign_in, administrator, desk):
    fields = {"name": "Net", "address": "NET@ministry.example", "queue": desk.pk, "folder": "INBOX", "reopen_days": 14}
    fields["large_mail"] = "alert"

    answer = sign_in(administrator).post(
        "/setup/mail/new/", fields | {"unknown_senders": "hold", "form_key": uuid.uuid4()}
    )

    assert answer.status_code == 302
    assert Mailbox.objects.get().address == "net@ministry.example"


@pytest.mark.parametrize("address", [LIST, TRIAL, "/setup/mail/"])
def test_dina_finds_none_of_it(sign_in, dina, box, address):
    assert sign_in(dina).get(address).status_code == 404
