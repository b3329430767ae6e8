"""What every action of this room begins and ends with: the locked contract, the right, the event."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from contracts import permissions
from contracts.choices import TRANSITIONS, ContractState
from contracts.models import Contract
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
    if not contract.is_open:
        raise ValidationError(
            _("This contract is %(state)s and cannot be changed any more."),
            code="closed",
            params={"state": contract.get_state_display()},
        )
    return contract


def refusal(field, sentence, code):
    """A ValidationError that stands at one field and can be told by its code."""
    return ValidationError({field: ValidationError(sentence, code=code)})


def set_state(contract, to, *, by, verb, changes=None, channel=Channel.PAGE):
    """Move a locked contract along `choices.TRANSITIONS` and write the event."""
    if to not in TRANSITIONS[contract.state]:
        raise ValidationError(
            _("A contract that is %(from)s cannot become %(to)s."),
            code="transition",
            params={"from": contract.get_state_display(), "to": ContractState(to).label},
        )
    before, contract.state = contract.state, to
    contract.version += 1
    contract.save(update_fields=["state", "version"])
    record_event(contract, verb, by=by, changes={"state": [before, to], **(changes or {})}, channel=channel)
    return contract
