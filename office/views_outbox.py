"""The outbox: what is queued, sent, held or failed, and why. Envelopes only; nobody reads other people's mail here."""

import django_filters
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from office import health, kinds, outbox
from office.events import record_event
from office.models import MailHold, OutboxRow
from office.models.outbox import OutboxState
from office.permissions import can_handle_mail, sees_all_mail
from ui import markup, text
from ui.filtering import ListFilter
from ui.lists import BulkAction, ListPage
from ui.registry import ListColumn, list_columns
from ui.tables import NOTHING, BaseTable, Column, MachineColumn, NumberColumn, StateColumn, WhenColumn

WAITING = (OutboxState.QUEUED, OutboxState.LEASED)
LOOKS = {
    OutboxState.QUEUED: ("azure", "clock"),
    OutboxState.LEASED: ("cyan", "send"),
    OutboxState.SENT: ("green", "check"),
    OutboxState.FAILED: ("red", "mail-x"),
    OutboxState.SUPPRESSED: ("secondary", "mail-off"),
    OutboxState.EXPIRED: ("secondary", "hourglass"),
}
REASONS = {
    "refused": _("refused by the mail server"),
    "temporary": _("the mail server asked to try later"),
    "timeout": _("the mail server did not answer in time"),
    "server": _("the mail server cannot be reached"),
    "made": _("the text could not be made"),
    "died": _("the process died while it was sent"),
}
_topic_names = {}


def name_topic(topic, words):
    """Say what mails of a topic are called on the outbox page."""
    _topic_names[topic] = words


def topic_names():
    """{topic: what its mails are called} of every kind of mail there is."""
    return dict(_topic_names)


def visible_to(user):
    """Envelopes this person may see: all of the institution, else one's own and those about what one sees."""
    rows = OutboxRow.objects.select_related("recipient")
    if sees_all_mail(user):
        return rows.filter(scope=user.institution_id)
    own = Q(recipient=user)
    if user.institution_id and user.works_at_desk:
        return rows.filter(own | Q(scope=user.institution_id) & kinds.about_visible(user, "about_kind", "about_id"))
    return rows.filter(own)


class OutboxTable(BaseTable):
    queued_at = WhenColumn(_("Queued"))
    recipient = Column(_("To"))
    address = MachineColumn(_("Mail address"))
    topic = Column(_("Kind of mail"))
    state = StateColumn(_("State"), look=lambda row: ("", "secondary", ""))
    why = Column(_("Why"), accessor="error")
    attempts = NumberColumn(_("Attempts"))
    not_before = WhenColumn(_("Not before"))
    sent_at = WhenColumn(_("Sent"))

    default_columns = ("queued_at", "recipient", "address", "topic", "state", "why", "sent_at")
    held = False

    def render_recipient(self, row):
        return markup.person(row.recipient) if row.recipient_id else NOTHING

    def value_recipient(self, row):
        return str(row.recipient) if row.recipient_id else None

    def render_topic(self, row):
        return self.value_topic(row)

    def value_topic(self, row):
        return str(_topic_names.get(row.topic, row.topic))

    def render_state(self, row):
        if self.held and row.state in WAITING:
            return markup.badge(gettext("held"), "orange", "player-pause")
        return markup.badge(row.get_state_display(), *LOOKS[row.state])

    def value_state(self, row):
        return gettext("held") if self.held and row.state in WAITING else row.get_state_display()

    def render_why(self, row):
        if not row.error_class:
            return NOTHING
        words = REASONS.get(row.error_class, row.error_class)
        return format_html('{}<br><span class="quiet">{}</span>', words, markup.machine(row.error[:160]))

    def value_why(self, row):
        return f"{REASONS.get(row.error_class, row.error_class)}: {row.error}" if row.error_class else None


class OutboxFilter(ListFilter):
    state = django_filters.MultipleChoiceFilter(label=_("State"), choices=OutboxState.choices)
    topic = django_filters.ChoiceFilter(label=_("Kind of mail"), choices=())
    address = django_filters.CharFilter(label=_("Mail address"), lookup_expr="icontains")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.filters["topic"].extra["choices"] = list(_topic_names.items())


