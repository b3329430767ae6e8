"""How states, decisions and reminders of contracts look: word, colour, icon; never a colour alone."""

from django.utils.translation import gettext as _

from contracts import words
from contracts.choices import (
    CallState,
    CaseState,
    ClockState,
    ContractState,
    Decision,
    ObligationState,
    PenaltyState,
    ReminderState,
    SecurityState,
    Verdict,
    Vote,
)
from contracts.models import Instalment
from office.calendars import today
from ui import text

STATES = {
    ContractState.DRAFT: ("secondary", "pencil"),
    ContractState.IN_APPROVAL: ("yellow", "hourglass"),
    ContractState.APPROVED: ("teal", "checkbox"),
    ContractState.ACTIVE: ("green", "circle-check"),
    ContractState.SUSPENDED: ("orange", "player-pause"),
    ContractState.EXPIRED: ("red", "calendar-off"),
    ContractState.RENEWED: ("azure", "refresh"),
    ContractState.TERMINATED: ("purple", "player-stop"),
    ContractState.CANCELLED: ("secondary", "ban"),
}
DECISIONS = {
    Decision.RENEW: ("green", "refresh"),
    Decision.RENEGOTIATE: ("azure", "messages"),
    Decision.RETENDER: ("indigo", "gavel"),
    Decision.TERMINATE: ("red", "player-stop"),
    Decision.EXPIRE: ("secondary", "calendar-off"),
}
REMINDERS = {
    ReminderState.PENDING: ("secondary", "clock"),
    ReminderState.OWED: ("azure", "mail"),
    ReminderState.SENT: ("green", "check"),
    ReminderState.SILENCED: ("secondary", "bell-off"),
    ReminderState.PASSED: ("secondary", "calendar-off"),
    ReminderState.CANCELLED: ("secondary", "x"),
    ReminderState.FAILED: ("red", "mail-x"),
    ReminderState.SUPPRESSED: ("secondary", "mail-off"),
}
IDLE = "idle"  # a day of the ladder of a contract for which nothing waits: a draft, or one that is over
SOON, NEAR = 7, 30  # days


def state_of(contract):
    """(label, colour, icon) of the state of a contract."""
    return (contract.get_state_display(), *STATES[contract.state])


def decision_of(decision):
    return (decision.get_decision_display(), *DECISIONS[decision.decision])


def reminder_of(state):
    if state == IDLE:
        return _("will not be sent"), "secondary", "bell-off"
    return (ReminderState(state).label, *REMINDERS[state])


def tone_of(day, today):
    """How urgent a decide-by date is: "over", "soon", "near" or "calm"."""
    left = (day - today).days
    if left < 0:
        return "over"
    return "soon" if left <= SOON else "near" if left <= NEAR else "calm"


def decide_chip(contract, today):
    """(label, colour, icon) that says by when to decide; None where there is nothing to decide."""
    if contract.decide_by is None:
        return None
    tone = tone_of(contract.decide_by, today)
    color, icon = {
        "over": ("red", "alert-triangle"),
        "soon": ("orange", "calendar-due"),
        "near": ("yellow", "calendar-due"),
        "calm": ("azure", "calendar-event"),
    }[tone]
    sentence = _("Decide by %(day)s (%(when)s)")
    if tone == "over":
        sentence = _("Decision overdue since %(day)s (%(when)s)")
    left = words.days_left(contract.decide_by, today)
    return sentence % {"day": text.day(contract.decide_by), "when": left}, color, icon


