"""The clocks of a ticket: what the real acts store is what a replay of their events gives."""

import random
from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from helpdesk import actions, clocks, policies, tasks
from helpdesk.choices import Level, Status, WaitingFor
from helpdesk.models import ServicePolicy, TeamTarget, Ticket
from office import calendar_actions
from office.models import Event, WorkingCalendar
from office.servicetime import Kind, State
from tests import factories

SUNDAY = datetime(2026, 11, 15, 7, 0, tzinfo=UTC)  # 10:00 in Amman


@pytest.fixture
def clock(time_machine):
    """Moves the clock to so many hours after Sunday 10:00."""

    def move(hours):
        time_machine.move_to(SUNDAY + timedelta(hours=hours), tick=False)

    move(0)
    return move


def kept(ticket):
    ticket = Ticket.objects.select_related("queue__calendar", "calendar").get(pk=ticket.pk)
    return ticket, {name: getattr(ticket, name) for name in clocks.KEPT}


def replayed(ticket, at):
    policies._read.cache_clear()
    clocks.keep(ticket, clocks.told(ticket), at)
    return {name: getattr(ticket, name) for name in clocks.KEPT}


ACTS = {
    "wait": lambda t, basil, amal, q: actions.wait_ticket(t, by=basil, kind=random.choice(WaitingFor.values)),
    "resume": lambda t, basil, amal, q: actions.resume_ticket(t, by=basil),
    "answer": lambda t, basil, amal, q: actions.reply_to_ticket(
        t, by=basil, text="Which one?", wait=random.random() < 0.4
    ),
    "ask": lambda t, basil, amal, q: actions.reply_to_ticket(t, by=amal, text="And now?"),
    "solve": lambda t, basil, amal, q: actions.resolve_ticket(t, by=basil, resolution="New toner."),
    "confirm": lambda t, basil, amal, q: actions.confirm_ticket(t, by=amal),
    "reopen": lambda t, basil, amal, q: actions.reopen_ticket(
        t, by=random.choice((basil, amal)), text=random.choice(("", "No."))
    ),
    "rate": lambda t, basil, amal, q: actions.change_ticket(t, by=basil, impact=random.choice(list(Level))),
    "transfer": lambda t, basil, amal, q: actions.transfer_ticket(t, by=basil, queue=random.choice(q)),
    "take": lambda t, basil, amal, q: actions.take_ticket(t, by=basil),
    "choose": lambda t, basil, amal, q: actions.choose_policy(
        t, by=basil, policy=random.choice([None, *ServicePolicy.objects.filter(institution=t.institution_id)])
    ),
    "note": lambda t, basil, amal, q: actions.note_ticket(t, by=basil, text="Coffee."),
}


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(25))
def test_whatever_is_done_the_stored_due_times_are_what_the_events_say(seed, clock, desk, basil, amal, team):
    random.seed(seed)
    night = factories.make_calendar(always_open=True)
    queues = [desk, factories.make_queue(team), factories.make_queue(team, calendar=night)]
    factories.make_policy(desk.institution, {1: (5, 5, 30), 4: (10, 20, 60)}, queue=queues[1], place=0)
    TeamTarget.objects.create(institution=desk.institution, team=team, amount=1, unit="hours")
    ticket, hours = actions.file_ticket(requester=amal, subject="Slow"), 0
    for _ in range(14):
        hours += random.random() * 20
        clock(hours)
        try:
            ACTS[random.choice(list(ACTS))](ticket, basil, amal, queues)
        except (ValidationError, PermissionDenied):  # an act that is not possible now
            continue

    tasks.note_breaches()

    ticket, stored = kept(ticket)
    last = Event.objects.about(ticket).exclude(verb__in=["noted", "breached"]).order_by("-id").first().at
    now = SUNDAY + timedelta(hours=hours)
    assert replayed(ticket, now if stored["clock_due"] else last) == stored or replayed(ticket, last) == stored
    account = clocks.replay(ticket, clocks.told(ticket), now)
    assert account.ledger.age == (ticket.closed_at or now) - ticket.created_at


def test_a_pause_before_another_priority_counts_for_it_too(clock, taken_at_ten, basil):
    actions.wait_ticket(taken_at_ten, by=basil, kind=WaitingFor.VENDOR)
    clock(1)
    actions.resume_ticket(taken_at_ten, by=basil)

    critical = actions.change_ticket(taken_at_ten, by=basil, impact=1, urgency=1)  # four hours

    assert critical.resolution_due == SUNDAY + timedelta(hours=5)


@pytest.fixture
def taken_at_ten(clock, desk, amal, basil):
    return actions.take_ticket(actions.file_ticket(requester=amal, subject="Slow"), by=basil)


def test_while_it_waits_nothing_is_promised(taken_at_ten, basil):
    waiting = actions.wait_ticket(taken_at_ten, by=basil, kind=WaitingFor.PARTS)

    assert (waiting.next_due, waiting.response_due, waiting.resolution_due) == (None, None, None)


