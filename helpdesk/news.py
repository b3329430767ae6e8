"""What happened to tickets, in words: for the page of notifications, the mail about one ticket, and the digest.

The rights are asked here, each time: whoever lost them meanwhile gets nothing of it.
"""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from helpdesk.models import Message, Queue, Ticket
from office.models.notifications import Relation
from office.notifying import Line
from people.models import User
from ui import text

ICONS = {
    "filed": "inbox",
    "queued": "inbox",
    "assigned": "user-check",
    "replied": "message",
    "noted": "lock",
    "unverified": "mail-question",
    "waiting": "hourglass",
    "resolved": "circle-check",
    "confirmed": "thumb-up",
    "reopened": "repeat",
    "cancelled": "ban",
    "due_soon": "clock",
    "late": "alert-triangle",
    "vendor_fixed": "tool",
    "vendor_left": "truck",
    "merged": "git-merge",
    "took_in": "git-merge",
    "taken_apart": "unlink",
    "merged_solved": "circle-check",
    "merged_ended": "ban",
    "landed": "message",
    "landed_note": "lock",
}


@dataclass(frozen=True)
class Piece:
    """One notification that its reader may have: of which ticket, who did what, and what was said."""

    notification: object
    ticket: Ticket
    actor: str  # "" for nobody in particular
    message: Message | None

    @property
    def what(self):
        return self.notification.kind.removeprefix("ticket.")

    @property
    def is_mention(self):
        return self.notification.relation == Relation.MENTION

    @property
    def words(self):
        """What was said; of a new ticket, what was reported."""
        if self.message is not None:
            return self.message.text
        return self.ticket.description if self.what in ("queued", "assigned", "filed") else ""

    @property
    def is_internal(self):
        return self.message is not None and self.message.is_internal


def pieces_of(reader, notifications, seen=None):
    """[Piece] of those she may have, in their order; four statements, whatever their number.

    seen: {key: ticket} of all that she may see among them, where they were fetched just now.
    """
    seen = _visible(reader, {each.about_id for each in notifications}) if seen is None else seen
    parts = {each.part for each in notifications if each.part}
    said = {message.pk: message for message in Message.objects.filter(pk__in=parts)} if parts else {}
    elsewhere = {message.ticket_id for message in said.values()} - seen.keys()  # said on a ticket that was merged
    where = seen | _visible(reader, elsewhere) if elsewhere else seen
    inner = _open_to(reader, where) if any(message.is_internal for message in said.values()) else set()
    actors = {each.actor_id for each in notifications if each.actor_id}
    names = dict(User.objects.filter(pk__in=actors).values_list("pk", "name")) if actors else {}
    pieces = []
    for each in notifications:
        ticket, message = seen.get(each.about_id), said.get(each.part)
        if ticket is None or (each.part and message is None):  # lost the right, or the message was taken back
            continue
        if message is not None and message.ticket_id not in (inner if message.is_internal else where):
            continue
        pieces.append(Piece(each, ticket, names.get(each.actor_id, ""), message))
    return pieces


def _visible(reader, keys):
    tickets = Ticket.objects.visible_to(reader).filter(pk__in=keys).select_related("queue")
    return {ticket.pk: ticket for ticket in tickets.defer("search_text")}


def _open_to(reader, tickets):
    """Keys of those tickets whose notes this reader may read."""
    queues = set(Queue.objects.open_to(reader).values_list("pk", flat=True))
    return {pk for pk, ticket in tickets.items() if ticket.queue_id in queues}


def lead(piece):
    """What happened, as a sentence that may introduce what was said."""
    name = text.isolate_text(piece.actor) if piece.actor else _("The help desk")
    if piece.is_mention:
        return _("%(name)s has mentioned you:") % {"name": name}
    return {
        "filed": _("We have taken in your request. You can follow it under its number."),
        "queued": _("A ticket waits in the queue “%(queue)s”; nobody has taken it yet."),
        "assigned": _("%(name)s has assigned this ticket to you."),
        "unverified": _(
            "Somebody who takes no part in this ticket has written to it. Accept or leave what was written."
        ),
        "waiting": _("We need your answer to go on with this request."),
        "replied": _("%(name)s has written:"),
        "noted": _("%(name)s has left an internal note:"),
        "resolved": _("We believe your request is solved. Please tell us whether it works.")
        if piece.notification.relation == Relation.MINE
        else _("%(name)s has solved this ticket:"),
        "confirmed": _("%(name)s says that it works now."),
        "reopened": _("%(name)s says that it is still broken."),
        "cancelled": _("%(name)s has cancelled this request."),
        "due_soon": _("What we promised on this ticket is due soon."),
        "late": _("What we promised on this ticket is late."),
        "vendor_fixed": _("The vendor says that it is fixed. Look whether it works, and confirm or dispute it."),
        "merged": _("This request is worked on together with another one about the same. You hear when it is solved.")
        if piece.notification.relation == Relation.MINE and piece.notification.recipient_id == piece.ticket.requester_id
        else _("%(name)s has merged this ticket into another one."),
        "took_in": _("%(name)s has merged another ticket into this one."),
        "taken_apart": _("This request is worked on by itself again."),
        "merged_solved": _("We believe your request is solved, together with another one. If it is not, write to us."),
        "merged_ended": _("The work on this request has ended. If you still need help, report it anew."),
        "landed": _("%(name)s has written on a ticket that is merged into this one:"),
        "landed_note": _("%(name)s has left an internal note on a ticket that is merged into this one:"),
        "vendor_left": _("This ticket has ended, but the call to the vendor is still open. Say what became of it."),
    }[piece.what] % {"name": name, "queue": text.isolate_text(piece.ticket.queue)}


def lines(reader, notifications):
    """{notification key: Line} for the page, see `office.notifying.register_words`."""
    found = {}
    for piece in pieces_of(reader, notifications):
        icon = "at" if piece.is_mention else ICONS[piece.what]
        words = lead(piece).rstrip(":")
        if piece.what == "queued":  # whether somebody took it since, the ticket itself says
            words = _("A ticket has come into the queue “%(queue)s”.")
            words %= {"queue": text.isolate_text(piece.ticket.queue)}
        url = reverse("ticket", args=[piece.ticket.pk])
        found[piece.notification.pk] = Line(words, piece.ticket.subject, piece.ticket.number, url, icon)
    return found