OBLIGATIONS = {
    ObligationState.SCHEDULED: ("secondary", "calendar-event"),
    ObligationState.MET: ("green", "circle-check"),
    ObligationState.PARTIALLY_MET: ("yellow", "alert-triangle"),
    ObligationState.NOT_MET: ("red", "x"),
    ObligationState.WAIVED: ("secondary", "ban"),
}
INSTALMENTS = {
    Instalment.State.PLANNED: ("secondary", "calendar-event"),
    Instalment.State.INVOICED: ("azure", "receipt"),
    Instalment.State.APPROVED: ("teal", "checkbox"),
    Instalment.State.PAID: ("green", "circle-check"),
    Instalment.State.WITHHELD: ("orange", "player-pause"),
}
PENALTIES = {
    PenaltyState.PROPOSED: ("yellow", "hourglass"),
    PenaltyState.AGREED: ("azure", "checkbox"),
    PenaltyState.APPLIED: ("green", "circle-check"),
    PenaltyState.WAIVED: ("secondary", "ban"),
}


SECURITIES = {
    SecurityState.HELD: ("azure", "lock"),
    SecurityState.RETURNED: ("green", "arrow-back-up"),
    SecurityState.CALLED: ("red", "coin"),
}


def security_of(row):
    return (row.get_state_display(), *SECURITIES[row.state])


def obligation_of(row, today):
    """(label, colour, icon) of an obligation on the local date `today`."""
    if row.state == ObligationState.SCHEDULED and row.due < today:
        return _("overdue"), "red", "alert-triangle"
    return (row.get_state_display(), *OBLIGATIONS[row.state])


def instalment_of(row):
    return (row.get_state_display(), *INSTALMENTS[row.state])


def penalty_of(row):
    return (row.get_state_display(), *PENALTIES[row.state])


def payment_of(row):
    """The same in a list of what is due: what is late says so."""
    if row.state not in (Instalment.State.PAID, Instalment.State.WITHHELD) and row.due < today():
        return _("%(state)s, overdue") % {"state": row.get_state_display()}, "red", "alert-triangle"
    return instalment_of(row)


CASES = {
    CaseState.OPEN: ("secondary", "folder"),
    CaseState.EVALUATING: ("azure", "scale"),
    CaseState.COMMITTEE: ("yellow", "users"),
    CaseState.AWARDED: ("green", "gavel"),
    CaseState.CLOSED: ("secondary", "ban"),
}
VOTES = {
    Vote.FOR: ("green", "thumb-up"),
    Vote.AGAINST: ("red", "thumb-down"),
    Vote.ABSTAINED: ("secondary", "circle-minus"),
}


def case_of(case):
    return (case.get_state_display(), *CASES[case.state])


def vote_of(member):
    return (member.get_vote_display(), *VOTES[member.vote])


CALLS = {
    CallState.OPEN: ("azure", "phone-call"),
    CallState.CLOSED: ("green", "circle-check"),
    CallState.CANCELLED: ("secondary", "ban"),
}
CLOCKS = {
    ClockState.RUNNING: ("azure", "clock-play"),
    ClockState.STANDING: ("yellow", "player-pause"),
    ClockState.MET: ("green", "circle-check"),
    ClockState.LATE: ("red", "alert-triangle"),
    ClockState.DROPPED: ("secondary", "ban"),
}
VERDICTS = {Verdict.CONFIRMED: ("green", "check"), Verdict.DISPUTED: ("red", "x")}


def call_of(call):
    """(label, colour, icon) of a call: reported as fixed is another thing than open."""
    if call.is_open and call.restored_at is not None:
        return _("reported as fixed"), "teal", "tool"
    return (call.get_state_display(), *CALLS[call.state])


def clock_of(reading):
    """Of one promise, by its `vendor_clock.Reading`."""
    return _clock(reading.state.value if reading.state else "", reading.is_late)


def clock_column(name):
    """A function that gives the look of one promise of a call as its columns keep it."""

    def look(call):
        state = getattr(call, f"{name}_state")
        return _clock(state, getattr(call, f"{name}_breached_at") is not None) if state else ("–", "secondary", "")

    return look


def _clock(state, is_late):
    state = ClockState.LATE if is_late else state
    return (ClockState(state).label, *CLOCKS[state]) if state else (_("nothing promised"), "secondary", "circle-minus")


def verdict_of(step):
    return (step.get_verdict_display(), *VERDICTS[step.verdict])
