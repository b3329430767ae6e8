"""Received mail: what becomes of it, exactly once, and what it can never do."""

from datetime import timedelta

import pytest
from django.utils import timezone

from helpdesk import actions
from helpdesk.choices import Status
from helpdesk.intake import receiving, signing
from helpdesk.models import Mailbox, Message, ReceivedMail, Ticket, UndeliverableAddress
from helpdesk.models.mail import Unknown
from office import outbox
from office.models import Attachment, Notification, OutboxRow
from people.models import User
from tests import factories
from tests.helpdesk.letters import MALFORMED, PNG, letter

SERVER = "mx.ministry.example"
VOUCHED = {"Authentication_Results": f"{SERVER}; dmarc=pass header.from=ministry.example"}
BASIL = "Basil Nasser <basil@ministry.example>"
DINA = "Dina <dina@ministry.example>"
OUTSIDER = "Vendor <v@vendor.example>"


@pytest.fixture
def box(desk, ministry, amal, basil, dina):
    for person in (amal, basil, dina):
        person.email = f"{person.username}@ministry.example"
        person.save()
    return Mailbox.objects.create(
        institution=ministry,
        name="Help desk",
        address="it@ministry.example",
        queue=desk,
        own_domains="ministry.example",
        trusted_server=SERVER,
    )


