"""The page of one ticket: a conversation for whoever asked, a workplace for the desk."""

from dataclasses import dataclass

from django.http import Http404, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from helpdesk import actions, busy, calling, looks, permissions, promise
from helpdesk.boxes import empty_box
from helpdesk.choices import Status, WaitingFor
from helpdesk.models import Ticket
from helpdesk.permissions import Standing, standing_of
from helpdesk.timeline import timeline_of
from people.models import User
from ui import text

FAULTS, OTHERS, DEVICES = 3, 5, 10


@dataclass
class Opened:
    """A ticket as one reader has it open."""

    ticket: Ticket
    reader: User
    standing: Standing

    @property
    def is_workplace(self):
        return self.standing.sees_notes

    def may(self):
        """What the reader may do now; the templates are given these and compare no state."""
        ticket, standing, reader = self.ticket, self.standing, self.reader
        return {
            "take": permissions.can_take(standing, ticket, reader),
            "start": permissions.can_move(standing, ticket, Status.IN_PROGRESS)
            and standing.at_desk
            and ticket.status == Status.ASSIGNED,
            "wait": permissions.can_move(standing, ticket, Status.WAITING),
            "resume": ticket.status == Status.WAITING and standing.at_desk,
            "resolve": standing.at_desk and permissions.can_move(standing, ticket, Status.RESOLVED),
            "close": standing.at_desk and permissions.can_move(standing, ticket, Status.CLOSED),
            "confirm": permissions.can_confirm(standing, ticket),
            "reopen": permissions.can_reopen(standing, ticket),
            "cancel": permissions.can_move(standing, ticket, Status.CANCELLED),
            "assign": permissions.can_assign(standing, ticket),
            "change": permissions.can_change(standing, ticket),
            "reply": permissions.can_reply(standing) and not ticket.has_ended,
            "note": standing.writes_notes,
            "watch": permissions.can_watch(standing),
            "add_watcher": standing.at_desk,
        }


def open_ticket(request, pk):
    """The ticket with this key as the reader may see it; what she may not see does not exist."""
    user = request.user
    if busy.is_of_desk(user) and user.institution_id:
        found = busy.ticket_for_desk(pk, user.institution_id, user.pk, roles=busy.roles_of(user))
    else:
        found = Ticket.objects.visible_to(user).for_page(user).filter(pk=pk)[:1]
    for ticket in found:
        return Opened(ticket, user, standing_of(user, ticket))
    raise Http404


@require_safe
def ticket_page(request, pk):
    opened = open_ticket(request, pk)
    if permissions.must_log_reading(opened.standing, opened.ticket):
        actions.note_reading(opened.ticket, by=request.user)
    return draw(request, opened)


@require_safe
def short_ticket(request, number):
    """/t/TKT-2026-00042: what stands in a mail or is read out on the telephone."""
    tickets = Ticket.objects.visible_to(request.user).filter(number__iexact=text.ascii_digits(number)[:40])
    ticket = tickets.only("pk").first()
    if ticket is None:
        raise Http404
    return HttpResponseRedirect(ticket.get_absolute_url())


def draw(request, opened, status=200, **boxes):
    """The page, with the boxes of what was refused as they were typed."""
    template = "helpdesk/ticket_desk.html" if opened.is_workplace else "helpdesk/ticket_mine.html"
    may = opened.may()
    context = _common(opened, may) | (_workplace(opened, may) if opened.is_workplace else {})
    return render(request, template, context | boxes, status=status)


def _common(opened, may):
    ticket, now = opened.ticket, timezone.now()
    return {
        "title": f"{ticket.number} {ticket.subject}",
        "ticket": ticket,
        "may": may,
        "standing": opened.standing,
        "timeline": timeline_of(ticket, opened.reader, opened.standing),
        "sentence": promise.sentence(ticket, now, yours=opened.standing.is_own),
        "state": looks.state_badge(ticket.status, ticket.waiting_for),
        "is_fresh": ticket.status == Status.NEW and opened.standing.is_own,
        "here": ticket.get_absolute_url(),
        "reply_box": empty_box() if may["reply"] else None,
        "reopen_box": empty_box("again") if may["reopen"] else None,
        "is_asked": ticket.waiting_for == WaitingFor.REQUESTER,
    }


