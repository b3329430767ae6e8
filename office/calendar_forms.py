"""What comes in about working calendars."""

from datetime import time
from zoneinfo import available_timezones

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from office.models import DayOverride, WorkingCalendar
from office.models.calendars import WEEKDAYS
from ui.forms import DayField, HouseForm, HouseModelForm, VersionedForm

PARTS = (1, 2)  # two stretches a day: before and after a break
USUAL = (time(8, 30), time(15, 30))
RAMADAN = (time(10, 0), time(15, 0))
USUAL_DAYS = (6, 0, 1, 2, 3)


class ClockField(forms.TimeField):
    """A time of day."""

    def __init__(self, **options):
        options.setdefault("widget", forms.TimeInput(format="%H:%M", attrs={"type": "time"}))
        super().__init__(**options)


class CalendarForm(VersionedForm):
    identifiers = ("zone",)

    class Meta:
        model = WorkingCalendar
        fields = ("name_ar", "name_en", "zone", "is_default", "always_open")

    def _get_validation_exclusions(self):
        """Another calendar may be the ministry's own until now: the action takes that from it."""
        return super()._get_validation_exclusions() | {"is_default"}

    def clean_zone(self):
        zone = self.cleaned_data["zone"]
        if zone not in available_timezones():
            raise ValidationError(_("There is no such time zone. Write it like Asia/Amman."), code="zone")
        return zone

    def get_values(self):
        return {name: self.cleaned_data[name] for name in self.Meta.fields}


class PeriodForm(HouseForm):
    """Weekly hours in a grid: for each weekday up to two stretches, and from when to when they hold."""

    label = forms.CharField(label=_("Label"), max_length=120, required=False)
    valid_from = DayField(label=_("From date"), required=False)
    valid_to = DayField(label=_("To date"), required=False, help_text=_("That day included."))

    def __init__(self, *args, period=None, ramadan=False, **kwargs):
        super().__init__(*args, **kwargs)
        given = _hours_of(period) if period else _usual(RAMADAN if ramadan else USUAL)
        for weekday, _name in WEEKDAYS:
            for part in PARTS:
                start, end = given.get((weekday, part), (None, None))
                self.fields[f"start_{weekday}_{part}"] = ClockField(label=_("opens at"), required=False, initial=start)
                self.fields[f"end_{weekday}_{part}"] = ClockField(label=_("closes at"), required=False, initial=end)
        if period:
            for name in ("label", "valid_from", "valid_to"):
                self.fields[name].initial = getattr(period, name)
        if ramadan:
            self.fields["label"].initial = gettext("Ramadan")
            self.fields["valid_from"].required = self.fields["valid_to"].required = True

    def grid(self):
        """[(weekday's name, its bound fields)] for the template."""
        return [
            (name, [self[f"{edge}_{weekday}_{part}"] for part in PARTS for edge in ("start", "end")])
            for weekday, name in WEEKDAYS
        ]

    def plain_fields(self):
        return [self[name] for name in ("label", "valid_from", "valid_to")]

    def clean(self):
        cleaned = super().clean()
        start, end = cleaned.get("valid_from"), cleaned.get("valid_to")
        if start and end and end < start:
            self.add_error("valid_to", ValidationError(_("It must not end before it begins."), code="backwards"))
        for weekday, _name in WEEKDAYS:
            self._check_day(weekday)
        if not self.errors and not self.get_hours():
            raise ValidationError(_("Give the hours of at least one day."), code="empty")
        return cleaned

    def _check_day(self, weekday):
        spans = []
        for part in PARTS:
            start, end = (self.cleaned_data.get(f"{edge}_{weekday}_{part}") for edge in ("start", "end"))
            if (start is None) != (end is None):
                self._refuse(weekday, part, _("Give both times, or none."))
            elif start is not None and end <= start and end != time.min:
                self._refuse(weekday, part, _("It must close after it opens."))
            elif start is not None:
                spans.append((start, end))
        if len(spans) == 2 and (spans[0][1] == time.min or sorted(spans)[1][0] < sorted(spans)[0][1]):
            self._refuse(weekday, 2, _("The two stretches overlap."))

    def _refuse(self, weekday, part, sentence):
        self.add_error(f"end_{weekday}_{part}", ValidationError(sentence, code="hours"))

    def get_hours(self):
        """[(weekday, start, end)]."""
        hours = []
        for weekday, _name in WEEKDAYS:
            for part in PARTS:
                start = self.cleaned_data.get(f"start_{weekday}_{part}")
                if start is not None:
                    hours.append((weekday, start, self.cleaned_data[f"end_{weekday}_{part}"]))
        return hours


class DayForm(HouseModelForm):
    date = DayField(label=_("Date"))
    start = ClockField(label=_("Opens at"), required=False)
    end = ClockField(label=_("Closes at"), required=False)

    class Meta:
        model = DayOverride
        fields = ("date", "kind", "start", "end", "reason", "source", "confirmed")

    def get_values(self):
        values = {name: self.cleaned_data[name] for name in self.Meta.fields}
        return values | ({"start": None, "end": None} if values["kind"] == "closed" else {})


def _hours_of(period):
    """{(weekday, part): (start, end)}."""
    hours, parts = {}, {}
    for slot in sorted(period.slots.all(), key=lambda slot: slot.start):
        parts[slot.weekday] = part = parts.get(slot.weekday, 0) + 1
        hours[slot.weekday, part] = (slot.start, slot.end)
    return hours


def _usual(span):
    return {(weekday, 1): span for weekday in USUAL_DAYS}
