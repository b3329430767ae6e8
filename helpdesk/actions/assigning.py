"""Who works on a ticket: assigning, taking, taking the next one, handing it to another queue."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from helpdesk import notifications
from helpdesk.actions.act import Act
from helpdesk.choices import Status
from helpdesk.models import Queue, Ticket
from helpdesk.permissions import can_assign, can_take
from office.models.events import Channel


@transaction.atomic
def assign_ticket(ticket, *, by, to, channel=Channel.PAGE):
    """Give the ticket to a technician, or (to=None) back to the queue."""
    act = Act(ticket, by, channel)
    act.require(can_assign(act.standing, act.ticket))
    previous = act.ticket.assignee
    if to is None and previous is None:
        raise ValidationError(_("Nobody has this ticket."), code="assigned")
    if to is not None:
        _check_assignee(act.ticket, to)
    act.ticket.assignee = to
    if act.ticket.status != Status.WAITING:
        _set_state(act, Status.NEW if to is None else Status.ASSIGNED)
    event = act.finish("assigned" if to else "unassigned")
    notifications.assigned(act.ticket, event)
    return act.ticket


@transaction.atomic
def take_ticket(ticket, *, by, channel=Channel.PAGE):
    """Work on it oneself. Whoever comes second is told who was faster."""
    act = Act(ticket, by, channel)
    _require_untaken(act, ticket)
    act.require(can_take(act.standing, act.ticket, by))
    return _take(act)


@transaction.atomic
def take_next(*, by, channel=Channel.PAGE):
    """Take the first ticket nobody has, in the order of work, from one's own queues; None when there is none.

    Two technicians who ask at once get two tickets: one locks a row, the other passes it by.
    """
    free = Ticket.objects.filter(
        institution=by.institution_id,
        status__among=[Status.NEW],
        queue__in=list(Queue.objects.worked_by(by).in_use().values_list("pk", flat=True)),
    )
    first = free.due_next().select_for_update(skip_locked=True, of=("self",)).only("pk").first()
    return _take(Act(first, by, channel)) if first else None


@transaction.atomic
def transfer_ticket(ticket, *, by, queue, channel=Channel.PAGE):
    """Hand the ticket to another queue. An assignee who does not belong to its team gives it up."""
    act = Act(ticket, by, channel)
    act.require(can_assign(act.standing, act.ticket))
    if queue.institution_id != act.ticket.institution_id or not queue.is_active:
        raise ValidationError({"queue": _("This work queue does not exist.")}, code="queue")
    if queue.pk == act.ticket.queue_id:
        raise ValidationError({"queue": _("The ticket is in this queue already.")}, code="queue")
    act.ticket.queue = queue
    assignee = act.ticket.assignee
    if assignee is not None and not assignee.teams.filter(pk=queue.team_id).exists():
        act.ticket.assignee = None
        if act.ticket.status != Status.WAITING:
            _set_state(act, Status.NEW)
    event = act.finish("transferred")
    notifications.transferred(act.ticket, event)
    return act.ticket


def _take(act):
    act.ticket.assignee = act.by
    if act.ticket.status != Status.WAITING:
        _set_state(act, Status.IN_PROGRESS)
    act.finish("taken")
    return act.ticket


def _set_state(act, to):
    if act.ticket.status != to:
        act.move(to, allowed=True)  # an administrator may assign without being of the desk


def _require_untaken(act, seen):
    """Refuse when another technician took it since the page was drawn."""
    holder = act.ticket.assignee
    if holder is not None and holder.pk != act.by.pk and seen.assignee_id is None:
        raise ValidationError(_("%(name)s has taken this ticket meanwhile.") % {"name": holder}, code="taken")


def _check_assignee(ticket, person):
    refusal = None
    if not person.is_active or not person.is_technician or person.institution_id != ticket.institution_id:
        refusal = _("Only technicians can be given tickets.")
    elif ticket.queue.is_restricted and not person.teams.filter(pk=ticket.queue.team_id).exists():
        refusal = _("This ticket is restricted: only members of its team can be given it.")
    elif person.pk == ticket.assignee_id:
        refusal = _("This person has the ticket already.")
    if refusal:
        raise ValidationError({"assignee": refusal}, code="assignee")
