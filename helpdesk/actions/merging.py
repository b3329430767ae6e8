"""Two tickets about one thing become one: the merged one ends, keeps its number and words, and leads to the other."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from helpdesk import notifications
from helpdesk.actions import vendor_calls
from helpdesk.actions.act import Act
from helpdesk.actions.ending import still_there
from helpdesk.actions.landing import hold
from helpdesk.choices import UNRESOLVED, Status
from helpdesk.models import Ticket
from helpdesk.permissions import can_take_apart
from office.models.events import Channel


@transaction.atomic
def merge_ticket(ticket, *, by, into, channel=Channel.PAGE):
    """End a ticket because `into` is about the same; where that is merged itself, the one it leads to is meant.

    Nothing is moved: both keep what was said and attached. What was merged into the ticket goes on with it. Returns
    the ticket it is merged into now.
    """
    held = hold(ticket.pk, into.pk, with_merged=True)
    act = Act(ticket, by, channel)
    other = Act(_last(held, into), by, channel)
    act.require(act.standing.at_desk and other.standing.at_desk)
    check_merge(act.ticket, other.ticket)
    act.move(Status.CANCELLED)
    act.ticket.merged_into = other.ticket
    notifications.merged(act.ticket, act.finish("merged"))
    for each in Ticket.objects.filter(merged_into=ticket.pk).order_by("pk"):
        along = Act(each, by, channel)
        along.ticket.merged_into = other.ticket
        along.finish("merged")
    event = other.finish("took_in", merged=[None, ticket.pk])
    notifications.took_in(other.ticket, event, but=act.ticket.assignee_id)
    return other.ticket


def _last(held, ticket):
    found = held[ticket.pk]
    return held[found.merged_into_id] if found.merged_into_id else found


def check_merge(ticket, into):
    """ValidationError where the states of the two, as they are now, let nobody merge the one into the other."""
    if ticket.pk == into.pk:
        raise ValidationError(_("These two are one ticket already."), code="itself")
    if ticket.merged_into_id is not None:
        raise ValidationError(_("This ticket was merged into another one already."), code="merged")
    if ticket.status not in UNRESOLVED:
        raise ValidationError(_("This ticket is solved or has ended: there is nothing to merge."), code="ended")
    if into.status not in UNRESOLVED:
        raise ValidationError(_("The other ticket is solved or has ended. Choose one that is open."), code="into")
    if numbers := [call.number for call in vendor_calls.of(ticket)]:
        words = _(
            "A call to the vendor is open on this ticket (%(numbers)s). Merge the other one into this one instead."
        )
        raise ValidationError(words % {"numbers": _(", ").join(numbers)}, code="call")


@transaction.atomic
def take_apart(ticket, *, by, channel=Channel.PAGE):
    """Let a merged ticket be worked by itself again, with whoever worked on it, or in its queue."""
    hold(ticket.pk)
    act = Act(ticket, by, channel)
    if act.ticket.merged_into_id is None:
        raise ValidationError(_("This ticket is merged into no other one."), code="apart")
    other = Act(act.ticket.merged_into, by, channel)
    act.require(can_take_apart(act.standing, act.ticket) and other.standing.at_desk)
    act.revive(with_assignee=still_there(act.ticket))
    event = act.finish("taken_apart")
    notifications.taken_apart(act.ticket, event)
    other.finish("gave_back", merged=[ticket.pk, None])
    return act.ticket
