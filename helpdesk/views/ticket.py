"""The page of one ticket: a conversation for whoever asked, a workplace for the desk."""

from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from helpdesk import accounts, actions, attention, busy, calling, clocks, looks, mentions, permissions, promise, sending
from helpdesk.boxes import empty_box
from helpdesk.choices import Status, WaitingFor
from helpdesk.models import Face, Ticket
from helpdesk.permissions import Standing, standing_of
from helpdesk.timeline import newest_in, timeline_of
from helpdesk.vendor_forms import RatingForm
from office.models import Attachment
from office.notifying import Way
from people.models import User
from ui import text
from ui.forms import LARGEST

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

    @cached_property
    def into(self):
        """What the ticket is merged into, None for nothing; whether the reader may see it, `sees_into` says."""
        return self.ticket.merged_into if self.ticket.merged_into_id else None

    @cached_property
    def sees_into(self):
        return self.into is not None and Ticket.objects.visible_to(self.reader).filter(pk=self.into.pk).exists()

    @cached_property
    def merged(self):
        """The tickets that were merged into this one, as far as the reader sees everything of them."""
        if not (self.is_workplace and self.ticket.has_merged):
            return []
        found = Ticket.objects.merged_for(self.ticket, self.reader).select_related("requester", "queue", "asset__model")
        return list(found.defer("search_text"))

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
            "rate": permissions.can_rate(standing, ticket, reader) and _rating_is_open(ticket),
            "escalate": permissions.can_escalate(standing, ticket, reader),
            "cancel": permissions.can_move(standing, ticket, Status.CANCELLED),
            "assign": permissions.can_assign(standing, ticket),
            "change": permissions.can_change(standing, ticket),
            "merge": permissions.can_merge(standing, ticket),
            "take_apart": permissions.can_take_apart(standing, ticket),
            "reply": permissions.can_reply(standing) and not (self.into or ticket).has_ended,
            "note": standing.writes_notes,
            "watch": permissions.can_watch(standing),
            "add_watcher": standing.at_desk,
        }


def _rating_is_open(ticket):
    rating = rating_of(ticket)
    return rating is None or timezone.now() <= rating.at + timedelta(days=permissions.RATING_DAYS)


def rating_of(ticket):
    """What the requester gave, None before; fetched with the ticket."""
    return getattr(ticket, "rating", None)


def open_ticket(request, pk):
    """The ticket with this key as the reader may see it; what she may not see does not exist."""
    user = request.user
    if pk > LARGEST:  # the statement is prepared: no such number fits into it
        raise Http404
    ticket = busy.ticket_for(user, pk)
    if ticket is None:
        raise Http404
    return Opened(ticket, user, standing_of(user, ticket))


@require_safe
def ticket_page(request, pk):
    opened = open_ticket(request, pk)
    if permissions.must_log_reading(opened.standing, opened.ticket):
        actions.note_reading(opened.ticket, by=request.user)
    for merged in opened.merged:  # what was said there is on this page as well
        if permissions.must_log_reading(standing_of(request.user, merged), merged):
            actions.note_reading(merged, by=request.user)
    return draw(request, opened)


@require_safe
def short_ticket(request, number):
    """/t/TKT-2026-00042: what stands in a mail or is read out on the telephone."""
    tickets = Ticket.objects.visible_to(request.user).filter(number__iexact=text.ascii_digits(number)[:40])
    ticket = tickets.only("pk").first()
    if ticket is None:
        raise Http404
    return HttpResponseRedirect(ticket.get_absolute_url())


@require_safe
def service_time(request, pk):
    """Where the time of a ticket went: a page, or the part of the ticket's page that is fetched after it is shown.

    Counting again from the events takes as long as all the rest of the ticket's page.
    """
    opened = open_ticket(request, pk)
    if not opened.is_workplace:
        raise PermissionDenied
    ticket = opened.ticket
    if permissions.must_log_reading(opened.standing, ticket) and not request.htmx:  # the ticket's page has said it
        actions.note_reading(ticket, by=request.user)
    events = list(busy.events_of(ticket.pk))
    told = clocks.told(ticket) if len(events) >= busy.MOST else accounts.told_of(events)
    account = clocks.replay(ticket, told, timezone.now())
    template = "helpdesk/_ledger.html" if request.htmx else "helpdesk/service_time.html"
    context = {"service_bar": accounts.bar(account), "promises": accounts.explanations(account)}
    crumbs = [(_("Tickets"), reverse("tickets")), (ticket.number, ticket.get_absolute_url())]
    return render(request, template, context | {"title": _("Service time"), "breadcrumbs": crumbs})


@require_POST
def seen(request, pk):
    """The page is before the reader's eyes: nothing of it is new to her any more."""
    attention.note_look(open_ticket(request, pk).ticket, request.user)
    return HttpResponse(status=204, headers={"HX-Trigger": "looked"})


@require_POST
def mail_again(request, pk):
    """Take back that one wants no mail about this ticket."""
    ticket = open_ticket(request, pk).ticket
    attention.unmute(request.user, ticket.pk)
    messages.success(request, _("You get mails about this ticket again."))
    return HttpResponseRedirect(ticket.get_absolute_url())


@require_safe
def colleagues(request, pk):
    """Who may be called by "@" in what is being written, as names; `note` asks for those who read notes."""
    opened = open_ticket(request, pk)
    if not opened.standing.writes_notes:
        raise PermissionDenied
    words = request.GET.get("q", "")[:60]
    found = mentions.offered(opened.ticket, request.user, words, internal="note" in request.GET)
    return JsonResponse({"people": [{"name": each.name, "job": each.job_title} for each in found]})


