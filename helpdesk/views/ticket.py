"""The page of one ticket: a conversation for whoever asked, a workplace for the desk."""

from dataclasses import dataclass

from django.db.models import Q
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from assets.models import Custody
from helpdesk import actions, calling, looks, permissions, promise
from helpdesk.choices import Status, WaitingFor
from helpdesk.forms import ReopenForm, ReplyForm
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
    tickets = Ticket.objects.visible_to(request.user).for_page(request.user)
    ticket = get_object_or_404(tickets, pk=pk)
    return Opened(ticket, request.user, standing_of(request.user, ticket))


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


def draw(request, opened, status=200, **forms):
    """The page, with the forms of what was refused as they were typed."""
    template = "helpdesk/ticket_desk.html" if opened.is_workplace else "helpdesk/ticket_mine.html"
    context = _common(opened) | (_workplace(opened) if opened.is_workplace else {})
    return render(request, template, context | forms, status=status)


def _common(opened):
    ticket, now = opened.ticket, timezone.now()
    may = opened.may()
    return {
        "title": f"{ticket.number} {ticket.subject}",
        "ticket": ticket,
        "may": may,
        "standing": opened.standing,
        "timeline": timeline_of(ticket, opened.reader, opened.standing),
        "sentence": promise.sentence(ticket, now, yours=opened.standing.is_own),
        "state": looks.state_badge(ticket.status, ticket.waiting_for),
        "is_fresh": ticket.status == Status.NEW and opened.standing.is_own,
        "reply_form": ReplyForm() if may["reply"] else None,
        "reopen_form": ReopenForm(prefix="again") if may["reopen"] else None,
        "is_asked": ticket.waiting_for == WaitingFor.REQUESTER,
    }


def _workplace(opened):
    ticket, now = opened.ticket, timezone.now()
    custodies, watchers = _custodies(ticket), _watchers(ticket)
    return {
        "due": looks.due_chip(ticket.next_due, now),
        "priority": looks.priority_badge(ticket.priority),
        "note_form": ReplyForm(prefix="note") if opened.standing.writes_notes else None,
        "call": calling.call_now(ticket, opened.reader, now),
        "holder": next((held.holder for held in custodies if held.asset_id == ticket.asset_id), None),
        "devices": [held.asset for held in custodies if held.person_id == ticket.requester_id][:DEVICES],
        "faults": _faults(ticket, opened.reader),
        "others": _others(ticket, opened.reader),
        "watchers": watchers,
        "is_watching": ticket.is_watched,
        "recipients": [person for person in (ticket.requester, *watchers) if person.pk != opened.reader.pk],
        "overview": _times(ticket),
    }


def _custodies(ticket):
    """Who holds the device, and what the requester holds, in one statement."""
    wanted = Q(person=ticket.requester_id)
    if ticket.asset_id is not None:
        wanted |= Q(asset=ticket.asset_id)
    held = Custody.objects.current().filter(wanted).order_by("-started_at")
    related = ("person", "unit", "vendor", "asset__category", "asset__model__manufacturer")
    return list(held.select_related(*related).defer("asset__search_text", "asset__notes", "person__search_text")[:30])


def _faults(ticket, reader):
    """The last tickets of the same device that the reader may see."""
    if ticket.asset_id is None:
        return []
    same = Ticket.objects.visible_to(reader).filter(asset=ticket.asset_id).exclude(pk=ticket.pk)
    return list(_short(same)[:FAULTS])


def _others(ticket, reader):
    """The requester's other tickets that the reader may see, the newest first."""
    others = Ticket.objects.visible_to(reader).filter(requester=ticket.requester_id).exclude(pk=ticket.pk)
    return list(_short(others)[:OTHERS])


def _short(tickets):
    return tickets.only("number", "subject", "status", "waiting_for", "created_at").order_by("-id")


def _watchers(ticket):
    if not ticket.has_watchers:
        return []
    return list(User.objects.filter(watched__ticket=ticket.pk).only("name", "language").order_by("sort_key"))


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
