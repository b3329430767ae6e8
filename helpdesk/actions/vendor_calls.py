"""What becomes of the calls to vendors when their ticket ends. A call knows no ticket: from here it is acted down.

Nothing of a vendor ends by guessing. The desk says what becomes of an open call when it solves or cancels a ticket. Who
asked, and the clock, cannot say it: a repair that the vendor reported counts as accepted once the ticket is closed, and
of every other open call the desk is told, until somebody has said what became of it.
"""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from contracts import actions as contract_actions
from contracts.models import ServiceCall
from helpdesk import notifications
from helpdesk.choices import CallEnd, Status
from helpdesk.models import TicketCall
from office.events import record_event
from office.models.events import Channel


def hold(ticket):
    """[ServiceCall] the open calls of a ticket, locked before the ticket: so does a step of the vendor."""
    return list(of(ticket).select_for_update(of=("self",)))


def of(ticket):
    """The open calls of a ticket, the oldest first."""
    mine = TicketCall.objects.filter(ticket=ticket.pk).values("call")
    return ServiceCall.objects.open().filter(pk__in=mine).order_by("pk")


def require(calls, how, allowed):
    """ValidationError where there are open calls and none of the allowed ends (`CallEnd`) is chosen for them."""
    if how not in allowed and (numbers := [call.number for call in calls]):
        said = _("Say what becomes of the call to the vendor: %(numbers)s.") % {"numbers": _(", ").join(numbers)}
        raise ValidationError({"call_end": ValidationError(said, code="call_end")})


def end(act, calls, how, allowed, words):
    """Do with the open calls what the desk says; ValidationError while it has not said it.

    how: one of `allowed` (`CallEnd`). words: the solution or the reason, which the call keeps as its own. Returns what
    the event of the ticket says of it.
    """
    if not calls:
        return {}
    require(calls, how, allowed)
    for call in calls:
        END[how](call, act.by, words.strip()[:4000])
    return {"call_end": [None, str(how)]}


def _stay(call, by, words):
    """Its clock runs on, and the desk is reminded of it."""


END = {
    CallEnd.REPAIRED: lambda call, by, words: contract_actions.end_as_repaired(call, by=by),
    CallEnd.CLOSED: lambda call, by, words: contract_actions.close_call(call, by=by, reason=words),
    CallEnd.NEEDLESS: lambda call, by, words: contract_actions.close_call(call, by=by, reason=words),
    CallEnd.OFF: lambda call, by, words: contract_actions.cancel_call(call, by=by, reason=words),
    CallEnd.OPEN: _stay,
}


def leave(act, calls):
    """The ticket has ended, and nobody was asked: accept what was reported as repaired, tell the desk of the rest."""
    is_over = act.ticket.status == Status.CLOSED
    left = [call for call in calls if not (is_over and _accepted(call, act.by))]
    if not left:
        return
    told = {"call": [None, left[0].pk]}
    event = record_event(act.ticket, "vendor_left", by=None, changes=told, channel=Channel.CLOCK, at=act.now)
    notifications.vendor_left(act.ticket, event)


def _accepted(call, by):
    return not contract_actions.accept_repair(call, by=by).is_open
