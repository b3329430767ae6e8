"""Drafts and safe sending: nothing typed is lost, nothing leaves that its writer would regret."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from helpdesk import actions, sending
from helpdesk.models import Draft, Message, Ticket
from office.models import Attachment, Notification, OutboxRow


def url(name, ticket, *more):
    return reverse(name, args=[ticket.pk, *more])


def text_file(name="log.txt", content=b"All is well."):
    return SimpleUploadedFile(name, content)


def page_of(browser, ticket):
    return browser.get(url("ticket", ticket))


def test_what_is_being_written_is_there_after_the_sign_in_expired(sign_in, client, taken, basil):
    sign_in(basil).post(url("ticket_draft", taken), {"face": "reply", "text": "Dear Amal, we"})
    sign_in(basil).post(url("ticket_draft", taken), {"face": "reply", "files": [text_file()]})

    client.logout()
    answer = client.post(
        url("ticket_reply", taken), {"text": "lost?"}, headers={"Referer": f"http://testserver{url('ticket', taken)}"}
    )
    assert answer.headers["Location"] == f"/accounts/login/?next={url('ticket', taken)}"
    page = page_of(sign_in(basil), taken)

    assert "Dear Amal, we</textarea>" in page.content.decode()
    assert [file.name for file in page.context["reply_box"].files] == ["log.txt"]


def test_a_box_of_htmx_is_not_filled_with_the_sign_in(client, taken):
    here = f"http://testserver{url('ticket', taken)}"
    answer = client.post(
        url("ticket_reply", taken), {"text": "x"}, headers={"HX-Request": "true", "HX-Current-URL": here}
    )

    assert answer.status_code == 204
    assert answer.headers["HX-Redirect"].startswith("/accounts/login/?next=%2Ftickets%2F")


def test_a_draft_and_its_files_are_its_writers_alone(sign_in, taken, basil, colleague):
    browser = sign_in(basil)
    browser.post(url("ticket_draft", taken), {"face": "note", "text": "marzipan"})
    browser.post(url("ticket_draft", taken), {"face": "note", "files": [text_file()]})
    file = Attachment.objects.get()

    other = sign_in(colleague)

    assert "marzipan" not in page_of(other, taken).content.decode()
    assert other.get(reverse("attachment", args=[file.pk])).status_code == 404
    other.post(url("ticket_draft_file_remove", taken, file.pk))
    assert Attachment.objects.exists()


def test_the_files_of_the_draft_go_with_the_message(taken, basil):
    actions.add_draft_files(taken, by=basil, face="note", files=[text_file()])

    message = actions.send(taken, by=basil, text="See the log.", face="note")

    file = Attachment.objects.of(taken).get()
    assert (file.part, file.is_internal) == (message.pk, True)
    assert not Draft.objects.exists()


@pytest.mark.parametrize("full", ["by number", "by size"])
def test_a_ticket_that_is_full_of_files_takes_no_more_and_the_draft_stays(taken, basil, settings, monkeypatch, full):
    actions.note_ticket(taken, by=basil, text="The log.", files=[text_file()])
    actions.add_draft_files(taken, by=basil, face="note", files=[text_file("second.txt", b"Is it?")])
    if full == "by number":
        settings.ATTACHMENTS_PER_OBJECT = 1
    else:
        monkeypatch.setattr(Ticket, "most_attached", len(b"All is well.") + len(b"Is it?") - 1)

    for files in ([], [text_file("third.txt", b"No, it is not.")]):
        with pytest.raises(ValidationError) as refusal:
            actions.send(taken, by=basil, text="And this.", face="note", files=files)
        assert [error.code for error in refusal.value.error_dict["files"]] == ["too_many"]

    assert [file.name for file in Attachment.objects.of(taken)] == ["log.txt"]
    assert [file.name for file in Attachment.objects.of(Draft.objects.get())] == ["second.txt"]


def test_an_emptied_box_is_no_draft(taken, basil):
    actions.save_draft(taken, by=basil, face="reply", text="Dear")
    actions.save_draft(taken, by=basil, face="reply", text=" ")

    assert not Draft.objects.exists()


def test_who_may_not_write_keeps_no_draft(taken, amal, dina):
    with pytest.raises(PermissionDenied):
        actions.save_draft(taken, by=dina, face="reply", text="x")
    with pytest.raises(PermissionDenied):
        actions.save_draft(taken, by=amal, face="note", text="x")


def test_taking_back_leaves_nothing_behind_but_the_draft(sign_in, taken, basil):
    browser = sign_in(basil)
    events, told = taken.messages.count(), Notification.objects.count()
    browser.post(url("ticket_reply", taken), {"text": "A rash word.", "hold": "1", "then": "resolve"})
    assert "nobody has it yet" in page_of(browser, taken).content.decode()

    browser.post(url("ticket_draft_take_back", taken))

    taken.refresh_from_db()
    assert (taken.messages.count(), Notification.objects.count(), taken.status) == (events, told, "in_progress")
    assert not OutboxRow.objects.filter(recipient=taken.requester).exists()
    assert "A rash word.</textarea>" in page_of(browser, taken).content.decode()


def test_a_reply_leaves_after_twenty_seconds_though_its_page_was_closed(taken, basil, amal):
    actions.send_later(taken, by=basil, text="New toner.", then="resolve")
    assert actions.send_waiting() == 0

    assert actions.send_waiting(at=timezone.now() + timedelta(seconds=21)) == 1

    taken.refresh_from_db()
    assert taken.status == "resolved"
    assert Notification.objects.filter(recipient=amal, kind="ticket.resolved").exists()


def test_what_has_left_cannot_be_taken_back(taken, basil):
    actions.send_later(taken, by=basil, text="New toner.")
    actions.send_waiting(ticket=taken, by=basil)

    with pytest.raises(ValidationError) as refusal:
        actions.take_back(taken, by=basil)

    assert refusal.value.code == "left"
    assert actions.send_waiting(ticket=taken, by=basil) == 0


def test_what_may_not_leave_any_more_is_a_draft_that_says_why(sign_in, taken, basil, amal):
    actions.send_later(taken, by=basil, text="We come tomorrow.", then="resolve")
    actions.cancel_ticket(taken, by=amal, reason="")

    assert actions.send_waiting(ticket=taken, by=basil) == 0

    draft = Draft.objects.get()
    assert (draft.text, draft.leaves_at) == ("We come tomorrow.", None)
    assert draft.problem


def test_a_message_that_came_meanwhile_must_be_read_first(sign_in, taken, basil, amal):
    browser = sign_in(basil)
    context = page_of(browser, taken).context
    form = {"seen": context["newest"], "to": context["to"], "text": "We come tomorrow."}
    actions.reply_to_ticket(taken, by=amal, text="It works again!")

    answer = browser.post(url("ticket_reply", taken), form)

    words = answer.content.decode()
    assert answer.status_code == 409
    assert "It works again!" in words
    assert "We come tomorrow.</textarea>" in words
    second = browser.post(url("ticket_reply", taken), form | {"seen": answer.context["newest"]})
    assert second.status_code == 302
    assert Message.objects.filter(author=basil).count() == 1


def test_ones_own_word_meanwhile_stops_nobody(taken, basil):
    actions.send(taken, by=basil, text="First.", seen=0)

    assert actions.send(taken, by=basil, text="Second.", seen=0)


def test_the_page_names_exactly_who_gets_the_reply_and_how(sign_in, taken, basil, amal, dina):
    taken.watchers.create(user=dina)
    dina.preferences["notify"] = {"ticket.reply.watched": "page"}
    dina.save()

    recipients = page_of(sign_in(basil), taken).context["recipients"]

    named = [(each.name, each.address, words) for each, words in recipients]
    assert named == [("Amal Haddad", amal.email, ""), ("Dina Saleh", "", "on the page")]


def test_nobody_is_added_to_a_reply_unseen(taken, basil, dina):
    shown = sending.key_of(sending.recipients_of(taken, basil))
    taken.watchers.create(user=dina)

    with pytest.raises(ValidationError) as refusal:
        actions.send(taken, by=basil, text="We come.", to=shown)

    assert refusal.value.code == "recipients"


@pytest.mark.parametrize(
    ("note", "reply", "passage"),
    [
        (
            "The requester broke it herself, I am sure of that.",
            "Well: the requester broke it HERSELF, I am sure.",
            True,
        ),
        (
            "قال المورّد إن الجهاز قديم جدًا ولا يستحق الإصلاح",
            "نعتذر. قال المورد إن الجهاز قديم جدا ولا يستحق الاصلاح.",
            True,
        ),
        ("Password is Winter2026", "The Password is Winter2026 for you", True),
        ("New drum", "We ordered a New drum", False),
        (
            "The printer is jammed since this morning again",
            "The printer is jammed since this morning, you said.",
            False,
        ),
    ],
)
def test_a_quoted_note_is_noticed(taken, basil, colleague, note, reply, passage):
    type(taken).objects.filter(pk=taken.pk).update(description="The printer is jammed since this morning")
    taken.refresh_from_db()
    actions.note_ticket(taken, by=colleague, text=note)

    assert bool(sending.quoted_note(taken, reply)) == passage


def test_a_quoted_note_leaves_only_when_it_is_meant(sign_in, taken, basil, colleague):
    actions.note_ticket(taken, by=colleague, text="The requester broke it herself, I am sure of that.")
    form = {"text": "They say: the requester broke it herself, I am sure"}
    browser = sign_in(basil)

    refused = browser.post(url("ticket_reply", taken), form)
    assert refused.status_code == 422
    assert "This stands in an internal note" in refused.content.decode()

    assert browser.post(url("ticket_reply", taken), form | {"quote_ok": "1"}).status_code == 302


def test_a_refused_file_leaves_the_draft_as_it_was(sign_in, taken, basil):
    browser = sign_in(basil)
    browser.post(url("ticket_draft", taken), {"face": "reply", "text": "Dear Amal"})

    answer = browser.post(url("ticket_draft", taken), {"face": "reply", "files": [text_file("virus.exe")]})

    assert answer.status_code == 422
    assert "virus.exe" in answer.content.decode()
    assert Draft.objects.get().text == "Dear Amal"


def test_the_page_in_arabic_names_the_recipients(sign_in, taken, basil):
    basil.language = "ar"
    basil.save()

    assert 'name="to"' in page_of(sign_in(basil), taken).content.decode()
