"""Every change of a contract that leaves history, sends something or touches two rows: one function per verb."""

from contracts.actions.amendments import amend_contract
from contracts.actions.approval import approve_contract, reject_contract, submit_contract, withdraw_contract
from contracts.actions.awards import award_case, cast_vote, close_case, make_successor, recommend
from contracts.actions.budget import save_budget_line
from contracts.actions.cases import (
    add_member,
    change_offer,
    enter_offer,
    freeze_criteria,
    give_marks,
    lock_marks,
    open_case,
    open_prices,
    remove_criterion,
    remove_member,
    save_criterion,
    set_offer_aside,
)
from contracts.actions.coverage import add_coverage, add_level, change_level, end_coverage
from contracts.actions.dates import refresh_dates, refresh_dates_bulk
from contracts.actions.decisions import record_decision, snooze_reminders
from contracts.actions.instalments import (
    approve_instalment,
    invoice_instalment,
    pay_instalment,
    plan_instalments,
    release_instalment,
    withhold_instalment,
)
from contracts.actions.lifecycle import (
    activate_contract,
    cancel_contract,
    expire_contract,
    hand_paper,
    resume_contract,
    suspend_contract,
    terminate_contract,
)
from contracts.actions.promises import add_promise, agree_penalty, meet_obligation, waive_obligation, waive_penalty
from contracts.actions.register import change_contract, create_contract, hand_over_contracts
from contracts.actions.rules import drop_own_rule, save_rule
from contracts.actions.securities import extend_security, lodge_security, settle_security
from contracts.actions.terms import add_term, append_term, change_term, proposed_end, renew_by_itself

__all__ = [
    "activate_contract",
    "add_coverage",
    "add_level",
    "add_member",
    "add_promise",
    "add_term",
    "agree_penalty",
    "amend_contract",
    "append_term",
    "approve_contract",
    "approve_instalment",
    "award_case",
    "cancel_contract",
    "cast_vote",
    "change_contract",
    "change_level",
    "change_offer",
    "change_term",
    "close_case",
    "create_contract",
    "drop_own_rule",
    "end_coverage",
    "enter_offer",
    "expire_contract",
    "extend_security",
    "freeze_criteria",
    "give_marks",
    "hand_over_contracts",
    "hand_paper",
    "invoice_instalment",
    "lock_marks",
    "lodge_security",
    "make_successor",
    "meet_obligation",
    "open_case",
    "open_prices",
    "pay_instalment",
    "plan_instalments",
    "proposed_end",
    "recommend",
    "record_decision",
    "refresh_dates",
    "refresh_dates_bulk",
    "reject_contract",
    "release_instalment",
    "remove_criterion",
    "remove_member",
    "renew_by_itself",
    "resume_contract",
    "save_budget_line",
    "save_criterion",
    "save_rule",
    "set_offer_aside",
    "settle_security",
    "snooze_reminders",
    "submit_contract",
    "suspend_contract",
    "terminate_contract",
    "waive_obligation",
    "waive_penalty",
    "withdraw_contract",
    "withhold_instalment",
]
