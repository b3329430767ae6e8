"""Everything that happens to a ticket, one function a verb: locked, checked, changed, written down, told."""

from helpdesk.actions.assigning import assign_ticket, take_next, take_ticket, transfer_ticket
from helpdesk.actions.changing import change_ticket, choose_policy, note_reading, unwatch_ticket, watch_ticket
from helpdesk.actions.drafting import (
    add_draft_files,
    remove_draft_file,
    save_draft,
    send,
    send_later,
    send_waiting,
    take_back,
)
from helpdesk.actions.ending import cancel_ticket, close_ticket, confirm_ticket, reopen_ticket, resolve_ticket
from helpdesk.actions.escalating import escalate_ticket, hear_of_step, hear_of_verdict
from helpdesk.actions.filing import file_ticket
from helpdesk.actions.merging import check_merge, merge_ticket, take_apart
from helpdesk.actions.rating import rate_ticket
from helpdesk.actions.recounting import note_breaches, recount_ticket
from helpdesk.actions.talking import attach_files, note_ticket, reply_to_ticket
from helpdesk.actions.working import resume_ticket, start_ticket, wait_ticket

__all__ = [
    "add_draft_files",
    "assign_ticket",
    "attach_files",
    "cancel_ticket",
    "change_ticket",
    "check_merge",
    "choose_policy",
    "close_ticket",
    "confirm_ticket",
    "escalate_ticket",
    "file_ticket",
    "hear_of_step",
    "hear_of_verdict",
    "merge_ticket",
    "note_breaches",
    "note_reading",
    "note_ticket",
    "rate_ticket",
    "recount_ticket",
    "remove_draft_file",
    "reopen_ticket",
    "reply_to_ticket",
    "resolve_ticket",
    "resume_ticket",
    "save_draft",
    "send",
    "send_later",
    "send_waiting",
    "start_ticket",
    "take_apart",
    "take_back",
    "take_next",
    "take_ticket",
    "transfer_ticket",
    "unwatch_ticket",
    "wait_ticket",
    "watch_ticket",
]
