"""Contracts, their terms and levels, what they cover, and the reminders that end in a decision."""

from contracts.models.contracts import Contract, ServiceLevel, Term
from contracts.models.coverage import Coverage
from contracts.models.reminders import Reminder, ReminderRule, RenewalDecision

__all__ = ["Contract", "Coverage", "Reminder", "ReminderRule", "RenewalDecision", "ServiceLevel", "Term"]
