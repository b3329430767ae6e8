"""Many people at one moment: one form is one ticket, one ticket is one technician's, nobody overwrites anybody."""

import threading
import uuid

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client

from contracts import actions as contract_actions
from helpdesk import actions
from helpdesk.models import Message, Ticket
from people.models import User
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def together():
    """Run functions in threads that start at the same moment; returns what each gave, or the exception it raised."""

    def _together(*acts):
        start, found = threading.Barrier(len(acts)), [None] * len(acts)

        def run(place, act):
            start.wait()
            try:
                found[place] = act()
            except Exception as error:
                found[place] = error
            finally:
                connection.close()

        threads = [threading.Thread(target=run, args=(place, act)) for place, act in enumerate(acts)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return found

    return _together


def test_twenty_copies_of_one_form_make_one_ticket(desk, amal, together):
    form = {"text": "No network.", "form_key": str(uuid.uuid4())}

    def send():
        browser = Client()
        browser.force_login(User.objects.get(pk=amal.pk))
        return browser.post("/tickets/new/", form)

    answers = together(*[send] * 20)

    ticket = Ticket.objects.get()
    assert {answer.url for answer in answers} == {ticket.get_absolute_url()}


def test_twenty_copies_of_one_reply_make_one_message(taken, amal, together):
    form = {"text": "Hello?", "form_key": str(uuid.uuid4())}

    def send():
        browser = Client()
        browser.force_login(User.objects.get(pk=amal.pk))
        return browser.post(f"{taken.get_absolute_url()}reply/", form).status_code

    answers = together(*[send] * 20)

    assert set(answers) == {302}
    assert Message.objects.count() == 1


def test_numbers_have_no_gap_and_no_double(desk, ministry, together):
    people = [factories.make_user(ministry) for _ in range(8)]

    together(*[lambda person=person: actions.file_ticket(requester=person, subject="Slow") for person in people])

    numbers = sorted(Ticket.objects.values_list("number", flat=True))
    assert [number[-5:] for number in numbers] == [f"{place:05d}" for place in range(1, 9)]


def test_two_technicians_never_take_the_same_one_next(desk, amal, ministry, team, together):
    for number in range(6):
        actions.file_ticket(requester=amal, subject=f"Fault {number}")
    technicians = [factories.make_user(ministry, is_technician=True) for _ in range(6)]
    team.members.add(*technicians)

    taken = together(*[lambda person=person: actions.take_next(by=person) for person in technicians])

    assert sorted(ticket.pk for ticket in taken) == sorted(Ticket.objects.values_list("pk", flat=True))
    assert Ticket.objects.filter(assignee=None).count() == 0


def test_of_two_who_take_one_ticket_one_is_told_the_name_of_the_other(ticket, basil, colleague, together):
    seen = Ticket.objects.get(pk=ticket.pk)

    found = together(*[lambda by=by: actions.take_ticket(seen, by=by) for by in (basil, colleague)])

    ticket.refresh_from_db()
    refused = [answer for answer in found if isinstance(answer, ValidationError)]
    assert len(refused) == 1
    assert str(ticket.assignee) in refused[0].messages[0]


def test_of_two_who_save_one_form_one_is_asked(taken, basil, colleague, together):
    def save(person, subject):
        browser = Client()
        browser.force_login(User.objects.get(pk=person.pk))
        data = {"subject": subject, "impact": 3, "urgency": 2, "version": taken.version}
        return browser.post(f"{taken.get_absolute_url()}edit/", data).status_code

    answers = together(lambda: save(basil, "One"), lambda: save(colleague, "Two"))

    assert sorted(answers) == [302, 409]


def test_a_reply_lands_while_the_ticket_is_closed(solved, amal, basil, together):
    found = together(
        lambda: actions.reply_to_ticket(solved, by=amal, text="Thank you."),
        lambda: actions.close_ticket(solved, by=basil),
    )

    solved.refresh_from_db()
    assert not [answer for answer in found if isinstance(answer, Exception)]
    assert (solved.status, solved.messages.count()) == ("closed", 2)


def test_the_running_count_survives_the_rush(desk, amal, ministry, team, together):
    from django.db.models import Sum

    from helpdesk.models import TicketTally
    from helpdesk.tasks import fold_tally

    technicians = [factories.make_user(ministry, is_technician=True) for _ in range(4)]
    team.members.add(*technicians)
    for number in range(8):
        actions.file_ticket(requester=amal, subject=f"Fault {number}")

    together(
        *[lambda by=by: [actions.take_next(by=by) for _ in range(2)] for by in technicians], fold_tally, fold_tally
    )

    counted = TicketTally.objects.filter(status="in_progress").aggregate(n=Sum("n"))["n"]
    assert counted == Ticket.objects.filter(status="in_progress").count() == 8
    assert TicketTally.objects.aggregate(n=Sum("n"))["n"] == 8


@pytest.mark.parametrize("turn", range(4))
def test_the_vendor_reports_the_repair_while_the_desk_solves_the_ticket(taken, basil, ministry, together, turn):
    """Both hold the call before the ticket: neither waits for the other for ever; the repair is written down once."""
    device = factories.make_asset(ministry)
    factories.cover(factories.make_contract(ministry), device)
    Ticket.objects.filter(pk=taken.pk).update(asset=device)
    call = actions.escalate_ticket(taken, by=basil, channel="phone", subject="Jammed")
    link, _token = contract_actions.make_link(call, by=basil)

    found = together(
        lambda: contract_actions.record_vendor_step(link, kind="restored", name="Fadi"),
        lambda: actions.send(taken, by=basil, text="New roller.", then="resolve", call_end="repaired"),
    )

    taken.refresh_from_db()
    call.refresh_from_db()
    unexpected = [one for one in found if isinstance(one, Exception) and not isinstance(one, ValidationError)]
    assert (unexpected, taken.status, call.state) == ([], "resolved", "closed")
    assert call.steps.filter(kind="restored").count() == 1


@pytest.fixture
def two(desk, amal, dina):
    return [actions.file_ticket(requester=person, subject="The printer is jammed") for person in (amal, dina)]


@pytest.mark.parametrize("turn", range(4))
def test_two_who_merge_two_tickets_both_ways_make_no_circle(two, basil, colleague, together, turn):
    one, other = two

    found = together(
        lambda: actions.merge_ticket(one, by=basil, into=other),
        lambda: actions.merge_ticket(other, by=colleague, into=one),
    )

    refused = [answer for answer in found if isinstance(answer, Exception)]
    assert [answer.code for answer in refused] == ["itself"]
    assert Ticket.objects.exclude(merged_into=None).count() == 1
    assert Ticket.objects.unresolved().count() == 1


def test_a_ring_of_five_merged_at_once_leads_to_one(two, desk, amal, basil, together):
    ring = [*two, *(actions.file_ticket(requester=amal, subject=f"Fault {number}") for number in range(3))]

    found = together(
        *[
            lambda ticket=ticket, into=into: actions.merge_ticket(ticket, by=basil, into=into)
            for ticket, into in zip(ring, [*ring[1:], ring[0]], strict=True)
        ]
    )

    last = Ticket.objects.get(merged_into=None)
    refused = [answer for answer in found if isinstance(answer, Exception)]
    assert [getattr(answer, "code", answer) for answer in refused] == ["itself"]
    assert Ticket.objects.filter(merged_into=last).count() == 4
    assert last.is_unresolved


@pytest.mark.parametrize("turn", range(4))
def test_a_reply_lands_while_the_ticket_is_merged_and_the_other_one_merged_on(
    two, desk, amal, basil, colleague, together, turn
):
    one, other = two
    third = actions.file_ticket(requester=amal, subject="A third")

    found = together(
        lambda: actions.reply_to_ticket(one, by=amal, text="Hello?"),
        lambda: actions.merge_ticket(one, by=basil, into=other),
        lambda: actions.reply_to_ticket(one, by=amal, text="Anybody?"),
        lambda: actions.merge_ticket(other, by=colleague, into=third),
    )

    one.refresh_from_db()
    failed = [answer for answer in found if isinstance(answer, Exception)]
    assert [answer for answer in failed if not isinstance(answer, ValidationError)] == []
    assert one.messages.count() == 2
    assert one.merged_into_id in (None, third.pk, other.pk)
    assert Ticket.objects.exclude(merged_into=None).exclude(merged_into__merged_into=None).count() == 0