def _workplace(opened, may):
    ticket, reader, now = opened.ticket, opened.reader, timezone.now()
    custodies = busy.custodies_of(ticket.requester_id, ticket.asset_id or 0)
    watchers = busy.watchers_of(ticket.pk) if ticket.has_watchers else []
    return {
        "due": looks.due_chip(ticket.next_due, now),
        "priority": looks.priority_badge(ticket.priority),
        "note_box": empty_box("note") if opened.standing.writes_notes else None,
        "call": calling.call_now(ticket, reader, now),
        "holder": next((held.holder for held in custodies if held.asset_id == ticket.asset_id), None),
        "devices": [held.asset for held in custodies if held.person_id == ticket.requester_id][:DEVICES],
        "asset_state": looks.asset_state(ticket.asset.state) if ticket.asset_id else "",
        "impact": looks.level_words(ticket.impact),
        "urgency": looks.level_words(ticket.urgency),
        "faults": _lines(_of_device(ticket, reader)[:FAULTS]),
        "others": _lines(_of_requester(ticket, reader)[:OTHERS]),
        "menus": _menus(ticket, may),
        "watchers": watchers,
        "is_watching": any(watcher.user_id == reader.pk for watcher in watchers),
        "recipients": _recipients(ticket, watchers, reader),
        "overview": _times(ticket),
    }


def _of_device(ticket, reader):
    """The last other tickets of the same device that the reader may see."""
    if ticket.asset_id is None:
        return []
    if busy.is_of_desk(reader):
        keys = (ticket.asset_id, reader.institution_id, reader.pk)
        same = busy.faults_for_desk(*keys, roles=busy.roles_of(reader), most=FAULTS + 1)
    else:
        same = Ticket.objects.visible_to(reader).filter(asset=ticket.asset_id).order_by("-pk").for_lines()[: FAULTS + 1]
    return [other for other in same if other.pk != ticket.pk]


def _of_requester(ticket, reader):
    """The requester's other tickets that the reader may see, the newest first."""
    if busy.is_of_desk(reader):
        keys = (ticket.requester_id, reader.institution_id, reader.pk)
        all_of_them = busy.tickets_for_desk(*keys, roles=busy.roles_of(reader), most=OTHERS + 1)
    else:
        seen = Ticket.objects.visible_to(reader).filter(requester=ticket.requester_id)
        all_of_them = seen.order_by("-pk").for_lines()[: OTHERS + 1]
    return [other for other in all_of_them if other.pk != ticket.pk]


def _lines(tickets):
    return [(ticket, looks.state_words(ticket.status, ticket.waiting_for)) for ticket in tickets]


def _menus(ticket, may):
    """[(url, icon, words, key)] of the small forms that open from the head."""
    here = ticket.get_absolute_url()
    menus = []
    if may["wait"]:
        menus.append((f"{here}wait/", "hourglass", _("Put on hold"), "h"))
    if may["assign"]:
        menus.append((f"{here}assign/", "user-plus", _("Assign"), "i"))
        menus.append((f"{here}transfer/", "arrows-exchange", _("Transfer"), ""))
    if may["cancel"]:
        menus.append((f"{here}cancel/", "ban", _("Cancel the ticket"), ""))
    return menus


def _recipients(ticket, watchers, reader):
    """Names of those who get a public reply."""
    names = {ticket.requester_id: ticket.requester.name} | {person.user_id: person.user__name for person in watchers}
    return [name for pk, name in names.items() if pk != reader.pk]


def _times(ticket):
    """[(what, instant)] of the clocks, for the properties."""
    rows = [
        (_("Created"), ticket.created_at),
        (_("First answer due"), None if ticket.responded_at else ticket.response_due),
        (_("First answer"), ticket.responded_at),
        (_("Resolution due"), ticket.resolution_due if ticket.is_unresolved else None),
        (_("Resolved"), ticket.resolved_at),
        (_("Closes by itself"), ticket.close_due),
        (_("Closed"), ticket.closed_at),
    ]
    return [(label, instant) for label, instant in rows if instant]
