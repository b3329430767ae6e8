"""Drafts: kept while one writes, sent at once or after a while in which they can be taken back."""

import logging
from datetime import timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from helpdesk import sending
from helpdesk.actions import vendor_calls
from helpdesk.actions.ending import resolve_ticket
from helpdesk.actions.landing import hold
from helpdesk.actions.talking import note_ticket, reply_to_ticket
from helpdesk.choices import SOLVED_BY
from helpdesk.models import Draft, Face, Message, Ticket
from helpdesk.permissions import can_reply, standing_of
from office.files import attach, require_room
from office.models import Attachment

UNDO_SECONDS = 20
MOST_FILES = 20
log = logging.getLogger(__name__)


@transaction.atomic
def save_draft(ticket, *, by, face, text):
    """Keep what is being written; nothing written and no file is no draft. One that is on its way stays as it is."""
    _require(ticket, by, face)
    draft, _made = Draft.objects.select_for_update().get_or_create(ticket=ticket, user=by, face=face)
    if draft.leaves_at is None:
        draft.text, draft.saved_at, draft.problem = text, timezone.now(), ""
        draft.save(update_fields=["text", "saved_at", "problem"])
        if not text.strip() and not _files(draft).exists():
            draft.delete()
    return draft


@transaction.atomic
def add_draft_files(ticket, *, by, face, files):
    """Put files on a draft before it is sent; they go with the message, or nowhere."""
    _require(ticket, by, face)
    draft, _made = Draft.objects.select_for_update().get_or_create(ticket=ticket, user=by, face=face)
    if _files(draft).count() + len(files) > MOST_FILES:
        raise ValidationError({"files": _("At most %(most)d files at once.") % {"most": MOST_FILES}}, code="too_many")
    _attach(draft, files, by)
    return draft


@transaction.atomic
def remove_draft_file(ticket, *, by, file):
    _files_of(by, ticket).filter(pk=file).delete()


@transaction.atomic
def send(ticket, *, by, text, files=(), then="", call_end="", face=Face.REPLY, **checks):
    """Say it now, with the files of the draft, and forget the draft. Returns the message.

    then: "" replies, "wait" asks and waits for the answer, "resolve" solves. call_end: see `resolve_ticket`. checks:
    see `sending.check`.
    """
    if then == "resolve":
        vendor_calls.hold(ticket)
    locked = hold(ticket.pk)[ticket.pk]
    if face == Face.NOTE:
        message = note_ticket(locked, by=by, text=text, files=files)
    else:
        sending.check(locked, by, text, **checks)
        if then == "resolve":
            resolve_ticket(locked, by=by, resolution=text, files=files, call_end=call_end)
            message = Message.objects.filter(ticket=locked.pk, author=by).latest("pk")
        else:
            message = reply_to_ticket(locked, by=by, text=text, files=files, wait=then == "wait")
    draft = Draft.objects.select_for_update().filter(ticket=ticket.pk, user=by.pk, face=face).first()
    if draft is not None:
        _require_room_for_files(locked, draft)
        _files(draft).update(
            kind=Ticket._meta.label_lower, object_id=ticket.pk, part=message.pk, is_internal=message.is_internal
        )
        draft.delete()
    return message


@transaction.atomic
def send_later(ticket, *, by, text, files=(), then="", call_end="", **checks):
    """Let a reply leave in `UNDO_SECONDS`; until then nobody has it and `take_back` makes it a draft again."""
    locked = Ticket.objects.select_for_update().select_related("queue").defer("search_text").get(pk=ticket.pk)
    _require(locked, by, Face.REPLY)
    if not text.strip():
        raise ValidationError({"text": _("Write something first.")}, code="empty")
    sending.check(locked, by, text, **checks)
    if then == "resolve":
        vendor_calls.require(vendor_calls.of(locked), call_end, SOLVED_BY)  # now, while the writer is there to say it
    draft, _made = Draft.objects.select_for_update().get_or_create(ticket=locked, user=by, face=Face.REPLY)
    _attach(draft, files, by)
    now = timezone.now()
    draft.text, draft.then, draft.call_end, draft.saved_at, draft.problem = text, then, call_end, now, ""
    draft.leaves_at = now + timedelta(seconds=UNDO_SECONDS)
    draft.save()
    return draft


@transaction.atomic
def take_back(ticket, *, by):
    """Stop a reply that is on its way: it is a draft again, files and all."""
    stopped = Draft.objects.filter(ticket=ticket.pk, user=by.pk, leaves_at__isnull=False).update(leaves_at=None)
    if not stopped:
        raise ValidationError(_("It has left already."), code="left")


def send_waiting(*, ticket=None, by=None, at=None):
    """Send the replies whose time has come, each in a transaction of its own; returns how many left.

    With `ticket` and `by` that one alone, now. One that may not leave any more becomes a draft that says why.
    """
    waiting = Draft.objects.filter(leaves_at__isnull=False)
    if ticket is not None:
        waiting = waiting.filter(ticket=ticket.pk, user=by.pk)
    else:
        waiting = waiting.filter(leaves_at__lte=at or timezone.now())
    return sum(_send_one(pk) for pk in list(waiting.order_by("leaves_at").values_list("pk", flat=True)[:500]))


def _send_one(pk):
    try:
        with transaction.atomic():
            draft = Draft.objects.select_for_update(of=("self",)).select_related("ticket", "user").filter(pk=pk).first()
            if draft is None or draft.leaves_at is None:  # taken back, or sent by somebody faster
                return 0
            asked = {"then": draft.then, "call_end": draft.call_end}
            send(draft.ticket, by=draft.user, text=draft.text, quote_ok=True, **asked)
            return 1
    except (ValidationError, PermissionDenied) as refusal:
        words = "; ".join(refusal.messages) if isinstance(refusal, ValidationError) else _("You may not reply here.")
        Draft.objects.filter(pk=pk).update(leaves_at=None, problem=words[:300])
    except Exception:
        log.exception("The reply of draft %s could not be sent", pk)
    return 0


def _require(ticket, by, face):
    standing = standing_of(by, ticket)
    if not (standing.writes_notes if face == Face.NOTE else can_reply(standing)):
        raise PermissionDenied


def _files(draft):
    return Attachment.objects.of(draft)


def _files_of(user, ticket):
    drafts = Draft.objects.filter(user=user.pk, ticket=ticket.pk, leaves_at=None)
    return Attachment.objects.filter(kind=Draft._meta.label_lower, object_id__in=drafts.values("pk"))


def _require_room_for_files(ticket, draft):
    if sizes := list(_files(draft).values_list("blob__size", flat=True)):
        try:
            require_room(ticket, sizes)
        except ValidationError as refusal:
            raise ValidationError({"files": refusal}) from refusal


def _attach(draft, files, by):
    try:
        for upload in files:
            attach(draft, upload, by=by)
    except ValidationError as refusal:
        raise ValidationError({"files": refusal}) from refusal
