"""The ladder of reminders, as pure rules on dates. Source: design.md, "Reminders, in one place".

A rung is a whole number of days before decide-by; after it the number is negative. Days are local dates.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from office.worktime import Calendar, add_working_days

DEFAULT_RUNGS = (180, 120, 90, 60, 30, 14, 7, 0)
EARLIEST = 730
"""No rule may begin more days than this before decide-by."""


@dataclass(frozen=True, slots=True)
class Rule:
    """When somebody is reminded, and after how much silence the next person is.

    rungs: days before decide-by, in any order. Afterwards: one day after it and then every `repeat_days`, at most
    `repeat_at_most` times. climb_after: working days of silence after which the matter climbs one step.
    """

    rungs: tuple[int, ...] = DEFAULT_RUNGS
    repeat_days: int = 7
    repeat_at_most: int = 8
    climb_after: int = 5

    @property
    def ladder(self) -> tuple[int, ...]:
        """Every rung, the earliest first: 180 ... 7, 0, -1, -8 ... -50."""
        after = (-1 - n * max(self.repeat_days, 1) for n in range(self.repeat_at_most))
        return (*sorted(set(self.rungs), reverse=True), *after)


@dataclass(frozen=True, slots=True)
class Due:
    """The one rung that is due: since when, whether that is over, and the days of the rungs it stands for too."""

    rung: int
    due_on: date
    is_late: bool
    missed: tuple[date, ...] = ()


def of_term(rule: Rule, anchor: date, start: date, end: date, snoozed_until: date | None = None) -> Rule:
    """Return `rule` as it holds for one term, `start` to `end` inclusive, to be decided by `anchor`.

    A term that ends on 31 December is first reminded of by 1 July, while next year's budget is written; a day until
    which somebody put the reminders off is a rung of its own.
    """
    extra = set()
    if snoozed_until and snoozed_until <= anchor:
        extra.add((anchor - snoozed_until).days)
    july = date(end.year, 7, 1)
    if (end.month, end.day) == (12, 31) and start <= july < anchor and not _reminds_by(rule, anchor, july):
        extra.add((anchor - july).days)
    return replace(rule, rungs=(*rule.rungs, *extra)) if extra else rule


def _reminds_by(rule: Rule, anchor: date, day: date) -> bool:
    return any(day_of(anchor, rung) <= day for rung in rule.rungs)


def day_of(anchor: date, rung: int) -> date:
    """Return the day on which `rung` of the decide-by date `anchor` falls due; working day or not."""
    return anchor - timedelta(days=rung)


def due_rung(anchor: date, rule: Rule, day: date, sent: Iterable[int]) -> Due | None:
    """Return what is due on `day` for the decide-by date `anchor`, None when nothing is.

    sent: rungs of this anchor date that were sent, to whomever. Of the rungs whose day has come only the most urgent
    counts: whoever starts late (an import, an outage) sends that one, marked late, and not the ones before it. A rung
    once passed by a more urgent one is never sent. `missed` are the days of rungs skipped since the last one sent.
    """
    passed = [rung for rung in rule.ladder if day_of(anchor, rung) <= day]
    last_sent = min(sent, default=None)
    if not passed or (last_sent is not None and passed[-1] >= last_sent):
        return None
    due_on = day_of(anchor, passed[-1])
    skipped = [rung for rung in passed[:-1] if last_sent is not None and rung < last_sent]
    return Due(passed[-1], due_on, due_on < day, tuple(day_of(anchor, rung) for rung in skipped))


def next_day(anchor: date, rule: Rule, after: date) -> date | None:
    """Return the first day later than `after` on which a rung falls due; None past the last one."""
    return next((day for rung in rule.ladder if (day := day_of(anchor, rung)) > after), None)


def climbs_on(calendar: Calendar, since: date, rule: Rule) -> date:
    """Return the day on which silence since the reminder of the day `since` climbs: the last of so many working days.

    `since` itself is not counted. Raises EmptyCalendar for a calendar that never works.
    """
    return add_working_days(calendar, since, rule.climb_after)
