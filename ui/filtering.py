"""What narrows a list: its django-filter set, the chips that show what is on, and what was asked but means nothing."""

from functools import cached_property

import django_filters
from django import forms
from django.db.models import Model, QuerySet
from django.utils.encoding import force_str
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ui import text
from ui.forms import CHECK, Clean


class FilterForm(Clean, forms.Form):
    """The form of a filter set: reads digits of three scripts, as every form does."""

    has_form_key = False

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.required = False
            if type(field.widget) is forms.SelectMultiple:
                field.widget = forms.CheckboxSelectMultiple(attrs=CHECK, choices=field.choices)


class ListFilter(django_filters.FilterSet):
    """Base of every list's filters: named fields, whose methods call words of the queryset."""

    def get_form_class(self):
        fields = {name: filter_.field for name, filter_ in self.filters.items()}
        return type(f"{type(self).__name__}Form", (FilterForm,), fields)


class DayRangeWidget(django_filters.widgets.DateRangeWidget):
    """Two of the browser's date boxes, named for a screen reader."""

    def __init__(self, attrs=None):
        super().__init__(attrs)
        self.widgets = [
            forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "aria-label": label})
            for label in (_("From date"), _("To date"))
        ]


class DayRange(django_filters.DateFromToRangeFilter):
    """A field of dates between two days, both included."""

    def __init__(self, *args, **options):
        options.setdefault("widget", DayRangeWidget)
        super().__init__(*args, **options)


class Filtering:
    """The filter set is made only when a filter stands in the address or its form is opened."""

    def __init__(self, filterset_class, request, query, reserved, queryset):
        self.filterset_class = filterset_class
        self.request = request
        self.query = query
        self.queryset = queryset  # function: the rows before any filter
        self.asked = [name for name in request.GET if name not in reserved and request.GET[name] != ""]

    @cached_property
    def filterset(self):
        if self.filterset_class is None or not self.asked:
            return None
        return self.filterset_class(self.request.GET, queryset=self.queryset(), request=self.request)

    @cached_property
    def form(self):
        made = self.filterset or self.filterset_class(
            self.request.GET or None, queryset=self.queryset(), request=self.request
        )
        return made.form

    def narrow(self, queryset):
        if self.filterset is None:
            return queryset
        self.filterset.is_valid()  # a filter that is not valid is left out of cleaned_data, so it does not narrow
        return self.filterset.filter_queryset(queryset)

    @property
    def active(self):
        return bool(self.chips)

    @cached_property
    def chips(self):
        """[{label, value, url}] of the filters that narrow; url is the list without that one."""
        if self.filterset is None:
            return []
        self.filterset.is_valid()
        chips = []
        for name, value in self.filterset.form.cleaned_data.items():
            if self._is_empty(value) or not self._is_asked(name):
                continue
            field = self.filterset.form.fields[name]
            chips.append(
                {
                    "label": field.label or name,
                    "value": display(field, value),
                    "url": self.query.without(self._parameters(name)),
                }
            )
        return chips

    @cached_property
    def warnings(self):
        """[{label, value}] of parameters that mean nothing here, or whose value does not."""
        warnings = []
        known = set()
        if self.filterset is not None:
            for name, field in self.filterset.form.fields.items():
                known.update(self._parameters(name))
                if name in self.filterset.form.errors:
                    asked = " ".join(self.request.GET.get(part, "") for part in self._parameters(name)).strip()
                    warnings.append({"label": field.label or name, "value": asked[:60]})
        unknown = [name for name in self.asked if name not in known]
        warnings += [{"label": gettext("filter"), "value": name[:60]} for name in unknown[:5]]
        return warnings

    def _parameters(self, name):
        widget = self.filterset.form.fields[name].widget
        suffixes = getattr(widget, "suffixes", None)
        return [f"{name}_{suffix}" if suffix else name for suffix in suffixes] if suffixes else [name]

    def _is_asked(self, name):
        return any(part in self.request.GET for part in self._parameters(name))

    @staticmethod
    def _is_empty(value):
        if isinstance(value, slice):
            return value.start is None and value.stop is None
        if isinstance(value, QuerySet):
            return not value
        return value is None or value == "" or value == []


def display(field, value):
    """A filter's value in words."""
    if isinstance(value, slice):
        start, stop = _one(field, value.start), _one(field, value.stop)
        if start and stop:
            return f"{start} – {stop}"
        return gettext("from %(start)s") % {"start": start} if start else gettext("until %(end)s") % {"end": stop}
    if isinstance(value, list | tuple | QuerySet | set):
        return gettext(", ").join(_one(field, item) for item in value)
    return _one(field, value)


def _one(field, value):
    if value is None:
        return ""
    if isinstance(value, bool):
        return gettext("Yes") if value else gettext("No")
    if isinstance(value, Model):
        return str(value)
    if hasattr(value, "isoformat"):
        return text.day(value)
    for key, label in getattr(field, "choices", None) or ():
        if force_str(key) == force_str(value):
            return str(label)
    return str(value)
