"""What the clock does at the desk."""

from datetime import timedelta

from django.db.models import Sum
from django.utils import timezone

from helpdesk import actions, tasks
from helpdesk.choices import Status
from helpdesk.models import Ticket, TicketTally
from office.models import Event, Heartbeat
from tests import factories


def _make_due(*tickets):
    Ticket.objects.filter(pk__in=[ticket.pk for ticket in tickets]).update(
        close_due=timezone.now() - timedelta(hours=1)
    )


def test_a_resolved_ticket_closes_by_itself_after_its_days(solved, state):
    tasks.tend()
    assert state(solved) == Status.RESOLVED

    _make_due(solved)
    tasks.tend()
    assert state(solved) == Status.CLOSED


def test_the_clock_signs_with_its_own_name(solved):
    _make_due(solved)

    tasks.tend()

    event = Event.objects.about(solved).latest("id")
    assert (event.verb, event.actor, event.channel) == ("closed", None, "clock")


def test_one_that_cannot_be_closed_does_not_stop_its_neighbours(desk, amal, basil, monkeypatch):
    tickets = [factories.make_ticket(amal, queue=desk, status=Status.RESOLVED, assignee=basil) for _ in range(3)]
    _make_due(*tickets)
    close = actions.close_ticket

    def failing(ticket, *, by):
        if ticket.pk == tickets[1].pk:
            raise RuntimeError
        return close(ticket, by=by)

    monkeypatch.setattr(actions, "close_ticket", failing)

    assert tasks.close_due() == 2


def test_all_that_is_due_is_closed_whatever_the_number(desk, amal, basil, monkeypatch):
    monkeypatch.setattr(tasks, "CHUNK", 2)
    _make_due(*(factories.make_ticket(amal, queue=desk, status=Status.RESOLVED, assignee=basil) for _ in range(5)))

    assert tasks.close_due() == 5


def test_the_round_is_noted(db):
    tasks.tend()

    assert Heartbeat.objects.get(name="tend").at <= timezone.now()


def test_the_running_count_agrees_with_the_tickets(desk, amal, basil, ticket):
    actions.take_ticket(ticket, by=basil)
    actions.resolve_ticket(actions.file_ticket(requester=amal, subject="Slow"), by=basil, resolution="Done.")

    assert _tally() == {(basil.pk, "in_progress"): 1}


def test_folding_keeps_every_sum(desk, amal, basil):
    for _ in range(3):
        actions.take_ticket(actions.file_ticket(requester=amal, subject="Slow"), by=basil)
    before = _tally()

    tasks.fold_tally()

    assert _tally() == before == {(basil.pk, "in_progress"): 3}
    assert TicketTally.objects.count() == 1


def _tally():
    kinds = TicketTally.objects.values_list("assignee_id", "status").annotate(total=Sum("n")).order_by()
    return {(assignee, status): total for assignee, status, total in kinds if total}