@pytest.fixture
def receive(box, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"

    def _receive(text="The printer prints nothing.", **values):
        raw = text if isinstance(text, bytes) else letter(text, **values)
        box.refresh_from_db()
        return receiving.receive(raw, box)

    return _receive


@pytest.fixture
def from_amal(receive):
    """The ticket Amal made by mail, whose Message-ID is <first@ministry.example>."""
    return receive(message_id="<first@ministry.example>", **VOUCHED).ticket


def answer_of(person, ticket):
    """The id of the last mail of ours to a person about a ticket."""
    row = OutboxRow.objects.filter(recipient=person, about_id=ticket.pk).order_by("pk").last()
    return outbox.make(row).headers["Message-ID"]


def result(received):
    return received.state, received.reason


def owed(topic):
    return list(OutboxRow.objects.filter(topic=f"ticket.{topic}").values_list("recipient__username", flat=True))


def heard(kind):
    return list(Notification.objects.filter(kind=f"ticket.{kind}").values_list("recipient__username", flat=True))


# A new ticket


def test_a_mail_of_an_employee_becomes_a_ticket_with_its_files_and_is_answered_once(receive, box, amal):
    received = receive("الطابعة لا تطبع", subject="عطل", files=[("p.png", "image/png", PNG)], **VOUCHED)

    ticket = received.ticket
    assert (ticket.requester, ticket.subject, ticket.description) == (amal, "عطل", "الطابعة لا تطبع")
    assert (ticket.queue, ticket.channel) == (box.queue, "mail")
    assert owed("received") == ["amal"]


def test_the_answer_repeats_nothing_of_the_mail(receive, amal):
    receive("Buy my pills", **VOUCHED)

    mail = outbox.make(OutboxRow.objects.get(topic="ticket.received"))
    assert "pills" not in mail.text + mail.html


def test_the_same_mail_twice_is_one_entry(receive):
    raw = letter(message_id="<a@b.example>")
    first, second = receive(raw), receive(raw)

    assert first.pk == second.pk
    assert (Ticket.objects.count(), ReceivedMail.objects.get().repeats) == (1, 1)


def test_a_relay_that_changes_the_message_id_makes_no_second_entry(receive):
    raw = letter(message_id="<a@b.example>")
    receive(raw)
    receive(raw.replace(b"<a@b.example>", b"<other@relay.example>"))

    assert Ticket.objects.count() == 1


def test_without_a_message_id_the_content_tells_copies_apart(receive):
    raw = b"From: amal@ministry.example\r\nDate: Sun, 15 Nov 2026 10:00:00 +0300\r\nSubject: x\r\n\r\n"
    receive(raw + b"one")
    receive(raw + b"one")
    receive(raw + b"two")

    assert Ticket.objects.count() == 2


def test_an_unknown_sender_becomes_a_guest_who_is_not_answered_and_cannot_sign_in(receive):
    ticket = receive(sender="JOHN SMITH <j@vendor.example>").ticket

    guest = ticket.requester
    assert (guest.name, guest.is_guest, guest.has_usable_password()) == ("John Smith", True, False)
    assert not any(getattr(guest, role) for role in ("is_technician", "is_manager", "is_administrator", "is_operator"))
    assert owed("received") == []


@pytest.mark.parametrize(("choice", "state"), [(Unknown.HOLD, "held"), (Unknown.REFUSE, "ignored")])
def test_a_mailbox_may_hold_or_refuse_unknown_senders(receive, box, choice, state):
    Mailbox.objects.update(unknown_senders=choice)

    assert result(receive(sender=OUTSIDER)) == (state, "unknown sender")
    assert not Ticket.objects.exists()


def test_a_file_that_is_not_allowed_stays_in_the_raw_message(receive):
    received = receive(files=[("run.exe", "application/octet-stream", b"MZ")])

    assert received.state == "done"
    assert [step["facts"]["files"] for step in received.trace if step["name"] == "files"] == [
        [["run.exe", "type_not_allowed"]]
    ]


def test_an_answer_to_a_ticket_full_of_files_joins_and_its_files_stay_in_the_raw_message(
    receive, from_amal, amal, settings
):
    settings.ATTACHMENTS_PER_OBJECT = 1
    pictures = [(f"{n}.png", "image/png", PNG) for n in (1, 2)]

    received = receive("Two pictures.", answers=[answer_of(amal, from_amal)], files=pictures)

    assert (received.state, received.message.text) == ("done", "Two pictures.")
    assert [each.name for each in Attachment.objects.of(from_amal)] == ["1.png"]
    assert [step["facts"]["files"] for step in received.trace if step["name"] == "files"] == [[["2.png", "too_many"]]]


def test_the_page_names_what_a_mail_brought_and_a_full_ticket_did_not_take(
    receive, from_amal, amal, basil, settings, client
):
    settings.ATTACHMENTS_PER_OBJECT = 0
    received = receive("A picture.", answers=[answer_of(amal, from_amal)], files=[("late.png", "image/png", PNG)])

    for person, words in ((basil, "the raw message has them:"), (amal, "the help desk still has them:")):
        client.force_login(person)
        page = client.get(from_amal.get_absolute_url()).content.decode()
        assert words in page
        assert "late.png" in page
    assert PNG in [file.content for file in receiving.letter_of(received).files]


def test_a_mail_beyond_the_day_of_its_sender_becomes_a_ticket_that_names_what_stayed_raw(
    receive, amal, settings, client
):
    settings.ATTACHMENTS_PER_DAY = 1
    pictures = [(f"{n}.png", "image/png", PNG) for n in (1, 2)]

    received = receive(files=pictures, **VOUCHED)

    client.force_login(amal)
    page = client.get(received.ticket.get_absolute_url()).content.decode()
    assert [each.name for each in Attachment.objects.of(received.ticket)] == ["1.png"]
    assert (received.left_out, "the help desk still has them: <bdi>2.png</bdi>" in page) == ("2.png", True)
    assert [step["facts"]["files"] for step in received.trace if step["name"] == "files"] == [[["2.png", "day"]]]


# Replies


def test_an_answer_to_our_mail_joins_and_its_quotation_is_folded_away(receive, from_amal, amal, basil):
    actions.reply_to_ticket(from_amal, by=basil, text="Is it on?")
    quoted = "On Sun, 15 Nov 2026 Basil <it@ministry.example> wrote:\n\n> Is it on?"

    received = receive(f"Yes.\n\n{quoted}", answers=[answer_of(amal, from_amal)])

    assert (received.ticket, received.message.text, received.message.is_internal) == (from_amal, "Yes.", False)
    assert (received.message.author, received.message.quoted.strip()) == (amal, quoted)


def test_a_colleague_who_answers_all_before_the_first_answer_joins_the_same_ticket(receive, dina):
    first = receive(message_id="<first@ministry.example>", to="it@ministry.example, dina@ministry.example", **VOUCHED)

    second = receive("Mine too.", sender=DINA, answers=["<first@ministry.example>"])

    assert (second.ticket, second.state, second.message.is_internal) == (first.ticket, "done", False)
    assert Ticket.objects.count() == 1
    assert not first.ticket.watchers.exists()


def test_an_outsider_who_knows_an_id_is_kept_from_public_view_until_accepted(receive, from_amal):
    received = receive("Please pay.", sender=OUTSIDER, answers=["<first@ministry.example>"])

    assert (received.state, received.ticket, received.message.is_internal) == ("unverified", from_amal, True)
    assert (heard("replied"), heard("unverified")) == ([], ["basil"])


def test_the_number_in_the_subject_joins_for_whoever_takes_part(receive, from_amal):
    number = from_amal.number.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))

    assert receive("And now smoke.", subject=f"رد: طلب {number}: الطابعة").ticket == from_amal


