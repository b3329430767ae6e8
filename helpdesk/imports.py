"""What can be imported into this room: the incident log of another system, as history."""

import zlib
from datetime import UTC
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from helpdesk.choices import Status
from helpdesk.history import Noted, Replay, state_of
from helpdesk.models import Category, PriorityCell, Queue, Ticket
from office.bulk import Table
from office.imports import fields, kinds, mapping
from office.imports.fields import Field
from office.models import Event, ImportBatch
from office.models.events import Channel
from office.models.imports import BatchState
from people.models import Team, User

CHUNK = 50
FIELDS = (
    Field("number", required=True, max_length=40),
    Field("status", required=True),
    Field("at", "instant", required=True),
    Field("by"),
    Field("created_at", "instant", required=True),
    Field("requester"),  # a log may not know who called: then whoever wrote it down asks
    Field("filed_by"),
    Field("channel", "choice", choices=tuple(Channel.values)),
    Field("impact", required=True),  # "2" or "2 - Medium"
    Field("urgency", required=True),
    Field("queue", max_length=60),
    Field("assignee"),
    Field("category", max_length=120),
    Field("subject"),
    Field("description", max_length=20_000),
    Field("resolved_by"),
)
FIELD = {field.name: field for field in FIELDS}
LEVELS = {1, 2, 3}


