"""Everything that happens to a ticket, one function a verb: locked, checked, changed, written down, told."""

from helpdesk.actions.assigning import assign_ticket, take_next, take_ticket, transfer_ticket
from helpdesk.actions.changing import change_ticket, note_reading, unwatch_ticket, watch_ticket
from helpdesk.actions.ending import cancel_ticket, close_ticket, confirm_ticket, reopen_ticket, resolve_ticket
from helpdesk.actions.filing import file_ticket
from helpdesk.actions.talking import attach_files, note_ticket, reply_to_ticket
from helpdesk.actions.working import resume_ticket, start_ticket, wait_ticket

__all__ = [
    "assign_ticket",
    "attach_files",
    "cancel_ticket",
    "change_ticket",
    "close_ticket",
    "confirm_ticket",
    "file_ticket",
    "note_reading",
    "note_ticket",
    "reopen_ticket",
    "reply_to_ticket",
    "resolve_ticket",
    "resume_ticket",
    "start_ticket",
    "take_next",
    "take_ticket",
    "transfer_ticket",
    "unwatch_ticket",
    "wait_ticket",
    "watch_ticket",
]
