"""Acting on received mail, exactly once: the message is in the ledger, raw, before anything is made of it.

Taking in (`take_in`) and working on it (`work_on`) are transactions of their own: a process that dies between them
leaves a row that waits, which the next round finds; one that dies inside either leaves nothing of it.
"""

import logging
from io import BytesIO

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from helpdesk.intake import deciding, knowing, limits, making
from helpdesk.intake.reading import read
from helpdesk.models import Mailbox, ReceivedMail
from helpdesk.models.mail import MailState
from office.files import path_of, store

log = logging.getLogger(__name__)
MOST_ATTEMPTS = 3
DIED = "The process died while it was worked on."
STATES = {
    deciding.TICKET: MailState.DONE,
    deciding.REPLY: MailState.DONE,
    deciding.NOTE: MailState.DONE,
    deciding.BOUNCE: MailState.DONE,
    deciding.UNVERIFIED: MailState.UNVERIFIED,
    deciding.HELD: MailState.HELD,
    deciding.IGNORED: MailState.IGNORED,
    deciding.FAILED: MailState.FAILED,
}


def receive(raw, mailbox):
    """Take in a message and work on it. Returns its row of the ledger, also when it came before."""
    received, is_new = take_in(raw, mailbox)
    if is_new or received.state == MailState.WAITING:
        work_on(received.pk)
        received.refresh_from_db()
    return received


def take_in(raw, mailbox, *, whole=None, size=0):
    """Keep a message raw under the key that makes it the same as another. Returns (row, whether it is new).

    Of one that is too large to read `raw` is its head or its beginning, and `size` how many bytes it has; `whole` is a
    file of all of it, asked for only where it is new.
    """
    letter = read(raw, size)
    key = knowing.key_of(letter)
    mine = ReceivedMail.objects.filter(institution=mailbox.institution_id)
    content_key = knowing.content_key_of(letter)
    earlier = mine.filter(key=key).first() or (content_key and mine.filter(content_key=content_key).first())
    if not earlier:
        blob = store(whole or BytesIO(raw), "message/rfc822")
        values = {
            "mailbox": mailbox if mailbox.pk else None,
            "content_key": content_key,
            "raw": blob,
            "size": letter.size,
            "mail_id": letter.message_id[:400],
            "sender": letter.sender.key[:320],
            "sender_name": letter.sender.name[:200],
            "subject": letter.subject[:300],
        }
        try:
            with transaction.atomic():
                return ReceivedMail.objects.create(institution_id=mailbox.institution_id, key=key, **values), True
        except IntegrityError:  # another fetcher was a moment faster
            earlier = mine.get(key=key)
    ReceivedMail.objects.filter(pk=earlier.pk).update(repeats=F("repeats") + 1)
    return earlier, False


def work_on(pk, *, again=False):
    """Decide about a message of the ledger and act; whatever goes wrong is written beside it and stops nobody.

    again: a person asked for it, so a message that is held or was left alone is looked at anew.
    The attempt is counted before it is made: whoever dies in it cannot count any more.
    """
    ReceivedMail.objects.filter(pk=pk, state__in=OPEN).update(attempts=F("attempts") + 1)
    try:
        with transaction.atomic():
            _work_on(pk, again)
    except Exception as error:
        log.exception("Received mail %s could not be worked on", pk)
        said = " ".join(error.messages) if isinstance(error, ValidationError) else repr(error)
        ReceivedMail.objects.filter(pk=pk).update(state=MailState.FAILED, reason="error", error=said[:500])


OPEN = {MailState.WAITING, MailState.FAILED}
ANEW = {MailState.HELD, MailState.IGNORED}


def _work_on(pk, again):
    received = ReceivedMail.objects.select_for_update(of=("self",)).select_related("mailbox", "institution").get(pk=pk)
    if received.state not in (OPEN | ANEW if again else OPEN):
        return
    mailbox = received.mailbox or plain_mailbox(received.institution)
    letter = letter_of(received)
    decision = deciding.decide(letter, knowing.Desk(mailbox, received))
    making.make(received, letter, decision)
    received.state = STATES[decision.result]
    received.reason, received.trace, received.error = decision.reason, decision.trace, ""
    received.save()


def retry_failed(limit=50):
    """Work on what waits or failed for a reason that may pass, a few times at most. Returns how many.

    What still waits after that many attempts ended the process each time; it is kept for people to look at.
    """
    waiting = ReceivedMail.objects.filter(state=MailState.WAITING)
    waiting.filter(attempts__gte=MOST_ATTEMPTS).update(state=MailState.FAILED, reason="error", error=DIED)
    failed = ReceivedMail.objects.filter(state=MailState.FAILED, reason="error", attempts__lt=MOST_ATTEMPTS)
    ids = list((waiting | failed).order_by("pk").values_list("pk", flat=True)[:limit])
    for pk in ids:
        work_on(pk)
    return len(ids)


def raw_of(received):
    """The bytes of a message as it was received; of one that is too large its beginning."""
    with path_of(received.raw.sha256).open("rb") as file:
        return file.read(limits.MOST_BYTES + 1)


def letter_of(received):
    return read(raw_of(received), received.size)


def plain_mailbox(institution):
    """What holds for mail that came through no mailbox."""
    return Mailbox(institution=institution, name="", address="")


def mailbox_for(letter, institution):
    """The mailbox of the institution a message is addressed to, else its only one, else the plain one."""
    boxes = list(Mailbox.objects.in_use().filter(institution=institution).select_related("queue"))
    written = {address.key for address in letter.recipients}
    written |= {letter.headers.raw(name).strip("<> ").lower() for name in ("delivered-to", "x-original-to")}
    addressed = [box for box in boxes if box.address.lower() in written]
    if addressed or len(boxes) == 1:
        return (addressed or boxes)[0]
    return plain_mailbox(institution)


def dry_run(raw, mailbox, size=0):
    """(letter, decision) of a message, writing nothing."""
    letter = read(raw, size)
    return letter, deciding.decide(letter, knowing.Desk(mailbox))


def age(received):
    return timezone.now() - received.received_at
