"""The life of a ticket in the order it was lived: what was said, and between it the steps, folded."""

from dataclasses import dataclass, field
from itertools import groupby

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from contracts.choices import StepKind
from helpdesk import busy, clocks
from helpdesk.choices import MessageKind, Status, StepClock, WaitingFor
from helpdesk.models import Queue, ReceivedMail, Ticket
from helpdesk.models.mail import MailState
from office.models.events import Channel
from people.models import User
from ui import text

# What an employee is told of the steps; the rest is the desk's own business.
PUBLIC_VERBS = {"resolved", "confirmed", "reopened", "closed", "cancelled", "rated"}
PUBLIC_VERBS |= {"merged", "taken_apart", "merged_solved", "merged_ended"}
SPOKEN = {"replied", "noted"}  # the message says it
LANDED = {"merged_replied", "merged_noted"}  # the message says it, where the reader may see the merged ticket
UNTOLD = {*clocks.KEPT, "version", "calendar"}  # follows from the rest


@dataclass
class Said:
    """Something said: by whom, in which face, with which files."""

    at: object
    author: str
    text: str
    is_internal: bool = False
    is_desk: bool = False
    is_mine: bool = False
    is_solution: bool = False
    is_new: bool = False  # came since the reader last looked
    channel: str = ""
    files: list = field(default_factory=list)
    key: int = 0  # of the message, 0 for what was reported
    quoted: str = ""  # what a mail repeats of earlier ones
    mail_from: str = ""  # as the mail says; for the desk
    mail: int | None = None  # key of the received mail; for the desk
    is_outside: bool = False  # nobody who works here
    is_unverified: bool = False
    left_out: list = field(default_factory=list)  # names of files that only the raw mail has
    origin: str = ""  # number of the merged ticket on which it was said
    origin_url: str = ""

    @property
    def mail_name(self):
        return self.mail_from.rpartition(" <")[0]

    @property
    def mail_address(self):
        return self.mail_from.rpartition("<")[2].rstrip(">")


@dataclass
class Step:
    """Something done, in words without the person, so that they read well in both languages."""

    at: object
    actor: str
    words: str


@dataclass
class Steps:
    """Steps with nothing said between them."""

    steps: list

    @property
    def is_long(self):
        return len(self.steps) > 2

    @property
    def last(self):
        return self.steps[-1]


def timeline_of(ticket, reader, standing, events=None, merged=(), into=None):
    """[Said or Steps], oldest first, as this reader may see it. Three statements, a fourth for names not met before,
    and two for what was said on tickets that were merged into it.

    events: what `busy.events_of` gave, where the page has asked already. merged: those tickets, as far as the reader
    sees everything of them. into: what the ticket itself is merged into, None where the reader may not see that.
    """
    public = not standing.sees_notes
    files = _files(ticket, public)
    entries = [_first(ticket, reader, files.pop(None, []), _mail_of(ticket), public)]
    messages = busy.messages_of(ticket.pk, public=public)
    entries += [_said(message, ticket, reader, files.pop(message.id, []), public) for message in messages]
    events = busy.events_of(ticket.pk) if events is None else events
    numbers = {each.pk: each.number for each in (*merged, into) if each}
    entries += _steps(ticket, messages, reader, public, events, numbers)
    entries += _said_on(merged, ticket, reader) if merged else []
    entries.sort(key=lambda entry: entry.at)
    return [part for is_step, group in groupby(entries, _is_step) for part in _folded(is_step, group)]


def _said_on(merged, ticket, reader):
    """What was said on the tickets that were merged into this one, each with the number under which it was said."""
    known, files = {each.pk: each for each in merged}, {}
    for file in busy.files_of_merged(list(known)):
        files.setdefault((file.object_id, file.part), []).append(file)
    entries = [(each, _first(each, reader, files.pop((each.pk, None), []), None, False)) for each in merged]
    for message in busy.messages_of_merged(list(known)):
        origin = known[message.ticket_id]
        said = _said(message, origin, reader, files.pop((origin.pk, message.id), []), False)
        said.is_new = _is_new(message, ticket, reader)
        entries.append((origin, said))
    for origin, said in entries:
        said.origin, said.origin_url = origin.number, origin.get_absolute_url()
    return [said for _origin, said in entries]


def _is_step(entry):
    return isinstance(entry, Step)


def _folded(is_step, group):
    return [Steps(list(group))] if is_step else group


