"""The table of states and rights, and who stands how to a ticket."""

import pytest
from django.core.exceptions import PermissionDenied

from helpdesk import actions
from helpdesk.choices import CLOCK, DESK, REQUESTER, TRANSITIONS, WATCHER, Status
from helpdesk.models import Ticket
from helpdesk.permissions import Standing, can_move, must_log_reading, standing_of
from tests import factories

# Written by hand from the rules, not read from the table: from, to, who may.
MOVES = {
    ("new", "assigned"): "desk",
    ("new", "in_progress"): "desk",
    ("new", "waiting"): "desk",
    ("new", "resolved"): "desk requester watcher",
    ("new", "cancelled"): "desk requester",
    ("assigned", "new"): "desk",
    ("assigned", "in_progress"): "desk",
    ("assigned", "waiting"): "desk",
    ("assigned", "resolved"): "desk requester watcher",
    ("assigned", "cancelled"): "desk requester",
    ("in_progress", "new"): "desk",
    ("in_progress", "assigned"): "desk",
    ("in_progress", "waiting"): "desk",
    ("in_progress", "resolved"): "desk requester watcher",
    ("in_progress", "cancelled"): "desk requester",
    ("waiting", "new"): "desk requester watcher",
    ("waiting", "assigned"): "desk",
    ("waiting", "in_progress"): "desk requester watcher",
    ("waiting", "resolved"): "desk requester watcher",
    ("waiting", "cancelled"): "desk requester",
    ("resolved", "closed"): "desk requester watcher clock",
    ("resolved", "in_progress"): "desk requester watcher",
    ("resolved", "new"): "desk requester watcher",
    ("closed", "in_progress"): "desk requester watcher",
    ("closed", "new"): "desk requester watcher",
}


@pytest.mark.parametrize("part", [DESK, REQUESTER, WATCHER, CLOCK])
@pytest.mark.parametrize("start", Status.values)
def test_each_part_takes_a_ticket_only_where_the_rules_let_it(start, part):
    standing = Standing(parts=frozenset({part}))

    reached = {to for to in Status.values if can_move(standing, Ticket(status=start), to)}

    assert reached == {to for (left, to), who in MOVES.items() if left == start and part in who.split()}


def test_the_table_knows_every_state():
    assert set(TRANSITIONS) == set(Status)


def test_a_technician_of_the_team_acts_fully(ticket, basil):
    standing = standing_of(basil, ticket)

    assert standing.at_desk
    assert standing.sees_notes
    assert standing.writes_notes


def test_a_technician_of_another_team_sees_notes_and_writes_one_but_does_not_act(ticket, outsider):
    standing = standing_of(outsider, ticket)

    assert (standing.at_desk, standing.sees_notes, standing.writes_notes) == (False, True, True)


def test_whoever_is_assigned_acts_fully_outside_the_team_too(ticket, basil, outsider):
    assigned = actions.assign_ticket(ticket, by=basil, to=outsider)

    assert standing_of(outsider, assigned).at_desk


def test_an_administrator_reassigns_and_does_not_answer(ticket, administrator):
    standing = standing_of(administrator, ticket)

    assert (standing.at_desk, standing.sees_notes, standing.reassigns) == (False, True, True)


def test_an_auditor_sees_all_and_does_nothing(ticket, auditor):
    standing = standing_of(auditor, ticket)

    assert standing.sees_notes
    assert not standing.parts
    assert not standing.reassigns


def test_the_requester_sees_no_notes(ticket, amal):
    standing = standing_of(amal, ticket)

    assert standing.parts == {REQUESTER}
    assert not standing.sees_notes


def test_a_restricted_ticket_is_for_members_auditors_and_whoever_asked(
    secret_queue, amal, outsider, administrator, auditor
):
    ticket = factories.make_ticket(amal, queue=secret_queue)

    readers = [user for user in (amal, outsider, administrator, auditor) if _sees(user, ticket)]

    assert readers == [amal, auditor]


