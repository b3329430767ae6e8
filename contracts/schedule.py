"""On which days a promise falls due that is to be kept so many times a year; pure, no Django."""

from datetime import date, timedelta

from contracts.terms import ONE_DAY, add_months, months_until
from office.worktime import Calendar, previous_working_day


def due_days(calendar: Calendar, start: date, end: date, per_year: int) -> list[date]:
    """Return the local days, in order, by which each of `per_year` a year is due in the term `start` to `end`.

    A term of half a year has half as many; none has fewer than one. See `equal_parts`.
    """
    months = months_until(start, end + ONE_DAY)
    share = months / 12 if months else ((end - start).days + 1) / 365
    return equal_parts(calendar, start, end, max(round(per_year * share), 1))


def equal_parts(calendar: Calendar, start: date, end: date, count: int) -> list[date]:
    """Return the last day of each of `count` equal parts of a term, each moved to the working day before.

    Parts of whole months are counted from the start of the term, so that they never drift; others in days. Raises
    EmptyCalendar for a calendar that never works.
    """
    months, days = months_until(start, end + ONE_DAY), (end - start).days + 1
    if months and months % count == 0:
        last = [add_months(start, months // count * number) - ONE_DAY for number in range(1, count + 1)]
    else:
        last = [start + timedelta(days=max(days * number // count, 1) - 1) for number in range(1, count + 1)]
    return [max(previous_working_day(calendar, day), start) for day in last]
