"""How a ticket ends: resolved, confirmed, closed, cancelled; and how it comes back."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from helpdesk import notifications
from helpdesk.actions import vendor_calls
from helpdesk.actions.act import Act
from helpdesk.actions.landing import tell_merged
from helpdesk.choices import CANCELLED_WITH, SOLVED_BY, MessageKind, Status
from helpdesk.permissions import can_confirm, can_reopen
from office.models.events import Channel


@transaction.atomic
def resolve_ticket(ticket, *, by, resolution, files=(), call_end="", channel=Channel.PAGE):
    """Mark the ticket resolved, write the solution into the conversation and tell the requester.

    call_end: one of `SOLVED_BY`, what becomes of its open calls to vendors; refused without, while there are any.
    """
    calls = vendor_calls.hold(ticket)
    act = Act(ticket, by, channel)
    act.require(act.standing.at_desk)  # whoever asked confirms instead
    if act.ticket.assignee_id is None:
        act.ticket.assignee = by
    act.move(Status.RESOLVED)
    act.say(resolution, kind=MessageKind.SOLUTION, files=files)
    told = vendor_calls.end(act, calls, call_end, SOLVED_BY, resolution)
    event = act.finish("resolved", **told)
    notifications.resolved(act.ticket, event, act.message)
    tell_merged(act, "merged_solved")
    return act.ticket


@transaction.atomic
def confirm_ticket(ticket, *, by, channel=Channel.PAGE):
    """ "It works now": a resolved ticket is closed, one that is still being worked on is resolved."""
    calls = vendor_calls.hold(ticket)
    act = Act(ticket, by, channel)
    if act.ticket.status == Status.CLOSED:
        raise ValidationError(_("This ticket is already closed."), code="closed")
    act.require(can_confirm(act.standing, act.ticket))
    act.move(Status.CLOSED if act.ticket.status == Status.RESOLVED else Status.RESOLVED)
    act.last_word()
    event = act.finish("confirmed")
    notifications.confirmed(act.ticket, event)
    if act.ticket.status == Status.RESOLVED:
        tell_merged(act, "merged_solved")
    vendor_calls.leave(act, calls)
    return act.ticket


@transaction.atomic
def reopen_ticket(ticket, *, by, text="", files=(), channel=Channel.PAGE):
    """ "Still broken": back to whoever worked on it, or into the queue when she is no longer there."""
    act = Act(ticket, by, channel)
    if act.ticket.status not in (Status.RESOLVED, Status.CLOSED):
        raise ValidationError(_("This ticket is open already."), code="open")
    act.require(can_reopen(act.standing, act.ticket))
    if not still_there(act.ticket):
        act.ticket.assignee = None
    act.move(Status.NEW if act.ticket.assignee_id is None else Status.IN_PROGRESS)
    act.last_word()
    if text.strip():
        act.say(text, files=files)
    else:
        act.attach(files)
    event = act.finish("reopened")
    notifications.reopened(act.ticket, event, act.message)
    return act.ticket


@transaction.atomic
def close_ticket(ticket, *, by, channel=Channel.PAGE):
    """Close a resolved ticket for good; `by` None is the clock, which closes only what is due."""
    calls = vendor_calls.hold(ticket)
    act = Act(ticket, by, channel)
    if by is None and not (act.ticket.close_due and act.ticket.close_due <= timezone.now()):
        raise PermissionDenied
    act.require(by is None or act.standing.at_desk)
    act.move(Status.CLOSED)
    act.finish("closed")
    vendor_calls.leave(act, calls)
    return act.ticket


@transaction.atomic
def cancel_ticket(ticket, *, by, reason, call_end="", channel=Channel.PAGE):
    """End a ticket that needs no work. The desk says why; whoever asked need not.

    call_end: one of `CANCELLED_WITH`, by the desk; refused without, while there are open calls to vendors.
    """
    calls = vendor_calls.hold(ticket)
    act = Act(ticket, by, channel)
    act.move(Status.CANCELLED)
    if reason.strip() or act.is_desk_voice:
        act.say(reason, kind=MessageKind.REASON)
    else:
        act.last_word()
    told = vendor_calls.end(act, calls, call_end, CANCELLED_WITH, reason) if act.is_desk_voice else {}
    event = act.finish("cancelled", **told)
    notifications.cancelled(act.ticket, event, act.message)
    tell_merged(act, "merged_ended")
    if not act.is_desk_voice:
        vendor_calls.leave(act, calls)
    return act.ticket


def still_there(ticket):
    """Whether the assignee still works here and may still see the ticket."""
    person = ticket.assignee
    if person is None or not person.is_active or not person.is_technician:
        return False
    return not ticket.queue.is_restricted or person.teams.filter(pk=ticket.queue.team_id).exists()