def test_the_number_in_the_subject_opens_nothing_to_anybody_else(receive, from_amal, dina):
    received = receive("What does it say?", sender=DINA, subject=f"[{from_amal.number}]")

    assert received.ticket != from_amal
    assert received.ticket.requester == dina
    assert not from_amal.messages.exists()


def test_an_answer_goes_on_where_the_ticket_waited_for_it(receive, from_amal, amal, basil):
    actions.take_ticket(from_amal, by=basil)
    actions.reply_to_ticket(from_amal, by=basil, text="Which one?", wait=True)

    receive("The red one.", answers=[answer_of(amal, from_amal)])

    from_amal.refresh_from_db()
    assert from_amal.status == Status.IN_PROGRESS


@pytest.fixture
def closed(from_amal, amal, basil):
    actions.resolve_ticket(from_amal, by=basil, resolution="Done.")
    actions.confirm_ticket(from_amal, by=amal)
    return from_amal


def test_an_answer_soon_after_the_end_reopens(receive, closed, amal):
    receive("Broken again.", answers=[answer_of(amal, closed)])

    closed.refresh_from_db()
    assert closed.status == Status.IN_PROGRESS


def test_a_late_answer_opens_a_new_ticket_that_names_the_old_one(receive, closed, amal):
    Ticket.objects.filter(pk=closed.pk).update(closed_at=timezone.now() - timedelta(days=15))

    ticket = receive("Broken again.", answers=[answer_of(amal, closed)]).ticket

    assert ticket != closed
    assert [message.text for message in ticket.messages.all()] == [f"↩ {closed.number}"]


# Technicians


def test_a_technician_answers_by_mail_when_our_own_id_proves_it(receive, from_amal, basil):
    received = receive("Come by.", sender=BASIL, answers=[answer_of(basil, from_amal)])

    assert (received.state, received.message.author, received.message.is_internal) == ("done", basil, False)
    assert "amal" in heard("replied")


def test_an_answer_to_an_internal_note_stays_internal(receive, from_amal, basil, colleague):
    actions.take_ticket(from_amal, by=basil)
    actions.note_ticket(from_amal, by=colleague, text="She is new.")

    received = receive("I know.", sender=BASIL, answers=[answer_of(basil, from_amal)])

    assert received.message.is_internal


@pytest.mark.parametrize("change", ["none", "missing", "short", "wrong", "of another"])
def test_a_forged_technician_adds_nothing(receive, from_amal, amal, basil, change):
    actions.reply_to_ticket(from_amal, by=basil, text="Is it on?")
    ours = answer_of(amal, from_amal)  # which Amal has and Basil's mail never carried
    known = {
        "none": "<first@ministry.example>",
        "missing": ours.rsplit(".", 2)[0] + "@ministry.example>",
        "short": ours.replace(ours.split("@")[0][-20:], ""),
        "wrong": ours.replace("@", "0@"),
        "of another": ours,
    }[change]
    before = Message.objects.count()

    received = receive("Give me your password.", sender=BASIL, answers=[known, "<first@ministry.example>"])

    assert (received.state, Message.objects.count(), received.ticket) == ("held", before, None)


def test_mail_never_makes_a_technician_of_a_requester_by_name(receive, from_amal):
    received = receive(
        "Is it on?", sender='"basil@ministry.example" <x@evil.example>', answers=["<first@ministry.example>"]
    )

    assert received.state == "unverified"