@kinds.register
class Incidents(kinds.Kind):
    """A log with one row per change. Tickets keep their outside numbers; events are written as of then.

    History is written past the actions, with the channel *import*, once: an incident that is there is left alone.
    It cannot be undone.
    """

    name = "incidents"
    fields = FIELDS
    writes_history = True
    can_be_undone = False

    @classmethod
    def run(cls, command, source, map_, institution, options):
        importer = cls(institution, map_)
        mapping.check(importer, map_, source.columns)
        histories, rejected = importer.histories(source)
        counts = {
            "create": len(importer.new(histories)),
            "unchanged": len(histories) - len(importer.new(histories)),
            "rejected": len(rejected),
            "rows": len(source.rows),
        }
        for line, reason in rejected:
            sentence = _("line %(line)s: rejected: %(reason)s") % {"line": line, "reason": reason}
            command.say({"line": line, "action": "rejected", "reasons": [reason]}, sentence)
        if not options["apply"]:
            command.say({"counts": counts}, ", ".join(f"{n} {name}" for name, n in counts.items()))
            return
        if rejected and not options["skip_rejected"]:
            raise ValidationError(_("Some rows are rejected, so nothing was written."))
        batch, idle = importer.apply(source, histories, counts, command.progress)
        command.say(
            {"batch": batch.pk, "counts": counts, "idle_rows": idle},
            f"Applied as batch {batch.pk}: {counts}, {idle} rows changed nothing.",
        )

    def histories(self, source):
        """The rows of each incident in the order of the log, and `(line, reason)` of rows that cannot be read."""
        self.zone = ZoneInfo(self.mapping.options.get("zone", settings.TIME_ZONE))
        self.readable = {field.name: set() for field in FIELDS}  # texts that were looked at and will do
        found, rejected = {}, []
        for row in source.rows:
            if reason := self._fault(row):
                rejected.append((row.line, reason))
            else:
                found.setdefault(self.text("number", row), []).append(row)
        return found, rejected

    def _fault(self, row):
        """What of a row cannot be read, as a sentence; "" when all can."""
        for field in FIELDS:
            text, readable = self.text(field.name, row), self.readable[field.name]
            if text in readable:
                continue
            try:
                value = fields.clean(field, text, date_format=self.date_format)
            except fields.Unreadable as error:
                return f"{field.name}: {error}"
            if value is None and field.required:
                return _("%(field)s is missing") % {"field": field.name}
            readable.add(text)
        if not {self.level(name, row) for name in ("impact", "urgency")} <= LEVELS:
            return _("impact and urgency are 1, 2 or 3")
        try:
            state_of(self.text("status", row))
        except ValueError:
            return _("“%(text)s” is not one of: %(choices)s") % {
                "text": self.text("status", row)[:40],
                "choices": ", ".join(Status.values),
            }
        return ""

    def new(self, histories):
        known = set(Ticket.objects.filter(institution=self.institution).values_list("number", flat=True))
        return [number for number in histories if number not in known]

    def apply(self, source, histories, counts, progress):
        batch = self._batch(source)
        self._load()
        todo = self.new(histories)
        idle = 0
        for start in range(0, len(todo), CHUNK):
            with transaction.atomic():
                idle += self._write([(number, histories[number]) for number in todo[start : start + CHUNK]], batch)
                ImportBatch.objects.filter(pk=batch.pk).update(progress=start + CHUNK)
            progress(min(start + CHUNK, len(todo)), len(todo))
        batch.state, batch.counts, batch.finished_at = BatchState.APPLIED, counts, timezone.now()
        batch.save(update_fields=["state", "counts", "finished_at"])
        return batch, idle

    def _batch(self, source):
        same = {
            "kind": self.name,
            "scope": self.institution.pk,
            "file_sha256": source.sha256,
            "map_sha256": self.mapping.sha256,
        }
        left = ImportBatch.objects.filter(**same, state=BatchState.APPLYING).last()
        return left or ImportBatch.objects.create(**same, file_name=source.name[:200])

    def _load(self):
        inside = {"institution": self.institution}
        self.strangers = []  # people whom the database does not know yet
        self.people = {p.outside_number: p for p in User.objects.filter(**inside).exclude(outside_number="")}
        self.queues = {q.outside_number: q for q in Queue.objects.filter(**inside).exclude(outside_number="")}
        self.categories = {c.name_en: c for c in Category.objects.filter(**inside)}
        self.default_queue = Queue.objects.filter(**inside, is_default=True).first()
        if self.default_queue is None:
            raise ValidationError(_("Set up a default queue first: it takes what names no group."))
        cells = PriorityCell.objects.filter(**inside)
        self.priorities = {(cell.impact, cell.urgency): cell.priority for cell in cells}

    # Cells

    def text(self, name, row):
        for column in self.mapping.columns.get(name, ()):
            text = row.cells.get(column, "").strip()
            if text and text not in self.mapping.missing:
                return self.mapping.values.get(name, {}).get(text, text)
        return str(self.mapping.constants.get(name, ""))

    def instant(self, name, row):
        found = fields.clean(FIELD[name], self.text(name, row), date_format=self.date_format)
        return found.replace(tzinfo=self.zone).astimezone(UTC)

    @property
    def date_format(self):
        return self.mapping.date_format or fields.ISO

    def level(self, name, row):
        digit = self.text(name, row)[:1]
        return int(digit) if digit.isdecimal() else 0

    # Writing

    def _write(self, incidents, batch):
        replays = [(number, rows, self._replay(rows)) for number, rows in incidents]
        tickets = [self._ticket(number, rows, replay, batch) for number, rows, replay in replays]
        User.objects.bulk_create(self.strangers)
        self.strangers.clear()
        Ticket.objects.bulk_create(tickets)
        events = Table(Event, with_keys=False)
        for ticket, (_number, _rows, replay) in zip(tickets, replays, strict=True):
            self._add_events(events, ticket, replay, batch)
        events.write()
        return sum(replay.idle_rows for _number, _rows, replay in replays)

    def _replay(self, rows):
        replay = Replay(self.priorities)
        for row in rows:
            status, waiting_for = state_of(self.text("status", row))
            replay.read(
                Noted(
                    at=self.instant("at", row),
                    by=self.person(self.text("by", row)),
                    status=status,
                    waiting_for=waiting_for,
                    queue=self.queue(self.text("queue", row)),
                    assignee=self.person(self.text("assignee", row), is_technician=True),
                    impact=self.level("impact", row),
                    urgency=self.level("urgency", row),
                    details=tuple((name, row.cells.get(name, "")) for name in self.mapping.options.get("log", ())),
                )
            )
        return replay

    def _ticket(self, number, rows, replay, batch):
        last = rows[-1]
        filed_by = self.person(self.text("filed_by", last)) or self.person(self.text("requester", last))
        filed_by = filed_by or self.person(_("somebody unknown"))
        ticket = Ticket(
            institution=self.institution,
            number=number,
            outside_number=number,
            subject=(self.text("subject", last) or number)[:200],
            description=self.text("description", last),
            requester=self.person(self.text("requester", last)) or filed_by,
            filed_by=filed_by,
            channel=self.text("channel", last) or Channel.IMPORT,
            queue=replay.queue,
            category=self.category(self.text("category", last), replay.queue),
            impact=replay.impact,
            urgency=replay.urgency,
            priority=replay.priority,
            status=replay.status,
            waiting_for=replay.waiting_for,
            assignee=replay.assignee,
            created_at=self.instant("created_at", last),
            resolved_at=replay.resolved_at,
            resolved_by=self._resolver(last, replay),
            closed_at=replay.closed_at,
            reopen_count=replay.reopen_count,
            last_word_at=replay.acts[-1].at,
            batch=batch,
        )
        ticket.fill_search_text()
        return ticket

    def _resolver(self, last, replay):
        if replay.status not in {Status.RESOLVED, Status.CLOSED}:
            return None
        return self.person(self.text("resolved_by", last), is_technician=True)

    def _add_events(self, events, ticket, replay, batch):
        for act in replay.acts:
            events.add(
                at=act.at,
                actor_id=_code(act.by),
                scope=self.institution.pk,
                kind="helpdesk.ticket",
                object_id=ticket.pk,
                verb=act.verb,
                changes={name: [_code(old), _code(new)] for name, (old, new) in act.changes.items()},
                channel=Channel.IMPORT,
                batch_id=batch.pk,
            )

    # What the log refers to; made once, known again by its outside number

    def person(self, outside, *, is_technician=False):
        """Somebody of the log; cannot sign in. None for nobody. Who is new is written with the chunk."""
        if not outside:
            return None
        if outside not in self.people:
            username = f"log-{zlib.crc32(outside.encode()):08x}-{len(self.people)}"
            person = User(
                username=username, name=outside[:160], institution=self.institution, outside_number=outside[:60]
            )
            person.is_active, person.is_technician = False, is_technician
            person.set_unusable_password()
            person.fill_derived()
            self.strangers.append(person)
            self.people[outside] = person
        return self.people[outside]

    def queue(self, outside):
        if not outside:
            return self.default_queue
        if outside not in self.queues:
            team = Team.objects.create(institution=self.institution, name_en=outside, outside_number=outside)
            self.queues[outside] = Queue.objects.create(
                institution=self.institution, team=team, name_en=outside, outside_number=outside
            )
        return self.queues[outside]

    def category(self, name, queue):
        if not name:
            return None
        if name not in self.categories:
            self.categories[name] = Category.objects.create(institution=self.institution, name_en=name, queue=queue)
        return self.categories[name]


def _code(value):
    return value.pk if hasattr(value, "pk") else value
