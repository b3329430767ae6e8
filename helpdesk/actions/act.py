"""What every act on a ticket has in common: the locked row, the right, the move, the clocks, the line of history."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from helpdesk import clocks, escalations, policies, results
from helpdesk.choices import ENDED, RUNNING, TRANSITIONS, MessageKind, Status
from helpdesk.models import Message, Ticket
from helpdesk.permissions import can_move, standing_of
from office.events import changes_between, plain, record_event
from office.files import attach
from office.models.events import Channel

# What a form of the ticket's properties shows; whoever changes one of these starts a new version of the ticket.
PROPERTIES = ("subject", "category_id", "asset_id", "impact", "urgency", "unit_id", "room", "extension")
# What people wrote, or what follows from the rest: the history says that it changed, or nothing at all.
FREE_TEXT = {"subject", "waiting_note"}
UNTOLD = {"search_text", "version", "next_due", "clock_due", "last_word_at", "last_word_by_id"}
# What the conditions of service policies and the choice of a calendar look at; what turns a clock.
CHOOSING = {"queue_id", "category_id", "unit_id", "asset_id", "policy_id", "policy_is_chosen"}
TURNING = {"status", "waiting_for", "queue_id", "assignee_id", "priority", "policy_id", "calendar_id", "responded_at"}


class Act:
    """One act on one ticket, to be begun inside a transaction. `by` None is the clock.

    begin, `require` and `move` and change fields of `ticket`, perhaps `say`, then `finish`.
    """

    def __init__(self, ticket, by, channel=Channel.PAGE):
        locked = Ticket.objects.select_for_update(of=("self",)).select_related("queue__calendar", "calendar")
        self.ticket = locked.defer("search_text").get(pk=ticket.pk)
        self.by = by
        self.channel = Channel.CLOCK if by is None else channel
        self.now = timezone.now()
        self.standing = standing_of(by, self.ticket)
        self.before = _values(self.ticket)
        self.message = None
        self.voice = None
        self.account = None

    @property
    def is_desk_voice(self):
        """Speaks for the desk, not as the one who asked."""
        return self.standing.at_desk and self.by.pk != self.ticket.requester_id

    def require(self, allowed):
        if not allowed:
            raise PermissionDenied

    def move(self, to, *, allowed=False):
        """Take the ticket to another state, with all that this does to its dates and clocks.

        allowed: another right than that of the table was asked already (an administrator reassigns).
        """
        ticket = self.ticket
        if to not in TRANSITIONS[ticket.status]:
            raise ValidationError(_no_way(ticket, to), code=str(to))
        self.require(allowed or can_move(self.standing, ticket, to))
        left = ticket.status
        ticket.status = to
        if left == Status.WAITING:
            ticket.waiting_for = ticket.waiting_note = ""
            ticket.waiting_since = None
        elif left in (Status.RESOLVED, Status.CLOSED) and to in RUNNING:
            self._reopen()
        self._enter(to)

    def _reopen(self):
        """The clocks go on where they stood when it was resolved; whoever asked asks again."""
        ticket = self.ticket
        self.voice = "" if self.is_desk_voice else clocks.ASKER
        ticket.resolved_at = ticket.resolved_by = ticket.closed_at = ticket.close_due = None
        ticket.reopen_count += 1

    def revive(self, *, with_assignee):
        """Back from being merged: nobody had solved it, so it goes on as it stood."""
        ticket = self.ticket
        ticket.merged_into = ticket.closed_at = None
        if not with_assignee:
            ticket.assignee = None
        ticket.status = Status.NEW if ticket.assignee_id is None else Status.IN_PROGRESS

    def _enter(self, to):
        ticket = self.ticket
        if to == Status.NEW:
            ticket.assignee = None
        elif to == Status.WAITING:
            ticket.waiting_since = self.now
        elif to == Status.RESOLVED:
            ticket.resolved_at, ticket.resolved_by = self.now, self.by
            ticket.close_due = clocks.close_due(ticket, self.now)
        if to in ENDED:
            ticket.closed_at, ticket.close_due = self.now, None

    def say(self, text, *, internal=False, kind=MessageKind.REPLY, files=()):
        """Add a message with its files. A public one is the last word, and the desk's first one is its first answer."""
        if not text.strip():
            raise ValidationError({"text": _("Write something first.")}, code="empty")
        ticket = self.ticket
        self.message = Message.objects.create(
            ticket=ticket,
            author=self.by,
            text=text,
            kind=kind,
            is_internal=internal,
            channel=self.channel,
            created_at=self.now,
        )
        self.attach(files, internal=internal)
        if not internal:
            self.last_word()
            self.voice = clocks.DESK if self.is_desk_voice else clocks.ASKER
            if self.is_desk_voice and ticket.responded_at is None:
                ticket.responded_at = self.now
        return self.message

    def last_word(self):
        self.ticket.last_word_at, self.ticket.last_word_by = self.now, self.by

    def attach(self, files, *, internal=False):
        part = self.message.pk if self.message else None
        try:
            for upload in files:
                attach(self.ticket, upload, by=self.by, internal=internal, part=part)
        except ValidationError as refusal:
            raise ValidationError({"files": refusal}) from refusal

    def finish(self, verb, *, turned=False, **told):
        """Let the clocks follow, save what changed, write the event; `told` are further changes, `{name: [old, new]}`.

        turned: the clocks were turned already. A promise that turns out to be broken by now is written down before the
        event, with the instant from which it was.
        """
        if self.message:
            told["message"] = [None, self.message.pk]
        if self.voice is not None:
            told[clocks.VOICE] = [None, self.voice]
        if not turned:
            self._turn_clocks(verb, told)
        changed = changes_between(self.before, _values(self.ticket))
        changes = _told(changed)
        if changed.keys() & set(PROPERTIES):
            self.ticket.version += 1
            changed["version"] = []
        if self.message and not self.message.is_internal:
            changed["search_text"] = []
        if changed:
            self.ticket.save(update_fields=[name.removesuffix("_id") for name in changed])
        self._write_what_is_late()
        if self.account is not None:
            results.keep(self.ticket, self.account, was=self.before["status"])
        return record_event(self.ticket, verb, by=self.by, changes=changes | told, channel=self.channel, at=self.now)

    def keep_quietly(self):
        """Save what the clocks say, without an event but those of promises that are broken now."""
        changed = changes_between(self.before, _values(self.ticket))
        if changed:
            self.ticket.save(update_fields=[name.removesuffix("_id") for name in changed])
        self._write_what_is_late()

    def _write_what_is_late(self):
        write_breaches(self.before, self.ticket)
        if self.account is not None:
            escalations.climb(self.ticket, self.account, self.now, self.before["clock_due"])

    def _turn_clocks(self, verb, told):
        changed = changes_between(self.before, _values(self.ticket))
        if self.voice is None and not changed.keys() & (TURNING | CHOOSING):
            return
        ticket, book = self.ticket, policies.book_of(self.ticket.institution_id)
        if changed.keys() & CHOOSING or ticket.calendar_id is None:
            policies.choose(ticket, book)
        now = clocks.Told(self.now, self.by and self.by.pk, verb, _told(changed) | told)
        self.account = clocks.keep(ticket, [*clocks.told(ticket), now], self.now, book)


