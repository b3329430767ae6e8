"""The outbox: mails are owed by rows, written with the act, and made and sent later by whoever drains it.

Delivery is at least once: a second copy, with the same Message-ID, only when a process dies between the mail
server's 250 and the commit. The right to read is asked again when the mail is made.
"""

import logging
import random
import smtplib
import time
import uuid
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import pairwise

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import override

from office import bell, letters
from office.line import Line, Unreachable
from office.models import MailHold, OutboxRow
from office.models.outbox import OutboxState

log = logging.getLogger(__name__)
BATCH = 50
RETRY_MINUTES = (1, 2, 5, 10, 15, 30, 60, 120, 240)
GIVE_UP_AFTER = timedelta(days=3)
LEAP = timedelta(seconds=60)  # clocks of two machines differ by less
MOST_DEATHS = 5  # attempts of a mail that cannot be made, or in whose sending the process dies every time


@dataclass(frozen=True)
class Mail:
    """What a topic makes of a row, in the reader's language; the frame around it is `letters.finish`.

    html: rows of the frame's table, "" to draw the paragraphs of the text. why: the sentence at the foot that says why
    one gets it. stop: (kind, key) of what the reader may stop by the link beside it, see `office.stopping`. files:
    (name, media type, path) of what goes with it.
    """

    subject: str
    text: str
    html: str = ""
    headers: dict = field(default_factory=dict)
    why: str = ""
    stop: tuple | None = None
    files: tuple = ()


_topics = {}


def topic(name):
    """Register the function that turns a row into a `Mail`, or into None when the reader is no longer entitled."""

    def register(make):
        _topics[name] = make
        return make

    return register


def enqueue(name, *, to=None, address="", about=None, key, payload=None, urgency=5, expires_in=None, not_before=None):
    """Owe `to` (a user) or `address` one mail; `key` makes the same mail impossible to owe twice.

    Returns the row, also when it was owed before. Nobody is written to without an address: then None.
    """
    address = address or getattr(to, "email", "")
    if not address:
        return None
    values = _owed(name, to, address, about, payload, urgency, expires_in, not_before)
    row, made = OutboxRow.objects.get_or_create(key=key, defaults=values)
    if made:
        bell.ring()
    return row


def enqueue_all(name, people, *, about=None, key, payload=None, urgency=5, not_before=None):
    """Owe each of `people` who has an address the same mail, in one statement.

    Their keys are `key:<person>`; where `key` is a function, what it makes of each person.
    """
    key_of = key if callable(key) else lambda person: f"{key}:{person.pk}"
    rows = [
        OutboxRow(
            key=key_of(person),
            **_owed(name, person, person.email, about, payload, urgency, not_before=not_before),
        )
        for person in people
        if person.email
    ]
    if rows:
        OutboxRow.objects.bulk_create(rows, ignore_conflicts=True)
        bell.ring()


def _owed(name, to, address, about, payload, urgency, expires_in=None, not_before=None):
    now = timezone.now()
    return {
        "topic": name,
        "recipient": to,
        "address": address,
        "scope": getattr(about, "institution_id", None) or getattr(to, "institution_id", None),
        "about_kind": about._meta.label_lower if about is not None else "",
        "about_id": about.pk if about is not None else None,
        "payload": payload or {},
        "urgency": urgency,
        "queued_at": now,
        "not_before": not_before or now,
        "expires_at": now + expires_in if expires_in else None,
    }


def drain(seconds=25):
    """Send what is owed, most urgent first, in batches of `BATCH`; returns how many rows were dealt with.

    Stops after `seconds`, so that a worker with much to send still does its other rounds, and rings for the rest. Stops
    at once where the mail server cannot be used: the next sweep asks again, once, however much is owed.
    """
    done, end = 0, time.monotonic() + seconds
    while not MailHold.objects.exists():
        rows = lease(BATCH)
        if not rows:
            break
        trouble = deliver(rows)
        done += len(rows)
        if trouble:
            break
        if time.monotonic() > end:
            bell.ring()
            break
    return done


def lease(size):
    """Take up to `size` rows that nobody holds; a lease that ran out is taken over.

    What was begun before stands last among them: if it is the one that kills, its neighbours are sent by then.
    """
    now = timezone.now()
    token = uuid.uuid4()
    _look_after_the_dead(now)
    waiting = Q(state=OutboxState.QUEUED, not_before__lte=now) | _has_run_out(now)
    with transaction.atomic():
        ids = list(
            OutboxRow.objects.filter(waiting)
            .order_by("urgency", "not_before", "id")
            .select_for_update(skip_locked=True)
            .values_list("pk", flat=True)[:size]
        )
        OutboxRow.objects.filter(pk__in=ids).update(
            state=OutboxState.LEASED,
            lease_until=now + timedelta(seconds=settings.OUTBOX_LEASE_SECONDS),
            lease_token=token,
        )
    rows = OutboxRow.objects.filter(pk__in=ids, lease_token=token).select_related("recipient")
    return sorted(rows.order_by("urgency", "not_before", "id"), key=lambda row: row.attempts > 0)


