"""What we promise and until when: the events of a ticket replayed through the ledger of service time.

`keep` sets the columns that hold what the clocks say now and saves nothing; the same columns come out of `replay` of
the stored events at any later time. The rules are those of `office.servicetime`; here the rows become its histories.
"""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from helpdesk import policies
from helpdesk.choices import RUNNING, Status
from helpdesk.models import Ticket
from office import calendars, servicetime, worktime
from office.models import Event, WorkingCalendar
from office.servicetime import History, Name, Phase, Targets, Turn

VOICE = "voice"  # in the changes of an event: whose word it was
DESK, ASKER = "desk", "asker"
PHASES = {
    Status.NEW: Phase.RUNNING,
    Status.ASSIGNED: Phase.RUNNING,
    Status.IN_PROGRESS: Phase.RUNNING,
    Status.WAITING: Phase.PAUSED,
    Status.RESOLVED: Phase.SOLVED,
    Status.CLOSED: Phase.ENDED,
    Status.CANCELLED: Phase.ENDED,
}
# Columns that `keep` sets, and nothing besides.
KEPT = (
    "response_due",
    "next_response_due",
    "resolution_due",
    "take_up_due",
    "next_due",
    "paused_seconds",
    "response_breached_at",
    "next_response_breached_at",
    "resolution_breached_at",
    "take_up_breached_at",
    "clock_due",
)
DUE = ("response_due", "next_response_due", "resolution_due", "take_up_due")
BREACHES = {
    "response_breached_at": "first_response",
    "next_response_breached_at": "next_response",
    "resolution_breached_at": "resolution",
    "take_up_breached_at": "take_up",
}


@dataclass(frozen=True)
class Told:
    """An event as far as the clocks care: of `changes` only what they read."""

    at: datetime
    actor_id: int | None
    verb: str
    changes: dict


@dataclass(frozen=True)
class Account:
    """A ticket's time as of an instant: its intervals, its clocks, and the clock of its team for taking it up."""

    ledger: servicetime.Ledger
    clocks: servicetime.Clocks
    take_up: servicetime.Clock | None
    calendar: worktime.Calendar | None

    @property
    def named(self):
        """[(name, clock)]; of the next answers each one."""
        found = self.clocks
        named = [("first_response", found.first_response), ("resolution", found.resolution), ("take_up", self.take_up)]
        named += [("next_response", clock) for clock in found.next_response]
        return [(name, clock) for name, clock in named if clock is not None]


def told(ticket):
    """[Told] of a ticket, oldest first; one statement."""
    events = Event.objects.filter(kind=Ticket._meta.label_lower, object_id=ticket.pk).order_by("id")
    return [Told(*values) for values in events.values_list("at", "actor_id", "verb", "changes")]


def keep(ticket, events, now, book=None):
    """Set what the clocks of the ticket say at `now`, by its events. Returns the account."""
    book = book or policies.book_of(ticket.institution_id)
    account = replay(ticket, events, now, book)
    found = account.clocks
    ticket.response_due = found.first_response and found.first_response.due
    ticket.next_response_due = found.open_question and found.open_question.due
    ticket.resolution_due = found.resolution and found.resolution.due
    ticket.take_up_due = account.take_up and account.take_up.due
    ticket.next_due = servicetime.next_due(found) if ticket.status in RUNNING else None
    ticket.paused_seconds = int(account.ledger.stood_still.total_seconds())
    ticket.response_breached_at = _breach(found.first_response)
    ticket.next_response_breached_at = _breach(found.worst_response)
    ticket.resolution_breached_at = _breach(found.resolution)
    ticket.take_up_breached_at = _breach(account.take_up)
    ticket.clock_due = _look_again_at(account, book.steps_of(ticket), now)
    return account


def _look_again_at(account, steps, now):
    """The next instant at which a promise breaks or a step of escalation is due; None where nothing is ahead."""
    ahead = []
    for name, clock in account.named:
        if clock.state == servicetime.State.RUNNING:
            ahead += [clock.due, *(servicetime.instant_of(step, clock) for step in steps.get(name, ()))]
    return min((instant for instant in ahead if instant is not None and instant >= now), default=None)


def replay(ticket, events, now, book=None):
    """The account of the ticket at the instant `now`; nothing is changed."""
    book = book or policies.book_of(ticket.institution_id)
    calendar = usable(calendars.load(ticket.calendar)) if ticket.calendar_id else None
    history = history_of(ticket, events)
    now = max(now, history.opened)
    try:
        return _account(ticket, events, history, book, calendar, now)
    except worktime.EmptyCalendar:  # three years without a working hour: it can promise nothing
        nothing = servicetime.clocks(history, Targets(), None, now)
        return Account(servicetime.ledger(history, None, now), nothing, None, None)


