"""The rows of a calendar count as they are set up."""

from datetime import UTC, date, datetime, time, timedelta

from office import calendars
from office.models import DayOverride, WeeklyPeriod, WorkingCalendar, WorkingSlot
from office.worktime import add_working_time, is_working_day
from tests.factories import make_calendar

AMMAN = 3


def local(*parts):
    return datetime(*parts, tzinfo=UTC) - timedelta(hours=AMMAN)


def test_a_ticket_of_the_last_day_of_ramadan_is_due_after_the_feast(db):
    calendar = make_calendar(is_default=True)
    ramadan = WeeklyPeriod.objects.create(
        calendar=calendar, label="Ramadan", valid_from=date(2026, 2, 18), valid_to=date(2026, 3, 19)
    )
    for day in (6, 0, 1, 2, 3):
        WorkingSlot.objects.create(period=ramadan, weekday=day, start=time(9), end=time(14, 30))
    for day in (20, 21, 22, 23):
        DayOverride.objects.create(calendar=calendar, date=date(2026, 3, day), reason="Eid al-Fitr", confirmed=True)

    due = add_working_time(calendars.ministry(), local(2026, 3, 19, 14), timedelta(hours=8))

    assert due == local(2026, 3, 25, 9)


def test_a_late_closure_is_seen_once_the_calendar_is_touched(db):
    calendar = make_calendar(is_default=True)
    assert is_working_day(calendars.ministry(), date(2026, 3, 1))

    DayOverride.objects.create(calendar=calendar, date=date(2026, 3, 1), reason="Snow", source="Communiqué 5")
    calendars.touch(calendar)

    assert not is_working_day(calendars.ministry(), date(2026, 3, 1))


def test_a_vendor_that_is_always_open_works_through_the_night(db):
    round_the_clock = WorkingCalendar.objects.create(name_en="Day and night", always_open=True)

    due = add_working_time(calendars.load(round_the_clock), local(2026, 3, 20, 22), timedelta(hours=4))

    assert due == local(2026, 3, 21, 2)
