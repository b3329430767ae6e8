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

from contracts import cases, ladder
from contracts.choices import ReminderState
from contracts.models import Deadline, Reminder, ReminderRule, Term
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
    due = {source: source.due(day) for source in SOURCES}
    count = sum(len(pks) for pks in due.values())
    if not count:
        return 0
    run = Run(day, gathers=count > CHUNK)
    return sum(run.write(source, chunk) for source, pks in due.items() for chunk in _chunks(pks))


@dataclass(frozen=True)
class Source:
    """One kind of thing that is reminded of, as the engine sees it.

    column: how Reminder names it. to_matter: path from it to what somebody answers for ("" where that is itself).
    """

    model: type
    column: str
    to_matter: str = ""

    def candidates(self, day):
        """Waiting rows of which something may be due: by their date, or because somebody is away, or back, or gone."""
        touched = Absence.objects.filter(from_date__lte=day, to_date__gte=day - RETURNED_WITHIN).values("person")
        latest = day + timedelta(days=ladder.EARLIEST)
        waiting = self.model.objects.filter(remind_on__isnull=False, decide_by__lte=latest)
        to = f"{self.to_matter}__" if self.to_matter else ""
        people = Q(**{f"{to}owner__in": touched}) | Q(**{f"{to}deputy__in": touched})
        people |= Q(**{f"{to}owner__is_active": False})
        return waiting.filter(Q(remind_on__lte=day) | people)

    def due(self, day):
        """Keys of the candidates, those of one owner together."""
        owner = f"{self.to_matter}__owner_id" if self.to_matter else "owner_id"
        return list(self.candidates(day).order_by(owner, "pk").values_list("pk", flat=True))

    def locked(self, day, pks):
        """These candidates, held for writing, without those another worker holds."""
        rows = self.candidates(day).filter(pk__in=pks)
        if self.to_matter:
            long = [f"{self.to_matter}__{name}" for name in ("search_text", "notes")]
            rows = rows.select_related(self.to_matter).defer(*long)
        return list(rows.select_for_update(of=("self",), skip_locked=True))

    def matter(self, row):
        """What somebody answers for: it names institution, unit, owner, deputy and type."""
        return getattr(row, self.to_matter) if self.to_matter else row


TERMS = Source(Term, "term", "contract")
SOURCES = (TERMS, Source(Deadline, "deadline"))


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

    def count_from(self, day):
        """Whoever put the reminders off until `day` was not silent before it."""
        if day and self.since:
            self.since = max(self.since, day)