def test_a_member_sees_the_restricted_tickets_of_her_team(secret_queue, amal, outsider):
    ticket = factories.make_ticket(amal, queue=secret_queue)
    secret_queue.team.members.add(outsider)

    assert _sees(outsider, ticket)
    assert standing_of(outsider, ticket).at_desk


def test_reading_a_restricted_ticket_is_logged_unless_it_is_ones_own(secret_queue, amal, auditor):
    ticket = factories.make_ticket(amal, queue=secret_queue)

    assert must_log_reading(standing_of(auditor, ticket), ticket)
    assert not must_log_reading(standing_of(amal, ticket), ticket)


def test_the_head_of_a_unit_sees_the_public_part_of_its_tickets(ministry, desk, dina):
    unit = factories.make_unit(ministry, head=dina)
    ticket = factories.make_ticket(factories.make_user(ministry), queue=desk, unit=unit)

    assert _sees(dina, ticket)
    assert standing_of(dina, ticket) == Standing()


def test_a_manager_sees_tickets_whose_device_a_contract_of_hers_covers(ministry, desk, amal, manager):
    device = factories.make_asset(ministry)
    factories.cover(factories.make_contract(ministry, owner=manager), device)
    covered = factories.make_ticket(amal, queue=desk, asset=device)
    other = factories.make_ticket(amal, queue=desk)

    assert _sees(manager, covered)
    assert not _sees(manager, other)
    assert not standing_of(manager, covered).sees_notes


def test_neither_head_nor_manager_sees_restricted_tickets(ministry, secret_queue, amal, manager):
    unit = factories.make_unit(ministry, head=manager)
    device = factories.make_asset(ministry)
    factories.cover(factories.make_contract(ministry, owner=manager), device)
    ticket = factories.make_ticket(amal, queue=secret_queue, asset=device, unit=unit)

    assert not _sees(manager, ticket)


def test_nobody_of_another_institution_sees_anything(ticket):
    abroad = factories.make_institution()
    roles = ("is_technician", "is_manager", "is_auditor", "is_administrator")
    strangers = [factories.make_user(abroad, **{role: True}) for role in roles]

    assert not any(_sees(stranger, ticket) for stranger in strangers)
    assert all(standing_of(stranger, ticket) == Standing() for stranger in strangers)


@pytest.mark.parametrize(
    "act",
    [
        lambda ticket, by: actions.take_ticket(ticket, by=by),
        lambda ticket, by: actions.assign_ticket(ticket, by=by, to=by),
        lambda ticket, by: actions.transfer_ticket(ticket, by=by, queue=ticket.queue),
        lambda ticket, by: actions.start_ticket(ticket, by=by),
        lambda ticket, by: actions.wait_ticket(ticket, by=by, kind="vendor"),
        lambda ticket, by: actions.reply_to_ticket(ticket, by=by, text="I know."),
        lambda ticket, by: actions.note_ticket(ticket, by=by, text="I know."),
        lambda ticket, by: actions.attach_files(ticket, by=by, files=[object()]),
        lambda ticket, by: actions.resolve_ticket(ticket, by=by, resolution="Done."),
        lambda ticket, by: actions.confirm_ticket(ticket, by=by),
        lambda ticket, by: actions.cancel_ticket(ticket, by=by, reason="No."),
        lambda ticket, by: actions.change_ticket(ticket, by=by, subject="Mine"),
        lambda ticket, by: actions.watch_ticket(ticket, by=by, person=by),
    ],
)
def test_dina_can_do_nothing_with_amals_ticket(ticket, dina, act):
    before = Ticket.objects.values().get()

    with pytest.raises(PermissionDenied):
        act(ticket, dina)

    assert Ticket.objects.values().get() == before
    assert not ticket.messages.exists()


def test_dina_can_neither_reopen_nor_close_what_is_solved(solved, dina):
    for act in (actions.reopen_ticket, actions.close_ticket, actions.confirm_ticket):
        with pytest.raises(PermissionDenied):
            act(solved, by=dina)


def _sees(user, ticket):
    return Ticket.objects.visible_to(user).filter(pk=ticket.pk).exists()
