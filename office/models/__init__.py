"""The tables of the office: calendars, numbers, events, files, outbox, imports."""

from office.models.base import Activatable, Named, Versioned
from office.models.calendars import DayOverride, WeeklyPeriod, WorkingCalendar, WorkingSlot
from office.models.events import Event, UndoPermit
from office.models.files import Attachment, Blob, KeptUpload
from office.models.imports import ImportBatch, ImportRow
from office.models.notifications import Notification
from office.models.numbers import FormKey, NumberSeries
from office.models.outbox import Heartbeat, MailHold, OutboxRow
from office.models.sheets import Sheet
from office.models.wordings import MailWording

__all__ = [
    "Activatable",
    "Attachment",
    "Blob",
    "DayOverride",
    "Event",
    "FormKey",
    "Heartbeat",
    "ImportBatch",
    "ImportRow",
    "KeptUpload",
    "MailHold",
    "MailWording",
    "Named",
    "Notification",
    "NumberSeries",
    "OutboxRow",
    "Sheet",
    "UndoPermit",
    "Versioned",
    "WeeklyPeriod",
    "WorkingCalendar",
    "WorkingSlot",
]
