"""Every change of a working calendar: a new version of it, an event, and a word to the rooms that count by it."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from office import calendars
from office.events import changes_between, record_event, snapshot
from office.models import DayOverride, WeeklyPeriod, WorkingCalendar, WorkingSlot
from office.permissions import can_change_calendars
from office.signals import calendar_changed
from ui.forms import Conflict

FIELDS = ("name_ar", "name_en", "zone", "is_default", "always_open", "is_active")
DAY_FIELDS = ("date", "kind", "start", "end", "reason", "source", "confirmed")


@transaction.atomic
def create_calendar(values, *, by):
    """A new calendar without hours; the first one is the ministry's own."""
    _demand(by)
    calendar = WorkingCalendar(**values)
    _check(calendar)
    _only_default(calendar)
    calendar.save()
    filled = {name: value for name, value in snapshot(calendar, FIELDS).items() if value not in (None, "", False)}
    record_event(calendar, "created", by=by, changes=changes_between({}, filled))
    return calendar


@transaction.atomic
def change_calendar(calendar, values, *, by, version=None):
    """Change names, zone or kind; raises Conflict when somebody saved since `version`."""
    calendar = _locked(calendar, by)
    if version is not None and calendar.version != version:
        raise Conflict([])
    before = snapshot(calendar, FIELDS)
    for name, value in values.items():
        setattr(calendar, name, value)
    _check(calendar)
    if before["is_default"] and not calendar.is_default:
        raise ValidationError(
            {"is_default": _("The ministry needs a calendar. Choose another one as its own first.")}, code="default"
        )
    changes = changes_between(before, snapshot(calendar, FIELDS))
    if changes:
        _only_default(calendar)
        calendar.save()
        _tell(calendar, "changed", by, changes)
    return calendar


@transaction.atomic
def save_period(calendar, *, by, label="", valid_from=None, valid_to=None, hours, period=None):
    """Write weekly hours. `hours`: [(weekday, start, end)], 0 is Monday; `period`: the one to replace, if any."""
    calendar = _locked(calendar, by)
    if not hours:
        raise ValidationError(_("Give the hours of at least one day."), code="empty")
    period = period or WeeklyPeriod(calendar=calendar)
    before = _period_words(period) if period.pk else None
    period.label, period.valid_from, period.valid_to = label, valid_from, valid_to
    period.save()
    period.slots.all().delete()
    WorkingSlot.objects.bulk_create(
        WorkingSlot(period=period, weekday=weekday, start=start, end=end) for weekday, start, end in hours
    )
    _tell(calendar, "hours_set", by, {"hours": [before, _period_words(period)]})
    return period


@transaction.atomic
def remove_period(period, *, by):
    """Take away weekly hours; refused for the last ones, because a calendar without hours can promise nothing."""
    calendar = _locked(period.calendar, by)
    if calendar.periods.count() < 2:
        raise ValidationError(_("These are the only hours of this calendar. Change them instead."), code="last")
    words = _period_words(period)
    period.delete()
    _tell(calendar, "hours_removed", by, {"hours": [words, None]})
    return calendar


@transaction.atomic
def save_day(calendar, values, *, by, day=None):
    """Write a day unlike its weekday; `day`: the one to change, None for a new one. Returns it."""
    calendar = _locked(calendar, by)
    before = snapshot(day, DAY_FIELDS) if day else {}
    day = day or DayOverride(calendar=calendar)
    for name, value in values.items():
        setattr(day, name, value)
    day.clean()
    if calendar.overrides.filter(date=day.date).exclude(pk=day.pk).exists():
        raise ValidationError({"date": _("This day is already in the calendar.")}, code="double")
    try:
        with transaction.atomic():
            day.save()
    except IntegrityError:
        raise ValidationError({"date": _("This day is already in the calendar.")}, code="double") from None
    changes = changes_between(before, snapshot(day, DAY_FIELDS))
    changes = {name: pair for name, pair in changes.items() if before or pair[1] not in (None, "")}
    if changes:
        told = {"date": [before.get("date"), day.date.isoformat()]} | changes
        _tell(calendar, "day_changed" if before else "day_set", by, _day_words(told))
    return day


@transaction.atomic
def confirm_day(day, *, by):
    """A proposed day is sure now."""
    return save_day(day.calendar, {"confirmed": True}, by=by, day=day)


@transaction.atomic
def remove_day(day, *, by):
    """The day is again what its weekday is."""
    calendar = _locked(day.calendar, by)
    changes = {"day": [day.date.isoformat(), None], "reason": [day.reason, None]}
    day.delete()
    _tell(calendar, "day_removed", by, changes)
    return calendar


def _tell(calendar, verb, by, changes):
    calendars.touch(calendar)
    record_event(calendar, verb, by=by, changes=changes)
    calendar_changed.send(sender=WorkingCalendar, calendar=calendar, by=by)


def _demand(by):
    if not can_change_calendars(by):
        raise PermissionDenied


def _locked(calendar, by):
    _demand(by)
    return WorkingCalendar.objects.select_for_update().get(pk=calendar.pk)


def _check(calendar):
    if not (calendar.name_ar or calendar.name_en):
        raise ValidationError({"name_ar": _("Give a name in at least one language.")}, code="name")
    if calendar.is_default and not calendar.is_active:
        raise ValidationError({"is_active": _("The ministry's own calendar stays in use.")}, code="default")


def _only_default(calendar):
    if calendar.is_default:
        WorkingCalendar.objects.filter(is_default=True).exclude(pk=calendar.pk).update(is_default=False)


def _period_words(period):
    """Weekly hours as one storable line: "2026-02-18..2026-03-19 6 10:00-15:00,0 10:00-15:00" (0 is Monday)."""
    slots = sorted(period.slots.all(), key=lambda slot: ((slot.weekday + 1) % 7, slot.start))
    days = "..".join(day.isoformat() if day else "" for day in (period.valid_from, period.valid_to))
    return f"{days} {','.join(map(str, slots))}"


def _day_words(changes):
    """`date` is a field of the day, not of the calendar whose event this is."""
    return {("day" if name == "date" else name): pair for name, pair in changes.items()}
