"""What is promised: so many minutes or hours of working time, or so many working days."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from office.worktime import Calendar, EmptyCalendar, add_working_days, add_working_time, next_working_day


class Unit(StrEnum):
    MINUTES = "minutes"  # of working time
    HOURS = "hours"  # of working time
    DAYS = "days"  # working days: as many later, at the time of day the count began


@dataclass(frozen=True, slots=True)
class Target:
    """`amount` units; ValueError unless it is positive.

    to_close: of working days: until the office closes on the day it falls due. (Helpdesk C1, business time.)
    """

    amount: int
    unit: Unit = Unit.MINUTES
    to_close: bool = False

    def __post_init__(self) -> None:
        if self.amount <= 0:
            raise ValueError("A promise takes time.")

    def first_due(self, calendar: Calendar | None, start: datetime) -> datetime:
        """When it falls due if nothing ever stands still, UTC. None as calendar is day and night.

        Minutes and hours: the first instant by which so much working time has passed. Days: counted from the first
        working instant at or after `start`; so many working days later at that time of day, not before that day opens
        and not after it closes. Raises EmptyCalendar where three years have no working hour.
        """
        if self.unit == Unit.DAYS:
            return _days_later(calendar, start, self.amount)
        unit = timedelta(hours=1) if self.unit == Unit.HOURS else timedelta(minutes=1)
        return later(calendar, start, self.amount * unit)

    def settled(self, calendar: Calendar | None, due: datetime) -> datetime:
        """`due` itself, or the close of its local day where the target says so."""
        if not self.to_close or self.unit != Unit.DAYS or calendar is None:
            return due
        hours = calendar.spans_on(due.astimezone(calendar.zone).date())
        return max(due, hours[-1][1]) if hours else due


@dataclass(frozen=True, slots=True)
class Amount:
    """A stretch of working time as a target: where a clock stands when so much has been counted. May be zero."""

    working: timedelta

    def first_due(self, calendar: Calendar | None, start: datetime) -> datetime:
        return later(calendar, start, self.working)

    def settled(self, calendar: Calendar | None, due: datetime) -> datetime:
        return due


def later(calendar: Calendar | None, start: datetime, working: timedelta) -> datetime:
    """The first instant, UTC, by which so much working time has passed since `start`; without a calendar all counts."""
    return start.astimezone(UTC) + working if calendar is None else add_working_time(calendar, start, working)


def counts_from(calendar: Calendar | None, start: datetime) -> datetime:
    """The first working instant at or after `start`, UTC."""
    if calendar is None:
        return start.astimezone(UTC)
    moment = timedelta(microseconds=1)
    return add_working_time(calendar, start, moment) - moment


def _days_later(calendar: Calendar | None, start: datetime, days: int) -> datetime:
    if calendar is None:
        return start.astimezone(UTC) + timedelta(days=days)
    begin = counts_from(calendar, start).astimezone(calendar.zone)
    day = add_working_days(calendar, next_working_day(calendar, begin.date()), days)
    return _within_hours(calendar, day, begin)


def _within_hours(calendar: Calendar, day: date, begin: datetime) -> datetime:
    """The time of day of `begin` on `day`, moved into its hours: to the next opening, or back to the last close."""
    hours = calendar.spans_on(day)
    while not hours:  # hours that the clock skips altogether
        day = next_working_day(calendar, day + timedelta(days=1))
        hours = calendar.spans_on(day)
    wish = datetime.combine(day, begin.time(), calendar.zone).replace(fold=begin.fold).astimezone(UTC)
    for opens, closes in hours:
        if wish <= closes:
            return max(opens, wish)
    return hours[-1][1]


__all__ = ["Amount", "EmptyCalendar", "Target", "Unit", "counts_from", "later"]