@dataclass
class Plan:
    """What one row needs today: to whom, which rung; and the next day on which it must be looked at."""

    row: object
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
    def write(self, source, pks):
        """Plan and write one chunk of rows of a source; return how many reminders were written."""
        rows = source.locked(self.day, pks)
        self.cast.load([source.matter(row) for row in rows])
        own_rules = self._own_rules(rows) if source is TERMS else {}
        ledgers, cancelled = _ledgers(source, rows)
        plans = [self._plan(source, row, ledgers[row.pk], own_rules) for row in rows]
        made = self._store(source, [plan for plan in plans if plan.targets], cancelled)
        moved = [plan for plan in plans if plan.look_again != plan.row.remind_on]
        for plan in moved:
            plan.row.remind_on = plan.look_again
        source.model.objects.bulk_update([plan.row for plan in moved], ["remind_on"], batch_size=CHUNK)
        return made

    def _own_rules(self, terms):
        rows = ReminderRule.objects.in_use().filter(contract__in=[term.contract_id for term in terms])
        return {row.contract_id: row.as_rule() for row in rows}

    def rule_of(self, matter):
        """The rule of its type, else of all contracts of the institution, else the one that design.md gives."""
        institution = matter.institution_id
        return self.rules.get((institution, matter.type)) or self.rules.get((institution, "")) or ladder.Rule()

    def _plan(self, source, row, ledger, own_rules):
        matter = source.matter(row)
        if source is not TERMS:
            return self.plan(row, matter, ledger, self.rule_of(matter))
        rule = own_rules.get(row.contract_id) or self.rule_of(matter)
        rule = ladder.of_term(rule, row.decide_by, row.start, row.end, row.snoozed_until)
        if row.snoozed_until and self.day < row.snoozed_until <= row.decide_by:
            return Plan(row, look_again=row.snoozed_until)
        ledger.count_from(row.snoozed_until)
        return self.plan(row, matter, ledger, rule)

    def plan(self, row, matter, ledger, rule):
        """Decide what `row` needs today. Reads nothing but what was loaded."""
        anchor = row.decide_by
        due = ladder.due_rung(anchor, rule, self.day, ledger.rungs)
        plan = Plan(row, look_again=ladder.next_day(anchor, rule, self.day) or NEVER)
        if not due and not ledger.rungs:
            return plan
        chain = self.cast.chain(matter)
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

    def _store(self, source, plans, cancelled):
        """Write the rows of these plans and the mails they belong in."""
        rows = [_row(source, plan, target, self.day) for plan in plans for target in plan.targets]
        keys = self._mails({row.recipient_id for row in rows})
        for row in rows:
            row.outbox_key = keys.get(row.recipient_id, "")
        again = [row for row in rows if _key(source, row) in cancelled]
        for row in again:  # the date moved away and back again: the row is there, and owed once more
            row.pk = cancelled[_key(source, row)]
        Reminder.objects.bulk_update(again, REVIVED, batch_size=100)
        fresh = [row for row in rows if row.pk is None]
        Reminder.objects.bulk_create(fresh, batch_size=500, ignore_conflicts=True)
        if source is TERMS:
            cases.open_for([plan.row for plan in plans])
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


def _key(source, row):
    return getattr(row, f"{source.column}_id"), row.rung, row.recipient_id


def _row(source, plan, target, day):
    return Reminder(
        **{source.column: plan.row},
        rung=plan.rung,
        anchor_date=plan.row.decide_by,
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


def _ledgers(source, things):
    """({key: Ledger}, {(key, rung, person): pk of a cancelled row}) under the present dates of these things."""
    live, cancelled, column = defaultdict(list), {}, source.column
    same_date = {f"{column}__in": [thing.pk for thing in things], "anchor_date": F(f"{column}__decide_by")}
    rows = Reminder.objects.filter(**same_date, channel="mail")
    for pk, key, rung, person, step, made_on, late, state in rows.values_list(
        "pk", f"{column}_id", "rung", "recipient_id", "step", "made_on", "is_late", "state"
    ):
        if state == ReminderState.CANCELLED:
            cancelled[key, rung, person] = pk
        else:
            live[key].append((rung, person, step, made_on, late))
    return {thing.pk: Ledger.of(live[thing.pk]) for thing in things}, cancelled


def rearm(terms):
    """Let the next run look at these waiting terms again, whatever it thought was next."""
    terms.filter(remind_on__isnull=False).update(remind_on=AT_THE_NEXT_RUN)


def silence(term):
    """A decision was recorded: what has not left is not sent any more, and nothing is due ever after."""
    Reminder.objects.filter(_unsent(), term=term).update(state=ReminderState.SILENCED)
    Term.objects.filter(pk=term.pk).update(remind_on=None)


def silence_deadline(deadline):
    """The same for a deadline that was settled."""
    Reminder.objects.filter(_unsent(), deadline=deadline).update(state=ReminderState.SILENCED)


def cancel_outdated(keys, column="term"):
    """Cancel what has not left and speaks of another date than the present one, or of what waits no more."""
    outdated = ~Q(anchor_date=F(f"{column}__decide_by")) | Q(**{f"{column}__remind_on": None})
    rows = Reminder.objects.filter(_unsent(), outdated, **{f"{column}__in": keys})
    rows.update(state=ReminderState.CANCELLED)


def _unsent():
    keys = OutboxRow.objects.filter(topic=TOPIC, state__in=UNSENT).values("key")
    return Q(state=ReminderState.OWED, outbox_key__in=keys)
