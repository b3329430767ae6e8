"""Making of a decision what it says: a ticket, a reply, a note, a guest; through the desk's own actions."""

import hashlib
import unicodedata

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.translation import gettext as _

from helpdesk import actions, notifications
from helpdesk.actions.act import Act
from helpdesk.actions.landing import hold, land
from helpdesk.choices import MessageKind
from helpdesk.intake import deciding
from helpdesk.intake.reading import NO_CONTENT, NO_SUBJECT
from helpdesk.models import MailThread, Message, UndeliverableAddress
from office.events import record_event
from office.files import check, clean_name, require_day, require_room
from office.models.events import Channel
from people.models import User

LONGEST = 20_000
MOST_FILES = 40


def make(received, letter, decision):
    """Act on `decision`; fills `received` with what came of it. To be called inside a transaction."""
    doing = {
        deciding.TICKET: open_ticket,
        deciding.REPLY: add_reply,
        deciding.NOTE: add_note,
        deciding.BOUNCE: add_note,
        deciding.UNVERIFIED: add_unverified,
    }.get(decision.result)
    if decision.tells_size:
        received.acknowledged = notifications.too_large(received, letter, decision.sender)
    if doing is None:
        return
    files, refused = uploads(letter, decision.ticket, decision.sender)
    if refused:
        decision.note("files", "some not taken over", files=refused)
        received.left_out = names_of(refused)
    if decision.is_guest:
        decision.sender = make_guest(received.institution, letter)
    doing(received, letter, decision, files)
    if received.message is not None:
        Message.objects.filter(pk=received.message.pk).update(mail_from=_sender_words(letter), quoted=_quoted(letter))
    if decision.is_new_word and decision.result != deciding.UNVERIFIED:
        remember_ids(received.ticket, letter)
        UndeliverableAddress.objects.filter(address=letter.sender.key).delete()  # somebody writes from there


def open_ticket(received, letter, decision, files):
    requester = decision.requester or decision.sender
    ticket = actions.file_ticket(
        requester=requester,
        by=decision.sender,
        channel=Channel.MAIL,
        queue=decision.queue,
        subject=subject_of(letter),
        description=description_of(letter),
        files=files,
    )
    received.ticket, received.opened = ticket, True
    if decision.earlier is not None:
        _say(ticket, None, f"↩ {decision.earlier.number}", (), internal=True)
    if decision.answers and requester.pk == decision.sender.pk:
        received.acknowledged = notifications.received(ticket)


def add_reply(received, letter, decision, files):
    ticket, person = decision.ticket, decision.sender
    text = _cut(_words(letter.reply or letter.text))
    if decision.reopens and ticket.merged_into_id is None:
        actions.reopen_ticket(ticket, by=person, text=text, files=files, channel=Channel.MAIL)
        message = ticket.messages.order_by("-pk").first()
    elif any(step.name == "part" and step.answer == "takes part" for step in decision.steps):
        message = actions.reply_to_ticket(ticket, by=person, text=text, files=files, channel=Channel.MAIL)
    else:  # a colleague the thread was addressed to: heard by all, and neither watcher nor owner for it
        message, event, ticket = _say(ticket, person, text, files, internal=False)
        notifications.replied(ticket, event, message)
    received.ticket, received.message = ticket, message


def add_note(received, letter, decision, files):
    """Something for the desk: of a technician, of a machine, of a server that could not deliver."""
    ticket, text = decision.ticket, _cut(_words(letter.reply or letter.text))
    if decision.is_new_word:
        message = actions.note_ticket(ticket, by=decision.sender, text=text, files=files, channel=Channel.MAIL)
    else:
        message = _say(ticket, decision.sender, text, files, internal=True)[0]
    received.ticket, received.message = ticket, message
    if decision.undeliverable:
        UndeliverableAddress.objects.update_or_create(
            address=decision.undeliverable, defaults={"status": decision.status[:20]}
        )


def add_unverified(received, letter, decision, files):
    """An outsider's words: the desk alone sees them until it accepts them."""
    words = _cut(_words(letter.reply or letter.text))
    message, event, ticket = _say(decision.ticket, decision.sender, words, files, internal=True)
    received.ticket, received.message = ticket, message
    notifications.unverified(ticket, event)


def _say(ticket, author, text, files, *, internal):
    """(message, event, ticket): said by mail by somebody who has no standing of her own to the ticket."""
    hold(ticket.pk)
    act = Act(ticket, None)
    act.channel, act.by = Channel.MAIL, author
    act.say(text, internal=internal, kind=MessageKind.NOTE if internal else MessageKind.REPLY, files=files)
    event = act.finish("noted" if internal else "replied")
    if not internal and act.ticket.merged_into_id is not None:
        land(act, reopens=False)
    return act.message, event, act.ticket


def names_of(refused):
    return "\n".join(name for name, _code in refused)[:2000]


def uploads(letter, ticket=None, by=None):
    """(files that may be attached, [[name, code of the refusal]]); what is refused stays in the raw message.

    ticket: the one they would go into, where there is one: it may be full. by: who sent them, and may have sent as much
    as one person may within a day.
    """
    taken, refused = [], []
    for file in letter.files:
        if file.is_shown:
            continue
        upload = SimpleUploadedFile(clean_name(file.name) or "file", file.content, file.type)
        try:
            if len(taken) >= MOST_FILES:
                raise ValidationError("", code="too_many")
            check(upload)
            sizes = [each.size for each in (*taken, upload)]
            if ticket is not None:
                require_room(ticket, sizes)
            if by is not None:
                require_day(by, sizes)
        except ValidationError as refusal:
            refused.append([clean_name(file.name), refusal.code])
        else:
            taken.append(upload)
    return taken, refused


def make_guest(institution, letter):
    """Somebody known by mail alone: has tickets, is written to, cannot sign in."""
    address = letter.sender.key
    guest = User(
        institution=institution,
        username=f"guest.{hashlib.sha256(f'{institution.pk} {address}'.encode()).hexdigest()[:24]}",
        email=address,
        name=_person_name(letter.sender.name) or address.partition("@")[0][:160],
        language="ar" if letter.direction == "rtl" else "en",
        is_guest=True,
    )
    guest.set_unusable_password()
    guest.save()
    record_event(guest, "created", channel=Channel.MAIL)
    return guest


def _person_name(name):
    name = _visible(name)[:160]
    return name.title() if name.isascii() and (name.islower() or name.isupper()) else name


def _visible(text):
    """One line without the marks that turn text round or hide it."""
    return " ".join("".join(letter for letter in text if unicodedata.category(letter) != "Cf").split())


def remember_ids(ticket, letter):
    """Every id of this mail belongs to the ticket from now on; `addressed` is to whom it went besides us."""
    addressed = [address.key for address in letter.recipients][:50]
    rows = [
        MailThread(ticket=ticket, message_id=text[:400], is_own=text == letter.message_id, addressed=addressed)
        for text in dict.fromkeys([letter.message_id, *letter.references])
        if text
    ]
    for row in rows:
        row.addressed = addressed if row.is_own else []
    MailThread.objects.bulk_create(rows, ignore_conflicts=True)


def subject_of(letter):
    return _visible(letter.subject)[:200] or NO_SUBJECT


def description_of(letter):
    return _cut(_words(letter.text))


def _words(text):
    return _("No visible content.") if text.strip() in ("", NO_CONTENT) else text


def _quoted(letter):
    return _cut(letter.quoted)


def _cut(text):
    return text if len(text) <= LONGEST else text[: LONGEST - 2] + " …"


def _sender_words(letter):
    return f"{_visible(letter.sender.name)} <{letter.sender.email}>".strip()[:540]
