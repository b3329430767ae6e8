"""Tickets, their conversation, and the desk's own set-up: queues, categories, priorities, targets."""

from helpdesk.models.desk import Category, PriorityCell, Queue, ServiceTarget
from helpdesk.models.tickets import Message, Ticket, TicketTally, Watcher

__all__ = [
    "Category",
    "Message",
    "PriorityCell",
    "Queue",
    "ServiceTarget",
    "Ticket",
    "TicketTally",
    "Watcher",
]