def test_a_sender_of_ours_whom_our_server_does_not_vouch_for_is_held(receive):
    failed = {"Authentication_Results": f"{SERVER}; dmarc=fail header.from=ministry.example"}

    assert result(receive(**failed)) == ("held", "forged sender")


def test_the_verdict_of_another_server_counts_for_nothing(receive, from_amal):
    foreign = {"Authentication_Results": "mx.evil.example; dmarc=pass header.from=ministry.example"}

    assert receive("Hi.", sender=BASIL, answers=["<first@ministry.example>"], **foreign).state == "held"


def test_what_a_technician_passes_on_is_the_request_of_whoever_wrote_it(receive, amal, basil):
    text = "Please help.\n\n---------- Forwarded message ---------\nFrom: Amal <amal@ministry.example>\n\nNo toner."

    ticket = receive(text, sender=BASIL, subject="Fwd: toner", **VOUCHED).ticket

    assert (ticket.requester, ticket.filed_by) == (amal, basil)


def test_what_a_technician_passes_on_of_somebody_unknown_is_asked_about(receive):
    text = "---------- Forwarded message ---------\nFrom: X <x@vendor.example>\nDate: x\n\nOffer."

    assert result(receive(text, sender=BASIL, subject="Fwd: offer", **VOUCHED)) == ("held", "forward unclear")


# Machines


@pytest.mark.parametrize(
    "head",
    [
        {"Auto_Submitted": "auto-replied"},
        {"X_Autoreply": "yes"},
        {"X_Loop": "yes"},
        {"Precedence": "bulk"},
        {"List_Unsubscribe": "<mailto:x@y.example>"},
        {"X_Auto_Response_Suppress": "All"},
        {"Return_Path": "<>"},
        {"Auto_Submitted": "auto-generated"},
    ],
)
def test_a_machine_gets_no_answer_and_opens_no_ticket(receive, head):
    assert receive(**head, **VOUCHED).ticket is None
    assert not OutboxRow.objects.exists()


def test_alarms_may_open_tickets_where_the_mailbox_says_so(receive):
    Mailbox.objects.update(takes_machines=True)

    assert receive("Disk full", Auto_Submitted="auto-generated").ticket
    assert owed("received") == []


def test_somebody_absent_leaves_a_note_and_reopens_nothing(receive, closed, amal):
    head = {"Auto_Submitted": "auto-replied", **VOUCHED}

    received = receive("I am away.", subject="Out of office", answers=[answer_of(amal, closed)], **head)

    closed.refresh_from_db()
    assert (closed.status, received.message.is_internal) == (Status.CLOSED, True)


def bounce_of(message_id, address, status="5.1.1", action="failed"):
    report = (
        f"Reporting-MTA: dns; mx\r\n\r\nFinal-Recipient: rfc822; {address}\r\nAction: {action}\r\nStatus: {status}\r\n"
    )
    return (
        "From: MAILER-DAEMON@mx.example\r\nTo: it@ministry.example\r\nSubject: Undelivered Mail\r\nReturn-Path: <>\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n--b\r\n\r\nUser unknown.\r\n'
        f"--b\r\nContent-Type: message/delivery-status\r\n\r\n{report}\r\n"
        f"--b\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID: {message_id}\r\nSubject: x\r\n\r\nx\r\n--b--\r\n"
    ).encode()


def test_a_bounce_of_our_mail_marks_the_one_address_and_stands_in_its_ticket(receive, from_amal, amal):
    received = receive(bounce_of(answer_of(amal, from_amal), "amal@ministry.example"))

    assert (received.ticket, received.message.is_internal) == (from_amal, True)
    assert UndeliverableAddress.objects.get().address == "amal@ministry.example"
    assert outbox.make(OutboxRow.objects.filter(recipient=amal).last()) is None


@pytest.mark.parametrize(
    ("address", "status", "action"),
    [("dina@ministry.example", "5.1.1", "failed"), ("amal@ministry.example", "4.4.1", "delayed")],
)
def test_a_bounce_for_another_address_or_for_now_marks_nobody(receive, from_amal, amal, address, status, action):
    receive(bounce_of(answer_of(amal, from_amal), address, status, action))

    assert not UndeliverableAddress.objects.exists()


