"""Tickets, their conversation, and the desk's own set-up: queues, categories, priorities, targets."""

from helpdesk.models.desk import Category, PriorityCell, Queue, ServiceTarget
from helpdesk.models.mail import Mailbox, MailThread, ReceivedMail, UndeliverableAddress
from helpdesk.models.tickets import Attention, Message, Ticket, TicketTally, Watcher

__all__ = [
    "Attention",
    "Category",
    "MailThread",
    "Mailbox",
    "Message",
    "PriorityCell",
    "Queue",
    "ReceivedMail",
    "ServiceTarget",
    "Ticket",
    "TicketTally",
    "UndeliverableAddress",
    "Watcher",
]
