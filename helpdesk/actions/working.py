"""The working day of a ticket: started, waiting for somebody, going on."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from helpdesk import notifications
from helpdesk.actions.act import Act
from helpdesk.choices import Status, WaitingFor
from office.models.events import Channel


@transaction.atomic
def start_ticket(ticket, *, by, channel=Channel.PAGE):
    """Begin the work on a ticket that one was given."""
    act = Act(ticket, by, channel)
    if act.ticket.assignee_id is None:
        act.ticket.assignee = by
    act.move(Status.IN_PROGRESS)
    act.finish("started")
    return act.ticket


@transaction.atomic
def wait_ticket(ticket, *, by, kind, note="", channel=Channel.PAGE):
    """Put the ticket on hold: `kind` says for whom it waits, `note` their reference. The clocks stand still."""
    act = Act(ticket, by, channel)
    if kind not in WaitingFor.values:
        raise ValidationError({"kind": _("Say for whom the ticket waits.")}, code="kind")
    act.move(Status.WAITING)
    act.ticket.waiting_for, act.ticket.waiting_note = kind, note.strip()
    event = act.finish("waiting")
    notifications.waiting(act.ticket, event)
    return act.ticket


@transaction.atomic
def resume_ticket(ticket, *, by, channel=Channel.PAGE):
    """Go on: the wait is over. What was promised moves by the working time that passed meanwhile."""
    act = Act(ticket, by, channel)
    if act.ticket.status != Status.WAITING:
        raise ValidationError(_("This ticket is not on hold."), code="waiting")
    act.require(act.standing.at_desk)  # whoever asked answers or confirms; either lets it go on
    act.move(resumed_state(act.ticket))
    act.finish("resumed")
    return act.ticket


def resumed_state(ticket):
    """Where a ticket goes on: with its assignee, or back in the queue."""
    return Status.NEW if ticket.assignee_id is None else Status.IN_PROGRESS
