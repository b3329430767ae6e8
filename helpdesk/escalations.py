"""Steps of escalation: each once for each run of a clock, by the instant it was due at, whenever somebody looks."""

from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter

from helpdesk import notifications, policies
from helpdesk.models import Escalation, EscalationStep
from office import servicetime
from office.events import plain, record_event
from office.models.events import Channel


@dataclass(frozen=True)
class Reached:
    """A step that a clock has come to, with its instant."""

    name: str
    clock: servicetime.Clock
    step: servicetime.Step
    at: datetime


def climb(ticket, account, now, planned_from):
    """Note every step that the clocks have come to by `now` and that is not noted yet, and tell whom it names.

    planned_from: the stored instant from which on something was due; all steps from there on were foreseen, and each
    speaks, however late somebody looks. What fell into the past because the promise itself moved speaks once: the
    latest of those steps. A clock that has stopped meanwhile needs nobody any more.
    """
    steps = policies.book_of(ticket.institution_id).steps_of(ticket) if account.named else {}
    reached = [
        Reached(name, clock, step, at)
        for name, clock in account.named
        for step, at in servicetime.passed(steps.get(name, ()), clock, now)
    ]
    if not reached:
        return
    noted = set(Escalation.objects.filter(ticket=ticket).values_list("step_id", "started_at"))
    new = sorted((each for each in reached if (each.step.key, each.clock.start) not in noted), key=attrgetter("at"))
    speaking = _speaking(new, planned_from)
    rows = EscalationStep.objects.select_related("person").in_bulk([each.step.key for each in new])
    for each in new:
        _note(ticket, each, rows[each.step.key], each in speaking)


def _speaking(new, planned_from):
    needed = [each for each in new if each.clock.is_unmet]
    foreseen = [each for each in needed if planned_from is not None and each.at >= planned_from]
    moved = [each for each in needed if each not in foreseen]
    return [*foreseen, *moved[-1:]]


def _note(ticket, reached, step, is_told):
    _row, made = Escalation.objects.get_or_create(
        ticket=ticket, step=step, started_at=reached.clock.start, defaults={"at": reached.at, "is_told": is_told}
    )
    if not made:
        return
    due = reached.clock.breached_at or reached.clock.due
    changes = {
        "clock": [None, reached.name],
        "step": [None, step.pk],
        "due": [None, plain(due)],
        "is_told": [None, is_told],
    }
    event = record_event(ticket, "escalated", by=None, changes=changes, channel=Channel.CLOCK, at=reached.at)
    if is_told:
        notifications.escalated(ticket, event, step, is_late=due is not None and due <= reached.at)
