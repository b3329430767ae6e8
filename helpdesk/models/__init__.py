"""Tickets, their conversation, and the desk's own set-up: queues, categories, priorities, service policies."""

from helpdesk.models.calls import Rating, TicketCall
from helpdesk.models.desk import Category, PriorityCell, Queue
from helpdesk.models.drafts import Draft, Face
from helpdesk.models.mail import Mailbox, MailThread, ReceivedMail, UndeliverableAddress
from helpdesk.models.service import (
    Escalation,
    EscalationStep,
    PolicyTarget,
    Replan,
    ServiceBook,
    ServicePolicy,
    ServiceResult,
    TeamTarget,
)
from helpdesk.models.tickets import Attention, Message, Ticket, TicketTally, Watcher

__all__ = [
    "Attention",
    "Category",
    "Draft",
    "Escalation",
    "EscalationStep",
    "Face",
    "MailThread",
    "Mailbox",
    "Message",
    "PolicyTarget",
    "PriorityCell",
    "Queue",
    "Rating",
    "ReceivedMail",
    "Replan",
    "ServiceBook",
    "ServicePolicy",
    "ServiceResult",
    "TeamTarget",
    "Ticket",
    "TicketCall",
    "TicketTally",
    "UndeliverableAddress",
    "Watcher",
]