def test_a_forged_bounce_changes_nothing(receive, from_amal, amal):
    forged = answer_of(amal, from_amal).replace("@", "0@")

    assert result(receive(bounce_of(forged, "amal@ministry.example"))) == ("ignored", "bounce")
    assert not UndeliverableAddress.objects.exists()


def test_our_own_mail_that_comes_back_is_dropped(receive, from_amal, amal):
    assert result(receive("Back again.", message_id=answer_of(amal, from_amal))) == ("ignored", "own")


def test_a_flood_is_held_after_ten_tickets_and_three_answers(receive):
    states = [receive(f"Number {n}", **VOUCHED).state for n in range(12)]

    assert states == ["done"] * 10 + ["held"] * 2
    assert owed("received") == ["amal"] * 3


def test_two_desks_that_answer_each_other_stop(receive, settings):
    """The other one strips every mark of ours and answers our answers."""
    for n in range(8):
        receive(f"We have taken in your request {n}", sender="Other desk <it@other.example>", subject=f"Re: {n}")

    assert owed("received") == []


# What goes wrong


def test_a_message_over_the_limits_is_kept_raw_and_stops_nobody(receive):
    received = receive(MALFORMED["a thousand nested parts"])

    assert result(received) == ("failed", "too much")
    assert receiving.raw_of(received) == MALFORMED["a thousand nested parts"]


@pytest.mark.parametrize("name", sorted(MALFORMED))
def test_no_broken_message_escapes_the_ledger(receive, name):
    received = receive(MALFORMED[name])

    assert received.state in ("done", "held", "failed", "ignored")
    assert received.reason != "error", received.error


def test_an_error_while_acting_leaves_nothing_half_done_and_is_tried_again(receive, monkeypatch):
    monkeypatch.setattr("helpdesk.intake.making.remember_ids", lambda *args: 1 / 0)
    received = receive()
    assert (received.state, Ticket.objects.count()) == ("failed", 0)
    monkeypatch.undo()

    receiving.retry_failed()

    received.refresh_from_db()
    assert (received.state, Ticket.objects.count()) == ("done", 1)


def test_a_mail_that_kills_whoever_works_on_it_is_tried_three_times_and_kept(receive, monkeypatch):
    class Killed(BaseException):
        """What no handler sees, as a signal is."""

    def die(*args):
        raise Killed

    monkeypatch.setattr("helpdesk.intake.deciding.decide", die)
    for attempt in (receive, receiving.retry_failed, receiving.retry_failed):
        with pytest.raises(Killed):
            attempt()

    receiving.retry_failed()

    received = ReceivedMail.objects.get()
    assert (received.state, received.attempts, received.error) == ("failed", 3, receiving.DIED)


def test_control_characters_of_a_head_reach_no_mail_of_ours(receive, mailoutbox):
    receive(b"From: amal@ministry.example\r\nSubject: =?utf-8?q?x=0D=0ABcc=3A_x=40evil.example?=\r\n\r\nx")

    outbox.drain()

    assert {address for mail in mailoutbox for address in mail.to} <= {
        f"{n}@ministry.example" for n in ("amal", "basil")
    }
    assert not any("\n" in mail.subject or "Bcc" in mail.message() for mail in mailoutbox)


# Message-IDs


def test_our_ids_are_the_same_at_every_try_and_prove_what_they_name(from_amal, amal):
    row = OutboxRow.objects.filter(recipient=amal).last()

    first, second = outbox.make(row), outbox.make(row)

    assert first.headers["Message-ID"] == second.headers["Message-ID"]
    assert signing.verify(first.headers["Message-ID"]) == signing.Signed(from_amal.pk, 0, row.pk)
    assert first.headers["Reply-To"] == "it@ministry.example"
    assert first.headers["In-Reply-To"] == "<first@ministry.example>"


def test_a_key_that_was_changed_still_knows_its_old_ids(settings):
    ours = signing.message_id(1, 2, 3, "desk.example")
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another", [settings.SECRET_KEY]

    assert signing.verify(ours) == signing.Signed(1, 2, 3)


