"""The queue as the desk works it, and one's own requests."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from helpdesk import actions, busy
from helpdesk.attention import looks_of
from helpdesk.choices import WaitingFor
from helpdesk.desk import desk_of
from helpdesk.filters import TicketFilter
from helpdesk.forms import AssignForm
from helpdesk.merge_forms import MergeForm
from helpdesk.models import Ticket
from helpdesk.permissions import can_file_for_others, has_ticket_list, works_queues
from helpdesk.querysets import TicketQuerySet
from helpdesk.tables import OwnTicketTable, TicketTable
from helpdesk.tallies import counts_of
from office import search
from ui import keyset
from ui.lists import BulkAction, ListPage
from ui.saved import Shipped

WAITING = {f"waiting-{kind.value}": kind for kind in WaitingFor}
PLAIN = {"after", "size", "sort", "columns"}  # what of an address narrows nothing
VIEWS = ("mine", "unassigned", "team", "all", *WAITING)


def is_technician(user):
    return user.is_technician


class TicketLines(ListPage):
    """A list of tickets that marks what its reader has not seen yet; one statement more."""

    def _fetch_page(self, queryset):
        page = super()._fetch_page(queryset)
        self.table.looks = looks_of(self.request.user, [line.pk for line in page.rows]) if page.rows else {}
        return page


class TicketList(TicketLines):
    """One list, several views: the view says which tickets, the order is the order of work."""

    name = "tickets"
    title = gettext_lazy("Tickets")
    table_class = TicketTable
    filterset_class = TicketFilter
    orderings = {"due": ("next_due",), "newest": ("-pk",)}
    default_sort = "due"
    shipped_views = (
        Shipped("urgent", gettext_lazy("Critical and high priority"), {"priority": ["1", "2"]}, "/tickets/"),
        Shipped("vendor", gettext_lazy("With a vendor"), {"vendor_call": "open"}, "/tickets/"),
        Shipped(
            "left",
            gettext_lazy("Ended, while the call to the vendor is open"),
            {"vendor_call": "left"},
            "/tickets/view/all/",
        ),
    )
    search = True
    search_label = gettext_lazy("Search number, subject and conversation")
    template_name = "helpdesk/tickets.html"
    empty_icon = "circle-check"
    empty_text = gettext_lazy("No ticket waits here.")
    bulk_actions = (
        BulkAction("take", gettext_lazy("Take"), "user-check", allowed=is_technician),
        BulkAction("assign", gettext_lazy("Assign…"), "user-plus", AssignForm, allowed=is_technician),
        BulkAction("merge", gettext_lazy("Merge…"), "git-merge", MergeForm, allowed=is_technician),
        BulkAction("close", gettext_lazy("Close"), "lock", allowed=is_technician),
    )

    def allowed(self, request):
        self.view_name = self.kwargs.get("view", "")
        known = not self.view_name or self.view_name in VIEWS
        return known and (works_queues(request.user) if self.view_name in VIEWS[:3] else has_ticket_list(request.user))

    def read_request(self, request):
        self.desk = desk_of(request.user)
        self.default_sort = "newest" if self.view_name == "all" or request.GET.get("q") else "due"
        super().read_request(request)

    def get_queryset(self):
        user, tickets = self.request.user, Ticket.objects.all()
        if self.desk.queues:
            tickets = tickets.filter(institution=user.institution_id, queue__in=self.desk.open_ids)
        else:
            tickets = tickets.visible_to(user)
        tickets = self._of_view(tickets, user)
        return tickets if self.words else tickets.for_list()

    def get_rows(self):
        """The views that a desk lives in, unfiltered and in the order of work, have their query written once."""
        queues = tuple(self.desk.own_ids if self.view_name == "team" else self.desk.open_ids)
        if not queues or self.view_name not in busy.OF_VIEW or self.sort != "due" or {*self.request.GET} - PLAIN:
            return self.filtered()
        shape = {"view": self.view_name, "queues": queues}
        institution = self.request.user.institution_id

        def ask(position, wanted):
            if position is None:
                return busy.lines_due(institution, **shape, most=wanted)
            return busy.lines_due_behind(institution, *position, **shape, most=wanted)

        return keyset.Written(Ticket, ask, self.filtered)

    def _of_view(self, tickets, user):
        if self.view_name == "all":
            return tickets
        if self.view_name == "mine":
            return tickets.unresolved().filter(assignee=user)
        if self.view_name == "team":
            tickets = tickets.filter(queue__in=self.desk.own_ids)
        if self.view_name in busy.OF_VIEW:
            return busy.OF_VIEW[self.view_name](tickets)
        return tickets.unresolved().filter(waiting_for=WAITING[self.view_name])

    def search_queryset(self, queryset, words):
        streams = self.view_name == "all" and not self.filtering.asked and bool(self.desk.queues)
        manner = search.Manner(TicketQuerySet.for_hits, busy.lines_of, streams)
        return search.search(queryset, words, prefix=True, manner=manner)

    def get_create(self):
        user = self.request.user
        return (reverse("phone_ticket"), _("By telephone")) if can_file_for_others(user) else None

    def count_words(self, count):
        return ngettext("%(count)s ticket", "%(count)s tickets", count) % {"count": f"{count:,}"}

    def get_context(self, **context):
        counts = counts_of(self.desk)
        context |= {
            "views": self._views(counts),
            "can_take_next": bool(self.desk.own_ids),
            "unassigned": counts.get("unassigned", 0),
        }
        return super().get_context(**context)

    def _views(self, counts):
        """[(title, icon, url, number or None, whether it is this one)] for the start side of the page."""
        lines = [("", _("All open"), "list", "open")]
        if self.desk.queues:
            lines = [
                ("mine", _("Mine"), "user-check", "mine"),
                ("unassigned", _("Unassigned"), "inbox", "unassigned"),
                *([("team", _("My team"), "users-group", "team")] if self.desk.own_ids else []),
                *lines,
                *((name, kind.label, "hourglass", f"waiting_{kind.value}") for name, kind in WAITING.items()),
            ]
        lines.append(("all", _("All, also closed"), "archive", ""))
        return [
            (title, icon, self.view_url(name), counts.get(key), name == self.view_name)
            for name, title, icon, key in lines
        ]

    @staticmethod
    def view_url(name):
        return reverse("tickets_view", args=[name]) if name else reverse("tickets")

    # Acts on many rows: each ticket by its own right, and a sentence that says how many went.

    def bulk_form_arguments(self, action):
        return {"user": self.request.user} if action.form_class else {}

    def bulk_take(self, rows, data):
        return self._each(rows, lambda ticket: actions.take_ticket(ticket, by=self.request.user))

    def bulk_assign(self, rows, data):
        to = data["assignee"]
        return self._each(rows, lambda ticket: actions.assign_ticket(ticket, by=self.request.user, to=to))

    def bulk_merge(self, rows, data):
        into = data["number"]
        rows = [row for row in rows if row.pk != into.pk]  # it may be selected as well: the others go into it
        return self._each(rows, lambda ticket: actions.merge_ticket(ticket, by=self.request.user, into=into))

    def bulk_close(self, rows, data):
        return self._each(rows, lambda ticket: actions.close_ticket(ticket, by=self.request.user))

    def _each(self, rows, act):
        done, skipped = 0, []
        for ticket in Ticket.objects.filter(pk__in=[row.pk for row in rows]).defer("search_text", "description"):
            try:
                act(ticket)
                done += 1
            except (PermissionDenied, ValidationError):
                skipped.append(ticket.number)
        words = ngettext("%(count)d ticket done.", "%(count)d tickets done.", done) % {"count": done}
        if skipped:
            words += " " + _("Not possible for: %(numbers)s.") % {"numbers": _(", ").join(skipped)}
        return words


class OwnTicketList(TicketLines):
    """My requests: what I asked for, and what I follow."""

    name = "own_tickets"
    title = gettext_lazy("My requests")
    table_class = OwnTicketTable
    orderings = {"newest": ("-pk",)}
    search = True
    search_label = gettext_lazy("Search my requests")
    empty_icon = "lifebuoy"
    empty_text = gettext_lazy("What you report or ask for will stand here, with what we promise.")

    def allowed(self, request):
        return bool(request.user.institution_id)

    def get_queryset(self):
        tickets = Ticket.objects.of(self.request.user)
        return tickets if self.words else tickets.for_list()

    def search_queryset(self, queryset, words):
        manner = search.Manner(TicketQuerySet.for_hits, busy.lines_of)
        return search.search(queryset, words, prefix=True, manner=manner)

    def get_create(self):
        return reverse("new_ticket"), _("Report a fault")

    def count_words(self, count):
        return ngettext("%(count)s request", "%(count)s requests", count) % {"count": f"{count:,}"}
