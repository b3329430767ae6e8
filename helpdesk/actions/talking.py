"""What is said on a ticket: replies that everybody concerned reads, notes for the desk, files."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from helpdesk import notifications
from helpdesk.actions.act import Act
from helpdesk.actions.landing import hold, land
from helpdesk.actions.working import resumed_state
from helpdesk.choices import MessageKind, Status, WaitingFor
from helpdesk.permissions import can_attach, can_reply
from office.models.events import Channel


@transaction.atomic
def reply_to_ticket(ticket, *, by, text, files=(), wait=False, channel=Channel.PAGE):
    """Say something to everybody concerned; an answer the ticket waited for lets it go on.

    wait: the desk asks the requester something and the ticket waits for her answer; a merged one has ended and does
    not. What is said on a merged ticket lands in the one it is merged into, see `landing.land`.
    """
    hold(ticket.pk)
    act = Act(ticket, by, channel)
    act.require(can_reply(act.standing))
    act.say(text, files=files)
    if act.ticket.merged_into_id is not None:
        pass
    elif act.is_desk_voice:
        if wait and act.ticket.waiting_for != WaitingFor.REQUESTER:
            act.move(Status.WAITING)
            act.ticket.waiting_for = WaitingFor.REQUESTER
    elif act.ticket.waiting_for == WaitingFor.REQUESTER:
        act.move(resumed_state(act.ticket))
    event = act.finish("replied")
    notifications.replied(act.ticket, event, act.message)
    if act.ticket.merged_into_id is not None:
        land(act)
    return act.message


@transaction.atomic
def note_ticket(ticket, *, by, text, files=(), channel=Channel.PAGE):
    """Write down something for the desk alone."""
    hold(ticket.pk)
    act = Act(ticket, by, channel)
    act.require(act.standing.writes_notes)
    act.say(text, internal=True, kind=MessageKind.NOTE, files=files)
    event = act.finish("noted")
    notifications.noted(act.ticket, event, act.message)
    if act.ticket.merged_into_id is not None:
        land(act)
    return act.message


@transaction.atomic
def attach_files(ticket, *, by, files, internal=False, channel=Channel.PAGE):
    """Put files on the ticket without a word."""
    act = Act(ticket, by, channel)
    act.require(can_attach(act.standing) and (act.standing.writes_notes or not internal))
    if not files:
        raise ValidationError({"files": _("Choose a file first.")}, code="empty")
    act.attach(files, internal=internal)
    act.finish("attached", files=[0, len(files)])
    return act.ticket