def write_breaches(before, ticket):
    """Write down each promise that is broken now and was not in `before`, {column: value}: a fact with its instant."""
    for clock, instant in clocks.breaches(before, ticket):
        changes = {"clock": [None, clock], "due": [None, plain(instant)]}
        record_event(ticket, "breached", by=None, changes=changes, channel=Channel.CLOCK, at=instant)


def _told(changed):
    return {
        name.removesuffix("_id"): [None, None] if name in FREE_TEXT else [plain(value) for value in pair]
        for name, pair in changed.items()
        if name not in UNTOLD
    }


_FIELDS = [field.attname for field in Ticket._meta.concrete_fields if field.attname not in ("id", "search_text")]


def _values(ticket):
    return {name: getattr(ticket, name) for name in _FIELDS}


def _no_way(ticket, to):
    """Why the table of states knows no such step, as a sentence."""
    if ticket.merged_into_id is not None:
        return _("This ticket was merged into another one; write there, or take them apart first.")
    if ticket.status == to:
        already = {
            Status.RESOLVED: _("This ticket is already resolved."),
            Status.CLOSED: _("This ticket is already closed."),
            Status.CANCELLED: _("This ticket is already cancelled."),
        }
        return already.get(to, _("Somebody was faster: the ticket is already in this state."))
    if ticket.status in ENDED:
        return _("This ticket is closed. Reopen it first.")
    return _("From its present state the ticket cannot go there.")
