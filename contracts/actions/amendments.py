"""Writing an amendment, and changing the conditions of a contract by one."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from contracts.actions.common import locked_for_edit, refusal
from contracts.choices import BEFORE_FORCE
from contracts.models import Amendment
from office import calendars, files
from office.events import record_event


@transaction.atomic
def amend_contract(contract, *, by, dated, effective, reason, document):
    """Write down an amendment of a contract in force, with its paper; what it changes is changed by it afterwards.

    dated: the local day on the paper; effective: the first local day on which it holds. Takes the next number.
    """
    contract = locked_for_edit(contract, by)
    if contract.state in BEFORE_FORCE:
        raise ValidationError(_("A draft is changed without an amendment."), code="draft")
    if dated > calendars.today():
        raise refusal("dated", _("This day has not come yet."), "future")
    first = contract.terms.order_by("sequence").first()
    if effective < first.start:
        raise refusal("effective", _("The contract had not begun on that day."), "early")
    last = contract.amendments.order_by("number").last()
    amendment = Amendment(
        contract=contract, number=last.number + 1 if last else 1, dated=dated, effective=effective, reason=reason, by=by
    )
    amendment.document = files.attach(contract, document, by=by)
    amendment.save()
    days = {"dated": [None, dated.isoformat()], "effective": [None, effective.isoformat()]}
    record_event(contract, "amended", by=by, changes={"amendment": [None, amendment.number], **days})
    return amendment


def by_amendment(contract, amendment, by):
    """What the event of a change says of the amendment it is made by; refuses one where an amendment is missing.

    A draft needs none; nor does the clock or an import (`by` None).
    """
    if amendment is not None and amendment.contract_id != contract.pk:
        raise refusal("amendment", _("Choose an amendment of this contract."), "foreign")
    if contract.state in BEFORE_FORCE or by is None:
        return {}
    if amendment is None:
        raise refusal(
            "amendment", _("A contract in force is changed by an amendment only: write it first."), "amendment"
        )
    return {"amendment": [amendment.number, amendment.number]}