class OutboxList(ListPage):
    name = "outbox"
    title = _("Outbox")
    breadcrumbs = [(_("Set-up"), "/setup/")]
    table_class = OutboxTable
    filterset_class = OutboxFilter
    orderings = {"newest": ("-pk",)}
    template_name = "office/outbox.html"
    empty_icon = "mail"
    empty_text = _("Mails that the system owes or has sent will stand here.")
    bulk_actions = [BulkAction("retry", _("Send again"), "refresh", allowed=can_handle_mail)]

    def read_request(self, request):
        super().read_request(request)
        self.hold = MailHold.objects.select_related("by").order_by("-pk").first()
        self.table.held = self.hold is not None
        if not (request.user.works_at_desk or request.user.is_operator):
            self.breadcrumbs = []

    def get_queryset(self):
        return visible_to(self.request.user)

    def get_context(self, **context):
        user = self.request.user
        counts = (
            dict(visible_to(user).order_by().values_list("state").annotate(Count("pk"))) if sees_all_mail(user) else {}
        )
        return context | {
            "hold": self.hold,
            "hold_is_ours": self.hold and self.hold.by_id and self.hold.by.institution_id == user.institution_id,
            "can_handle": can_handle_mail(user),
            "trouble": health.mail_trouble() if sees_all_mail(user) else None,
            "counts": [(OutboxState(state).label, number) for state, number in sorted(counts.items())],
        }

    def count_words(self, count):
        return ngettext("%(count)s mail", "%(count)s mails", count) % {"count": f"{count:,}"}

    def bulk_retry(self, queryset, data):
        failed = list(queryset.filter(state=OutboxState.FAILED))
        for row in failed:
            outbox.retry(row)
            record_event(row, "mail_retried", by=self.request.user)
        count = len(failed)
        return ngettext("%(count)d failed mail is queued again.", "%(count)d failed mails are queued again.", count) % {
            "count": count
        }


@require_POST
def hold(request):
    """Let no mail leave until somebody releases them."""
    _demand(request)
    reason = text.one_line(request.POST.get("reason", ""))[:200]
    if not MailHold.objects.exists():
        record_event(outbox.hold(reason, by=request.user), "mail_held", by=request.user)
        messages.success(request, _("No mail leaves until you release them."))
    return HttpResponseRedirect(reverse("outbox"))


@require_POST
def release(request):
    """Let the mails leave again."""
    _demand(request)
    if row := MailHold.objects.order_by("-pk").first():
        record_event(row, "mail_released", by=request.user)
        outbox.release()
        messages.success(request, _("The mails leave now."))
    return HttpResponseRedirect(reverse("outbox"))


def _demand(request):
    if not can_handle_mail(request.user):
        raise PermissionDenied


def about_rows(rows, user):
    """{pk: (what it is about, its row)} of the rows whose subject this person may see."""
    found = kinds.things(user, [(row.about_kind, row.about_id) for row in rows])
    return {
        row.pk: (kinds.kind_of(row.about_kind).title, found[row.about_kind, row.about_id])
        for row in rows
        if (row.about_kind, row.about_id) in found
    }


def about_cell(row, data):
    if data is None:
        return NOTHING
    title, thing = data
    url = thing.get_absolute_url() if hasattr(thing, "get_absolute_url") else ""
    words = markup.person(thing)
    return format_html('<span class="quiet">{}</span> {}', title, markup.link(url, words) if url else words)


def about_value(row, data):
    return f"{data[0]} {data[1]}" if data else None


def register():
    """Hang the column "about" on the outbox and on the movement log."""
    list_columns.register(
        ListColumn(
            on="outbox",
            name="about",
            title=_("About"),
            fetch=about_rows,
            cell=about_cell,
            value=about_value,
            query_budget=4,
        )
    )
