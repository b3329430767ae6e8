"""A contract from its approval to its end: activated, suspended, resumed, terminated, cancelled, expired."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from contracts import permissions
from contracts.actions.calls import recount_calls
from contracts.actions.common import locked, locked_for_edit, move, refusal
from contracts.actions.dates import refresh_dates
from contracts.choices import RUNNING, Answer, ContractState
from contracts.models import Contract, Suspension
from office import calendars
from office.events import record_event
from office.models.events import Channel


@transaction.atomic
def activate_contract(contract, *, by, today=None):
    """Put an approved contract into force; reminders begin. An expired predecessor counts as renewed.

    `by` None is the clock on the first day of its first term, `today`.
    """
    contract = locked(contract)
    if by is not None:
        _demand(by, contract, "activate")
    elif not contract.terms.filter(start__lte=today).exists():
        return contract
    move(
        contract, "activate" if by else "begin", by=by, verb="activated", channel=Channel.PAGE if by else Channel.CLOCK
    )
    refresh_dates(contract)
    predecessor = contract.predecessor and locked(contract.predecessor)
    if predecessor and predecessor.state == ContractState.EXPIRED:
        move(predecessor, "succeed", by=by, verb="succeeded")
        refresh_dates(predecessor)
    return contract


@transaction.atomic
def cancel_contract(contract, *, by):
    """Give up a contract before it was in force; it stays in the register."""
    contract = locked(contract)
    _demand(by, contract, "cancel")
    contract.approvals.filter(answer="").update(answer=Answer.WITHDRAWN, by=by, at=timezone.now())
    return move(contract, "cancel", by=by, verb="cancelled")


def _demand(by, contract, name):
    if not permissions.may_ever(by, contract, name):
        raise PermissionDenied


@transaction.atomic
def suspend_contract(contract, *, by, reason, on=None):
    """Pause coverage and the vendor's clock from the local date `on` (today); reminders go on."""
    contract = locked_for_edit(contract, by)
    on = on or calendars.today()
    move(contract, "suspend", by=by, verb="suspended", changes={"from_date": [None, on.isoformat()]})
    Suspension.objects.create(contract=contract, from_date=on, reason=reason, by=by)
    recount_calls(contract)
    return contract


@transaction.atomic
def resume_contract(contract, *, by, on=None):
    """End the suspension; `on` (today) is the first day in force again."""
    contract = locked_for_edit(contract, by)
    on = on or calendars.today()
    move(contract, "resume", by=by, verb="resumed", changes={"until": [None, on.isoformat()]})
    _end_suspension(contract, on)
    recount_calls(contract)
    return contract


@transaction.atomic
def terminate_contract(contract, *, by, on, reason):
    """End a contract before its time: from the local date `on` nothing is covered; no reminder is sent any more."""
    contract = locked_for_edit(contract, by)
    first = contract.terms.order_by("sequence").first()
    if first is None or on < first.start or on > contract.current_end:
        raise refusal("on", _("Give a day within the terms of the contract."), "range")
    contract.ended_on, contract.end_reason = on, reason
    contract.save(update_fields=["ended_on", "end_reason"])
    changes = {"ended_on": [None, on.isoformat()]}
    move(contract, "terminate", by=by, verb="terminated", changes=changes)
    refresh_dates(contract)
    recount_calls(contract)
    return contract


@transaction.atomic
def expire_contract(contract, *, today):
    """Note, by the clock, that the last term is over on the local date `today`; a decision not made stays asked for."""
    contract = locked(contract)
    if contract.state not in RUNNING or contract.current_end is None or contract.current_end >= today:
        return None
    successors = Contract.objects.running().filter(predecessor=contract)
    name, verb = ("succeed", "succeeded") if successors.exists() else ("expire", "expired")
    _end_suspension(contract, today)
    move(contract, name, by=None, verb=verb, channel=Channel.CLOCK)
    if contract.state == ContractState.RENEWED:
        refresh_dates(contract)
    return contract


def _end_suspension(contract, on):
    for suspension in contract.suspensions.filter(until=None):
        suspension.until = max(on, suspension.from_date)
        suspension.save(update_fields=["until"])


def hand_paper(contract, upload, *, by):
    """Attach a paper to a contract; its contents may name amounts, so only those entitled to them see it."""
    from office import files

    contract = locked(contract)
    if not permissions.can_edit(by, contract):
        raise PermissionDenied
    attachment = files.attach(contract, upload, by=by)
    record_event(contract, "paper_added", by=by, changes={"paper": [None, attachment.name]})
    return attachment