def _files(ticket, public):
    """{message key, or None: [file]}"""
    found = {}
    if not ticket.has_files:
        return found
    for file in busy.files_of(ticket.pk, public=public):
        found.setdefault(file.part, []).append(file)
    return found


def _mail_of(ticket):
    """The received mail that the ticket was made of."""
    if ticket.channel != Channel.MAIL:
        return None
    return ReceivedMail.objects.filter(ticket=ticket.pk, opened=True).order_by("pk").first()


def _first(ticket, reader, files, mail, public):
    """What was reported is the first thing said."""
    shown = None if public else mail
    return Said(
        at=ticket.created_at,
        author=ticket.requester.name,
        text=ticket.description or ticket.subject,
        is_mine=ticket.requester_id == reader.pk,
        channel=ticket.channel,
        files=files,
        mail_from=f"{shown.sender_name} <{shown.sender}>".strip() if shown else "",
        mail=shown.pk if shown else None,
        left_out=mail.left_out.splitlines() if mail else [],
        is_outside=ticket.requester.is_guest,
    )


def _said(message, ticket, reader, files, public):
    return Said(
        at=message.created_at,
        author=message.author_name or "",
        text=message.text,
        is_internal=message.is_internal,
        is_desk=message.author_is_technician and message.author_id != ticket.requester_id,
        is_mine=message.author_id == reader.pk,
        is_solution=message.kind == MessageKind.SOLUTION,
        is_new=_is_new(message, ticket, reader),
        channel=message.channel,
        files=files,
        key=message.id,
        quoted=message.quoted,
        mail_from="" if public else message.mail_from,
        mail=None if public else message.mail_pk,
        is_outside=bool(message.author_is_guest or (message.author_id is None and message.mail_from)),
        is_unverified=message.mail_state == MailState.UNVERIFIED,
        left_out=(message.mail_left_out or "").splitlines(),
    )


def _is_new(message, ticket, reader):
    looked_at = getattr(ticket, "looked_at", None)
    return bool(looked_at) and message.created_at > looked_at and message.author_id != reader.pk


def newest_in(timeline):
    """Key of the newest message that the reader has before her."""
    return max((entry.key for entry in timeline if isinstance(entry, Said)), default=0)


def _steps(ticket, messages, reader, public, events, numbers):
    """numbers: {key: number} of the tickets merged into this one, and of what it is merged into, that may be named."""
    events = [event for event in events if _is_told(event, reader, public, numbers)]
    names = _Names(ticket, messages, events)
    names.tickets = numbers
    steps = [Step(event.at, event.actor_name or "", _words(event, ticket, names)) for event in events]
    return [step for step in steps if step.words]


def _is_told(event, reader, public, numbers):
    if public:
        return event.verb in PUBLIC_VERBS
    if event.verb in LANDED:
        return "status" in event.changes or event.changes.get("merged", (0, 0))[1] not in numbers
    if event.verb == "read":
        return reader.is_auditor
    return event.verb not in SPOKEN or "status" in event.changes


class _Names:
    """Names of the people and queues that events point at; asked for once, and only those not known yet."""

    def __init__(self, ticket, messages, events):
        self.people = {message.author_id: message.author_name for message in messages}
        self.people |= {event.actor_id: event.actor_name for event in events}
        known = (ticket.requester, ticket.filed_by, ticket.assignee)
        self.people |= {person.pk: person.name for person in known if person}
        self.queues = {ticket.queue_id: ticket.queue.name}
        pointed = [
            pk for event in events for name in ("assignee", "watcher") for pk in event.changes.get(name, ()) if pk
        ]
        if missing := {pk for pk in pointed if pk not in self.people}:
            self.people |= dict(User.objects.filter(pk__in=missing).values_list("pk", "name"))
        moved = {pk for event in events for pk in event.changes.get("queue", ()) if pk}
        if missing := moved - self.queues.keys():
            self.queues |= {queue.pk: queue.name for queue in Queue.objects.filter(pk__in=missing)}


