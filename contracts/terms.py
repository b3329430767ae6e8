"""The dates of a contract, counted by rules C1 to C3 of spec/assets-contracts.md; pure, no Django.

Days are local dates and ends are inclusive. Months are counted from the original anchor, never chained from one term
to the next, so a contract that starts on the 31st never drifts: 31 Jan + 1 month is 28 Feb, + 2 months is 31 Mar.
Each computed day comes with the steps that led to it; `contracts.explain` turns them into a sentence.
"""

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from office.worktime import Calendar, add_working_days, previous_working_day

ONE_DAY = timedelta(days=1)


class Kind(StrEnum):
    """What a step of a computation did."""

    START = "start"  # the anchor: the start of the contract, or of the stretch after an odd end
    WRITTEN_END = "written_end"  # an end that is written in the contract and follows from no number of months
    PLUS_MONTHS = "plus_months"  # the last day of so many months, counted from the anchor
    MINUS_DAYS = "minus_days"
    MINUS_WORKING_DAYS = "minus_working_days"
    MINUS_MONTHS = "minus_months"
    MOVED_BACK = "moved_back"  # from a free day to the working day before it


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a computation: what was done, with how much of it, and the day it led to."""

    kind: Kind
    day: date
    amount: int = 0
    before: date | None = None
    """For a step back from a free day: that free day."""


@dataclass(frozen=True, slots=True)
class Computed:
    """A day and how it came about, step by step; the last step's day is the day itself."""

    steps: tuple[Step, ...]

    @property
    def day(self) -> date:
        return self.steps[-1].day


@dataclass(frozen=True, slots=True)
class Notice:
    """How long before the end notice must be given: `value` days, working days or months."""

    value: int
    unit: Kind

    def __post_init__(self) -> None:
        if self.unit not in (Kind.MINUS_DAYS, Kind.MINUS_WORKING_DAYS, Kind.MINUS_MONTHS):
            raise ValueError(f"Notice is not counted in {self.unit}.")


@dataclass(frozen=True, slots=True)
class Anchor:
    """Where a stretch of terms is counted from, and how many whole months of it are taken already."""

    start: date
    months: int


def add_months(anchor: date, months: int) -> date:
    """Return the day `months` after `anchor`, before it when negative; the last of its month where it has no such day.

    31 Jan + 1 is 28 or 29 Feb; 29 Feb + 12 is 28 Feb. Raises ValueError beyond the years 1 to 9999.
    """
    year, month = divmod(anchor.year * 12 + anchor.month - 1 + months, 12)
    return date(year, month + 1, min(anchor.day, monthrange(year, month + 1)[1]))


def term_end(anchor: date, months: int) -> date:
    """Return the last day of a term that runs `months` from `anchor`: one day less, both ends included. (C1.)"""
    return add_months(anchor, months) - ONE_DAY


def months_until(anchor: date, day: date) -> int | None:
    """Return how many whole months lead from `anchor` to `day`, clamped as `add_months` does; None when none do."""
    months = (day.year - anchor.year) * 12 + day.month - anchor.month
    return months if months >= 0 and add_months(anchor, months) == day else None


def anchor_after(spans: Sequence[tuple[date, date]]) -> Anchor:
    """Return where the term after `spans` is counted from.

    `spans` are the (start, end) of the terms so far, in order, ends inclusive; at least one. As long as each ends on a
    whole number of months from the first start, that start stays the anchor. A term with an odd end (an extension
    of 45 days) begins a new count on the day after it; so does a gap.
    """
    anchor, months, last_end = spans[0][0], 0, None
    for start, end in spans:
        if last_end is not None and start != last_end + ONE_DAY:
            anchor, months = start, 0
        whole = months_until(anchor, end + ONE_DAY)
        anchor, months = (anchor, whole) if whole is not None else (end + ONE_DAY, 0)
        last_end = end
    return Anchor(anchor, months)


def next_term(spans: Sequence[tuple[date, date]], months: int) -> tuple[date, date]:
    """Return the (start, end), end inclusive, of the term of `months` that follows `spans` without a gap. (C3.)"""
    anchor = anchor_after(spans)
    return spans[-1][1] + ONE_DAY, term_end(anchor.start, anchor.months + months)


def explained_end(spans: Sequence[tuple[date, date]]) -> Computed:
    """Return the end of the last of `spans` and how it came about: so many months from the anchor, or as written."""
    start, end = spans[-1]
    before = anchor_after(spans[:-1]) if len(spans) > 1 else Anchor(start, 0)
    joins = len(spans) > 1 and start == spans[-2][1] + ONE_DAY
    anchor = before.start if joins else start
    whole = months_until(anchor, end + ONE_DAY)
    if not whole:
        return Computed((Step(Kind.WRITTEN_END, end),))
    return Computed((Step(Kind.START, anchor), Step(Kind.PLUS_MONTHS, end, whole)))


def notice_deadline(calendar: Calendar, end: Computed, notice: Notice) -> Computed:
    """Return the last working day on which notice can still be given: the end less the notice, moved back. (C2.)

    All are counted back from the last day of the term, which is not counted itself; months are clamped, so the deadline
    is never later than the contract allows. Raises EmptyCalendar for a calendar that never works.
    """
    return _moved_back(calendar, end, _earlier(calendar, end.day, notice))


def decide_by(calendar: Calendar, end: Computed, deadline: Computed | None, lead_days: int) -> Computed:
    """Return the last working day for our own decision: notice deadline, else end, less the lead, moved back.

    `lead_days` are calendar days, 0 for none. (C2.) Raises EmptyCalendar for a calendar that never works.
    """
    base = deadline or end
    day = base.day - timedelta(days=lead_days)
    return _moved_back(calendar, base, Step(Kind.MINUS_DAYS, day, lead_days) if lead_days else None)


def _earlier(calendar: Calendar, end: date, notice: Notice) -> Step:
    if notice.unit is Kind.MINUS_MONTHS:
        return Step(notice.unit, add_months(end, -notice.value), notice.value)
    if notice.unit is Kind.MINUS_DAYS:
        return Step(notice.unit, end - timedelta(days=notice.value), notice.value)
    return Step(notice.unit, add_working_days(calendar, end, -notice.value), notice.value)


def _moved_back(calendar: Calendar, base: Computed, step: Step | None) -> Computed:
    steps = (*base.steps, step) if step else base.steps
    day = steps[-1].day
    working = previous_working_day(calendar, day)
    if working == day:
        return Computed(steps)
    return Computed((*steps, Step(Kind.MOVED_BACK, working, before=day)))
