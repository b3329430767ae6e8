"""A draft on its way to being in force: sent for approval, approved by somebody who did not write it, or sent back."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from contracts import approval, notices, permissions
from contracts.actions.common import locked, move, refusal
from contracts.choices import Answer, Renewal
from contracts.models import Approval


@transaction.atomic
def submit_contract(contract, *, by):
    """Send a draft for approval; from here on it is not changed. Those who may approve are told by mail.

    Needs owner, deputy and a term, and somebody who may approve: not one of those who wrote it.
    """
    contract = _permitted(contract, by, "submit")
    _check_complete(contract)
    approvers = approval.approvers_of(contract)
    if not approvers:
        raise ValidationError(
            _(
                "Nobody else may approve it: whoever wrote it may not. Name a head of the responsible unit, or another"
                " manager of it."
            ),
            code="approver",
        )
    asked = Approval.objects.create(contract=contract, asked_by=by)
    move(contract, "submit", by=by, verb="submitted")
    notices.owe_approval_request(contract, asked, approvers)
    return contract


@transaction.atomic
def approve_contract(contract, *, by):
    contract = _permitted(contract, by, "approve")
    _check_complete(contract)
    _answer(contract, Answer.APPROVED, by)
    return move(contract, "approve", by=by, verb="approved")


@transaction.atomic
def reject_contract(contract, *, by, reason):
    """Send it back to its writers, with the reason."""
    contract = _permitted(contract, by, "reject")
    _answer(contract, Answer.REJECTED, by, reason)
    return move(contract, "reject", by=by, verb="rejected")


@transaction.atomic
def withdraw_contract(contract, *, by):
    """Take it back to change it; an approval given is void."""
    contract = _permitted(contract, by, "withdraw")
    _answer(contract, Answer.WITHDRAWN, by)
    return move(contract, "withdraw", by=by, verb="withdrawn")


def _permitted(contract, by, verb):
    contract = locked(contract)
    if not permissions.may_ever(by, contract, verb):
        raise PermissionDenied
    return contract


def _answer(contract, answer, by, remark=""):
    """Close the open round; without one (an approval that is taken back) leave a round of its own."""
    open_round = contract.approvals.filter(answer="").first()
    row = open_round or Approval(contract=contract, asked_by=by)
    row.answer, row.by, row.at, row.remark = answer, by, timezone.now(), remark
    row.save()
    if answer != Answer.WITHDRAWN:
        notices.owe_approval_answer(contract, row)


def _check_complete(contract):
    if contract.owner_id is None:
        raise refusal("owner", _("Name an owner first: reminders need somebody to go to."), "owner")
    if contract.deputy_id is None:
        raise refusal("deputy", _("Name a deputy first: somebody must be reminded when the owner is absent."), "deputy")
    if not contract.terms.exists():
        raise ValidationError(_("Give the contract a term first."), code="term")
    if contract.renewal == Renewal.AUTO and not contract.renewal_months:
        raise refusal("renewal_months", _("Say for how many months it renews itself."), "months")