def _words(event, ticket, names):
    """What happened, "" when there is nothing to tell."""
    if event.verb in ("created", "filed"):
        return _filed(event, ticket)
    if event.verb == "assigned" and event.changes.get("assignee", (0, 0))[1]:
        return _("Assigned to %(name)s") % {"name": names.people.get(event.changes.get("assignee", (0, 0))[1], "?")}
    if event.verb == "transferred":
        before, after = event.changes.get("queue", (None, None))
        return _("Moved from the queue “%(old)s” to “%(new)s”") % {
            "old": names.queues.get(before, "?"),
            "new": names.queues.get(after, "?"),
        }
    if event.verb in ("watched", "unwatched"):
        person = names.people.get(next(filter(None, event.changes.get("watcher", ())), None), "?")
        words = _("Follows it now: %(name)s") if event.verb == "watched" else _("Follows it no longer: %(name)s")
        return words % {"name": person}
    if event.verb in ("merged", "took_in", "gave_back"):
        return _merged(event, names.tickets)
    if event.verb == "closed" and event.actor_id is None and event.channel == Channel.CLOCK:
        return _("Closed by itself: nobody objected")
    if event.verb == "changed":
        return _changed(event)
    if event.verb == "breached":
        return _breached(event)
    if event.verb == "rated":
        return _("Rated %(stars)s of 5") % {"stars": event.changes.get("stars", (None, "?"))[1]}
    if event.verb == "vendor_answered":
        kind = event.changes.get("call_step", (None, ""))[1]
        return _("The vendor: %(what)s") % {"what": dict(StepKind.choices).get(kind, "")}
    if event.verb == "escalated":
        clock = event.changes.get("clock", (None, ""))[1]
        return _("Escalated: %(what)s") % {"what": dict(StepClock.choices).get(clock, "")}
    return _plain_words().get(event.verb) or _status_words(event) or event.verb.replace("_", " ")


def _merged(event, numbers):
    """Which ticket it was, for whoever may see that one."""
    pair = event.changes.get("merged_into" if event.verb == "merged" else "merged", (None, None))
    number = numbers.get(pair[1] or pair[0])
    named, unnamed = {
        "merged": (_("Merged into %(number)s"), _("Merged into another one")),
        "took_in": (_("%(number)s was merged into this one"), _("Another one was merged into this one")),
        "gave_back": (_("%(number)s is worked by itself again"), _("Another one is worked by itself again")),
    }[event.verb]
    return named % {"number": text.isolate(number)} if number else unnamed


def _breached(event):
    words = {
        "first_response": _("The promised first answer is late from here on"),
        "next_response": _("The promised answer is late from here on"),
        "resolution": _("The promised solution is late from here on"),
        "take_up": _("Taking it up is late from here on"),
    }
    return words.get(event.changes.get("clock", (None, ""))[1], "")


def _plain_words():
    return {
        "taken": _("Taken"),
        "assigned": _("Given back to the queue"),
        "unassigned": _("Given back to the queue"),
        "started": _("Work started"),
        "resumed": _("Work goes on"),
        "resolved": _("Marked as resolved"),
        "confirmed": _("Confirmed: it works now"),
        "reopened": _("Reopened: still broken"),
        "closed": _("Closed"),
        "cancelled": pgettext("ticket", "Cancelled"),
        "attached": _("Files attached"),
        "read": _("Read"),
        "policy_set": _("Another service policy"),
        "replanned": _("Due times counted anew"),
        "accepted": _("A message from outside was accepted"),
        "vendor_called": _("Escalated to the vendor"),
        "vendor_fixed": _("The vendor says that it is fixed"),
        "vendor_disputed": _("The vendor's repair is disputed"),
        "taken_apart": _("Taken apart: worked by itself again"),
        "merged_solved": _("Solved, together with another one"),
        "merged_ended": _("The other one has ended"),
        "merged_replied": _("Something was said on a merged ticket"),
        "merged_noted": _("Something was noted on a merged ticket"),
        "vendor_left": _("Ended, while the call to the vendor is open"),
    }


def _filed(event, ticket):
    if ticket.filed_by_id == ticket.requester_id and event.channel == Channel.PAGE:
        return ""  # the first thing said shows it
    return _("Filed by %(channel)s") % {"channel": Channel(event.channel).label}


def _status_words(event):
    if "status" not in event.changes:
        return ""
    status = event.changes["status"][1]
    kind = event.changes.get("waiting_for", (None, ""))[1]
    if kind in WaitingFor.values:
        return _("On hold: %(kind)s") % {"kind": WaitingFor(kind).label}
    return str(Status(status).label) if status in Status.values else ""


def _changed(event):
    told = []
    for name in event.changes:
        model_field = next((each for each in Ticket._meta.concrete_fields if each.name == name), None)
        if model_field is not None and name not in UNTOLD:
            told.append(capfirst(str(model_field.verbose_name)))
    return _("Changed: %(what)s") % {"what": _(", ").join(told)} if told else ""
