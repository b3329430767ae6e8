"""What narrows the list of tickets."""

import django_filters
from django.utils.translation import gettext_lazy as _

from helpdesk.choices import Priority, Status, WaitingFor
from helpdesk.models import Category, Queue
from people.models import Unit, User
from ui.filtering import DayRange, ListFilter


def _queues(request):
    return Queue.objects.open_to(request.user).in_use()


def _categories(request):
    return Category.objects.visible_to(request.user).in_use()


def _technicians(request):
    people = User.objects.visible_to(request.user).active().filter(is_technician=True)
    return people.defer("search_text").order_by("sort_key")


def _units(request):
    return Unit.objects.visible_to(request.user)


class TicketFilter(ListFilter):
    """Named fields only; whose tickets one sees is decided before."""

    status = django_filters.MultipleChoiceFilter(label=_("Status"), choices=Status.choices, distinct=False)
    waiting_for = django_filters.ChoiceFilter(label=_("Waiting for"), choices=WaitingFor.choices)
    priority = django_filters.MultipleChoiceFilter(label=_("Priority"), choices=Priority.choices, distinct=False)
    queue = django_filters.ModelChoiceFilter(label=_("Queue"), queryset=_queues)
    category = django_filters.ModelChoiceFilter(label=_("Category"), queryset=_categories)
    assignee = django_filters.ModelChoiceFilter(label=_("Assignee"), queryset=_technicians)
    unit = django_filters.ModelChoiceFilter(label=_("Unit"), queryset=_units)
    created = DayRange(label=_("Created"), field_name="created_at")
