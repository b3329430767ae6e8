"""What the lists of tickets show."""

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from helpdesk import looks
from helpdesk.attention import has_news
from ui import markup, text
from ui.tables import NOTHING, BaseTable, Column, WhenColumn


class TicketCells(BaseTable):
    """The cells of ticket rows, drawn without a query and without asking for an address a row."""

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.now = timezone.now()
        self.prefix = reverse("ticket", args=[0]).removesuffix("0/")
        self.nobody = markup.tag("span", gettext("nobody"), class_="quiet")
        self.looks = {}
        self.new = markup.tag("span", gettext("unread"), class_="mark-new", title=gettext("New since you looked"))

    def render_due(self, record):
        return looks.due_chip(record.next_due, self.now, focusable=False) or NOTHING

    def value_due(self, record):
        return record.next_due and text.local(record.next_due)

    def render_ticket(self, record):
        number = markup.machine(record.number)
        if has_news(record, self.looks, self.request.user):
            number = markup.join([number, " ", self.new])
        return markup.link(f"{self.prefix}{record.pk}/", markup.two_lines(markup.person(record.subject), number))

    def value_ticket(self, record):
        return f"{record.number} {record.subject}"

    def render_requester(self, record):
        return markup.two_lines(markup.person(record.requester_name), markup.person(record.unit_name))

    def value_requester(self, record):
        return " · ".join(filter(None, (record.requester_name, record.unit_name)))

    def render_device(self, record):
        if record.asset_id is None:
            return NOTHING
        return markup.two_lines(markup.person(looks.device_title(record)), markup.machine(record.asset_tag))

    def value_device(self, record):
        return " · ".join(filter(None, (record.asset_tag, looks.device_title(record)))) if record.asset_id else None

    def render_state(self, record):
        return looks.badge_of(record)

    def value_state(self, record):
        return looks.words_of(record)

    def render_assignee(self, record):
        return markup.person(record.assignee_name) if record.assignee_name else self.nobody

    def render_last_word(self, record):
        return markup.two_lines(looks.when(record.last_word_at, self.now), markup.person(record.last_word_name))

    def render_priority(self, record):
        return looks.priority_badge(record.priority)

    def value_priority(self, record):
        return record.get_priority_display()


class TicketTable(TicketCells):
    """The queue: a row says what is due, what it is about, for whom, on what, how far, in whose hands."""

    due = Column(_("Due"), accessor="next_due")
    ticket = Column(_("Ticket"), accessor="number", sort="newest", css="cell-ticket", labelled=False)
    requester = Column(_("Requester"), accessor="requester_name")
    device = Column(_("Device"), accessor="asset_tag")
    state = Column(_("Status"), accessor="status")
    assignee = Column(_("Assignee"), accessor="assignee_name")
    last_word = WhenColumn(_("Last word"), accessor="last_word_at")
    priority = Column(_("Priority"), accessor="priority", visible=False)
    created = WhenColumn(_("Created"), accessor="created_at", visible=False)

    default_columns = ("due", "ticket", "requester", "device", "state", "assignee", "last_word")


class OwnTicketTable(TicketCells):
    """My requests: what I asked for, and how it stands."""

    ticket = Column(_("Request"), accessor="number", sort="newest", css="cell-ticket", labelled=False)
    state = Column(_("Status"), accessor="status")
    device = Column(_("Device"), accessor="asset_tag")
    created = WhenColumn(_("Created"), accessor="created_at")
    last_word = WhenColumn(_("Last word"), accessor="last_word_at")
