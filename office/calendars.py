"""From the rows of a working calendar to the pure calendar that promises are counted by."""

from functools import lru_cache
from zoneinfo import ZoneInfo

from django.db.models import F
from django.utils import timezone

from office import worktime
from office.models import WorkingCalendar
from office.models.calendars import DayKind


def ministry():
    """The ministry's own calendar. Raises WorkingCalendar.DoesNotExist where none was set up."""
    return load(WorkingCalendar.objects.get(is_default=True))


def load(calendar):
    """The pure `worktime.Calendar` of a row; read once per version, and `touch` starts a new version."""
    return _load(calendar.pk, calendar.version)


def touch(calendar):
    """Say that hours, periods or days of this calendar changed; call it in the transaction of the change."""
    WorkingCalendar.objects.filter(pk=calendar.pk).update(version=F("version") + 1)
    calendar.refresh_from_db(fields=["version"])


def today(calendar=None):
    """The local date by the calendar's zone, the ministry's where none is given."""
    zone = ZoneInfo(calendar.zone) if calendar else timezone.get_default_timezone()
    return timezone.now().astimezone(zone).date()


@lru_cache(maxsize=64)
def _load(pk, version):
    row = WorkingCalendar.objects.prefetch_related("periods__slots", "overrides").get(pk=pk)
    if row.always_open:
        day_and_night = dict.fromkeys(range(7), (worktime.ALL_DAY,))
        return worktime.Calendar(ZoneInfo(row.zone), (worktime.WeeklyHours(None, None, day_and_night),))
    return worktime.Calendar(
        zone=ZoneInfo(row.zone),
        weekly=tuple(_weekly(period) for period in row.periods.all()),
        overrides={day.date: worktime.DayOverride(day.date, _spans_of(day)) for day in row.overrides.all()},
    )


def _weekly(period):
    days = {}
    for slot in sorted(period.slots.all(), key=lambda slot: slot.start):
        days.setdefault(slot.weekday, []).append(worktime.Span(slot.start, slot.end))
    return worktime.WeeklyHours(
        valid_from=period.valid_from, valid_to=period.valid_to, days={day: tuple(s) for day, s in days.items()}
    )


def _spans_of(day):
    return () if day.kind == DayKind.CLOSED else (worktime.Span(day.start, day.end),)
