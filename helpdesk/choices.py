"""States, waiting kinds and priorities of tickets, and who may move a ticket from where to where."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Status(models.TextChoices):
    NEW = "new", pgettext_lazy("ticket", "New")
    ASSIGNED = "assigned", _("Assigned")
    IN_PROGRESS = "in_progress", _("In progress")
    WAITING = "waiting", _("On hold")
    RESOLVED = "resolved", _("Resolved")
    CLOSED = "closed", _("Closed")
    CANCELLED = "cancelled", pgettext_lazy("ticket", "Cancelled")


class WaitingFor(models.TextChoices):
    REQUESTER = "requester", _("Waiting for requester")
    VENDOR = "vendor", _("Waiting for vendor")
    ENTITY = "entity", _("Waiting for another entity")
    APPROVAL = "approval", _("Waiting for approval")
    PARTS = "parts", _("Waiting for parts")


class Level(models.IntegerChoices):
    """Impact and urgency."""

    HIGH = 1, pgettext_lazy("impact", "high")
    MEDIUM = 2, pgettext_lazy("impact", "medium")
    LOW = 3, pgettext_lazy("impact", "low")


class Priority(models.IntegerChoices):
    CRITICAL = 1, pgettext_lazy("priority", "critical")
    HIGH = 2, pgettext_lazy("priority", "high")
    MODERATE = 3, pgettext_lazy("priority", "normal")
    LOW = 4, pgettext_lazy("priority", "low")


S = Status
UNRESOLVED = (S.NEW, S.ASSIGNED, S.IN_PROGRESS, S.WAITING)
ENDED = (S.CLOSED, S.CANCELLED)

# One table for states and rights: who may take a ticket from one state to another.
# desk: may act on the ticket; requester: whose ticket it is; clock: the system by itself.
DESK, REQUESTER, CLOCK = "desk", "requester", "clock"
TRANSITIONS = {
    S.NEW: {
        S.ASSIGNED: {DESK},
        S.IN_PROGRESS: {DESK},
        S.WAITING: {DESK},
        S.RESOLVED: {DESK, REQUESTER},
        S.CANCELLED: {DESK, REQUESTER},
    },
    S.ASSIGNED: {
        S.NEW: {DESK},
        S.IN_PROGRESS: {DESK},
        S.WAITING: {DESK},
        S.RESOLVED: {DESK, REQUESTER},
        S.CANCELLED: {DESK, REQUESTER},
    },
    S.IN_PROGRESS: {
        S.NEW: {DESK},
        S.ASSIGNED: {DESK},
        S.WAITING: {DESK},
        S.RESOLVED: {DESK, REQUESTER},
        S.CANCELLED: {DESK, REQUESTER},
    },
    S.WAITING: {
        S.NEW: {DESK},
        S.ASSIGNED: {DESK, REQUESTER},
        S.IN_PROGRESS: {DESK, REQUESTER},
        S.RESOLVED: {DESK, REQUESTER},
        S.CANCELLED: {DESK, REQUESTER},
    },
    S.RESOLVED: {S.CLOSED: {DESK, REQUESTER, CLOCK}, S.IN_PROGRESS: {DESK, REQUESTER}, S.NEW: {DESK, REQUESTER}},
    S.CLOSED: {S.IN_PROGRESS: {DESK, REQUESTER}, S.NEW: {DESK, REQUESTER}},
    S.CANCELLED: {},
}
