"""When the office works: weekly hours with their validity, and the days that differ."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from office.models.base import Activatable, Named, Versioned

WEEKDAYS = [
    (6, _("Sunday")),
    (0, _("Monday")),
    (1, _("Tuesday")),
    (2, _("Wednesday")),
    (3, _("Thursday")),
    (4, _("Friday")),
    (5, _("Saturday")),
]


class WorkingCalendar(Named, Activatable, Versioned):
    """A calendar by which promises are counted: the ministry's own, or a vendor's hours."""

    zone = models.CharField(_("time zone"), max_length=60, default=settings.TIME_ZONE)
    is_default = models.BooleanField(_("the ministry's own"), default=False)
    always_open = models.BooleanField(_("day and night, every day"), default=False)

    class Meta(Named.Meta):
        constraints = [
            *Named.Meta.constraints,
            models.UniqueConstraint(fields=["is_default"], condition=Q(is_default=True), name="one_default_calendar"),
        ]

    def get_absolute_url(self):
        return reverse("calendar", args=[self.pk])


class WeeklyPeriod(models.Model):
    """Weekly hours that hold between two dates, both inclusive; open-ended where a date is missing."""

    calendar = models.ForeignKey(WorkingCalendar, on_delete=models.CASCADE, related_name="periods")
    label = models.CharField(_("label"), max_length=120, blank=True)
    valid_from = models.DateField(_("from date"), null=True, blank=True)
    valid_to = models.DateField(_("to date"), null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_from=None) | Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="period_ends_after_it_begins",
            )
        ]

    def __str__(self):
        return self.label or str(_("usual hours"))


class WorkingSlot(models.Model):
    """Open from `start` to `end` on one weekday; midnight as `end` is the end of that day."""

    period = models.ForeignKey(WeeklyPeriod, on_delete=models.CASCADE, related_name="slots")
    weekday = models.PositiveSmallIntegerField(_("weekday"), choices=WEEKDAYS)
    start = models.TimeField(_("opens at"))
    end = models.TimeField(_("closes at"))

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(end__gt=F("start")) | Q(end="00:00"), name="slot_ends_after_it_starts"),
            models.UniqueConstraint(fields=["period", "weekday", "start"], name="one_slot_per_start"),
        ]

    def __str__(self):
        return f"{self.weekday} {self.start:%H:%M}-{self.end:%H:%M}"


class DayKind(models.TextChoices):
    CLOSED = "closed", pgettext_lazy("day", "closed")
    SHORT = "short", _("short day")
    LATE = "late", _("late start")


class DayOverride(models.Model):
    """A day unlike its weekday: an official holiday, a closure, a short day or a late start."""

    calendar = models.ForeignKey(WorkingCalendar, on_delete=models.CASCADE, related_name="overrides")
    date = models.DateField(_("date"))
    kind = models.CharField(_("kind"), max_length=10, choices=DayKind.choices, default=DayKind.CLOSED)
    start = models.TimeField(_("opens at"), null=True, blank=True)
    end = models.TimeField(_("closes at"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=200)
    source = models.CharField(_("source"), max_length=200, blank=True, help_text=_("Number of the communiqué."))
    confirmed = models.BooleanField(_("confirmed"), default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["calendar", "date"], name="one_override_per_day"),
            models.CheckConstraint(
                condition=Q(kind="closed", start=None, end=None)
                | (~Q(kind="closed") & Q(start__isnull=False, end__gt=F("start"))),
                name="override_hours_fit_its_kind",
            ),
        ]

    def __str__(self):
        return f"{self.date}: {self.reason}"

    def clean(self):
        if self.kind == DayKind.CLOSED:
            self.start = self.end = None
        elif not self.start or not self.end or self.end <= self.start:
            raise ValidationError({"end": _("Give the hours of this day: it must close after it opens.")})
