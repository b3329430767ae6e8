"""What happens to a ticket, verb by verb."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from helpdesk import actions
from helpdesk.choices import Level, Priority, Status, WaitingFor
from helpdesk.models import Message, Ticket
from office.models import Event
from office.models.events import Channel
from tests import factories


def test_a_filed_ticket_has_a_number_a_queue_a_priority_and_a_promise(desk, amal):
    ticket = actions.file_ticket(requester=amal, subject="No network", impact=Level.HIGH, urgency=Level.HIGH)

    assert ticket.number == f"TKT-{timezone.localtime().year}-00001"
    assert (ticket.queue, ticket.status, ticket.priority) == (desk, Status.NEW, Priority.CRITICAL)
    assert ticket.next_due == ticket.response_due < ticket.resolution_due


def test_the_number_carries_the_code_where_there_are_two_institutions(desk, amal, ministry):
    ministry.code = "MOP"
    ministry.save()
    factories.make_institution()

    ticket = actions.file_ticket(requester=amal, subject="No network")

    assert ticket.number == f"MOP-TKT-{timezone.localtime().year}-00001"


def test_unit_room_and_extension_come_from_the_profile(desk, ministry):
    unit = factories.make_unit(ministry)
    person = factories.make_user(ministry, unit=unit, room="214", extension="3377")

    ticket = actions.file_ticket(requester=person, subject="No network")

    assert (ticket.unit, ticket.room, ticket.extension) == (unit, "214", "3377")


def test_the_category_decides_the_queue(desk, amal, ministry):
    network = factories.make_queue(factories.make_team(ministry))
    category = factories.make_category(network)

    ticket = actions.file_ticket(requester=amal, subject="No network", category=category)

    assert (ticket.queue, ticket.category) == (network, category)


def test_the_kind_of_the_device_decides_where_no_category_does(desk, amal, ministry):
    network = factories.make_queue(factories.make_team(ministry))
    category = factories.make_category(network, asset_kind="network")
    switch = factories.make_asset(ministry, category=factories.make_asset_category(kind="network"))

    ticket = actions.file_ticket(requester=amal, subject="No network", asset=switch)

    assert (ticket.queue, ticket.category) == (network, category)


def test_without_any_queue_the_ticket_is_refused_with_a_sentence(ministry, amal):
    with pytest.raises(ValidationError) as refusal:
        actions.file_ticket(requester=amal, subject="No network")

    assert refusal.value.code == "queue"
    assert not Ticket.objects.exists()


def test_the_same_form_twice_is_one_ticket(desk, amal):
    key = "5e2b4a86-63d5-43e4-8a0e-6f8f9a7c1c11"

    first = actions.file_ticket(requester=amal, subject="No network", key=key)
    second = actions.file_ticket(requester=amal, subject="No network", key=key)

    assert first == second
    assert Ticket.objects.count() == 1


def test_the_desk_files_for_a_caller_and_both_are_stored(desk, amal, basil):
    ticket = actions.file_ticket(requester=amal, by=basil, subject="No network", channel=Channel.PHONE, take=True)

    assert (ticket.requester, ticket.filed_by, ticket.channel) == (amal, basil, Channel.PHONE)
    assert (ticket.assignee, ticket.status) == (basil, Status.IN_PROGRESS)
    assert ticket.next_due == ticket.resolution_due  # she has spoken with the desk


def test_an_employee_files_for_nobody_else(desk, amal, dina):
    with pytest.raises(PermissionDenied):
        actions.file_ticket(requester=amal, by=dina, subject="No network")


def test_a_device_of_another_institution_is_refused(desk, amal):
    foreign = factories.make_asset()

    with pytest.raises(ValidationError) as refusal:
        actions.file_ticket(requester=amal, subject="No network", asset=foreign)

    assert "asset" in refusal.value.error_dict


def test_taking_begins_the_work(ticket, basil):
    taken = actions.take_ticket(ticket, by=basil)

    assert (taken.assignee, taken.status) == (basil, Status.IN_PROGRESS)


def test_who_takes_second_hears_who_was_faster(ticket, basil, colleague):
    actions.take_ticket(ticket, by=basil)

    with pytest.raises(ValidationError) as refusal:
        actions.take_ticket(ticket, by=colleague)

    assert refusal.value.code == "taken"
    assert "Basil Nasser" in refusal.value.messages[0]


def test_one_may_take_over_what_one_saw_in_other_hands(taken, colleague):
    over = actions.take_ticket(taken, by=colleague)

    assert over.assignee == colleague


def test_taking_the_next_follows_the_promises(desk, amal, basil):
    later = actions.file_ticket(requester=amal, subject="Slow", impact=Level.LOW, urgency=Level.LOW)
    sooner = actions.file_ticket(requester=amal, subject="Fire", impact=Level.HIGH, urgency=Level.HIGH)

    assert actions.take_next(by=basil) == sooner
    assert actions.take_next(by=basil) == later
    assert actions.take_next(by=basil) is None


def test_the_next_is_never_from_a_queue_of_others(ticket, outsider):
    assert actions.take_next(by=outsider) is None


def test_assigning_gives_it_to_a_technician(ticket, basil, colleague):
    assigned = actions.assign_ticket(ticket, by=basil, to=colleague)

    assert (assigned.assignee, assigned.status) == (colleague, Status.ASSIGNED)


def test_assigning_to_nobody_gives_it_back_to_the_queue(taken, basil):
    back = actions.assign_ticket(taken, by=basil, to=None)

    assert (back.assignee, back.status) == (None, Status.NEW)


def test_an_employee_is_given_no_ticket(ticket, basil, dina):
    with pytest.raises(ValidationError) as refusal:
        actions.assign_ticket(ticket, by=basil, to=dina)

    assert "assignee" in refusal.value.error_dict


def test_a_restricted_ticket_is_given_to_members_only(secret_queue, amal, outsider):
    member = factories.make_user(amal.institution, is_technician=True)
    secret_queue.team.members.add(member)
    ticket = factories.make_ticket(amal, queue=secret_queue)

    with pytest.raises(ValidationError):
        actions.assign_ticket(ticket, by=member, to=outsider)


def test_an_administrator_assigns_without_working_at_the_desk(ticket, administrator, basil):
    assigned = actions.assign_ticket(ticket, by=administrator, to=basil)

    assert assigned.assignee == basil


def test_transferring_moves_it_and_frees_it_from_who_is_not_in_the_team(taken, basil, ministry):
    other = factories.make_queue(factories.make_team(ministry))

    moved = actions.transfer_ticket(taken, by=basil, queue=other)

    assert (moved.queue, moved.assignee, moved.status) == (other, None, Status.NEW)


def test_a_wait_stops_the_clocks_and_says_for_whom(taken, basil):
    waiting = actions.wait_ticket(taken, by=basil, kind=WaitingFor.VENDOR, note="Their number 4711")

    assert (waiting.status, waiting.waiting_for, waiting.waiting_note) == ("waiting", "vendor", "Their number 4711")
    assert waiting.next_due is None


def test_going_on_moves_the_promise_by_the_working_time_that_passed(desk, amal, basil, time_machine):
    time_machine.move_to("2026-11-15T07:00:00Z", tick=False)  # a Sunday, 10:00 in Amman
    ticket = actions.take_ticket(actions.file_ticket(requester=amal, subject="Slow"), by=basil)
    promised = ticket.resolution_due
    actions.wait_ticket(ticket, by=basil, kind=WaitingFor.PARTS)

    time_machine.move_to("2026-11-16T07:00:00Z", tick=False)  # one working day of seven hours later
    resumed = actions.resume_ticket(ticket, by=basil)

    assert resumed.paused_seconds == 7 * 3600
    assert resumed.resolution_due == promised + timedelta(days=1)
    assert resumed.next_due is not None


def test_the_answer_of_the_requester_lets_the_ticket_go_on(taken, basil, amal):
    actions.reply_to_ticket(taken, by=basil, text="Which printer?", wait=True)
    actions.reply_to_ticket(taken, by=amal, text="The one in 214.")

    taken.refresh_from_db()
    assert (taken.status, taken.waiting_for) == (Status.IN_PROGRESS, "")


def test_the_first_answer_of_the_desk_meets_its_promise(ticket, basil):
    actions.reply_to_ticket(ticket, by=basil, text="We are coming.")

    ticket.refresh_from_db()
    assert ticket.responded_at is not None
    assert ticket.next_due == ticket.resolution_due


def test_an_internal_note_is_no_answer_and_no_last_word(ticket, basil, amal):
    actions.note_ticket(ticket, by=basil, text="She spilled coffee.")

    ticket.refresh_from_db()
    assert ticket.responded_at is None
    assert ticket.last_word_by == amal


def test_search_knows_public_words_only(ticket, basil):
    actions.note_ticket(ticket, by=basil, text="marzipan")
    actions.reply_to_ticket(ticket, by=basil, text="porcelain")

    ticket.refresh_from_db()
    assert "porcelain" in ticket.search_text
    assert "marzipan" not in ticket.search_text


def test_an_empty_reply_is_refused(ticket, amal):
    with pytest.raises(ValidationError) as refusal:
        actions.reply_to_ticket(ticket, by=amal, text="  \n")

    assert "text" in refusal.value.error_dict
    assert not Message.objects.exists()


def test_resolving_keeps_the_solution_and_sets_the_day_of_closing(taken, basil):
    solved = actions.resolve_ticket(taken, by=basil, resolution="New toner.")

    assert (solved.status, solved.resolved_by, solved.next_due) == (Status.RESOLVED, basil, None)
    assert solved.close_due > timezone.now()
    assert solved.messages.get().text == "New toner."


def test_resolving_twice_is_refused(solved, basil):
    with pytest.raises(ValidationError) as refusal:
        actions.resolve_ticket(solved, by=basil, resolution="Again.")

    assert refusal.value.code == "resolved"


def test_it_works_now_closes_a_resolved_ticket(solved, amal):
    closed = actions.confirm_ticket(solved, by=amal)

    assert closed.status == Status.CLOSED
    assert closed.closed_at is not None


def test_it_works_now_resolves_a_ticket_that_is_still_open(ticket, amal):
    assert actions.confirm_ticket(ticket, by=amal).status == Status.RESOLVED


def test_still_broken_goes_back_to_who_worked_on_it(solved, amal, basil):
    reopened = actions.reopen_ticket(solved, by=amal, text="It jams again.")

    assert (reopened.status, reopened.assignee, reopened.reopen_count) == (Status.IN_PROGRESS, basil, 1)
    assert reopened.resolved_at is None
    assert reopened.next_due is not None


def test_still_broken_goes_into_the_queue_when_the_technician_has_left(solved, amal, basil):
    basil.is_active = False
    basil.save()

    reopened = actions.reopen_ticket(solved, by=amal)

    assert (reopened.status, reopened.assignee) == (Status.NEW, None)


def test_reopening_goes_on_with_the_clock_where_it_stood(desk, amal, basil, time_machine):
    time_machine.move_to("2026-11-15T07:00:00Z", tick=False)
    ticket = actions.take_ticket(actions.file_ticket(requester=amal, subject="Slow"), by=basil)
    promised = ticket.resolution_due
    actions.resolve_ticket(ticket, by=basil, resolution="Done.")

    time_machine.move_to("2026-11-16T07:00:00Z", tick=False)
    reopened = actions.reopen_ticket(ticket, by=amal)

    assert reopened.resolution_due == promised + timedelta(days=1)


def test_the_clock_closes_only_what_is_due(solved):
    with pytest.raises(PermissionDenied):
        actions.close_ticket(solved, by=None)


def test_cancelling_needs_a_reason_of_the_desk(ticket, basil):
    with pytest.raises(ValidationError):
        actions.cancel_ticket(ticket, by=basil, reason="")

    assert actions.cancel_ticket(ticket, by=basil, reason="Twice the same.").status == Status.CANCELLED


def test_who_asked_may_cancel_without_a_word(ticket, amal):
    assert actions.cancel_ticket(ticket, by=amal, reason="").status == Status.CANCELLED


def test_another_urgency_makes_another_promise_and_keeps_the_pauses(taken, basil):
    Ticket.objects.filter(pk=taken.pk).update(paused_seconds=3600)
    before = taken.resolution_due

    changed = actions.change_ticket(taken, by=basil, impact=Level.HIGH, urgency=Level.HIGH)

    assert changed.priority == Priority.CRITICAL
    assert changed.resolution_due < before
    assert changed.version == taken.version + 1


def test_every_act_is_written_into_the_history(solved, amal):
    actions.confirm_ticket(solved, by=amal)

    verbs = list(Event.objects.about(solved).order_by("id").values_list("verb", flat=True))
    assert verbs == ["created", "taken", "resolved", "confirmed"]


def test_the_history_holds_codes_and_no_free_text(taken, basil):
    actions.wait_ticket(taken, by=basil, kind=WaitingFor.ENTITY, note="marzipan")
    actions.change_ticket(taken, by=basil, subject="porcelain")

    changes = str(list(Event.objects.about(taken).values_list("changes", flat=True)))
    assert "'status': ['in_progress', 'waiting']" in changes
    assert "marzipan" not in changes
    assert "porcelain" not in changes
