"""Reads a working calendar from a file: JSON or TOML of one shape, documented in docs/service-time.md. Pure.

Whatever is wrong raises `BadCalendar` with one sentence that says where.
"""

import json
import tomllib
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from office.worktime import Calendar, DayOverride, Span, WeeklyHours

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
LARGEST = 1_000_000
"""Characters that a calendar file may have."""
LONGEST_CLOSURE = 3660
"""Days that one line of closed days may span."""


class BadCalendar(ValueError):
    """The file is no calendar; the message says why, in one sentence."""


def read(text: str) -> Calendar:
    """The calendar that `text` tells, as JSON if it begins with a brace, else as TOML. May raise BadCalendar."""
    if len(text) > LARGEST:
        raise BadCalendar(f"The calendar is longer than {LARGEST:,} characters.")
    calendar = _calendar(_parsed(text))
    if calendar.is_empty:
        raise BadCalendar("This calendar has no working hour, so nothing can be counted by it.")
    return calendar


def _parsed(text: str) -> Mapping[str, object]:
    is_json = text.lstrip("\ufeff \t\r\n").startswith(("{", "["))
    try:
        told = json.loads(text.lstrip("\ufeff")) if is_json else tomllib.loads(text.lstrip("\ufeff"))
    except (ValueError, RecursionError) as error:
        words = " ".join(str(error).split())
        raise BadCalendar(f"The calendar is not valid {'JSON' if is_json else 'TOML'}: {words}.") from None
    return _table(told, "the calendar", {"zone", "weekly", "closed", "days", "always_open"})


def _calendar(told: Mapping[str, object]) -> Calendar:
    zone = _zone(told.get("zone"))
    if told.get("always_open") is True:
        if told.get("weekly"):
            raise BadCalendar("A calendar that is always open has no weekly hours.")
        day_and_night = dict.fromkeys(range(7), (Span(time.min, time.min),))
        weekly: tuple[WeeklyHours, ...] = (WeeklyHours(None, None, day_and_night),)
    else:
        weekly = tuple(_weekly(each, n) for n, each in enumerate(_list(told.get("weekly", []), "“weekly”"), 1))
    overrides = {day: DayOverride(day) for day in _closed(told.get("closed", []))}
    for name, spans in _table(told.get("days", {}), "“days”").items():
        day = _day(name, "a day in “days”")
        if day in overrides:
            raise BadCalendar(f"{day} is both closed and given hours of its own.")
        overrides[day] = _checked(DayOverride, f"{day}", day, _spans(spans, str(day)))
    return Calendar(zone, weekly, overrides)


def _zone(name: object) -> ZoneInfo:
    if not isinstance(name, str) or not name:
        raise BadCalendar("The calendar names no zone; give “zone”, for example “Asia/Amman”.")
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, LookupError):
        raise BadCalendar(f"There is no time zone “{name[:60]}”.") from None


def _weekly(told: object, n: int) -> WeeklyHours:
    where = f"weekly hours number {n}"
    table = _table(told, where, {"from", "to", "hours", "label"})
    days: dict[int, tuple[Span, ...]] = {}
    for name, spans in _table(table.get("hours"), f"“hours” of {where}").items():
        weekday = _weekday(name, where)
        if weekday in days:
            raise BadCalendar(f"In {where} {WEEKDAYS[weekday].capitalize()} is named twice.")
        days[weekday] = _spans(spans, f"{name} of {where}")
    first, last = _bound(table.get("from"), where), _bound(table.get("to"), where)
    return _checked(WeeklyHours, where, first, last, days)


def _weekday(name: str, where: str) -> int:
    found = [n for n, weekday in enumerate(WEEKDAYS) if name.lower() in (weekday, weekday[:3])]
    if not found:
        raise BadCalendar(f"In {where} “{name[:60]}” is no weekday; write “sunday” or “sun”.")
    return found[0]


def _spans(told: object, where: str) -> tuple[Span, ...]:
    return tuple(_span(each, where) for each in _list(told, f"the hours of {where}"))


def _span(told: object, where: str) -> Span:
    parts = told.split("-") if isinstance(told, str) else []
    if len(parts) != 2:
        raise BadCalendar(f"The hours of {where} must be written as “08:30-15:30”, not {_shown(told)}.")
    start, end = (_clock(part.strip(), where) for part in parts)
    return _checked(Span, where, start, end)


def _clock(told: str, where: str) -> time:
    if told in ("24:00", "24:00:00"):
        return time.min
    try:
        clock = time.fromisoformat(told)
    except ValueError:
        clock = None
    if clock is None or clock.tzinfo is not None or len(told) not in (5, 8):
        raise BadCalendar(f"“{told[:20]}” in the hours of {where} is no time of day; write “08:30”.")
    return clock


def _closed(told: object) -> list[date]:
    days: list[date] = []
    for entry in _list(told, "“closed”"):
        if isinstance(entry, dict):
            entry = _table(entry, "a closed day", {"date", "reason"}).get("date")
        first, sign, last = entry.partition("..") if isinstance(entry, str) else (entry, "", "")
        start = _day(first, "a closed day")
        end = _day(last, "a closed day") if sign else start
        if not 0 <= (end - start).days < LONGEST_CLOSURE:
            raise BadCalendar(f"The closed days {start}..{end} must end after they begin, within ten years.")
        days += [start + timedelta(days=n) for n in range((end - start).days + 1)]
    return days


def _bound(told: object, where: str) -> date | None:
    return None if told in (None, "") else _day(told, where)


def _day(told: object, where: str) -> date:
    if isinstance(told, date) and not isinstance(told, datetime):
        return told
    try:
        if isinstance(told, str) and len(told.strip()) == 10:
            return date.fromisoformat(told.strip())
    except ValueError:
        pass
    raise BadCalendar(f"In {where} {_shown(told)} is no date; write “2026-03-20”.")


def _table(told: object, where: str, known: set[str] | None = None) -> Mapping[str, object]:
    if not isinstance(told, dict):
        raise BadCalendar(f"{where[0].upper()}{where[1:]} must be a table of names and values, not {_shown(told)}.")
    strange = sorted(set(told) - known) if known is not None else []
    if strange:
        raise BadCalendar(f"In {where} “{strange[0][:60]}” means nothing; known are: {', '.join(sorted(known or ()))}.")
    return told


def _list(told: object, where: str) -> list[object]:
    if not isinstance(told, list):
        raise BadCalendar(f"{where[0].upper()}{where[1:]} must be a list, not {_shown(told)}.")
    return told


Made = TypeVar("Made")


def _checked(make: Callable[..., Made], where: str, *values: object) -> Made:
    try:
        return make(*values)
    except ValueError as error:
        raise BadCalendar(f"In {where}: {error}") from None


def _shown(told: object) -> str:
    return f"“{str(told)[:60]}”" if told is not None else "nothing"
