"""Who may see and do what with contracts: the rows "contracts" and "set-up" of the table of roles."""

from contracts import approval
from contracts.case_states import DECIDER, MEMBER, STEPS
from contracts.states import APPROVER, EDITOR, MOVES


def sees_register(user):
    """The whole register of the institution; others see at most the contracts they answer for."""
    return bool(user.institution_id and user.works_at_desk)


def sees_contract(user, contract):
    """The same answer as `Contract.objects.visible_to`, for one row at hand."""
    if not user.is_active or contract.institution_id != user.institution_id:
        return False
    return user.works_at_desk or answers_for(user, contract)


def answers_for(user, contract):
    """Named as owner or deputy, or head of the responsible unit or of one above it: reminders climb to them."""
    return user.pk in (contract.owner_id, contract.deputy_id) or contract.unit_id in user.headed_units


def sees_amounts(user):
    """Technicians see levels, hours, contacts and coverage, but no amounts; nor do papers and notes that hold them."""
    return bool(user.is_manager or user.is_auditor or user.is_administrator)


def can_create(user, unit=None):
    """Managers, for their own unit and what is below it."""
    may = bool(user.is_manager and user.institution_id and user.unit_id)
    return may and (unit is None or user.unit_id in unit.ancestor_ids)


def can_edit(user, contract):
    """Managers edit the contracts of their own unit's subtree, and those they own or stand in for."""
    if not user.is_manager or contract.institution_id != user.institution_id:
        return False
    return user.pk in (contract.owner_id, contract.deputy_id) or user.unit_id in contract.unit.ancestor_ids


def can_decide(user, contract):
    """Whoever may edit it, and whoever answers for it: a decision must be possible for everybody reminded of it."""
    return sees_contract(user, contract) and (can_edit(user, contract) or answers_for(user, contract))


def can_record_decision(user, contract):
    """The right to decide, and something to decide."""
    return contract.decide_by is not None and can_decide(user, contract)


def can_approve(user, contract):
    """Whoever may edit it or heads a unit it belongs to, unless he wrote anything of it. One query."""
    entitled = can_edit(user, contract) or (sees_contract(user, contract) and contract.unit_id in user.headed_units)
    return entitled and user.pk not in approval.writers_of(contract)


def may_ever(user, contract, name):
    """The right to make the move `name` of `states.MOVES`, whatever the state the contract is in."""
    right = MOVES[name].right
    return (right == APPROVER and can_approve(user, contract)) or (right == EDITOR and can_edit(user, contract))


def can_move(user, contract, name):
    """The same, now: the state allows it, too."""
    return contract.state in MOVES[name].sources and may_ever(user, contract, name)


def sees_rules(user):
    return bool(user.institution_id and user.works_at_desk)


def can_change_rules(user):
    """Reminder rules of the institution: managers and administrators."""
    return bool(user.institution_id and (user.is_manager or user.is_administrator))


def reads_reports(user, obj=None):
    """Reports about money, of the whole register: for those of the desk who may see amounts."""
    return sees_register(user) and sees_amounts(user)


def can_change_budget(user):
    """Budget lines of the institution: managers and administrators."""
    return bool(user.institution_id and (user.is_manager or user.is_administrator))


def sees_case(user, case):
    """The same answer as `RenewalCase.objects.visible_to`, for one row at hand."""
    return sees_contract(user, case.contract) or bool(
        case.institution_id == user.institution_id and seat_of(user, case)
    )


def seat_of(user, case):
    """The place of `user` on the committee of a case, None for everybody else."""
    return next((member for member in case.members.all() if member.user_id == user.pk), None)


def may_ever_step(user, case, name):
    """The right to do `name` of `case_states.STEPS`, whatever the state of the case."""
    right = STEPS[name].right
    if right == MEMBER:
        return user.is_active and seat_of(user, case) is not None
    if right == DECIDER:
        return can_decide(user, case.contract)
    return can_edit(user, case.contract)


def may_step(user, case, name):
    """The same, now: the state allows it, too."""
    return case.state in STEPS[name].sources and may_ever_step(user, case, name)


def shows_prices(user, case):
    """Whether `user` sees the financial part of the offers of a case: prices, their documents, what follows from them.

    Nobody does before every member locked the technical marks and the financial offers were opened, not even who typed
    them in; afterwards those who may see amounts. Page, list, sheet, search, file and PDF all ask here.
    """
    return case.prices_opened_at is not None and sees_amounts(user) and sees_case(user, case)


def shows_marks(user, case):
    """Whether `user` sees what each member gave: from the opening of the financial offers on, so that nobody copies."""
    return case.prices_opened_at is not None and sees_case(user, case)


def sees_calls(user):
    """Calls to vendors, without amounts: the whole desk."""
    return sees_register(user)


def can_call(user):
    """Hand a fault to a vendor: technicians; for which ticket is the desk's own right."""
    return bool(user.is_active and user.institution_id and user.is_technician)


def can_tend(user, call):
    """Move a call on, judge its steps, make links: technicians, and whoever may edit the contract it is made under."""
    if not user.is_active or user.institution_id != call.institution_id:
        return False
    return user.is_technician or bool(call.term_id and can_edit(user, call.term.contract))
