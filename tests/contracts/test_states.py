"""The way of a contract from draft to its end: every move, who may make it, and what follows."""

from datetime import date

import pytest
from django.core import mail as outgoing
from django.core.exceptions import PermissionDenied, ValidationError

from contracts import actions, clock, coverage, permissions
from contracts.choices import ContractState
from contracts.models import Contract
from contracts.states import MOVES
from office import outbox
from tests import factories

# Which moves are open to the owner who wrote it, to the head of its unit who did not, and to nobody, by state.
TABLE = {
    "draft": ({"submit", "cancel"}, set()),
    "in_approval": ({"withdraw", "cancel"}, {"approve", "reject"}),
    "approved": ({"withdraw", "activate", "cancel"}, set()),
    "active": ({"suspend", "terminate"}, set()),
    "suspended": ({"resume", "terminate"}, set()),
    "expired": (set(), set()),
    "renewed": (set(), set()),
    "terminated": (set(), set()),
    "cancelled": (set(), set()),
}


@pytest.fixture
def draft(contract, owner):
    """A draft that its owner wrote."""
    Contract.objects.update(state="draft")
    contract.refresh_from_db()
    return actions.change_contract(contract, by=owner, values={"title": "Printers and scanners"})


@pytest.mark.parametrize("state", ContractState.values)
def test_the_moves_of_each_state_are_those_of_the_table(draft, owner, section, dina, basil, state):
    draft.state = state
    open_to = lambda person: {name for name in MOVES if permissions.can_move(person, draft, name)}  # noqa: E731

    assert (open_to(owner), open_to(section.head)) == TABLE[state]
    assert open_to(dina) == open_to(basil) == set()


def test_who_wrote_it_does_not_approve_it_even_as_the_head_of_the_unit(draft, owner, section):
    section.head = owner
    section.save()
    actions.submit_contract(draft, by=owner)

    with pytest.raises(PermissionDenied):
        actions.approve_contract(draft, by=owner)


def test_a_deputy_who_changed_a_word_is_a_writer_too(draft, owner, deputy):
    actions.change_contract(draft, by=deputy, values={"title": "All printers"})
    actions.submit_contract(draft, by=owner)

    assert not permissions.can_move(deputy, Contract.objects.get(), "approve")


def test_who_wrote_down_what_the_vendor_promises_is_a_writer_too(draft, owner, deputy):
    values = {"kind": "visit", "title": "", "per_year": 4, "penalty_per_day": None, "penalty_cap": None}
    actions.add_promise(draft, by=deputy, values=values)
    actions.submit_contract(draft, by=owner)

    assert not permissions.can_move(deputy, Contract.objects.get(), "approve")


@pytest.mark.parametrize("field", ["owner", "deputy"])
def test_nothing_is_sent_for_approval_without_owner_and_deputy(draft, owner, section, field):
    setattr(draft, field, None)
    draft.save()
    writer = factories.make_user(unit=section, is_manager=True)

    with pytest.raises(ValidationError) as refusal:
        actions.submit_contract(draft, by=writer)

    assert refusal.value.error_dict[field][0].code == field


def test_where_nobody_else_may_approve_it_says_so(draft, owner, deputy, section):
    actions.change_contract(draft, by=deputy, values={"title": "All printers"})
    for head in (section.head, section.parent.head):
        head.is_active = False
        head.save()

    with pytest.raises(ValidationError) as refusal:
        actions.submit_contract(draft, by=owner)

    assert refusal.value.code == "approver"


def test_what_waits_for_approval_is_not_changed(draft, owner):
    actions.submit_contract(draft, by=owner)

    with pytest.raises(ValidationError) as refusal:
        actions.change_contract(draft, by=owner, values={"title": "Another"})

    assert refusal.value.code == "asked"


def test_an_approval_that_is_taken_back_is_void(draft, owner, section):
    actions.submit_contract(draft, by=owner)
    actions.approve_contract(draft, by=section.head)

    actions.withdraw_contract(draft, by=owner)

    with pytest.raises(ValidationError):
        actions.activate_contract(draft, by=owner)
    assert Contract.objects.get().state == "draft"


def test_those_who_may_approve_are_told_and_the_writer_hears_the_answer(draft, owner, deputy, section):
    actions.submit_contract(draft, by=owner)
    outbox.drain()
    asked = {address for message in outgoing.outbox for address in message.to}
    actions.reject_contract(draft, by=section.head, reason="The value is missing.")
    outbox.drain()

    assert asked == {deputy.email, section.head.email, section.parent.head.email}
    assert outgoing.outbox[-1].to == [owner.email]
    assert "The value is missing." in outgoing.outbox[-1].body


def test_a_request_that_was_answered_before_the_mail_left_is_not_sent(draft, owner, section):
    actions.submit_contract(draft, by=owner)
    actions.withdraw_contract(draft, by=owner)

    outbox.drain()

    assert not outgoing.outbox


def test_an_approved_contract_comes_into_force_by_itself_on_its_first_day(draft, owner, section):
    actions.submit_contract(draft, by=owner)
    actions.approve_contract(draft, by=section.head)

    clock.begin(date(2025, 12, 31))
    before = Contract.objects.get().state
    clock.begin(date(2026, 1, 1))

    assert (before, Contract.objects.get().state) == ("approved", "active")


@pytest.mark.parametrize("state", ["draft", "in_approval", "approved", "cancelled"])
def test_before_it_is_in_force_nothing_is_covered(contract, state):
    asset = factories.make_asset(contract.institution)
    factories.cover(contract, asset)

    Contract.objects.update(state=state)

    assert coverage.who_covers(asset) == []


def test_suspending_and_terminating_act_on_the_coverage_the_same_day(contract, owner):
    asset = factories.make_asset(contract.institution)
    factories.cover(contract, asset)
    covered = lambda: bool(coverage.who_covers(asset))  # noqa: E731
    before = covered()

    actions.suspend_contract(contract, by=owner, reason="A strike.")
    suspended = covered()
    actions.resume_contract(contract, by=owner)
    resumed = covered()
    from office.calendars import today

    actions.terminate_contract(contract, by=owner, on=today(), reason="Breach.")

    assert (before, suspended, resumed, covered()) == (True, False, True, False)


def test_payer_and_beneficiary_may_be_others(sign_in, contract, owner):
    actions.change_contract(
        contract, by=owner, values={"payer": "Ministry of Digital Economy", "beneficiary": "All ministries"}
    )

    page = sign_in(owner).get(contract.get_absolute_url()).content.decode()

    assert "Ministry of Digital Economy" in page
    assert "All ministries" in page
