"""What the busiest pages ask, as prepared queries: the same words of the querysets, written once a process."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import BigIntegerField, Count, DateTimeField, Exists, F, OuterRef, Q, Sum, Value

from assets.models import Custody
from contracts.choices import CallState
from helpdesk.choices import OVER, Status, WaitingFor
from helpdesk.models import (
    Category,
    Draft,
    Message,
    PriorityCell,
    Queue,
    ServiceBook,
    Ticket,
    TicketCall,
    TicketTally,
    Watcher,
)
from office.models import Attachment, Event, WorkingCalendar
from office.prepared import prepared
from people.models import Unit, User
from ui.keyset import After

MOST = 500  # messages and steps that one page shows
HITS = (
    26  # keys asked for at a time, the first one again where there are fewer: a page, and one that says there is more
)


@dataclass(frozen=True)
class StandIn:
    """A reader as far as the rules of visibility look at her; her keys are those of a prepared query."""

    pk: int
    institution_id: int
    is_technician: bool
    is_administrator: bool
    is_active: bool = True
    is_auditor: bool = False
    is_manager: bool = False
    headed_units: tuple = ()


def is_of_desk(user):
    """Whether the rules for this reader depend on her keys and these two roles alone."""
    return user.is_active and (user.is_technician or user.is_administrator) and not user.is_auditor


def is_ordinary(user):
    """Whether the rules for this reader depend on her keys alone: she has no role and heads nothing."""
    has_role = user.is_technician or user.is_administrator or user.is_auditor or user.is_manager
    return user.is_active and not has_role and not user.headed_units


def roles_of(user):
    return user.is_technician, user.is_administrator


def ticket_for(user, pk):
    """The ticket with this key as the page of one shows it, None where this reader may not see it."""
    if not user.institution_id:
        return None
    if is_of_desk(user) or is_ordinary(user):
        found = ticket_by_roles(pk, user.institution_id, user.pk, roles=roles_of(user))
    else:
        found = Ticket.objects.visible_to(user).for_page(user).filter(pk=pk)[:1]
    return next(iter(found), None)


@prepared
def queues_of(institution, user):
    queues = Queue.objects.filter(institution=institution)
    return queues.with_membership(user).order_by("name_en", "name_ar", "pk")


@prepared
def tallies_of(institution, user):
    """One line for each queue: open, mine, unassigned, and waiting by kind."""
    return _tallies(institution, user)


@prepared
def tallies_with_calls_left(institution, user):
    """The same, and how many calls to vendors are open though their tickets have ended.

    These are lines of their own, to be added: a queue whose tickets have all ended has no running count any more.
    """
    none = Value(0, BigIntegerField())
    calls = TicketCall.objects.filter(call__state=CallState.OPEN, ticket__status__in=OVER)
    left = calls.filter(ticket__institution=institution).order_by().values(queue_id=F("ticket__queue_id"))
    left = left.annotate(**dict.fromkeys(_sums(user), none), calls_left=Count("pk"))
    return _tallies(institution, user).annotate(calls_left=none).union(left, all=True)


def _tallies(institution, user):
    return TicketTally.objects.filter(institution_id=institution).values("queue_id").annotate(**_sums(user)).order_by()


def _sums(user):
    return {
        "open": Sum("n"),
        "mine": Sum("n", filter=Q(assignee_id=user)),
        "unassigned": Sum("n", filter=Q(assignee_id__isnull=True, status=Status.NEW)),
        **{f"waiting_{kind}": Sum("n", filter=Q(waiting_for=kind)) for kind in WaitingFor.values},
    }


@prepared
def ticket_by_roles(ticket, institution, user, *, roles):
    reader = StandIn(user, institution, *roles)
    return Ticket.objects.visible_to(reader).for_page(reader).filter(pk=ticket)


@prepared
def messages_of(ticket, *, public):
    messages = Message.objects.filter(ticket=ticket)
    return _as_said(messages.public() if public else messages)


def messages_of_merged(tickets):
    """The same of several tickets that were merged into one; they are few."""
    return list(_as_said(Message.objects.filter(ticket__in=tickets)))


def _as_said(messages):
    messages = messages.order_by("-id")[:MOST]
    author = {
        "author_name": F("author__name"),
        "author_is_technician": F("author__is_technician"),
        "author_is_guest": F("author__is_guest"),
        "mail_pk": F("mail__pk"),
        "mail_state": F("mail__state"),
        "mail_left_out": F("mail__left_out"),
    }
    names = (
        "id",
        "ticket_id",
        "author_id",
        *author,
        "text",
        "kind",
        "is_internal",
        "channel",
        "created_at",
        "mail_from",
        "quoted",
    )
    return messages.annotate(**author).values_list(*names, named=True)


@prepared
def events_of(ticket):
    events = Event.objects.filter(kind=Ticket._meta.label_lower, object_id=ticket).order_by("-id")[:MOST]
    names = ("at", "actor_id", "actor_name", "verb", "changes", "channel")
    return events.annotate(actor_name=F("actor__name")).values_list(*names, named=True)


@prepared
def files_of(ticket, *, public):
    files = Attachment.objects.filter(kind=Ticket._meta.label_lower, object_id=ticket)
    return _as_shown(files.filter(is_internal=False) if public else files)


def files_of_merged(tickets):
    return list(_as_shown(Attachment.objects.filter(kind=Ticket._meta.label_lower, object_id__in=tickets)))


def _as_shown(files):
    names = ("pk", "object_id", "name", "part", "size", "has_thumbnail")
    related = {"size": F("blob__size"), "has_thumbnail": F("blob__has_thumbnail")}
    return files.order_by("id").annotate(**related).values_list(*names, named=True)


@prepared
def drafts_of(ticket, user):
    """What this reader has begun to write here."""
    drafts = Draft.objects.filter(ticket=ticket, user=user).annotate(has_files=_has_files("helpdesk.draft"))
    return drafts.order_by("pk")


def _has_files(kind):
    return Exists(Attachment.objects.filter(kind=kind, object_id=OuterRef("pk")).order_by())


@prepared
def watchers_of(ticket):
    watchers = Watcher.objects.filter(ticket=ticket).order_by("user__sort_key", "user")
    return watchers.values_list("user_id", "user__name", named=True)


@prepared
def custodies_of(person, asset):
    """What a person holds, and who holds a device; an asset of 0 is none."""
    held = Custody.objects.current().filter(Q(person=person) | Q(asset=asset)).order_by("-started_at", "-pk")[:30]
    held = held.select_related("person", "unit", "vendor", "asset__category", "asset__model__manufacturer")
    return held.only(
        "person__name",
        "unit__name",
        "vendor__name",
        "asset__tag",
        "asset__name",
        "asset__category__name_ar",
        "asset__category__name_en",
        "asset__model__name",
        "asset__model__manufacturer__name",
    )


@prepared
def faults_for_desk(asset, institution, user, *, roles, most):
    seen = Ticket.objects.visible_to(StandIn(user, institution, *roles)).filter(asset=asset)
    return seen.order_by("-pk").for_lines()[:most]


@prepared
def tickets_for_desk(requester, institution, user, *, roles, most):
    seen = Ticket.objects.visible_to(StandIn(user, institution, *roles)).filter(requester=requester)
    return seen.order_by("-pk").for_lines()[:most]


@prepared
def due_next_in(institution, *, queues, most):
    ours = Ticket.objects.unresolved().filter(institution=institution, queue__in=queues, next_due__isnull=False)
    return ours.order_by("next_due", "pk").for_list()[:most]


def lines_of(tickets):
    """The lines of these tickets, in any order."""
    missing = -len(tickets) % HITS
    return _lines_of(*tickets, *tickets[:1] * missing) if tickets else []


@prepared
def _lines_of(*tickets):
    return Ticket.objects.filter(pk__in=tickets).for_list()


@prepared
def lines_due(institution, *, view, queues, most):
    """The first lines of a view of the queue that have something due."""
    return _due(institution, view, queues)[:most]


@prepared
def lines_due_behind(institution, due: datetime, ticket, *, view, queues, most):
    """Those that come after the one due at `due` with the key `ticket`."""
    behind = After(F("next_due"), F("pk"), *_values(due, ticket))
    return _due(institution, view, queues).filter(behind)[:most]


def _due(institution, view, queues):
    lines = Ticket.objects.filter(institution=institution, queue__in=queues, next_due__isnull=False)
    return OF_VIEW[view](lines).order_by("next_due", "pk").for_list()


def _values(due, ticket):
    return Value(due, output_field=DateTimeField()), Value(ticket, output_field=BigIntegerField())


OF_VIEW = {
    "": lambda tickets: tickets.unresolved(),
    "team": lambda tickets: tickets.unresolved(),  # in the queues of the reader's own teams
    "unassigned": lambda tickets: tickets.filter(status__among=[Status.NEW]),
}


@prepared
def in_hand_of(user, *, most):
    return Ticket.objects.unresolved().filter(assignee=user).due_next().for_list()[:most]


@prepared
def asked_by(user, *, most):
    """Somebody's own open and resolved requests, the newest first."""
    mine = Ticket.objects.filter(requester=user, status__among=[*OPEN_OR_SOLVED]).order_by("-pk")
    return mine.for_list()[:most]