def test_a_question_after_the_first_answer_is_owed_an_answer_of_its_own(clock, taken_at_ten, basil, amal):
    actions.reply_to_ticket(taken_at_ten, by=basil, text="I am coming.")
    clock(1)
    actions.reply_to_ticket(taken_at_ten, by=amal, text="When?")
    clock(2)
    actions.reply_to_ticket(taken_at_ten, by=amal, text="Hello?")

    taken_at_ten.refresh_from_db()
    assert taken_at_ten.next_due == taken_at_ten.next_response_due == SUNDAY + timedelta(hours=5)  # 240 minutes after


def test_who_takes_her_own_ticket_owes_herself_no_answer(clock, desk, basil):
    own = actions.take_ticket(actions.file_ticket(requester=basil, subject="My own"), by=basil)

    assert (own.response_due, own.resolution_due is None) == (None, False)


def test_a_broken_promise_is_a_fact_with_its_instant_whenever_somebody_looks(clock, ticket_at_ten):
    due = ticket_at_ten.response_due
    clock(30)

    assert tasks.note_breaches() == 1
    tasks.note_breaches()

    ticket_at_ten.refresh_from_db()
    assert ticket_at_ten.response_breached_at == due
    breached = Event.objects.about(ticket_at_ten).filter(verb="breached")
    assert [(event.at, event.changes["clock"][1]) for event in breached] == [(due, "first_response")]


@pytest.fixture
def ticket_at_ten(clock, desk, amal):
    return actions.file_ticket(requester=amal, subject="Slow", impact=Level.MEDIUM)


def test_an_act_before_the_round_writes_the_breach_down_itself(clock, ticket_at_ten, basil):
    due = ticket_at_ten.response_due
    clock(30)
    actions.reply_to_ticket(ticket_at_ten, by=basil, text="Sorry.")

    ticket_at_ten.refresh_from_db()
    assert ticket_at_ten.response_breached_at == due
    assert tasks.note_breaches() == 0


def test_all_that_is_due_is_looked_at_however_much_it_is(clock, desk, amal, monkeypatch):
    monkeypatch.setattr(tasks, "CHUNK", 2)
    for _ in range(5):
        actions.file_ticket(requester=amal, subject="Slow")
    clock(40)

    assert tasks.note_breaches() == 5


def test_the_team_that_is_handed_a_ticket_takes_it_up_in_its_own_time(clock, ticket_at_ten, basil, ministry):
    other = factories.make_queue(factories.make_team(ministry, [basil]))
    TeamTarget.objects.create(institution=ministry, team=other.team, amount=30, unit="minutes")
    policies.touch(ministry.pk)
    clock(2)
    moved = actions.transfer_ticket(ticket_at_ten, by=basil, queue=other)

    assert moved.take_up_due == SUNDAY + timedelta(hours=2.5)
    clock(2.25)
    taken = actions.take_ticket(moved, by=basil)
    account = clocks.replay(taken, clocks.told(taken), SUNDAY + timedelta(hours=3))
    assert account.take_up.state == State.MET


def test_the_intervals_say_who_waited_for_whom(clock, taken_at_ten, basil):
    actions.wait_ticket(taken_at_ten, by=basil, kind=WaitingFor.VENDOR)

    found = clocks.replay(taken_at_ten, clocks.told(taken_at_ten), SUNDAY + timedelta(hours=1)).ledger

    assert [(each.kind, each.waiting, each.by) for each in found.intervals] == [(Kind.PAUSED, "vendor", basil.pk)]


def test_a_clock_that_was_set_back_breaks_nothing(clock, taken_at_ten, basil):
    clock(-1)

    waiting = actions.wait_ticket(taken_at_ten, by=basil, kind=WaitingFor.VENDOR)

    assert waiting.status == Status.WAITING


def test_a_late_holiday_moves_what_is_promised_and_says_so(clock, taken_at_ten, administrator):
    calendar = WorkingCalendar.objects.get(is_default=True)
    before = taken_at_ten.resolution_due
    values = {"date": datetime(2026, 11, 16).date(), "kind": "closed", "reason": "Snow"}
    calendar_actions.save_day(calendar, values, by=administrator)

    assert tasks.bulk_replan() == 1

    taken_at_ten.refresh_from_db()
    event = Event.objects.about(taken_at_ten).get(verb="replanned")
    assert event.changes["resolution_due"] == [before.isoformat(), taken_at_ten.resolution_due.isoformat()]
    assert taken_at_ten.resolution_due > before


def test_closed_tickets_keep_what_was_promised(clock, solved, administrator):
    before = kept(solved)[1]
    calendar = WorkingCalendar.objects.get(is_default=True)
    values = {"date": datetime(2026, 11, 16).date(), "kind": "closed", "reason": "Snow"}

    calendar_actions.save_day(calendar, values, by=administrator)

    assert tasks.bulk_replan() == 0
    assert kept(solved)[1] == before