def draw(request, opened, status=200, **boxes):
    """The page, with the boxes of what was refused as they were typed."""
    template = "helpdesk/ticket_desk.html" if opened.is_workplace else "helpdesk/ticket_mine.html"
    may, events = opened.may(), list(busy.events_of(opened.ticket.pk))
    context = _common(opened, may, events)
    if opened.is_workplace:
        context |= _workplace(opened, may, events, context["drafts"])
    return render(request, template, context | boxes, status=status)


def _common(opened, may, events):
    ticket, now = opened.ticket, timezone.now()
    into = opened.into if opened.sees_into else None
    timeline = timeline_of(ticket, opened.reader, opened.standing, events, opened.merged, into)
    drafts = drafts_of(ticket, opened.reader)
    reply = drafts.get(Face.REPLY)
    leaving = reply if reply and reply.leaves_at else None
    return {
        "title": f"{ticket.number} {ticket.subject}",
        "ticket": ticket,
        "may": may,
        "standing": opened.standing,
        "timeline": timeline,
        "newest": newest_in(timeline),
        "drafts": drafts,
        "leaving": leaving,
        "leaves_in": max(0, round((leaving.leaves_at - now).total_seconds())) if leaving else 0,
        "sentence": promise.sentence(ticket, now, yours=opened.standing.is_own),
        "state": looks.badge_of(ticket),
        "into": into,
        "merged": opened.merged,
        "is_fresh": ticket.status == Status.NEW and opened.standing.is_own,
        "here": ticket.get_absolute_url(),
        "has_news": ticket.has_unread or ticket.looked_at is None or ticket.last_word_at > ticket.looked_at,
        "reply_box": empty_box(draft=None if leaving else reply) if may["reply"] else None,
        "reopen_box": empty_box("again") if may["reopen"] else None,
        "rating": rating_of(ticket),
        "rating_form": rating_form(ticket) if may["rate"] else None,
        "is_asked": ticket.waiting_for == WaitingFor.REQUESTER,
    }


def rating_form(ticket):
    rating = rating_of(ticket)
    return RatingForm(initial={"stars": str(rating.stars), "comment": rating.comment} if rating else None)


def drafts_of(ticket, reader):
    """{face: draft with its files}; one statement, a second where one of them has files."""
    drafts = {draft.face: draft for draft in busy.drafts_of(ticket.pk, reader.pk)}
    for draft in drafts.values():
        draft.files = list(Attachment.objects.of(draft).select_related("blob")) if draft.has_files else []
    return drafts


def _workplace(opened, may, events, drafts):
    ticket, reader, now = opened.ticket, opened.reader, timezone.now()
    custodies = busy.custodies_of(ticket.requester_id, ticket.asset_id or 0)
    watchers = busy.watchers_of(ticket.pk) if ticket.has_watchers else []
    return {
        "due": looks.due_chip(ticket.next_due, now),
        "priority": looks.priority_badge(ticket.priority),
        "note_box": empty_box("note", drafts.get(Face.NOTE)) if opened.standing.writes_notes else None,
        "colleagues_url": f"{ticket.get_absolute_url()}colleagues/" if opened.standing.writes_notes else "",
        "colleagues_of_note_url": f"{ticket.get_absolute_url()}colleagues/?note",
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
        **_recipients(ticket, reader, may),
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
    return [(ticket, looks.words_of(ticket)) for ticket in tickets]


def _menus(ticket, may):
    """[(url, icon, words, key)] of the small forms that open from the head."""
    here = ticket.get_absolute_url()
    menus = []
    if may["wait"]:
        menus.append((f"{here}wait/", "hourglass", _("Put on hold"), "h"))
    if may["assign"]:
        menus.append((f"{here}assign/", "user-plus", _("Assign"), "i"))
        menus.append((f"{here}transfer/", "arrows-exchange", _("Transfer"), ""))
    if may["merge"]:
        menus.append((f"{here}merge/", "git-merge", _("Merge"), ""))
    if may["cancel"]:
        menus.append((f"{here}cancel/", "ban", _("Cancel the ticket"), ""))
    return menus


def _recipients(ticket, reader, may):
    """Exactly those who get a public reply, and how; `to` is what the form carries of it."""
    if not may["reply"]:
        return {}
    words = {Way.PAGE: _("on the page"), Way.DIGEST: _("in the daily digest"), Way.NOTHING: _("not at all")}
    found = sending.recipients_of(ticket, reader)
    return {"recipients": [(each, words.get(each.way, "")) for each in found], "to": sending.key_of(found)}


def _times(ticket):
    """[(what, instant)] of the clocks, for the properties."""
    rows = [
        (_("Created"), ticket.created_at),
        (_("First answer due"), None if ticket.responded_at else ticket.response_due),
        (_("First answer"), ticket.responded_at),
        (_("Next answer due"), ticket.next_response_due),
        (_("To be taken up by"), ticket.take_up_due if ticket.assignee_id is None and ticket.is_unresolved else None),
        (_("Resolution due"), ticket.resolution_due if ticket.is_unresolved else None),
        (_("Resolved"), ticket.resolved_at),
        (_("Closes by itself"), ticket.close_due),
        (_("Closed"), ticket.closed_at),
    ]
    return [(label, instant) for label, instant in rows if instant]