def test_a_guest_cannot_sign_in_nor_ask_for_a_password(receive, client, mailoutbox):
    guest = receive(sender=OUTSIDER).ticket.requester
    guest.set_password(factories.PASSWORD)
    guest.save()

    answer = client.post("/accounts/login/", {"login": guest.email, "password": factories.PASSWORD})

    assert answer.status_code != 302 or not User.objects.get(pk=guest.pk).last_login
    assert "_auth_user_id" not in client.session


# Merged tickets


@pytest.fixture
def merged(from_amal, desk, dina, basil):
    """Amal's ticket, merged into one of Dina's on which Basil works."""
    other = actions.take_ticket(actions.file_ticket(requester=dina, subject="Nothing prints"), by=basil)
    actions.merge_ticket(from_amal, by=basil, into=other)
    from_amal.refresh_from_db()
    return from_amal


def test_an_answer_to_a_merged_ticket_lands_in_the_other_one(receive, merged, amal, basil):
    received = receive("Still jammed.", answers=[answer_of(amal, merged)], **VOUCHED)

    assert (result(received), received.ticket) == (("done", ""), merged)
    assert Notification.objects.filter(kind="ticket.landed", about_id=merged.merged_into_id, recipient=basil).exists()
    assert {"name": "merged", "answer": "into another ticket", "facts": {}} in received.trace


def test_the_number_of_a_merged_ticket_in_the_subject_counts_for_its_people(receive, merged):
    received = receive("Still jammed.", subject=f"Re: {merged.number}", message_id="<x@ministry.example>", **VOUCHED)

    assert received.ticket == merged
    assert Ticket.objects.count() == 2


def test_whoever_takes_part_in_the_other_one_alone_writes_into_that_one(receive, merged, dina):
    received = receive("Me too.", sender=DINA, subject=f"Re: {merged.number}", **VOUCHED)

    assert (received.state, received.ticket) == ("done", merged.merged_into)
    assert not merged.messages.filter(text="Me too.").exists()


def test_an_outsider_who_knows_the_old_number_gets_a_ticket_of_her_own(receive, merged):
    received = receive("Let me in.", sender=OUTSIDER, subject=f"Re: {merged.number}")

    assert received.ticket not in (merged, merged.merged_into)


def test_an_outsider_who_knows_the_old_id_is_unverified(receive, merged, amal, basil):
    received = receive("Let me in.", sender=OUTSIDER, answers=["<first@ministry.example>"])

    assert (received.state, received.message.is_internal) == ("unverified", True)
    assert "basil" in heard("unverified")


def test_her_mail_reopens_what_counted_as_solved(receive, merged, amal, basil, state):
    other = merged.merged_into
    actions.resolve_ticket(other, by=basil, resolution="New drum.")

    received = receive("Still jammed.", answers=[answer_of(amal, merged)], **VOUCHED)

    assert (received.reason, state(other), state(merged)) == ("reopens", Status.IN_PROGRESS, Status.CANCELLED)


def test_when_the_other_one_has_ended_for_long_a_new_ticket_names_the_old(receive, merged, amal, basil):
    other = merged.merged_into
    actions.resolve_ticket(other, by=basil, resolution="New drum.")
    actions.close_ticket(other, by=basil)
    Ticket.objects.filter(pk=other.pk).update(closed_at=timezone.now() - timedelta(days=400))

    received = receive("Jammed again.", answers=[answer_of(amal, merged)], **VOUCHED)

    assert received.opened
    assert merged.number in received.ticket.messages.get().text


def test_the_technicians_answer_to_such_a_mail_goes_to_whoever_asked_there(receive, merged, amal, basil, dina):
    receive("Still jammed.", answers=[answer_of(amal, merged)], **VOUCHED)

    received = receive(
        "I am coming.", sender=BASIL, answers=[answer_of(basil, merged.merged_into)], message_id="<b@ministry.example>"
    )

    assert (received.state, received.ticket, received.message.is_internal) == ("done", merged, False)
    assert Notification.objects.filter(kind="ticket.replied", recipient=amal).exists()
    assert not Notification.objects.filter(kind="ticket.replied", recipient=dina).exists()
