"""Everything the desk hangs into the house: navigation, home tiles, panels, search, leaving, files."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from assets import blockers
from helpdesk import finding, handover, panels, targets, tiles
from helpdesk.choices import CallEnd
from helpdesk.files import may_download, may_download_draft
from helpdesk.models import Category, Draft, EscalationStep, Queue, ServicePolicy, Ticket
from helpdesk.permissions import can_file_for_others, sees_received_mail, sees_setup, works_queues
from office.files import register_owner
from office.history import register_words
from office.setup import register_card
from people import leaving
from people.models import User
from ui import registry, text
from ui.registry import HomeTile, NavigationEntry, Panel, SearchSource


def _moment(value):
    """A stored instant as people read it."""
    try:
        return text.day_time(datetime.fromisoformat(value))
    except (TypeError, ValueError):
        return ""


VERBS = {
    "filed": pgettext_lazy("history", "Filed"),
    "taken": _("Taken"),
    "assigned": pgettext_lazy("history", "Assigned"),
    "unassigned": _("Given back to the queue"),
    "transferred": pgettext_lazy("history", "Transferred"),
    "started": _("Work started"),
    "waiting": _("On hold"),
    "resumed": _("Work goes on"),
    "replied": pgettext_lazy("history", "Replied"),
    "noted": _("Internal note"),
    "attached": _("Files attached"),
    "resolved": _("Marked as resolved"),
    "confirmed": _("Confirmed: it works now"),
    "reopened": _("Reopened: still broken"),
    "closed": _("Closed"),
    "cancelled": pgettext_lazy("ticket", "Cancelled"),
    "watched": pgettext_lazy("history", "Followed"),
    "unwatched": pgettext_lazy("history", "Followed no longer"),
    "read": _("Read"),
    "policy_set": _("Another service policy"),
    "replanned": _("Due times counted anew"),
    "breached": _("A promise is late"),
    "escalated": pgettext_lazy("history", "Escalated"),
    "accepted": _("A message from outside was accepted"),
    "rated": _("Rated by the requester"),
    "vendor_called": _("Escalated to the vendor"),
    "vendor_answered": _("The vendor has answered"),
    "vendor_fixed": _("The vendor says that it is fixed"),
    "vendor_disputed": _("The vendor's repair is disputed"),
    "vendor_left": _("Ended, while the call to the vendor is open"),
    "merged": _("Merged into another one"),
    "took_in": _("Another one was merged into this one"),
    "gave_back": _("Another one is worked by itself again"),
    "taken_apart": _("Taken apart: worked by itself again"),
    "merged_solved": _("Solved, together with another one"),
    "merged_ended": _("The other one has ended"),
    "merged_replied": _("Something was said on a merged ticket"),
    "merged_noted": _("Something was noted on a merged ticket"),
}
MAIL_VERBS = {
    "helpdesk.receivedmail:accepted": _("Made a ticket"),
    "helpdesk.receivedmail:processed_again": _("Processed again"),
    "helpdesk.receivedmail:laid_aside": _("Laid aside"),
    "helpdesk.mailbox:resumed": _("Reading goes on"),
}
# Names in the history that are no fields, and what their codes mean.
CLOCKS = {
    "first_response": _("First answer"),
    "next_response": _("Next answer"),
    "resolution": _("Solution"),
    "take_up": _("Taking up"),
}
NAMES = {
    "watcher": _("Follower"),
    "voice": _("Who spoke"),
    "clock": _("Promise"),
    "due": _("Was due"),
    "replan": _("Count of due times"),
    "step": _("Step of escalation"),
    "is_told": _("Somebody was told"),
    "stars": _("Rating"),
    "call_end": _("What becomes of the call to the vendor"),
    "takes_up": _("Takes up what it is handed within"),
    "responded_at": _("First answer at"),
    "waiting_since": _("On hold since"),
    "resolved_at": _("Resolved at"),
    "resolved_by": _("Resolved by"),
    "close_due": _("Closes by itself at"),
    "closed_at": _("Closed at"),
}
VALUES = {
    "voice": {"desk": _("the help desk"), "asker": _("whoever asked")},
    "clock": CLOCKS,
    "due": _moment,
    "call_end": dict(CallEnd.choices),
    "takes_up": targets.code_in_words,
}


def register():
    _navigation()
    _home()
    _panels()
    registry.search_sources.register(
        SearchSource(
            name="tickets",
            title=_("Tickets"),
            order=10,
            icon="ticket",
            allowed=tiles.has_institution,
            find=finding.find_tickets,
            exact=finding.ticket_with_number,
            more=finding.all_hits,
        )
    )
    register_owner(Ticket._meta.label_lower, may_download)
    register_owner(Draft._meta.label_lower, may_download_draft)
    leaving.register("tickets", _("Open tickets"), handover.tickets_in_hand, handover.hand_over, order=10)
    blockers.register("tickets", _open_tickets)
    verbs = {f"helpdesk.ticket:{verb}": words for verb, words in VERBS.items()} | MAIL_VERBS
    register_words(verbs=verbs, names=NAMES, models={"watcher": User}, values=VALUES)
    promised = targets.history_names()
    register_words(names=promised, values=dict.fromkeys(promised, targets.code_in_words))
    policy_verbs = {
        "moved": _("Moved in the order"),
        "step_added": _("Step of escalation added"),
        "step_removed": _("Step of escalation removed"),
    }
    register_words(
        verbs={f"helpdesk.servicepolicy:{verb}": words for verb, words in policy_verbs.items()},
        models={"step": EscalationStep},
    )
    _set_up()


def _navigation():
    for entry in (
        NavigationEntry(
            name="tickets", title=_("Queue"), order=20, icon="inbox", url="tickets", key="q", allowed=finding.has_list
        ),
        NavigationEntry(
            name="phone",
            title=_("New by telephone"),
            order=25,
            icon="phone-call",
            url="phone_ticket",
            key="p",
            allowed=_files_for_others,
        ),
        NavigationEntry(
            name="service_report",
            title=_("Service report"),
            order=28,
            icon="report-analytics",
            url="service_report",
            allowed=_has_reports,
        ),
        NavigationEntry(
            name="own_tickets",
            title=_("My requests"),
            order=30,
            icon="lifebuoy",
            url="own_tickets",
            key="r",
            allowed=tiles.has_institution,
        ),
    ):
        registry.navigation.register(entry)


def _home():
    for tile in (
        HomeTile(
            name="report",
            title=_("Report a fault"),
            order=10,
            icon="lifebuoy",
            allowed=tiles.is_employee,
            fetch=tiles.report,
            template="helpdesk/_tile_report.html",
            query_budget=0,
            wide=True,
        ),
        HomeTile(
            name="mail",
            title=_("Mail to look at"),
            order=5,
            icon="mail",
            allowed=tiles.looks_after_mail,
            fetch=tiles.mail_to_look_at,
            template="helpdesk/_tile_mail.html",
            query_budget=3,
            wide=True,
        ),
        HomeTile(
            name="desk",
            title=_("Due next"),
            order=10,
            icon="clock",
            allowed=tiles.is_of_desk,
            fetch=tiles.desk,
            template="helpdesk/_tile_desk.html",
            query_budget=6,
            wide=True,
        ),
        HomeTile(
            name="requests",
            title=_("My requests"),
            order=20,
            icon="messages",
            allowed=tiles.has_institution,
            fetch=tiles.own_requests,
            template="helpdesk/_tile_requests.html",
            query_budget=2,
            wide=True,
        ),
    ):
        registry.home_tiles.register(tile)


def _panels():
    for panel in (
        Panel(
            on="assets.asset",
            name="tickets",
            title=_("Tickets of this device"),
            order=40,
            icon="ticket",
            fetch=panels.tickets_of_assets,
            template="helpdesk/_panel_tickets.html",
            query_budget=2,
        ),
        Panel(
            on="people.user",
            name="tickets",
            title=_("Tickets"),
            order=30,
            icon="ticket",
            allowed=panels.sees_tickets_of_people,
            fetch=panels.tickets_of_people,
            template="helpdesk/_panel_tickets.html",
            query_budget=2,
        ),
        Panel(
            on="contracts.servicecall",
            name="ticket",
            title=_("Ticket"),
            order=10,
            icon="ticket",
            fetch=panels.tickets_of_calls,
            template="helpdesk/_panel_ticket_of_call.html",
            query_budget=2,
        ),
    ):
        registry.panels.register(panel)


def _set_up():
    cards = (
        (_("Work queues"), "inbox", "queues", _("Which team works what, and who may see it."), _rows(Queue)),
        (
            _("Categories of tickets"),
            "category",
            "categories",
            _("What a ticket is about; it decides the queue."),
            _rows(Category),
        ),
        (_("Priority matrix"), "layout-grid", "matrix", _("Impact and urgency make the priority."), None),
        (
            _("Service policies"),
            "clock-hour-4",
            "policies",
            _("What we promise to whom, in order, and by whose working hours."),
            _rows(ServicePolicy),
        ),
        (_("Hand-over targets"), "arrows-exchange", "take_up", _("How soon a team takes up what it is handed."), None),
        (
            _("Due times counted anew"),
            "calculator",
            "replans",
            _("Which open tickets another holiday or promise has moved."),
            None,
        ),
    )
    for order, (title, icon, url, description, count) in enumerate(cards):
        register_card(title, icon, url, sees_setup, description, count=count, order=100 + order)
    register_card(
        _("Mailboxes"),
        "mail",
        "mailboxes",
        sees_setup,
        _("To which addresses people write, and for which queue."),
        order=110,
    )
    register_card(
        _("Received mail"),
        "mail-opened",
        "received_mails",
        sees_received_mail,
        _("Everything that came, what became of it and why; what is held or failed."),
        order=111,
    )


def _rows(model):
    def count(user):
        return model.objects.in_use().filter(institution=user.institution_id)

    return count


def _has_reports(user, obj=None):
    return works_queues(user)


def _files_for_others(user, obj=None):
    return can_file_for_others(user)


def _open_tickets(asset):
    """A device does not leave service while somebody still waits for its repair."""
    tickets = Ticket.objects.unresolved().filter(asset=asset.pk).select_related("queue")
    in_hand = [handover.in_hand(ticket) for ticket in tickets.only("number", "subject", "queue__is_restricted")[:20]]
    return [blockers.Blocker(str(thing), thing.get_absolute_url()) for thing in in_hand]
