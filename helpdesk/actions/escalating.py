"""A ticket whose fault a vendor is to repair: handed over, and what the ticket does when he answers."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from contracts import actions as contract_actions
from contracts.choices import StepKind, Verdict
from helpdesk import escalating, notifications, sending
from helpdesk.actions.act import Act
from helpdesk.actions.working import resumed_state
from helpdesk.choices import Status, WaitingFor
from helpdesk.models import TicketCall
from helpdesk.permissions import can_escalate
from office.models import Attachment
from office.models.events import Channel

NOTE = 200


@transaction.atomic
def escalate_ticket(
    ticket, *, by, cover="", channel, subject, text="", contact=None, reference="", files=(), via=Channel.PAGE
):
    """Hand the fault to whoever covers the device at this minute, and let the ticket wait for the vendor.

    cover: the key of what covers it, see `escalating.key_of`; "" for the best. files: keys of public files of the
    ticket that go with the mail. The mail leaves once, with the call. Returns the call.
    """
    act = Act(ticket, by, via)
    act.require(can_escalate(act.standing, act.ticket, by))
    found = escalating.chosen(escalating.covers_of(act.ticket, timezone.now()), cover)
    if found is None:
        raise ValidationError(_("Nobody covers this device now: there is nobody to escalate to."), code="not_covered")
    if passage := sending.quoted_note(act.ticket, f"{subject}\n{text}"):
        raise _quotes(passage)
    queue = act.ticket.queue
    call = contract_actions.open_call(
        by=by,
        institution=by.institution,
        cover=found,
        asset=act.ticket.asset,
        subject=subject,
        text=text,
        channel=channel,
        contact=contact,
        address=_address(contact, found),
        reference=reference,
        attachments=_files(act.ticket, files),
        restricted_to=queue.team if queue.is_restricted else None,
    )
    TicketCall.objects.create(ticket=act.ticket, call=call, by=by)
    _wait(act, call)
    act.finish("vendor_called", call=[None, call.pk])
    return call


def _address(contact, cover):
    """Of the contact, else of the vendor."""
    return (contact.email if contact else "") or (cover.vendor.email if cover.vendor else "")


def _quotes(passage):
    words = _("This stands in an internal note, and notes never leave the desk: %(passage)s")
    return ValidationError({"text": ValidationError(words, code="quotes", params={"passage": passage[:200]})})


def _files(ticket, keys):
    """The chosen public files of the ticket; refused where they are too large for a mail."""
    rows = list(Attachment.objects.of(ticket).filter(is_internal=False, pk__in=list(keys)).select_related("blob"))
    if sum(row.blob.size for row in rows) > escalating.MOST_BYTES:
        raise ValidationError({"files": _("These files are too large for one mail. Choose fewer.")}, code="too_large")
    return rows


def _wait(act, call):
    """The ticket waits for the vendor; whoever escalated has it from now on, if nobody had."""
    ticket = act.ticket
    if ticket.assignee_id is None and act.by is not None:
        ticket.assignee = act.by
    if ticket.status != Status.WAITING:
        act.move(Status.WAITING, allowed=True)
    ticket.waiting_for = WaitingFor.VENDOR
    ticket.waiting_note = f"{call.vendor.name} · {call.number}"[:NOTE]


@transaction.atomic
def hear_of_step(call, step):
    """The vendor has answered: the ticket's history says so; a reported repair ends the wait and tells the desk."""
    ticket = _ticket_of(call)
    if ticket is None or step.link_id is None or step.kind == StepKind.ESCALATED:
        return
    act = Act(ticket, None)
    if step.kind != StepKind.RESTORED:
        act.finish("vendor_answered", call=[None, call.pk], call_step=[None, step.kind])
        return
    if act.ticket.status == Status.WAITING and act.ticket.waiting_for == WaitingFor.VENDOR and not _others(call):
        act.move(resumed_state(act.ticket), allowed=True)
    event = act.finish("vendor_fixed", call=[None, call.pk], call_step=[None, step.kind])
    if act.ticket.is_unresolved:
        notifications.vendor_fixed(act.ticket, event)


@transaction.atomic
def hear_of_verdict(call, step, by):
    """A repair was disputed: an open ticket waits for the vendor again."""
    ticket = _ticket_of(call)
    if ticket is None or step.kind != StepKind.RESTORED or step.verdict != Verdict.DISPUTED:
        return
    act = Act(ticket, by)
    if not act.ticket.is_unresolved:
        return
    _wait(act, call)
    act.finish("vendor_disputed", call=[None, call.pk])


def _ticket_of(call):
    link = TicketCall.objects.filter(call=call.pk).select_related("ticket").first()
    return link and link.ticket


def _others(call):
    """Whether another vendor still works on the same ticket."""
    mine = TicketCall.objects.get(call=call.pk).ticket_id
    rows = TicketCall.objects.filter(ticket=mine, call__state="open", call__restored_at=None)
    return rows.exclude(call=call.pk).exists()
