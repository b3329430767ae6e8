"""The movement log: what happened in the institution, newest first; nobody can change it."""

from collections import defaultdict
from datetime import datetime, time, timedelta

import django_filters
from django.apps import apps
from django.db.models import Q
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from office import kinds
from office.history import is_strange, lines_of, verb_words
from office.models import Event
from office.models.events import Channel
from office.permissions import sees_trail, sees_whole_trail
from office.views_outbox import about_cell, about_value
from ui import markup
from ui.filtering import ListFilter
from ui.forms import DayField
from ui.lists import ListPage
from ui.registry import ListColumn, list_columns
from ui.tables import BaseTable, ChoiceColumn, Column, WhenColumn

MOST_CHANGES = 4
MOST_COUNTED = 10_000


def visible_to(user):
    """Events of the institution about what this person may see; who sees the whole trail, of the installation too."""
    rows = Event.objects.filter(kinds.about_visible(user, "kind", "object_id")).select_related("actor")
    if sees_whole_trail(user):
        return rows.filter(Q(scope=user.institution_id) | Q(scope=None))
    return rows.filter(scope=user.institution_id) if sees_trail(user) else rows.none()


class DayFilter(django_filters.Filter):
    field_class = DayField


class EventFilter(ListFilter):
    kind = django_filters.ChoiceFilter(label=_("Kind of record"), choices=())
    actor = django_filters.CharFilter(label=_("Who"), method="by_somebody")
    channel = django_filters.ChoiceFilter(label=_("Channel"), choices=Channel.choices)
    since = DayFilter(label=_("From date"), method="from_day")
    until = DayFilter(label=_("To date"), method="to_day")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.filters["kind"].extra["choices"] = [(kind.label, kind.title) for kind in kinds.all_kinds()]

    def by_somebody(self, events, name, words):
        """Of those whose names this reader sees."""
        known = Q(actor__institution=self.request.user.institution_id) | Q(actor__institution=None)
        return events.filter(known, actor__name__icontains=words)

    def from_day(self, events, name, day):
        return events.filter(at__gte=_midnight(day))

    def to_day(self, events, name, day):
        return events.filter(at__lt=_midnight(day + timedelta(days=1)))


def _midnight(day):
    return timezone.make_aware(datetime.combine(day, time.min))


class EventTable(BaseTable):
    at = WhenColumn(_("When"))
    actor = Column(_("Who"))
    verb = Column(_("What happened"))
    channel = ChoiceColumn(_("Channel"))

    def render_actor(self, event):
        if is_strange(event, self.user):
            return gettext("another institution")
        return markup.person(event.actor) if event.actor_id else event.get_channel_display()

    def value_actor(self, event):
        if is_strange(event, self.user):
            return gettext("another institution")
        return str(event.actor) if event.actor_id else None

    def render_verb(self, event):
        return verb_words(event.verb, event.kind)

    value_verb = render_verb


class EventList(ListPage):
    name = "events"
    title = _("Movement log")
    breadcrumbs = [(_("Set-up"), "/setup/")]
    template_name = "office/events.html"
    table_class = EventTable
    filterset_class = EventFilter
    orderings = {"newest": ("-pk",)}
    empty_icon = "history"
    empty_text = _("Whatever is done to tickets, assets and contracts will stand here.")

    def allowed(self, request):
        return sees_trail(request.user)

    def get_queryset(self):
        return visible_to(self.request.user)

    def get_count(self, queryset):
        """As far as anybody reads: each line asks whether its subject may be seen."""
        return queryset.order_by()[: MOST_COUNTED + 1].count()

    def count_words(self, count):
        if count > MOST_COUNTED:
            return gettext("more than %(count)s events") % {"count": f"{MOST_COUNTED:,}"}
        return ngettext("%(count)s event", "%(count)s events", count) % {"count": f"{count:,}"}


def about_events(events, user):
    """{pk: (kind's title, row)}."""
    found = kinds.things(user, [(event.kind, event.object_id) for event in events])
    return {
        event.pk: (kinds.kind_of(event.kind).title, found[event.kind, event.object_id])
        for event in events
        if (event.kind, event.object_id) in found
    }


def changes_of_events(events, user):
    """{pk: [(field, old, new)]} in words, without what this person may not see."""
    by_kind = defaultdict(list)
    for event in events:
        by_kind[event.kind].append(event)
    changes = {}
    for label, some in by_kind.items():
        kind = kinds.kind_of(label)
        lines = lines_of(apps.get_model(label), some, hidden=kind.hidden(user)) if kind else []
        changes |= {line.event.pk: line.changes for line in lines}
    return changes


def changes_cell(event, changes):
    items = format_html_join(
        "",
        "<li>{}: {}{}</li>",
        (
            (
                label,
                format_html("<del><bdi>{}</bdi></del> {} ", old, markup.icon("arrow-right", "icon-turns"))
                if old
                else "",
                _new(new),
            )
            for label, old, new in (changes or [])[:MOST_CHANGES]
        ),
    )
    if changes and len(changes) > MOST_CHANGES:
        items += SafeString("<li>…</li>")
    return format_html('<ul class="log-changes">{}</ul>', items)


def _new(words):
    return format_html("<ins><bdi>{}</bdi></ins>", words) if words else "–"


def changes_value(event, changes):
    return "; ".join(f"{label}: {old or '–'} > {new or '–'}" for label, old, new in changes or [])


def register():
    """Hang the columns that need more than the row itself on the log."""
    list_columns.register(
        ListColumn(on="events", name="about", title=_("About"), fetch=about_events, cell=about_cell, value=about_value)
    )
    list_columns.register(
        ListColumn(
            on="events",
            name="changes",
            title=_("Changes"),
            order=110,
            fetch=changes_of_events,
            cell=changes_cell,
            value=changes_value,
        )
    )
