"""What narrows the lists of this room."""

import django_filters
from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from people.models import Unit, User
from people.models.users import ROLES
from ui.filtering import ListFilter


def units_of(request):
    return Unit.objects.visible_to(request.user).in_use()


class UnitSelect(django_filters.ModelChoiceFilter):
    """A unit with everything below it."""

    def __init__(self, path="unit", **options):
        self.path = path
        super().__init__(queryset=units_of, label=_("Unit"), **options)

    def filter(self, queryset, unit):
        return queryset if unit is None else queryset.filter(**{f"{self.path}__path__startswith": unit.path})


class DirectoryFilter(ListFilter):
    unit = UnitSelect()


class UserFilter(ListFilter):
    unit = UnitSelect()
    role = django_filters.ChoiceFilter(label=_("Role"), method="with_role")
    state = django_filters.ChoiceFilter(
        label=_("Account"),
        choices=[("open", pgettext_lazy("account", "open")), ("closed", pgettext_lazy("account", "closed"))],
        method="in_state",
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        choices = [(role, User._meta.get_field(role).verbose_name) for role in ROLES]
        self.filters["role"].extra["choices"] = [*choices, ("none", _("employee only"))]

    def with_role(self, queryset, name, value):
        if value == "none":
            return queryset.filter(**dict.fromkeys(ROLES, False))
        return queryset.filter(**{value: True})

    def in_state(self, queryset, name, value):
        return queryset.filter(is_active=value == "open")


class AbsenceFilter(ListFilter):
    unit = UnitSelect(path="person__unit")
    past = django_filters.BooleanFilter(
        label=_("With those that are over"), widget=forms.CheckboxInput, method="with_past"
    )

    def with_past(self, queryset, name, value):
        return queryset


class VendorFilter(ListFilter):
    state = django_filters.ChoiceFilter(
        label=_("In use"), choices=[("yes", _("in use")), ("no", _("out of use"))], method="in_state"
    )

    def in_state(self, queryset, name, value):
        return queryset.filter(is_active=value == "yes")
