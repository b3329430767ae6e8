"""What narrows the list of tickets."""

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from helpdesk import results
from helpdesk.choices import Priority, Served, Status, StepClock, WaitingFor
from helpdesk.models import Category, Queue, ServicePolicy
from people.models import Team, Unit, User
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


def _units(request):
    return Unit.objects.visible_to(request.user)


def _teams(request):
    return Team.objects.visible_to(request.user)


SERVED = [
    (f"{clock}-{state}", format_lazy("{}: {}", clock.label, state.label)) for clock in StepClock for state in Served
]
SPENT = list(results.SPENT_WORDS.items())


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

    def with_result(self, queryset, name, value):
        clock, _sign, state = value.partition("-")
        return queryset.filter(**{f"result__{clock}": state})

    def with_time(self, queryset, name, value):
        return queryset.filter(**{f"result__{value}__gt": 0})
