"""The desk's tiles on the home page: for those who ask, and for those who answer."""

from datetime import timedelta

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from helpdesk import looks, promise
from helpdesk.choices import UNRESOLVED, Status, WaitingFor
from helpdesk.desk import desk_of
from helpdesk.models import Ticket
from helpdesk.permissions import can_file_for_others, works_queues
from helpdesk.tallies import counts_of

CARDS, NEXT, MINE, MANY = 12, 8, 8, 100


def is_employee(user, obj=None):
    return bool(user.institution_id) and not works_queues(user)


def is_of_desk(user, obj=None):
    return works_queues(user)


def has_institution(user, obj=None):
    return bool(user.institution_id)


def report(user):
    """The large button."""
    return {}


def own_requests(user):
    """Open and resolved requests with their sentence; those that wait for her stand first. One statement, or two."""
    open_or_solved = Q(status__among=[Status.RESOLVED, *UNRESOLVED])
    tickets = Ticket.objects.of(user).filter(open_or_solved)
    if works_queues(user):
        tickets = tickets.filter(requester=user.pk)
    now = timezone.now()
    cards = [_card(ticket, user, now) for ticket in tickets.for_list().order_by("-pk")[: CARDS + 1]]
    if not cards and works_queues(user):
        return None
    cards.sort(key=lambda card: not card["waits_for_reader"])
    return {"cards": cards[:CARDS], "has_more": len(cards) > CARDS}


def _card(ticket, user, now):
    yours = ticket.requester_id == user.pk
    waits = ticket.status == Status.RESOLVED or ticket.waiting_for == WaitingFor.REQUESTER
    return {
        "ticket": ticket,
        "state": looks.state_badge(ticket.status, ticket.waiting_for),
        "sentence": promise.sentence(ticket, now, yours=yours),
        "waits_for_reader": yours and waits,
        "device": looks.device_title(ticket) if ticket.asset_id else "",
    }


def desk(user):
    """ "3 due in the next hour, 12 unassigned", what is due next in one's queues, one's own tickets; six statements."""
    place = desk_of(user)
    now = timezone.now()
    queues = place.own_ids or place.open_ids
    ours = Ticket.objects.unresolved().filter(institution=user.institution_id, queue__in=queues)
    mine = Ticket.objects.unresolved().filter(assignee=user.pk)
    counts = counts_of(place)
    soon = ours.filter(next_due__gte=now, next_due__lt=now + timedelta(hours=1))[:MANY].count()
    return {
        "soon": ngettext("%(count)d due in the next hour", "%(count)d due in the next hour", soon) % {"count": soon},
        "unassigned": _unassigned(counts.get("unassigned", 0)),
        "overdue": _overdue(ours.filter(next_due__lt=now)[:MANY].count()),
        "mine_count": counts.get("mine", 0),
        "next": _lines(ours.filter(next_due__isnull=False).order_by("next_due", "pk"), NEXT, now),
        "mine": _lines(mine.due_next(), MINE, now) if user.is_technician else [],
        "is_technician": user.is_technician,
        "can_file": can_file_for_others(user),
        "can_take_next": bool(place.own_ids),
    }


def _unassigned(count):
    return ngettext("%(count)d unassigned", "%(count)d unassigned", count) % {"count": count}


def _overdue(count):
    """In words; "" for none, and nobody counts beyond a hundred."""
    if count >= MANY:
        return _("more than %(count)d overdue") % {"count": MANY - 1}
    return ngettext("%(count)d overdue", "%(count)d overdue", count) % {"count": count} if count else ""


def _lines(tickets, many, now):
    return [
        {
            "ticket": ticket,
            "due": looks.due_chip(ticket.next_due, now, focusable=False),
            "state": looks.state_badge(ticket.status, ticket.waiting_for),
        }
        for ticket in tickets.for_list()[:many]
    ]
