"""How tickets were served, kept with each that is solved or ended; and the sums of it that reports show."""

import re
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from helpdesk.choices import Served, Status, StepClock, WaitingFor
from helpdesk.models import ServiceResult
from helpdesk.models.service import SPENT
from office.servicetime import Kind, State

DONE = (Status.RESOLVED, Status.CLOSED, Status.CANCELLED)
SPENT_WORDS = {
    "counted": _("Working time"),
    "outside_hours": _("Outside working hours"),
    "holiday": _("Holiday or closure"),
    **{kind.value: kind.label for kind in WaitingFor},
    "solved": pgettext_lazy("time", "Solved, not yet confirmed"),
}
GROUPS = {"month": "month", "team": "queue__team", "category": "category", "priority": "priority"}
_MONTHS = re.compile(r"([0-9]{4})-([0-9]{2})(?:\.\.([0-9]{4})-([0-9]{2}))?")


def keep(ticket, account, *, was):
    """Write the result of a ticket that is done, or take it away when it no longer is. was: the status before."""
    if ticket.status not in DONE:
        if was in DONE:
            ServiceResult.objects.filter(ticket=ticket).delete()
        return
    at = timezone.localdate(ticket.resolved_at or ticket.closed_at)
    values = {
        "institution_id": ticket.institution_id,
        "queue_id": ticket.queue_id,
        "category_id": ticket.category_id,
        "priority": ticket.priority,
        "month": at.replace(day=1),
        **_served(account),
        **seconds_of(account.ledger),
    }
    ServiceResult.objects.update_or_create(ticket=ticket, defaults=values)


def seconds_of(ledger):
    """{"age": whole seconds, kind: whole seconds}; the kinds sum to the age, whatever the fractions were."""
    found = dict.fromkeys(SPENT, 0)
    start = ledger.intervals[0].start if ledger.intervals else None
    for interval in ledger.intervals:
        name = interval.waiting if interval.kind == Kind.PAUSED else interval.kind.value
        whole = int((interval.end - start).total_seconds()) - int((interval.start - start).total_seconds())
        found[name] += whole
    return found | {"age": sum(found.values())}


def _served(account):
    found = dict.fromkeys(StepClock.values, "")
    for name, clock in account.named:
        state = _state(clock)
        found[name] = Served.LATE.value if Served.LATE in (state, found[name]) else state.value
    return found


def _state(clock):
    if clock.breached_at is not None:
        return Served.LATE
    return Served.MET if clock.state == State.MET else Served.DROPPED


def months_in(text):
    """(first day of the first month, first day of the last) of "2026-11" or "2026-06..2026-11"; None for others."""
    found = _MONTHS.fullmatch(text)
    try:
        first = date(int(found[1]), int(found[2]), 1)
        last = date(int(found[3]), int(found[4]), 1) if found[3] else first
    except (TypeError, ValueError):
        return None
    return (first, last) if first <= last else None


@dataclass(frozen=True)
class Line:
    """One group of a report. served: {clock: {state: number}}; spent: {kind: seconds}, whose sum is the age."""

    key: object
    tickets: int
    served: dict
    spent: dict
    age: int


def lines(rows, by):
    """[Line] of results grouped by one of GROUPS, in the order of their keys; one statement."""
    sums = {f"of_{name}": Sum(name) for name in (*SPENT, "age")} | {"tickets": Count("pk")}
    counts = {
        f"{clock}_{state}": Count("pk", filter=Q(**{clock: state}))
        for clock in StepClock.values
        for state in Served.values
    }
    grouped = rows.order_by().values(GROUPS[by]).annotate(**sums, **counts).order_by(GROUPS[by])
    return [_line(row, by) for row in grouped]


def total(found):
    """One line for all."""
    return Line(
        key=None,
        tickets=sum(line.tickets for line in found),
        served={
            clock: {state: sum(line.served[clock][state] for line in found) for state in Served.values}
            for clock in StepClock.values
        },
        spent={name: sum(line.spent[name] for line in found) for name in SPENT},
        age=sum(line.age for line in found),
    )


def _line(row, by):
    return Line(
        key=row[GROUPS[by]],
        tickets=row["tickets"],
        served={clock: {state: row[f"{clock}_{state}"] for state in Served.values} for clock in StepClock.values},
        spent={name: row[f"of_{name}"] for name in SPENT},
        age=row["of_age"],
    )
