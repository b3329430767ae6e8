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


class CallEnd(models.TextChoices):
    """What becomes of the open calls to vendors of a ticket that ends."""

    REPAIRED = "repaired", _("the vendor has repaired it: his clock stops")
    CLOSED = "closed", _("it was repaired without him: the call is closed")
    NEEDLESS = "needless", _("he is not needed any more: the call is closed")
    OFF = "off", _("it was made by mistake: the call is called off")
    OPEN = "open", _("he has still something to do: the call stays open")


SOLVED_BY = (CallEnd.REPAIRED, CallEnd.CLOSED, CallEnd.OPEN)
CANCELLED_WITH = (CallEnd.NEEDLESS, CallEnd.OFF, CallEnd.OPEN)


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


class MessageKind(models.TextChoices):
    REPLY = "reply", _("reply")
    NOTE = "note", _("internal note")
    SOLUTION = "solution", _("solution")
    REASON = "reason", _("reason")


class Clock(models.TextChoices):
    """What is promised until when; the codes are those of `office.servicetime`."""

    FIRST_RESPONSE = "first_response", _("First answer")
    NEXT_RESPONSE = "next_response", _("Next answer")
    RESOLUTION = "resolution", _("Solution")


class Served(models.TextChoices):
    """How a promise ended."""

    MET = "met", pgettext_lazy("promise", "kept")
    LATE = "late", pgettext_lazy("promise", "late")
    DROPPED = "dropped", pgettext_lazy("promise", "no longer owed")


class StepClock(models.TextChoices):
    """The clocks on whose way a step of escalation may stand."""

    FIRST_RESPONSE = "first_response", _("First answer")
    NEXT_RESPONSE = "next_response", _("Next answer")
    RESOLUTION = "resolution", _("Solution")
    TAKE_UP = "take_up", _("Taking up")


class Tell(models.TextChoices):
    """Whom a step of escalation tells."""

    ASSIGNEE = "assignee", _("whoever has the ticket, else the team")
    TEAM = "team", _("the whole team")
    ADMINISTRATORS = "administrators", _("the administrators")
    PERSON = "person", _("the person named here")


class TargetUnit(models.TextChoices):
    """How a promise is measured: working time, or working days at the same time of day or to the close."""

    MINUTES = "minutes", _("working minutes")
    HOURS = "hours", _("working hours")
    DAYS = "days", _("working days")
    CLOSES = "closes", _("working days, until closing time")


class Hours(models.TextChoices):
    """Whose working hours a policy counts by."""

    QUEUE = "queue", _("those of the work queue, else the ministry's own")
    OWN = "own", _("the working calendar named here")
    CONTRACT = "contract", _("those of the contract that covers the device, else of the work queue")


class Work(models.TextChoices):
    """How an employee says how urgent it is."""

    NOT_AT_ALL = "no", pgettext_lazy("can you work", "Not at all")
    PARTLY = "partly", pgettext_lazy("can you work", "Partly")
    YES = "yes", pgettext_lazy("can you work", "Yes")


class Circle(models.TextChoices):
    """How an employee says how far it reaches."""

    ME = "me", pgettext_lazy("who is affected", "Only me")
    SECTION = "section", pgettext_lazy("who is affected", "My section")
    MORE = "more", pgettext_lazy("who is affected", "More than my section")


URGENCY_OF = {Work.NOT_AT_ALL: Level.HIGH, Work.PARTLY: Level.MEDIUM, Work.YES: Level.LOW}
IMPACT_OF = {Circle.MORE: Level.HIGH, Circle.SECTION: Level.MEDIUM, Circle.ME: Level.LOW}

S = Status
UNRESOLVED = (S.NEW, S.ASSIGNED, S.IN_PROGRESS, S.WAITING)
RUNNING = (S.NEW, S.ASSIGNED, S.IN_PROGRESS)
ENDED = (S.CLOSED, S.CANCELLED)
OVER = (S.RESOLVED, *ENDED)

# One table for states and rights: who may take a ticket from one state to another.
# desk: may act on the ticket; requester: who asked for it or filed it; watcher: who follows it; clock: the system by
# itself. What each of them is, `permissions.standing_of` says.
DESK, REQUESTER, WATCHER, CLOCK = "desk", "requester", "watcher", "clock"
_ASIDE = {REQUESTER, WATCHER}
TRANSITIONS = {
    S.NEW: {
        S.ASSIGNED: {DESK},
        S.IN_PROGRESS: {DESK},
        S.WAITING: {DESK},
        S.RESOLVED: {DESK, *_ASIDE},
        S.CANCELLED: {DESK, REQUESTER},
    },
    S.ASSIGNED: {
        S.NEW: {DESK},
        S.IN_PROGRESS: {DESK},
        S.WAITING: {DESK},
        S.RESOLVED: {DESK, *_ASIDE},
        S.CANCELLED: {DESK, REQUESTER},
    },
    S.IN_PROGRESS: {
        S.NEW: {DESK},
        S.ASSIGNED: {DESK},
        S.WAITING: {DESK},
        S.RESOLVED: {DESK, *_ASIDE},
        S.CANCELLED: {DESK, REQUESTER},
    },
    S.WAITING: {
        S.NEW: {DESK, *_ASIDE},
        S.ASSIGNED: {DESK},
        S.IN_PROGRESS: {DESK, *_ASIDE},
        S.RESOLVED: {DESK, *_ASIDE},
        S.CANCELLED: {DESK, REQUESTER},
    },
    S.RESOLVED: {
        S.CLOSED: {DESK, CLOCK, *_ASIDE},
        S.IN_PROGRESS: {DESK, *_ASIDE},
        S.NEW: {DESK, *_ASIDE},
    },
    S.CLOSED: {S.IN_PROGRESS: {DESK, *_ASIDE}, S.NEW: {DESK, *_ASIDE}},
    S.CANCELLED: {},
}

# State as colour and icon beside the word.
LOOKS = {
    S.NEW: ("azure", "inbox"),
    S.ASSIGNED: ("indigo", "user-check"),
    S.IN_PROGRESS: ("teal", "progress"),
    S.WAITING: ("yellow", "hourglass"),
    S.RESOLVED: ("green", "circle-check"),
    S.CLOSED: ("secondary", "lock"),
    S.CANCELLED: ("secondary", "ban"),
}
