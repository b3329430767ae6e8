"""What the pages of a call show: its promises as lines, its steps as a time line; for the desk and for the vendor."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from contracts import call_clock, looks, words
from contracts.choices import PauseReason, StepKind, VendorClock
from contracts.models import CallStep
from contracts.vendor_clock import SUSPENDED
from office.servicetime import State

ICONS = {
    StepKind.ESCALATED: "send",
    StepKind.RECEIVED: "mail-check",
    StepKind.COMING: "calendar-event",
    StepKind.ON_SITE: "map-pin",
    StepKind.RESTORED: "tool",
    StepKind.PAUSE: "player-pause",
    StepKind.RESUME: "player-play",
    StepKind.REPORT: "file-text",
}
AFTERWARDS = timedelta(minutes=5)  # entered so much later than it happened, a step says so


@dataclass(frozen=True)
class ClockLine:
    """One promise: what it is, how it stands, by when, when it was fulfilled, how far from it."""

    label: str
    look: tuple
    within: str
    due: datetime | None
    at: datetime | None
    difference: str


@dataclass(frozen=True)
class StepLine:
    row: CallStep
    icon: str
    look: tuple | None  # of the verdict
    is_late_entry: bool
    may_judge: bool = False

    @property
    def is_vendors(self):
        return self.row.link_id is not None


def clock_lines(call, found):
    """[ClockLine] of what the level promises; where nothing is promised, of what happened."""
    promised = call_clock.promised_of(call.level)
    lines = []
    for name, reading in found.named:
        minutes = getattr(promised, name)
        if minutes or reading.at:
            look, difference = looks.clock_of(reading), _difference(reading)
            label = VendorClock(name).label
            lines.append(ClockLine(label, look, words.minutes(minutes), reading.due, reading.at, difference))
    return lines


def _difference(reading):
    """How far from the promise, in hours of the vendor's; "" where nothing is promised, or not known yet."""
    if reading.difference is None or reading.state in (None, State.DROPPED):
        return ""
    minutes = abs(int(reading.difference.total_seconds())) // 60
    span = {"time": words.minutes(minutes) or _("less than a minute")}
    if reading.is_late:
        return _("%(time)s late") % span
    return (_("%(time)s before") if reading.at else _("%(time)s left")) % span


def standing_words(found):
    """Why the vendor's clock stands still; "" while it runs."""
    if found.stands == SUSPENDED:
        return _("The contract is suspended: the vendor's clock stands still.")
    if found.stands == PauseReason.ACCESS:
        return _("The vendor's clock stands still: he was not let in.")
    if found.stands == PauseReason.US:
        return _("The vendor's clock stands still: he waits for us.")
    return ""


def step_lines(steps, *, may_judge=False):
    """[StepLine] in the order in which things happened."""
    return [
        StepLine(
            row=row,
            icon=ICONS[StepKind(row.kind)],
            look=looks.verdict_of(row) if row.verdict and row.kind != StepKind.ESCALATED else None,
            is_late_entry=row.entered_at - row.happened_at > AFTERWARDS,
            may_judge=may_judge and row.kind != StepKind.ESCALATED,
        )
        for row in steps
    ]


def steps_of(call):
    """The steps of a call with all that a line shows; one statement."""
    return list(call.steps.select_related("by", "verdict_by", "document__blob", "signature__blob"))


def clocks_of(call, now=None, steps=None):
    """{found, lines, stands} of a call at the instant `now`: what the fragment contracts/_call_clock.html needs."""
    found = call_clock.read(call, now or timezone.now(), steps)
    return {"found": found, "lines": clock_lines(call, found), "stands": standing_words(found) if call.is_open else ""}
