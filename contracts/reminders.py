"""The engine of the reminders: what is due on a day and not in the ledger becomes rows, and one mail a person and day.

Everything is computed from dates in the database, so a run may come late, twice, or in several workers at once:
`climb` for any day makes what is missing on that day and nothing else.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from itertools import islice

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from contracts import ladder
from contracts.choices import ReminderState
from contracts.models import Reminder, ReminderRule, Term
from contracts.recipients import Cast
from office import calendars, outbox
from office.models import OutboxRow
from office.models.outbox import OutboxState
from people.models import Absence

CHUNK = 250  # terms a transaction; keeps each well under a second
TOPIC = "contracts.reminders"
GATHERING = timedelta(seconds=60)  # a long run holds its mails until its last chunk has put its lines into them
UNSENT = (OutboxState.QUEUED, OutboxState.LEASED)
RETURNED_WITHIN = timedelta(days=31)
AT_THE_NEXT_RUN, NEVER = (
    date(1900, 1, 1),
    date.max,
)  # values of Term.remind_on, which is empty for a term that waits no more


def climb(today=None):
    """Write every reminder that is due on the local date `today` and was not written yet; return how many.

    Idempotent, also under several workers at once. Each term: the most urgent passed rung goes to everybody whom the
    silence has reached; after so many working days of further silence it reaches one person more.
    """
    day = today or calendars.today()
    due = list(_candidates(day).order_by("contract__owner_id", "pk").values_list("pk", flat=True))
    if not due:
        return 0
    run = Run(day, gathers=len(due) > CHUNK)
    return sum(run.write(chunk) for chunk in _chunks(due))


def _candidates(day):
    """Waiting terms of which something may be due: by their date, or because somebody is away, or back, or gone."""
    touched = Absence.objects.filter(from_date__lte=day, to_date__gte=day - RETURNED_WITHIN).values("person")
    waiting = Term.objects.filter(remind_on__isnull=False, decide_by__lte=day + timedelta(days=ladder.EARLIEST))
    people = Q(contract__owner__in=touched) | Q(contract__deputy__in=touched) | Q(contract__owner__is_active=False)
    return waiting.filter(Q(remind_on__lte=day) | people)


def _chunks(rows):
    rows = iter(rows)
    while chunk := list(islice(rows, CHUNK)):
        yield chunk


@dataclass
class Ledger:
    """What was written about one term under its present decide-by date."""

    rungs: set = field(default_factory=set)
    sent: set = field(default_factory=set)  # (rung, person)
    level: int | None = None
    since: date | None = None  # the day from which silence is counted

    @classmethod
    def of(cls, rows):
        """rows: (rung, person, step, made_on, is_late), cancelled ones left out."""
        if not rows:
            return cls()
        level = max(step for _r, _p, step, _on, _l in rows)
        reached = min(made_on for _r, _p, step, made_on, _l in rows if step == level)
        # Whoever is told late was not silent before: a late reminder starts the silence anew.
        late = max((made_on for *_rest, made_on, is_late in rows if is_late), default=reached)
        return cls({row[0] for row in rows}, {(row[0], row[1]) for row in rows}, level, max(reached, late))


@dataclass
class Plan:
    """What one term needs today: to whom, which rung; and the next day on which it must be looked at."""

    term: Term
    rung: int = 0
    targets: list = field(default_factory=list)
    due_on: date | None = None
    is_late: bool = False
    missed: tuple = ()
    look_again: date = NEVER


class Run:
    """One run for one day: who is there, which rules hold, and the mails that were begun."""

    def __init__(self, day, gathers=False):
        self.day = day
        self.cast = Cast(day)
        self.not_before = timezone.now() + GATHERING if gathers else None

    @cached_property
    def calendar(self):
        return calendars.ministry()

    @cached_property
    def rules(self):
        rows = ReminderRule.objects.in_use().filter(contract=None)
        return {(row.institution_id, row.type): row.as_rule() for row in rows}

    @transaction.atomic
    def write(self, pks):
        """Plan and write one chunk of terms; return how many reminders were written."""
        terms = list(
            _candidates(self.day)
            .filter(pk__in=pks)
            .select_related("contract")
            .defer("contract__search_text", "contract__notes")
            .select_for_update(of=("self",), skip_locked=True)
        )
        self.cast.load([term.contract for term in terms])
        own_rules = self._own_rules(terms)
        ledgers, cancelled = _ledgers(terms)
        plans = [self.plan(term, ledgers[term.pk], own_rules.get(term.contract_id)) for term in terms]
        made = self._store([plan for plan in plans if plan.targets], cancelled)
        moved = [plan for plan in plans if plan.look_again != plan.term.remind_on]
        for plan in moved:
            plan.term.remind_on = plan.look_again
        Term.objects.bulk_update([plan.term for plan in moved], ["remind_on"], batch_size=CHUNK)
        return made

    def _own_rules(self, terms):
        rows = ReminderRule.objects.in_use().filter(contract__in=[term.contract_id for term in terms])
        return {row.contract_id: row.as_rule() for row in rows}

    def rule_of(self, contract):
        """The rule of its type, else of all contracts of the institution, else the one that design.md gives."""
        institution = contract.institution_id
        return self.rules.get((institution, contract.type)) or self.rules.get((institution, "")) or ladder.Rule()

    def plan(self, term, ledger, own_rule=None):
        """Decide what `term` needs today. Reads nothing but what was loaded."""
        rule = own_rule or self.rule_of(term.contract)
        anchor = term.decide_by
        due = ladder.due_rung(anchor, rule, self.day, ledger.rungs)
        plan = Plan(term, look_again=ladder.next_day(anchor, rule, self.day) or NEVER)
        if not due and not ledger.rungs:
            return plan
        chain = self.cast.chain(term.contract)
        climbing = self._climbing(ledger, rule, due, chain)
        level = climbing.step if climbing else (ledger.level or 0)
        audience = [target for target in chain if target.step <= level] or _first_step(chain)
        plan.rung = due.rung if due else min(ledger.rungs)
        plan.targets = [target for target in audience if (plan.rung, target.person) not in ledger.sent]
        plan.due_on, plan.is_late, plan.missed = self._when(ledger, rule, due, climbing)
        plan.look_again = self._look_again(plan, ledger, rule, chain, audience)
        return plan

    def _climbing(self, ledger, rule, due, chain):
        """The next person up when the silence is over, else None; not on the day of a late reminder."""
        if ledger.level is None or (due and due.is_late):
            return None
        if ladder.climbs_on(self.calendar, ledger.since, rule) > self.day:
            return None
        higher = (target for target in chain if target.step > ledger.level)
        return next((one for one in higher if due or (min(ledger.rungs), one.person) not in ledger.sent), None)

    def _when(self, ledger, rule, due, climbing):
        """(due on, late, missed days) of what is written now."""
        if due:
            return due.due_on, due.is_late, due.missed
        if climbing:
            ended = ladder.climbs_on(self.calendar, ledger.since, rule)
            return ended, ended < self.day, ()
        return self.day, False, ()  # somebody new in the place of somebody who was told

    def _look_again(self, plan, ledger, rule, chain, audience):
        """The first day on which a rung or a climb is due; tomorrow while there is nobody at all to tell."""
        if not audience:
            return self.day + timedelta(days=1)
        level = max(target.step for target in audience)
        higher = level > (-1 if ledger.level is None else ledger.level)
        since = self.day if higher or plan.is_late else ledger.since
        days = [plan.look_again]
        if any(target.step > level for target in chain):
            days.append(max(ladder.climbs_on(self.calendar, since, rule), self.day + timedelta(days=1)))
        return min(days)

    def _store(self, plans, cancelled):
        """Write the rows of these plans and the mails they belong in."""
        rows = [_row(plan, target, self.day) for plan in plans for target in plan.targets]
        keys = self._mails({row.recipient_id for row in rows})
        for row in rows:
            row.outbox_key = keys.get(row.recipient_id, "")
        again = [row for row in rows if _key(row) in cancelled]
        for row in again:  # the date moved away and back again: the row is there, and owed once more
            row.pk = cancelled[_key(row)]
        Reminder.objects.bulk_update(again, REVIVED, batch_size=100)
        fresh = [row for row in rows if row.pk is None]
        Reminder.objects.bulk_create(fresh, batch_size=500, ignore_conflicts=True)
        return len(rows)

    def _mails(self, people):
        """{person: key of the mail} that goes to these people today; one that has not left yet takes further lines."""
        known = defaultdict(set)
        begun = Reminder.objects.filter(recipient__in=people, made_on=self.day).exclude(outbox_key="")
        for person, key in begun.values_list("recipient_id", "outbox_key").distinct():
            known[person].add(key)
        still_here = _locked({key for keys in known.values() for key in keys})
        mails = {person: key for person, keys in known.items() for key in keys & still_here}
        numbers = {person: len(known[person]) + 1 for person in people if person not in mails}
        while numbers:
            made = self._owe(numbers)
            mails |= made
            # Another worker owed it first and it leaves this moment: the next number.
            numbers = {person: number + 1 for person, number in numbers.items() if person not in made}
        return mails

    def _owe(self, numbers):
        """Owe each person the mail of the day with the given number; {person: key} of those that take our lines."""
        keys = {person: f"reminders:{person}:{self.day.isoformat()}:{number}" for person, number in numbers.items()}
        outbox.enqueue_all(
            TOPIC,
            [self.cast.people[person] for person in keys],
            key=lambda person: keys[person.pk],
            payload={"day": self.day.isoformat()},
            not_before=self.not_before,
        )
        owed = _locked(keys.values())
        return {person: key for person, key in keys.items() if key in owed or not self.cast.people[person].email}


def _locked(keys):
    """Those of these mails that have not left, held until our lines are in the table."""
    waiting = OutboxRow.objects.select_for_update().filter(key__in=list(keys), state=OutboxState.QUEUED)
    return set(waiting.values_list("key", flat=True))


REVIVED = ["due_on", "step", "instead", "state", "is_late", "missed", "made_on", "made_at", "outbox_key"]


def _key(row):
    return row.term_id, row.rung, row.recipient_id


def _row(plan, target, day):
    return Reminder(
        term=plan.term,
        rung=plan.rung,
        anchor_date=plan.term.decide_by,
        due_on=plan.due_on,
        recipient_id=target.person,
        step=target.step,
        instead=target.instead,
        is_late=plan.is_late,
        missed=[missed.isoformat() for missed in plan.missed],
        made_on=day,
    )


def _first_step(chain):
    """Whoever is first in line, when those the silence has reached are all gone."""
    return [target for target in chain if target.step == chain[0].step]


def _ledgers(terms):
    """({term: Ledger}, {(term, rung, person): pk of a cancelled row}) under the present dates of these terms."""
    live, cancelled = defaultdict(list), {}
    anchors = {term.pk: term.decide_by for term in terms}
    rows = Reminder.objects.filter(term__in=anchors, anchor_date=F("term__decide_by"), channel="mail")
    for pk, term, rung, person, step, made_on, late, state in rows.values_list(
        "pk", "term_id", "rung", "recipient_id", "step", "made_on", "is_late", "state"
    ):
        if state == ReminderState.CANCELLED:
            cancelled[term, rung, person] = pk
        else:
            live[term].append((rung, person, step, made_on, late))
    return {term.pk: Ledger.of(live[term.pk]) for term in terms}, cancelled


def rearm(terms):
    """Let the next run look at these waiting terms again, whatever it thought was next."""
    terms.filter(remind_on__isnull=False).update(remind_on=AT_THE_NEXT_RUN)


def silence(term):
    """A decision was recorded: what has not left is not sent any more, and nothing is due ever after."""
    Reminder.objects.filter(_unsent(), term=term).update(state=ReminderState.SILENCED)
    Term.objects.filter(pk=term.pk).update(remind_on=None)


def cancel_outdated(terms):
    """Cancel what has not left and speaks of another date than the present one, or of a term that waits no more."""
    outdated = ~Q(anchor_date=F("term__decide_by")) | Q(term__remind_on=None)
    Reminder.objects.filter(_unsent(), outdated, term__in=terms).update(state=ReminderState.CANCELLED)


def _unsent():
    keys = OutboxRow.objects.filter(topic=TOPIC, state__in=UNSENT).values("key")
    return Q(state=ReminderState.OWED, outbox_key__in=keys)