@prepared
def dues_in(institution, *, queues, most):
    """The earliest promises, as instants."""
    ours = Ticket.objects.unresolved().filter(institution=institution, queue__in=queues, next_due__isnull=False)
    return ours.order_by("next_due", "pk").values_list("next_due", flat=True)[:most]


@prepared
def category_for(institution, *, kind):
    """The first category for a kind of device, with its queue and hours."""
    fitting = Category.objects.in_use().filter(institution=institution, asset_kind=kind, queue__is_active=True)
    return fitting.select_related("queue__calendar").order_by("id")[:1]


@prepared
def queue_for_the_rest(institution):
    queues = Queue.objects.in_use().filter(institution=institution).select_related("calendar")
    return queues.order_by("-is_default", "is_restricted", "id")[:1]


@prepared
def priority_in(institution, *, impact, urgency):
    cells = PriorityCell.objects.filter(institution=institution, impact=impact, urgency=urgency)
    return cells.values_list("priority", flat=True)[:1]


@prepared
def book_version(institution):
    return ServiceBook.objects.filter(institution=institution).values_list("version", flat=True)[:1]


@prepared
def default_calendar():
    return WorkingCalendar.objects.filter(is_default=True)[:1]


@prepared
def technicians_of(team):
    return User.objects.active().filter(teams=team, is_technician=True).defer("search_text")


@prepared
def other_institutions(institution):
    return Unit.objects.institutions().exclude(pk=institution).order_by().values_list("pk", flat=True)[:1]


OPEN_OR_SOLVED = (Status.NEW, Status.ASSIGNED, Status.IN_PROGRESS, Status.WAITING, Status.RESOLVED)
