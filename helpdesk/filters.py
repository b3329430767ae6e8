"""What narrows the list of tickets."""

from datetime import UTC, datetime, timedelta

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from contracts.models import Contract
from helpdesk import results
from helpdesk.choices import Level, Priority, Served, Status, StepClock, WaitingFor
from helpdesk.models import Category, Queue, ServicePolicy, Ticket
from people.models import Team, Unit, User, Vendor
from ui import text
from ui.filtering import DayRange, ListFilter


def _queues(request):
    return Queue.objects.open_to(request.user).in_use()


def _categories(request):
    return Category.objects.visible_to(request.user)  # those out of use too: a report opens their tickets


def _policies(request):
    return ServicePolicy.objects.visible_to(request.user)


def _technicians(request):
    people = User.objects.visible_to(request.user).active().filter(is_technician=True)
    return people.defer("search_text").order_by("sort_key")


def _contracts(request):
    return Contract.objects.visible_to(request.user).defer("search_text", "notes").order_by("-pk")


def _vendors(request):
    return Vendor.objects.visible_to(request.user).defer("search_text", "notes").order_by("sort_key")


def _units(request):
    return Unit.objects.visible_to(request.user)


def _teams(request):
    return Team.objects.visible_to(request.user)


SERVED = [
    (f"{clock}-{state}", format_lazy("{}: {}", clock.label, state.label)) for clock in StepClock for state in Served
]
SPENT = list(results.SPENT_WORDS.items())


COUNTS = [
    ("again", _("the same device again within 30 days")),
    ("stopped", _("somebody could not work at all")),
    ("rated", _("rated by the requester")),
]
VENDOR_CALLS = [
    ("open", _("open")),
    ("left", _("open, though the ticket has ended")),
]
REPEAT_WITHIN = timedelta(days=30)


class MonthsField(forms.CharField):
    """A month or a range of months; ٢٠٢٦-١١ is understood."""

    def clean(self, value):
        value = text.ascii_digits(super().clean(value)).strip()
        if value and results.months_in(value) is None:
            raise ValidationError(_("Write months as 2026-11, or as 2026-06..2026-11."), code="months")
        return value


class MonthFilter(django_filters.CharFilter):
    """Tickets whose result is of a month, "2026-11", or of several, "2026-06..2026-11", both inclusive."""

    def filter(self, queryset, value):
        return queryset.filter(result__month__range=results.months_in(value)) if value else queryset

    field_class = MonthsField


class TicketFilter(ListFilter):
    """Named fields only; whose tickets one sees is decided before."""

    status = django_filters.MultipleChoiceFilter(label=_("Status"), choices=Status.choices, distinct=False)
    waiting_for = django_filters.ChoiceFilter(label=_("Waiting for"), choices=WaitingFor.choices)
    priority = django_filters.MultipleChoiceFilter(label=_("Priority"), choices=Priority.choices, distinct=False)
    queue = django_filters.ModelChoiceFilter(label=_("Queue"), queryset=_queues)
    category = django_filters.ModelChoiceFilter(label=_("Category"), queryset=_categories, null_label=_("none"))
    assignee = django_filters.ModelChoiceFilter(label=_("Assignee"), queryset=_technicians)
    policy = django_filters.ModelChoiceFilter(label=_("Service policy"), queryset=_policies)
    unit = django_filters.ModelChoiceFilter(label=_("Unit"), queryset=_units)
    team = django_filters.ModelChoiceFilter(label=_("Team"), queryset=_teams, field_name="queue__team")
    served = django_filters.ChoiceFilter(label=_("Promise"), choices=SERVED, method="with_result")
    spent = django_filters.ChoiceFilter(label=_("Time spent"), choices=SPENT, method="with_time")
    solved_in = MonthFilter(label=_("Solved or ended in the months"))
    created = DayRange(label=_("Created"), field_name="created_at")
    contract = django_filters.ModelChoiceFilter(
        label=_("Device covered by the contract"), queryset=_contracts, method="covered_by"
    )
    vendor = django_filters.ModelChoiceFilter(
        label=_("Device covered by the vendor"), queryset=_vendors, method="covered_by"
    )
    counts = django_filters.ChoiceFilter(label=_("Counts as"), choices=COUNTS, method="counting_as")
    vendor_call = django_filters.ChoiceFilter(
        label=_("Service call to the vendor"), choices=VENDOR_CALLS, method="handed_over"
    )
    standing = DayRange(label=_("Not resolved between"), method="standing_in")

    def covered_by(self, queryset, name, value):
        return queryset.covered(**{"term__contract" if name == "contract" else "term__contract__vendor": value})

    def handed_over(self, queryset, name, value):
        return queryset.with_call_left() if value == "left" else queryset.with_open_call()

    def counting_as(self, queryset, name, value):
        if value == "again":
            return queryset.again(REPEAT_WITHIN, Ticket.objects.visible_to(self.request.user))
        return queryset.filter(urgency=Level.HIGH) if value == "stopped" else queryset.filter(rating__isnull=False)

    def standing_in(self, queryset, name, value):
        """Between two local days, both inclusive; from ever, or until now, where one of them is left out."""
        first = value.start or datetime.min.replace(tzinfo=UTC)
        last = value.stop or timezone.now()
        return queryset.standing_between(first, last)

    def with_result(self, queryset, name, value):
        clock, _sign, state = value.partition("-")
        return queryset.filter(**{f"result__{clock}": state})

    def with_time(self, queryset, name, value):
        return queryset.filter(**{f"result__{value}__gt": 0})