def _account(ticket, events, history, book, calendar, now):
    targets = book.targets_of(ticket) if calendar is not None else Targets()
    return Account(
        ledger=servicetime.ledger(history, calendar, now),
        clocks=servicetime.clocks(history, targets, calendar, now),
        take_up=_take_up(ticket, events, book, now),
        calendar=calendar,
    )


def usable(calendar):
    """The calendar, or None when it never works: it can promise nothing, so nothing is promised."""
    return None if calendar.is_empty else calendar


def history_of(ticket, events):
    """What the events say, as a history; instants that a clock set back put out of order are taken as simultaneous."""
    opened, last = ticket.created_at, ticket.created_at
    turns, asked, answered = [], [], []
    phase = (Phase.RUNNING, "")
    for event in events:
        last = max(last, event.at)
        status = event.changes.get("status", (None, None))[1]
        waiting = event.changes.get("waiting_for", (None, None))[1]
        if status or waiting:
            turn = (PHASES[Status(status)] if status else phase[0], waiting or "")
            if turn != phase:
                turns.append(Turn(last, *turn, by=event.actor_id))
                phase = turn
        if voice := _voice(event, ticket):
            (answered if voice == DESK else asked).append(last)
    if ticket.responded_at and (not answered or ticket.responded_at < answered[0]):
        answered.insert(0, max(ticket.responded_at, opened))
    serves_herself = ticket.assignee_id is not None and ticket.assignee_id == ticket.requester_id
    return History(opened, tuple(turns), tuple(asked), tuple(answered), expects_answer=not serves_herself)


def _voice(event, ticket):
    """Whose public word the event brought: the desk's, or of those who ask; "" where nobody spoke."""
    if VOICE in event.changes:
        return event.changes[VOICE][1]
    # Events from before voices were written down, and those of another system's log.
    if event.verb == "reopened" or (event.verb == "replied" and event.actor_id == ticket.requester_id):
        return ASKER
    return DESK if event.verb in ("replied", "resolved") and "message" in event.changes else ""


def _take_up(ticket, events, book, now):
    """The clock of the ticket's team from the last hand-over to its being taken; None where the team promises none."""
    target = book.take_up.get(ticket.queue.team_id)
    if target is None:
        return None
    since, taken = _handed_over(ticket, events)
    calendar = calendar_of(ticket.queue)
    if calendar is None:
        return None
    history = History(since, _since(history_of(ticket, events), since), answered=(taken,) if taken else ())
    return servicetime.clocks(history, Targets(first_response=target), calendar, max(now, since)).first_response


def _since(history, since):
    """The turns from an instant on, the first of them the phase that held then."""
    before = [turn for turn in history.turns if turn.at <= since][-1:]
    then = tuple(Turn(since, turn.phase, turn.waiting, turn.by) for turn in before)
    return (*then, *(turn for turn in history.turns if turn.at > since))


def _handed_over(ticket, events):
    """(when it came into its queue, when somebody had it since then or None)"""
    since, taken, holder = ticket.created_at, None, None
    last = since
    for event in events:
        last = max(last, event.at)
        if event.verb == "transferred" and "queue" in event.changes:
            since, taken = last, None
        if "assignee" in event.changes:
            holder = event.changes["assignee"][1]
        if holder is not None:
            taken = taken or last
    return since, taken


def breaches(before, ticket):
    """[(clock, instant)] of promises that are known to be broken now and were not in `before`, {column: value}."""
    found = [(clock, getattr(ticket, column), before.get(column)) for column, clock in BREACHES.items()]
    return [(clock, instant) for clock, instant, known in found if instant is not None and instant != known]


def _breach(clock):
    return clock.breached_at if clock else None


def calendar_of(queue):
    """The working hours that count for a queue: its own calendar, else the ministry's; None where there is neither."""
    try:
        return usable(calendars.load(queue.calendar) if queue.calendar_id else calendars.ministry())
    except WorkingCalendar.DoesNotExist:
        return None


def close_due(ticket, now):
    """When a resolved ticket closes by itself: at the end of the n-th working day after today (UTC)."""
    calendar = calendar_of(ticket.queue)
    days = ticket.queue.close_after_days
    try:
        day = worktime.add_working_days(calendar, now.astimezone(calendar.zone).date(), days)
        closing = [end for _start, end in calendar.spans_on(day)]
        return closing[-1] if closing else datetime.combine(day, time(23, 59), calendar.zone)
    except (AttributeError, worktime.EmptyCalendar):  # without hours a day is a day
        return now + timedelta(days=days)


__all__ = ["Account", "Name", "Told", "calendar_of", "close_due", "history_of", "keep", "replay", "told"]
