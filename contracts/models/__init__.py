"""Contracts, their terms and levels, what they cover, and the reminders that end in a decision."""

from contracts.models.amendments import Amendment
from contracts.models.approvals import Approval
from contracts.models.budget import BudgetLine
from contracts.models.calls import CallStep, ServiceCall, VendorLink
from contracts.models.contracts import Contract, ServiceLevel, Suspension, Term
from contracts.models.coverage import Coverage
from contracts.models.deadlines import Deadline, Security
from contracts.models.feeds import CalendarFeed
from contracts.models.promises import Instalment, Obligation, Penalty, Promise
from contracts.models.reminders import CountedBy, Reminder, ReminderRule, RenewalDecision
from contracts.models.renewals import CommitteeMember, Criterion, Mark, Offer, RenewalCase
from contracts.models.scores import ScoreWeights

__all__ = [
    "Amendment",
    "Approval",
    "BudgetLine",
    "CalendarFeed",
    "CallStep",
    "CommitteeMember",
    "Contract",
    "CountedBy",
    "Coverage",
    "Criterion",
    "Deadline",
    "Instalment",
    "Mark",
    "Obligation",
    "Offer",
    "Penalty",
    "Promise",
    "Reminder",
    "ReminderRule",
    "RenewalCase",
    "RenewalDecision",
    "ScoreWeights",
    "Security",
    "ServiceCall",
    "ServiceLevel",
    "Suspension",
    "Term",
    "VendorLink",
]
