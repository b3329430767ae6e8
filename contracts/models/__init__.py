"""Contracts, their terms and levels, what they cover, and the reminders that end in a decision."""

from contracts.models.approvals import Approval
from contracts.models.contracts import Contract, ServiceLevel, Suspension, Term
from contracts.models.coverage import Coverage
from contracts.models.reminders import CountedBy, Reminder, ReminderRule, RenewalDecision

__all__ = [
    "Approval",
    "Contract",
    "CountedBy",
    "Coverage",
    "Reminder",
    "ReminderRule",
    "RenewalDecision",
    "ServiceLevel",
    "Suspension",
    "Term",
]