def _has_run_out(now):
    """Leases of the past, and those that nobody can have taken: the clock of the machine was set back since."""
    longest = now + timedelta(seconds=settings.OUTBOX_LEASE_SECONDS) + LEAP
    return Q(state=OutboxState.LEASED) & (Q(lease_until__lt=now) | Q(lease_until__gt=longest))


def _look_after_the_dead(now):
    """Rows in whose sending a process died: at once again after the first time, later and later, then never."""
    died = OutboxRow.objects.filter(_has_run_out(now), attempts__gt=0)
    with transaction.atomic():
        for row in died.select_for_update(skip_locked=True, of=("self",))[:BATCH]:
            times = row.attempts if row.error_class == "died" else 1
            if times >= MOST_DEATHS:
                log.error("Outbox row %s is given up: the process that sends it dies", row.pk)
                _finish(row, OutboxState.FAILED, {"error_class": "died", "attempts": row.attempts})
                continue
            wait = _wait(times) if times > 1 else timedelta()
            values = {"error_class": "died", "error": "", "attempts": times, "not_before": now + wait}
            _finish(row, OutboxState.QUEUED, values)


def deliver(rows):
    """Make and send each leased row over one connection; every row ends in a state of its own.

    Returns `(error class, text)` when the server cannot be used now, else None. What was not begun by then is owed as
    before: it keeps its turn, so that what is urgent leaves first once the server is back.
    """
    line, trouble = Line(), None
    is_mine = _begin(rows[0])
    try:
        for place, (row, following) in enumerate(pairwise([*rows, None]), start=1):
            end, trouble = _deliver_one(row, line) if is_mine else (None, None)
            is_mine = _turn(row, end, None if trouble else following)
            if trouble:
                _put_back(rows[place:], *trouble)
                break
    finally:
        line.close()
    return trouble


def _put_back(rows, error_class, error):
    ids, tokens = {row.pk for row in rows}, {row.lease_token for row in rows}
    OutboxRow.objects.filter(pk__in=ids, lease_token__in=tokens).update(
        state=OutboxState.QUEUED, lease_until=None, lease_token=None, error_class=error_class, error=error[:500]
    )


@transaction.atomic
def _turn(row, end, following):
    """Write how it ended with one row and that the next begins, in one commit: a disk takes few of them in a second."""
    if end:
        _finish(row, *end)
    return following is not None and _begin(following)


def _deliver_one(row, line):
    """Send one row that was begun. Returns how it ended, for `_finish`, and what is wrong with the whole server."""
    if row.expires_at and row.expires_at < timezone.now():
        return (OutboxState.EXPIRED,), None
    try:
        mail = make(row)
        message = envelope(row, mail) if mail else None
    except Exception as error:  # one mail that cannot be made must not stop its neighbours
        log.exception("Outbox row %s could not be made", row.pk)
        return _later(row, "made", repr(error), most=MOST_DEATHS), None
    if message is None:
        return (OutboxState.SUPPRESSED,), None
    try:
        line.send(message)
    except Unreachable as trouble:
        line.close()
        return _unsaid(row, trouble.__cause__)
    except Exception as error:
        line.close()
        return _failed(row, error)
    sent = {"sent_at": timezone.now(), "message_id": message.extra_headers["Message-ID"]}
    return (OutboxState.SENT, sent), None


def make(row):
    """The mail of a row in its reader's language, or None if the reader may not have it (any more)."""
    if row.recipient is not None and not row.recipient.is_active:
        return None
    language = row.recipient.language if row.recipient else row.payload.get("language", settings.LANGUAGE_CODE)
    with override(language):
        mail = _topics[row.topic](row)
        return letters.finish(row, mail) if mail else None


def envelope(row, mail):
    host = settings.SITE_URL.split("//")[1].split(":")[0]
    headers = {
        "Message-ID": f"<outbox-{row.pk}.{uuid.uuid5(uuid.NAMESPACE_URL, row.key).hex}@{host}>",
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        "X-Outbox-Key": uuid.uuid5(uuid.NAMESPACE_URL, row.key).hex,
    } | mail.headers
    subject = " ".join(mail.subject.split())
    message = EmailMultiAlternatives(subject, mail.text, to=[row.address], headers=headers)
    if mail.html:
        message.attach_alternative(mail.html, "text/html")
    for name, media_type, path in mail.files:
        message.attach(name, path.read_bytes(), media_type)
    return message


