"""Why did, or didn't, I get a reminder: every rung of a term, past and to come, and what became of it."""

from dataclasses import dataclass, field
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from contracts import ladder, looks, words
from contracts.choices import Instead, ReminderState, Step
from contracts.models import Reminder, ReminderRule
from contracts.recipients import Cast
from office.models import OutboxRow
from office.models.outbox import OutboxState
from ui import text

FROM_OUTBOX = {
    OutboxState.QUEUED: ReminderState.OWED,
    OutboxState.LEASED: ReminderState.OWED,
    OutboxState.SENT: ReminderState.SENT,
    OutboxState.FAILED: ReminderState.FAILED,
    OutboxState.SUPPRESSED: ReminderState.SUPPRESSED,
    OutboxState.EXPIRED: ReminderState.SUPPRESSED,
}


@dataclass
class Line:
    """One reminder of one person, as it stands."""

    reminder: Reminder
    state: str
    sent_at: object = None

    @property
    def look(self):
        return looks.reminder_of(self.state)

    @property
    def step(self):
        return Step(self.reminder.step).label

    @property
    def run(self):
        """The round of the clock that wrote it."""
        return self.reminder.made_at

    @property
    def remarks(self):
        """Why it went to somebody else, that it came late: sentences for any reader."""
        reminder = self.reminder
        said = [reminder.get_instead_display()] if reminder.instead else []
        return [*said, lateness] if (lateness := words.lateness(reminder)) else said


@dataclass
class Rung:
    """One step of the ladder: its day, what became of it and why, and the reminders it made."""

    days: int
    day: date
    state: str
    why: str = ""
    lines: list = field(default_factory=list)

    @property
    def look(self):
        return looks.reminder_of(self.state)

    @property
    def words(self):
        return words.rung(self.days)

    @property
    def is_ahead(self):
        return self.state == ReminderState.PENDING


@dataclass
class Account:
    """All rungs of the term that is asked about, the reminders of dates that moved away, and what comes next."""

    rungs: list
    moved: list
    next_sentence: str
    rule: ladder.Rule
    has_own_rule: bool


def account_of(contract, term, today):
    """The Account of the latest term; `term.decision` is None or the RenewalDecision. Four queries."""
    rule, own = rule_of(contract)
    rule = ladder.of_term(rule, term.decide_by, term.start, term.end, term.snoozed_until)
    lines = _lines(term)
    current = [line for line in lines if line.reminder.anchor_date == term.decide_by]
    moved = [line for line in lines if line.reminder.anchor_date != term.decide_by]
    rungs = [_rung(days, contract, term, current, today) for days in rule.ladder]
    return Account(rungs, moved, _next(contract, term, rungs, today), rule, own)


def rule_of(contract):
    """(the rule that holds for a contract, whether it is its own). One query."""
    rows = ReminderRule.objects.in_use().filter(institution=contract.institution_id, type__in=[contract.type, ""])
    rows = list(rows.filter(contract=None) | ReminderRule.objects.in_use().filter(contract=contract))
    by_rank = sorted(rows, key=lambda row: (row.contract_id is None, row.type == ""))
    return (by_rank[0].as_rule(), by_rank[0].contract_id is not None) if by_rank else (ladder.Rule(), False)


def _lines(term):
    rows = list(term.reminders.select_related("recipient").order_by("made_on", "pk"))
    mails = {mail.key: mail for mail in OutboxRow.objects.filter(key__in={row.outbox_key for row in rows})}
    return [_line(row, mails.get(row.outbox_key)) for row in rows]


def _line(row, mail):
    if row.state != ReminderState.OWED or mail is None:
        return Line(row, row.state)
    return Line(row, FROM_OUTBOX[mail.state], mail.sent_at)


def _rung(days, contract, term, lines, today):
    day = ladder.day_of(term.decide_by, days)
    mine = [line for line in lines if line.reminder.rung == days and line.state != ReminderState.CANCELLED]
    if mine:
        return Rung(days, day, mine[0].state, lines=mine)
    decision = getattr(term, "decision", None)
    if decision and timezone.localdate(decision.at) <= day:
        return Rung(days, day, ReminderState.SILENCED)
    if term.snoozed_until and term.snoozed_on <= day < term.snoozed_until:
        return Rung(days, day, ReminderState.PASSED, _snoozed(term))
    if day > today or (day == today and term.remind_on):
        if term.remind_on:
            return Rung(days, day, ReminderState.PENDING)
        return Rung(days, day, looks.IDLE)
    return Rung(days, day, ReminderState.PASSED, _passed(contract, days, day, lines))


def _snoozed(term):
    return _("%(name)s put the reminders off until %(day)s.") % {
        "name": text.isolate_text(term.snoozed_by.name),
        "day": text.day(term.snoozed_until),
    }


def _passed(contract, days, day, lines):
    """Why a rung whose day is over was never sent."""
    if day < timezone.localdate(contract.created_at):
        return _("The contract was not registered yet.")
    if any(line.reminder.rung < days for line in lines):
        return _("A more urgent one was sent in its place.")
    return _("The contract did not wait for a decision on that day.")


def _next(contract, term, rungs, today):
    """What happens next, in one sentence."""
    decision = getattr(term, "decision", None)
    if decision:
        return _("No reminder comes any more: the decision is recorded.")
    if not term.remind_on:
        return _("No reminder comes: this contract does not wait for a decision.")
    ahead = [rung.day for rung in rungs if rung.is_ahead]
    told = any(rung.lines for rung in rungs)
    climbs = term.remind_on if told and today < term.remind_on < date.max else None
    if climbs and (not ahead or climbs < ahead[0]):
        return _("If nothing is decided, the next person in line is reminded on %(day)s.") % {"day": text.day(climbs)}
    if ahead:
        return _("The next reminder is due on %(day)s.") % {"day": text.day(ahead[0])}
    return _("The last reminder has been sent. Only a decision is missing.")


@dataclass(frozen=True)
class InLine:
    """Somebody a reminder can reach today: at which step, instead of whom and why ("" where it is the person meant)."""

    person: object
    step: str
    instead: str


def line_of_people(contract, today):
    """[InLine] of everybody the reminders of `contract` can reach on the local date `today`, in their order."""
    cast = Cast(today)
    cast.load([contract])
    return [
        InLine(
            cast.people[target.person], Step(target.step).label, Instead(target.instead).label if target.instead else ""
        )
        for target in cast.chain(contract)
    ]


def own_sentence(reader, account, people):
    """To the reader: why she got reminders of this term, or none."""
    mine = [line for rung in account.rungs for line in rung.lines if line.reminder.recipient_id == reader.pk]
    if mine:
        last = mine[-1]
        return _("You were reminded %(times)d times, the last time on %(day)s: %(state)s.") % {
            "times": len(mine),
            "day": text.day(last.reminder.made_on),
            "state": last.look[0],
        }
    place = next((number for number, one in enumerate(people) if one.person.pk == reader.pk), None)
    if place is None:
        return _("You get none: you are neither owner nor deputy, nor is a unit yours to which the contract belongs.")
    if place == 0:
        return _("You are first in line. Nothing has fallen due for you yet.")
    return _("You are in line, but the silence has not reached you: others are reminded before you.")
