"""The life of a ticket in the order it was lived: what was said, and between it the steps, folded."""

from dataclasses import dataclass, field
from itertools import groupby

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from helpdesk import busy
from helpdesk.choices import MessageKind, Status, WaitingFor
from helpdesk.models import Queue, Ticket
from office.models.events import Channel
from people.models import User

# What an employee is told of the steps; the rest is the desk's own business.
PUBLIC_VERBS = {"resolved", "confirmed", "reopened", "closed", "cancelled"}
SPOKEN = {"replied", "noted"}  # the message says it


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
    channel: str = ""
    files: list = field(default_factory=list)


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


def timeline_of(ticket, reader, standing):
    """[Said or Steps], oldest first, as this reader may see it. Three statements, a fourth for names not met before."""
    public = not standing.sees_notes
    files = _files(ticket, public)
    entries = [_first(ticket, reader, files.pop(None, []))]
    messages = busy.messages_of(ticket.pk, public=public)
    entries += [_said(message, ticket, reader, files.pop(message.id, [])) for message in messages]
    entries += _steps(ticket, messages, reader, public)
    entries.sort(key=lambda entry: entry.at)
    return [part for is_step, group in groupby(entries, _is_step) for part in _folded(is_step, group)]


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


def _first(ticket, reader, files):
    """What was reported is the first thing said."""
    return Said(
        at=ticket.created_at,
        author=ticket.requester.name,
        text=ticket.description or ticket.subject,
        is_mine=ticket.requester_id == reader.pk,
        channel=ticket.channel,
        files=files,
    )


def _said(message, ticket, reader, files):
    return Said(
        at=message.created_at,
        author=message.author_name or "",
        text=message.text,
        is_internal=message.is_internal,
        is_desk=message.author_is_technician and message.author_id != ticket.requester_id,
        is_mine=message.author_id == reader.pk,
        is_solution=message.kind == MessageKind.SOLUTION,
        channel=message.channel,
        files=files,
    )


def _steps(ticket, messages, reader, public):
    events = [event for event in busy.events_of(ticket.pk) if _is_told(event, reader, public)]
    names = _Names(ticket, messages, events)
    steps = [Step(event.at, event.actor_name or "", _words(event, ticket, names)) for event in events]
    return [step for step in steps if step.words]


def _is_told(event, reader, public):
    if public:
        return event.verb in PUBLIC_VERBS
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
    if event.verb == "closed" and event.actor_id is None and event.channel == Channel.CLOCK:
        return _("Closed by itself: nobody objected")
    if event.verb == "changed":
        return _changed(event)
    return _plain_words().get(event.verb) or _status_words(event) or event.verb.replace("_", " ")


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
        if model_field is not None and name not in ("response_due", "resolution_due", "paused_seconds", "version"):
            told.append(capfirst(str(model_field.verbose_name)))
    return _("Changed: %(what)s") % {"what": _(", ").join(told)} if told else ""