def _unsaid(row, error):
    """Nobody was reached, so it is not this mail's trouble: it keeps its turn, and no attempt is burnt."""
    kind, text = classify(error)
    trouble = "timeout" if kind == "timeout" else "server", text
    values = {"error_class": trouble[0], "error": text[:500], "attempts": max(row.attempts - 1, 0)}
    return (OutboxState.QUEUED, values), trouble


def _failed(row, error):
    """A server that nobody can use burns no attempt of anybody; one that hangs burns one of this row alone."""
    kind, text = classify(error)
    if kind == "refused":
        return (OutboxState.FAILED, {"error_class": kind, "error": text}), None
    end = _later(row, kind, text, attempts=row.attempts - (kind == "server"))
    return end, (kind, text) if kind in ("server", "timeout") else None


def classify(error):
    """`(class, text)`: refused (5xx, for good), temporary (4xx), timeout, or server (nobody can be reached)."""
    text = str(error)[:500]
    if isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError):  # smtplib says "disconnected"
        return "timeout", text or "timeout"
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, answer = next(iter(error.recipients.values()))
        return ("refused" if code >= 500 else "temporary"), f"{code} {_decoded(answer)}"[:500]
    if isinstance(error, smtplib.SMTPAuthenticationError | smtplib.SMTPConnectError | smtplib.SMTPNotSupportedError):
        return "server", text
    if isinstance(error, smtplib.SMTPResponseException):
        answer = f"{error.smtp_code} {_decoded(error.smtp_error)}"[:500]
        if error.smtp_code == 421:
            return "server", answer
        return ("refused" if error.smtp_code >= 500 else "temporary"), answer
    if isinstance(error, smtplib.SMTPServerDisconnected):
        return "temporary", text
    if isinstance(error, OSError):
        return "server", text
    if isinstance(error, ValueError):  # a header that mail cannot carry
        return "refused", text
    return "temporary", text


def _decoded(answer):
    return answer.decode(errors="replace") if isinstance(answer, bytes) else str(answer)


def _later(row, error_class, text, *, attempts=None, most=None):
    """Try again later: `(state, values)` for `_finish`.

    attempts: those counted so far, this one included unless told otherwise; most: then give up.
    """
    now = timezone.now()
    attempts = row.attempts if attempts is None else attempts
    is_old = now - row.queued_at > GIVE_UP_AFTER and error_class != "server"
    values = {"error_class": error_class, "error": text[:500], "attempts": max(attempts, 0)}
    if is_old or (most and attempts >= most):
        return OutboxState.FAILED, values
    return OutboxState.QUEUED, values | {"not_before": now + _wait(attempts)}


def _wait(attempts):
    """Longer after each attempt, and never for many rows at the same instant."""
    minutes = RETRY_MINUTES[min(max(attempts, 1), len(RETRY_MINUTES)) - 1]
    return min(timedelta(minutes=minutes) * random.uniform(0.8, 1.2), timedelta(seconds=settings.OUTBOX_RETRY_AT_MOST))


def _begin(row):
    """Extend the lease and count the attempt just before sending; False if another worker took the row over.

    Counted before and not after: whoever dies in it cannot count any more.
    """
    until = timezone.now() + timedelta(seconds=settings.OUTBOX_LEASE_SECONDS)
    row.attempts += 1
    return bool(
        OutboxRow.objects.filter(pk=row.pk, state=OutboxState.LEASED, lease_token=row.lease_token).update(
            lease_until=until, attempts=row.attempts
        )
    )


def _finish(row, state, values=None):
    OutboxRow.objects.filter(pk=row.pk, lease_token=row.lease_token).update(
        state=state, lease_until=None, lease_token=None, **(values or {})
    )


def hold(reason, by=None):
    """Let no mail leave until `release`."""
    return MailHold.objects.create(reason=reason, by=by)


def release():
    MailHold.objects.all().delete()
    bell.ring()


def retry(row):
    """Queue a failed row again, at once; used by the administrator's page."""
    OutboxRow.objects.filter(pk=row.pk, state=OutboxState.FAILED).update(
        state=OutboxState.QUEUED, not_before=timezone.now(), queued_at=timezone.now(), attempts=0
    )
    bell.ring()
