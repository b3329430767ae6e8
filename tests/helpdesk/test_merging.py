"""Two tickets about one thing: merged, what is said afterwards, who reads what of it, and taken apart again."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.utils import timezone

from helpdesk import actions
from helpdesk.choices import Status
from helpdesk.models import Attention, ServiceResult, Ticket, TicketTally, Watcher
from helpdesk.permissions import standing_of
from helpdesk.timeline import Said, timeline_of
from office import outbox
from office.models import Event, Notification
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def other(desk, dina):
    """Dina has reported the same printer."""
    return actions.file_ticket(requester=dina, subject="Nothing prints", description="Room 7.")


@pytest.fixture
def into(other, colleague):
    """The same, and Badr works on it."""
    return actions.take_ticket(other, by=colleague)


@pytest.fixture
def merged(taken, into, basil):
    """Amal's ticket, merged into Dina's."""
    actions.merge_ticket(taken, by=basil, into=into)
    taken.refresh_from_db()
    return taken


def told(person):
    return list(Notification.objects.filter(recipient=person).order_by("pk").values_list("kind", "about_id"))


def words_on(ticket, reader):
    """What a reader reads of the conversation, as texts."""
    browsed = Ticket.objects.visible_to(reader).for_page(reader).get(pk=ticket.pk)
    seen = Ticket.objects.merged_for(browsed, reader).select_related("requester")
    lines = timeline_of(browsed, reader, standing_of(reader, browsed), merged=list(seen))
    return [line.text for line in lines if isinstance(line, Said)]


# Merging


def test_the_merged_one_ends_and_leads_to_the_other_one(taken, into, basil, state):
    actions.merge_ticket(taken, by=basil, into=into)

    assert (state(taken), taken.merged_into, state(into)) == (Status.CANCELLED, into, Status.IN_PROGRESS)
    assert taken.closed_at is not None
    assert (taken.resolved_by, taken.next_due, taken.clock_due) == (None, None, None)


def test_both_histories_say_so(merged, into):
    events = Event.objects.about(merged).latest("pk"), Event.objects.about(into).latest("pk")

    assert [event.verb for event in events] == ["merged", "took_in"]
    assert events[0].changes["merged_into"] == [None, into.pk]
    assert events[1].changes["merged"] == [None, merged.pk]


def test_nothing_of_either_is_moved(taken, into, amal, basil):
    actions.reply_to_ticket(taken, by=amal, text="Hello?", files=[SimpleUploadedFile("a.txt", b"a")])

    actions.merge_ticket(taken, by=basil, into=into)

    assert taken.messages.count() == 1
    assert into.messages.count() == 0


def test_the_running_count_goes_down(taken, into, basil):
    actions.merge_ticket(taken, by=basil, into=into)

    assert sum(TicketTally.objects.values_list("n", flat=True)) == Ticket.objects.unresolved().count() == 1


def test_it_counts_as_solved_by_nobody(merged, amal):
    result = ServiceResult.objects.get(ticket=merged)

    assert result.resolution in ("dropped", "")
    assert merged.resolved_at is None
    with pytest.raises((PermissionDenied, ValidationError)):
        actions.rate_ticket(merged, by=amal, stars=5, comment="")


def test_whoever_asked_and_whoever_works_on_the_other_one_hear_of_it(merged, into, amal, colleague, dina):
    assert told(amal)[-1] == ("ticket.merged", merged.pk)
    assert told(colleague)[-1] == ("ticket.took_in", into.pk)
    assert told(dina) == []


def test_a_ticket_is_not_merged_into_itself(taken, basil):
    with pytest.raises(ValidationError) as refusal:
        actions.merge_ticket(taken, by=basil, into=taken)

    assert refusal.value.code == "itself"


def test_two_are_merged_one_way_only(merged, into, colleague):
    with pytest.raises(ValidationError) as refusal:
        actions.merge_ticket(into, by=colleague, into=merged)

    assert refusal.value.code == "itself"


def test_what_is_merged_is_not_merged_again(merged, desk, dina, basil):
    third = actions.file_ticket(requester=dina, subject="A third")

    with pytest.raises(ValidationError) as refusal:
        actions.merge_ticket(merged, by=basil, into=third)

    assert refusal.value.code == "merged"


def test_into_a_merged_one_means_into_where_that_one_leads(merged, into, dina, basil):
    third = actions.file_ticket(requester=dina, subject="A third")

    actions.merge_ticket(third, by=basil, into=merged)

    third.refresh_from_db()
    assert third.merged_into == into


def test_what_was_merged_goes_on_with_what_it_was_merged_into(merged, into, dina, basil):
    third = actions.file_ticket(requester=dina, subject="A third")

    actions.merge_ticket(into, by=basil, into=third)

    merged.refresh_from_db()
    assert merged.merged_into == third
    assert Event.objects.about(merged).latest("pk").changes["merged_into"] == [into.pk, third.pk]


@pytest.mark.parametrize("end", ["solved", "closed", "cancelled"])
def test_only_open_ones_are_merged_and_only_into_open_ones(taken, into, basil, colleague, end):
    if end == "cancelled":
        actions.cancel_ticket(into, by=colleague, reason="Twice.")
    else:
        actions.resolve_ticket(into, by=colleague, resolution="Done.")
    if end == "closed":
        actions.close_ticket(into, by=colleague)

    for ticket, other, code in ((taken, into, "into"), (into, taken, "ended")):
        with pytest.raises(ValidationError) as refusal:
            actions.merge_ticket(ticket, by=basil, into=other)
        assert refusal.value.code == code


def test_while_a_call_to_the_vendor_is_open_the_other_way_round(taken, into, basil, ministry):
    device = factories.make_asset(ministry)
    factories.cover(factories.make_contract(ministry), device)
    Ticket.objects.filter(pk=taken.pk).update(asset=device)
    call = actions.escalate_ticket(taken, by=basil, channel="phone", subject="Jammed")

    with pytest.raises(ValidationError) as refusal:
        actions.merge_ticket(taken, by=basil, into=into)
    actions.merge_ticket(into, by=basil, into=taken)

    assert refusal.value.code == "call"
    assert call.number in refusal.value.messages[0]


def test_both_must_be_ones_own_to_work_on(taken, into, outsider, amal, secret_queue, dina, basil):
    secret = factories.make_ticket(dina, queue=secret_queue)

    for by, ticket, other in (
        (outsider, taken, into),
        (amal, taken, into),
        (basil, taken, secret),
        (basil, secret, into),
    ):
        with pytest.raises(PermissionDenied):
            actions.merge_ticket(ticket, by=by, into=other)

    assert not Ticket.objects.exclude(merged_into=None).exists()


def test_the_database_knows_the_rule(taken, into):
    with pytest.raises(IntegrityError), transaction.atomic():
        Ticket.objects.filter(pk=taken.pk).update(merged_into=into)
    with pytest.raises(IntegrityError), transaction.atomic():
        Ticket.objects.filter(pk=taken.pk).update(status="cancelled", merged_into=taken.pk)


# What is said afterwards


def test_a_reply_lands_in_the_other_one(merged, into, amal, colleague, dina):
    actions.reply_to_ticket(merged, by=amal, text="It smells of smoke.")

    into.refresh_from_db()
    assert words_on(into, colleague)[-1] == "It smells of smoke."
    assert Event.objects.about(into).latest("pk").verb == "merged_replied"
    assert (into.last_word_by, into.status) == (amal, Status.IN_PROGRESS)
    assert told(colleague)[-1] == ("ticket.landed", into.pk)
    assert "ticket.replied" not in dict(told(dina))


def test_each_reads_her_own_request_only(merged, into, amal, dina, basil, colleague):
    actions.reply_to_ticket(merged, by=amal, text="Of Amal.")
    actions.reply_to_ticket(into, by=colleague, text="For Dina.")
    actions.note_ticket(merged, by=basil, text="For the desk.")

    assert words_on(merged, amal) == ["Since this morning.", "Of Amal."]
    assert words_on(into, dina) == ["Room 7.", "For Dina."]
    assert words_on(into, basil) == ["Since this morning.", "Room 7.", "Of Amal.", "For Dina.", "For the desk."]


def test_the_desk_answers_whoever_asked_there_alone(merged, amal, dina, colleague):
    actions.reply_to_ticket(merged, by=colleague, text="Please stop using it.")

    assert told(amal)[-1] == ("ticket.replied", merged.pk)
    assert "ticket.replied" not in dict(told(dina))


def test_a_question_makes_an_answer_due_and_the_answer_ends_it(merged, into, amal, colleague):
    actions.reply_to_ticket(into, by=colleague, text="We look at it.")

    actions.reply_to_ticket(merged, by=amal, text="When?")
    into.refresh_from_db()
    asked = into.next_response_due
    actions.reply_to_ticket(merged, by=colleague, text="Today.")

    into.refresh_from_db()
    assert (asked is not None, into.next_response_due) == (True, None)


def test_the_first_answer_is_still_owed_to_the_other_one(merged, into, colleague):
    actions.reply_to_ticket(merged, by=colleague, text="Please stop using it.")

    into.refresh_from_db()
    assert into.responded_at is None


def test_her_answer_lets_the_other_one_go_on(merged, into, amal, colleague, state):
    actions.reply_to_ticket(into, by=colleague, text="Which room?", wait=True)

    actions.reply_to_ticket(merged, by=amal, text="Room 7.")

    assert state(into) == Status.IN_PROGRESS


def test_her_word_reopens_what_counted_as_solved(merged, into, amal, colleague, state):
    actions.resolve_ticket(into, by=colleague, resolution="New drum.")

    actions.reply_to_ticket(merged, by=amal, text="Still jammed.")

    assert state(into) == Status.IN_PROGRESS
    assert state(merged) == Status.CANCELLED


def test_a_note_is_seen_by_the_desk_of_the_other_one(merged, into, basil, colleague):
    actions.note_ticket(merged, by=basil, text="Look at the drum.")

    assert words_on(into, colleague)[-1] == "Look at the drum."
    assert told(colleague)[-1] == ("ticket.landed_note", into.pk)


def test_a_reply_on_its_way_lands_too(taken, into, amal, basil, colleague):
    actions.send_later(taken, by=basil, text="I am coming.")
    actions.merge_ticket(taken, by=colleague, into=into)

    sent = actions.send_waiting(ticket=taken, by=basil)

    assert (sent, words_on(into, colleague)[-1]) == (1, "I am coming.")


def test_a_solution_on_its_way_becomes_a_draft_that_says_why(taken, into, basil, colleague):
    draft = actions.send_later(taken, by=basil, text="Solved.", then="resolve")
    actions.merge_ticket(taken, by=colleague, into=into)

    sent = actions.send_waiting(ticket=taken, by=basil)

    draft.refresh_from_db()
    assert (sent, draft.leaves_at, "merged" in draft.problem) == (0, None, True)


def test_a_reply_to_the_other_one_waits_until_its_writer_has_read_what_landed(merged, into, amal, colleague):
    actions.reply_to_ticket(merged, by=amal, text="It works again.")

    with pytest.raises(ValidationError) as refusal:
        actions.send(into, by=colleague, text="New drum ordered.", seen=0)

    assert refusal.value.code == "unread"
    assert [message.text for message in refusal.value.said] == ["It works again."]


def test_whoever_works_on_the_other_one_answers_here(taken, desk, ministry, dina, basil):
    """Of another team, she acts on the merged ticket because she has the other one."""
    network = factories.make_user(ministry, is_technician=True)
    team = factories.make_team(ministry, [network, basil])
    there = factories.make_ticket(dina, queue=factories.make_queue(team))
    actions.merge_ticket(taken, by=basil, into=there)
    taken.refresh_from_db()

    message = actions.reply_to_ticket(taken, by=network, text="The switch was off.")

    assert message.ticket_id == taken.pk


# How it ends


def test_whoever_asked_hears_that_the_other_one_is_solved(merged, into, amal, dina, colleague):
    actions.resolve_ticket(into, by=colleague, resolution="For Dina alone.")

    assert told(amal)[-1] == ("ticket.merged_solved", merged.pk)
    assert told(dina)[-1] == ("ticket.resolved", into.pk)


def test_the_mail_of_it_says_nothing_of_the_other_one(merged, into, amal, colleague):
    amal.email, amal.language = "amal@ministry.example", "ar"
    amal.save()
    actions.resolve_ticket(into, by=colleague, resolution="For Dina alone.")

    row = outbox.OutboxRow.objects.filter(recipient=amal).latest("pk")
    mail = outbox.make(row)

    assert merged.number in mail.text
    for hidden in ("For Dina alone.", into.number, into.subject, "Dina"):
        assert hidden not in mail.text + mail.html


def test_one_person_hears_once(taken, amal, basil, desk):
    two = [actions.file_ticket(requester=amal, subject=f"Again {n}") for n in range(2)]
    for ticket in two:
        actions.merge_ticket(ticket, by=basil, into=taken)

    actions.resolve_ticket(taken, by=basil, resolution="New drum.")

    assert [kind for kind, _about in told(amal)][-1:] == ["ticket.resolved"]
    assert "ticket.merged_solved" not in dict(told(amal))


def test_whoever_asked_hears_that_the_other_one_has_ended(merged, into, amal, colleague):
    actions.cancel_ticket(into, by=colleague, reason="Mistake.")

    assert told(amal)[-1] == ("ticket.merged_ended", merged.pk)


# Taken apart


def test_taken_apart_it_goes_on_where_it_stood(merged, into, basil, amal, state):
    actions.take_apart(merged, by=basil)

    assert (state(merged), merged.merged_into, merged.assignee) == (Status.IN_PROGRESS, None, basil)
    assert (merged.closed_at, ServiceResult.objects.filter(ticket=merged).exists()) == (None, False)
    assert told(amal)[-1] == ("ticket.taken_apart", merged.pk)
    assert Event.objects.about(into).latest("pk").verb == "gave_back"


def test_its_promise_runs_again(taken, into, basil):
    before = taken.resolution_due
    actions.merge_ticket(taken, by=basil, into=into)

    actions.take_apart(taken, by=basil)

    taken.refresh_from_db()
    assert (before is None) == (taken.resolution_due is None)
    assert taken.next_due is not None or before is None


def test_without_its_assignee_it_goes_back_into_the_queue(merged, basil, colleague, state):
    basil.is_active = False
    basil.save()

    actions.take_apart(merged, by=colleague)

    assert (state(merged), merged.assignee) == (Status.NEW, None)


def test_only_a_merged_one_is_taken_apart_and_by_the_desk(taken, merged, into, amal, outsider, basil):
    for by in (amal, outsider):
        with pytest.raises(PermissionDenied):
            actions.take_apart(merged, by=by)
    with pytest.raises(ValidationError):
        actions.take_apart(into, by=basil)


def test_watchers_read_and_hear_of_their_own_ticket_only(taken, into, ministry, basil, colleague):
    follower = factories.make_user(ministry, username="sami")
    Watcher.objects.create(ticket=taken, user=follower)
    actions.merge_ticket(taken, by=basil, into=into)

    actions.reply_to_ticket(into, by=colleague, text="For Dina.")
    actions.resolve_ticket(into, by=colleague, resolution="Done.")

    assert [kind for kind, _about in told(follower)] == ["ticket.merged", "ticket.merged_solved"]
    assert not Ticket.objects.visible_to(follower).filter(pk=into.pk).exists()


def test_who_wants_no_mail_gets_none(taken, into, amal, basil):
    amal.email = "amal@ministry.example"
    amal.save()
    Attention.objects.create(ticket=taken, user=amal, is_muted=True, looked_at=timezone.now())

    actions.merge_ticket(taken, by=basil, into=into)

    assert not outbox.OutboxRow.objects.filter(
        recipient=amal, about_id=taken.pk, not_before__gt=timezone.now()
    ).exists()
