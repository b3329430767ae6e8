"""Every change of a contract that leaves history, sends something or touches two rows: one function per verb."""

from contracts.actions.amendments import amend_contract
from contracts.actions.approval import approve_contract, reject_contract, submit_contract, withdraw_contract
from contracts.actions.budget import save_budget_line
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
    "add_promise",
    "add_term",
    "agree_penalty",
    "amend_contract",
    "append_term",
    "approve_contract",
    "approve_instalment",
    "cancel_contract",
    "change_contract",
    "change_level",
    "change_term",
    "create_contract",
    "drop_own_rule",
    "end_coverage",
    "expire_contract",
    "extend_security",
    "hand_over_contracts",
    "hand_paper",
    "invoice_instalment",
    "lodge_security",
    "meet_obligation",
    "pay_instalment",
    "plan_instalments",
    "proposed_end",
    "record_decision",
    "refresh_dates",
    "refresh_dates_bulk",
    "reject_contract",
    "release_instalment",
    "renew_by_itself",
    "resume_contract",
    "save_budget_line",
    "save_rule",
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
