"""What every action of this room begins and ends with: the locked contract, the right, the event."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from contracts import permissions
from contracts.choices import BEFORE_FORCE, ContractState
from contracts.models import Contract
from contracts.states import MOVES
from office.events import record_event
from office.models.events import Channel


def locked(contract):
    """The contract as it stands now, with its unit, held until the end of the transaction."""
    return Contract.objects.select_for_update(of=("self",)).select_related("unit").get(pk=contract.pk)


def locked_for_edit(contract, by):
    """The locked contract, if `by` may edit it and it is not over. `by` None is the clock or an import."""
    contract = locked(contract)
    if by is not None and not permissions.can_edit(by, contract):
        raise PermissionDenied
    if contract.state in BEFORE_FORCE and not contract.is_open:
        raise ValidationError(_("Take the contract back before you change it: it was sent for approval."), code="asked")
    if not contract.is_open:
        raise ValidationError(
            _("This contract is %(state)s and cannot be changed any more."),
            code="closed",
            params={"state": contract.get_state_display()},
        )
    return contract


def locked_for_account(contract, by):
    """The locked contract, if `by` may edit it: what was owed and is paid is settled after its end, too."""
    contract = locked(contract)
    if not permissions.can_edit(by, contract):
        raise PermissionDenied
    if contract.state == ContractState.CANCELLED:
        raise ValidationError(_("This contract was given up."), code="closed")
    return contract


def refusal(field, sentence, code):
    """A ValidationError that stands at one field and can be told by its code."""
    return ValidationError({field: ValidationError(sentence, code=code)})


def move(contract, name, *, by, verb, changes=None, channel=Channel.PAGE):
    """Make one of `states.MOVES` with a locked contract and write the event `verb`."""
    made = MOVES[name]
    if contract.state not in made.sources:
        raise ValidationError(
            _("A contract that is %(from)s cannot become %(to)s."),
            code="transition",
            params={"from": contract.get_state_display(), "to": ContractState(made.to).label},
        )
    before, contract.state = contract.state, made.to
    contract.version += 1
    contract.save(update_fields=["state", "version"])
    record_event(contract, verb, by=by, changes={"state": [before, made.to], **(changes or {})}, channel=channel)
    return contract
