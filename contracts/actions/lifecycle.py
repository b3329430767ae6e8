"""A contract from draft to its end: activated, suspended, resumed, terminated, cancelled, expired."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from contracts import permissions
from contracts.actions.common import locked, locked_for_edit, refusal, set_state
from contracts.actions.dates import refresh_dates
from contracts.choices import RUNNING, ContractState, Renewal
from contracts.models import Contract, Suspension
from office import calendars
from office.events import record_event
from office.models.events import Channel


@transaction.atomic
def activate_contract(contract, *, by):
    """Put a draft into force; reminders begin. Needs owner and term. An expired predecessor counts as renewed."""
    contract = locked_for_edit(contract, by)
    if contract.owner_id is None:
        raise refusal("owner", _("Name an owner first: reminders need somebody to go to."), "owner")
    if not contract.terms.exists():
        raise ValidationError(_("Give the contract a term first."), code="term")
    if contract.renewal == Renewal.AUTO and not contract.renewal_months:
        raise refusal("renewal_months", _("Say for how many months it renews itself."), "months")
    set_state(contract, ContractState.ACTIVE, by=by, verb="activated")
    refresh_dates(contract)
    predecessor = contract.predecessor and locked(contract.predecessor)
    if predecessor and predecessor.state == ContractState.EXPIRED:
        set_state(predecessor, ContractState.RENEWED, by=by, verb="succeeded")
        refresh_dates(predecessor)
    return contract


@transaction.atomic
def cancel_contract(contract, *, by):
    """Give up a draft; it stays in the register."""
    contract = locked_for_edit(contract, by)
    return set_state(contract, ContractState.CANCELLED, by=by, verb="cancelled")


@transaction.atomic
def suspend_contract(contract, *, by, reason, on=None):
    """Pause coverage and the vendor's clock from the local date `on` (today); reminders go on."""
    contract = locked_for_edit(contract, by)
    on = on or calendars.today()
    set_state(contract, ContractState.SUSPENDED, by=by, verb="suspended", changes={"from_date": [None, on.isoformat()]})
    Suspension.objects.create(contract=contract, from_date=on, reason=reason, by=by)
    return contract


@transaction.atomic
def resume_contract(contract, *, by, on=None):
    """End the suspension; `on` (today) is the first day in force again."""
    contract = locked_for_edit(contract, by)
    on = on or calendars.today()
    set_state(contract, ContractState.ACTIVE, by=by, verb="resumed", changes={"until": [None, on.isoformat()]})
    _end_suspension(contract, on)
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
    set_state(contract, ContractState.TERMINATED, by=by, verb="terminated", changes=changes)
    refresh_dates(contract)
    return contract


@transaction.atomic
def expire_contract(contract, *, today):
    """Note, by the clock, that the last term is over on the local date `today`; a decision not made stays asked for."""
    contract = locked(contract)
    if contract.state not in RUNNING or contract.current_end is None or contract.current_end >= today:
        return None
    successors = Contract.objects.running().filter(predecessor=contract)
    to, verb = (ContractState.RENEWED, "succeeded") if successors.exists() else (ContractState.EXPIRED, "expired")
    _end_suspension(contract, today)
    set_state(contract, to, by=None, verb=verb, channel=Channel.CLOCK)
    if to == ContractState.RENEWED:
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
