"""What is said on a merged ticket reaches the one it is merged into; what becomes of that one, the merged hear.

A word stays where it was said: in the conversation of the merged ticket, whose readers alone may read it. The other
ticket takes what follows of it: it goes on, its clocks hear it, whoever works on it is told, and its page shows it to
the desk. So nobody reads by a merge what she could not read before.
"""

from django.db import transaction
from django.db.models import Q

from helpdesk import clocks, notifications
from helpdesk.actions.act import Act
from helpdesk.actions.working import resumed_state
from helpdesk.choices import Status, WaitingFor
from helpdesk.models import Ticket
from office.events import record_event
from office.models.events import Channel


class _Moved(Exception):
    """Somebody merged one of them while we waited for the lock."""


def hold(*keys, with_merged=False):
    """Lock tickets together with what they are merged into: {key: ticket}. Inside a transaction.

    In the order of their keys, and all at once, so that two who hold several never wait for each other; what somebody
    merged meanwhile is let go of and asked for again. with_merged: what is merged into them, too.
    """
    while True:
        wanted = _together(keys, with_merged)
        try:
            with transaction.atomic():
                rows = Ticket.objects.select_for_update(of=("self",)).defer("search_text").filter(pk__in=wanted)
                held = {ticket.pk: ticket for ticket in rows.order_by("pk")}
                if _together(keys, with_merged) != wanted:
                    raise _Moved
                return held
        except _Moved:
            continue


def _together(keys, with_merged):
    asked = Q(pk__in=keys) | Q(merged_into__in=keys) if with_merged else Q(pk__in=keys)
    pairs = Ticket.objects.filter(asked).values_list("pk", "merged_into")
    return {key for pair in pairs for key in pair if key is not None}


def land(act, *, reopens=True):
    """Let the ticket that `act`'s one is merged into know what was said; both are held.

    A word of whoever asked lets it go on where it waits for an answer, and reopens it where it counted as solved: there
    is no other button for it. A word of the desk is an answer there only where one was given before: the first answer
    that is promised there is owed to somebody else.
    """
    there = Act(Ticket(pk=act.ticket.merged_into_id), None)
    there.by, there.channel = act.by, act.channel
    is_public, is_desk = not act.message.is_internal, act.voice == clocks.DESK
    if is_public:
        there.last_word()
        _let_go_on(there, is_desk, reopens)
    told = {"merged": [None, act.ticket.pk], "said": [None, act.message.pk]}
    event = there.finish("merged_replied" if is_public else "merged_noted", **told)
    notifications.landed(there.ticket, event, act.message)


def _let_go_on(there, is_desk, reopens):
    ticket = there.ticket
    if is_desk:
        there.voice = clocks.DESK if ticket.responded_at else None
        return
    there.voice = clocks.ASKER
    if ticket.waiting_for == WaitingFor.REQUESTER or (reopens and ticket.status in (Status.RESOLVED, Status.CLOSED)):
        there.move(resumed_state(ticket), allowed=True)


def tell_merged(act, verb):
    """Whoever asked in a ticket that was merged into this one hears how it ended, once, and nothing of this one.

    Not even who ended it: it may have been whoever asked here.
    """
    ticket, told = act.ticket, notifications.hearers_of_end(act.ticket) | {act.by and act.by.pk}
    merged = Ticket.objects.filter(merged_into=ticket.pk).select_related("requester", "queue").order_by("pk")
    for each in merged.defer("search_text"):
        event = record_event(each, verb, by=None, changes={}, channel=Channel.CLOCK, at=act.now)
        told |= notifications.merged_end(each, event, but=told)
