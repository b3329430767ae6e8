"""Who hears of what happened to a ticket: never whoever did it, each person once, by the strongest reason she has.

The words of the page stand in `news`, the mail in `ticket_mail`; both ask the rights again.
"""

from django.utils.translation import gettext_lazy as _

from helpdesk import busy, mentions
from helpdesk.attention import muted_by
from helpdesk.choices import Tell, WaitingFor
from helpdesk.intake import limits
from office import notifying, outbox
from office.models.events import Channel
from office.models.notifications import Relation
from office.notifying import Way
from people.models import User

TOPIC = "ticket.news"
MINE, WATCHED, TEAM = Relation.MINE, Relation.WATCHED, Relation.TEAM
SUBJECT_OF = {
    "filed": "ticket.new",
    "queued": "ticket.new",
    "assigned": "ticket.assigned",
    "replied": "ticket.reply",
    "noted": "ticket.note",
    "unverified": "ticket.note",
    "waiting": "ticket.state",
    "resolved": "ticket.state",
    "confirmed": "ticket.state",
    "reopened": "ticket.state",
    "cancelled": "ticket.state",
    "due_soon": "ticket.due",
    "late": "ticket.due",
    "vendor_fixed": "ticket.state",
    "vendor_left": "ticket.state",
    "merged": "ticket.state",
    "took_in": "ticket.state",
    "taken_apart": "ticket.state",
    "merged_solved": "ticket.state",
    "merged_ended": "ticket.state",
    "landed": "ticket.reply",
    "landed_note": "ticket.note",
}
URGENT = {"filed"}  # the number is what she waits for


def works(user):
    return user.is_technician


def works_or_answers(user):
    return user.is_technician or user.is_administrator


def register_subjects():
    every = {MINE: Way.MAIL, WATCHED: Way.MAIL}
    for order, (name, title, defaults, allowed) in enumerate(
        (
            ("ticket.new", _("A ticket is filed, or comes into the queue"), {MINE: Way.MAIL, TEAM: Way.MAIL}, None),
            ("ticket.assigned", _("A ticket is assigned to me"), {MINE: Way.MAIL}, works),
            ("ticket.reply", _("Somebody replies"), every | {TEAM: Way.MAIL}, None),
            ("ticket.note", _("A colleague leaves an internal note"), every, works),
            (
                "ticket.state",
                _("It is solved, confirmed, reopened, cancelled, or waits for me"),
                every | {TEAM: Way.MAIL},
                None,
            ),
            ("ticket.due", _("A promise is due soon, or late"), {MINE: Way.MAIL, TEAM: Way.MAIL}, works_or_answers),
        )
    ):
        notifying.register_subject(name, title, defaults, order, allowed or (lambda user: True))


def filed(ticket, event):
    """The requester when somebody else filed for her; the team when nobody has the ticket."""
    _tell("filed", [(MINE, [ticket.requester])], ticket, event, new=True)
    if ticket.assignee_id is None:
        _tell("queued", [(TEAM, _team(ticket))], ticket, event, new=True)


def received(ticket):
    """The one automatic answer to a mail that became a ticket: its number, and nothing of what was written.

    Returns whether one is owed.
    """
    key = f"ticket.received:{ticket.pk}"
    return outbox.enqueue("ticket.received", to=ticket.requester, about=ticket, key=key, urgency=4) is not None


def too_large(received, letter, person):
    """The sender of a mail that is too large to be read, once for each mail. Returns whether an answer is owed.

    person: the sender, None where it is nobody here.
    """
    payload = {
        "subject": letter.subject[:200],
        "size": received.size,
        "most": limits.MOST_BYTES,
        "answers": letter.message_id,
        "mailbox": received.mailbox.address if received.mailbox_id else "",
        "language": "ar" if letter.direction == "rtl" else "en",
    }
    row = outbox.enqueue(
        "mail.too_large",
        to=person,
        address=letter.sender.email,
        about=received,
        key=f"mail.too_large:{received.pk}",
        payload=payload,
        urgency=4,
    )
    return row is not None


def unverified(ticket, event):
    """The desk, that an outsider's words wait for it."""
    _tell("unverified", _workers(ticket.merged_into or ticket), ticket, event)


def assigned(ticket, event):
    _tell("assigned", [(MINE, [ticket.assignee])], ticket, event)


def transferred(ticket, event):
    if ticket.assignee_id is None:
        _tell("queued", [(TEAM, _team(ticket))], ticket, event)


def waiting(ticket, event):
    if ticket.waiting_for == WaitingFor.REQUESTER:
        _tell("waiting", [(MINE, [ticket.requester])], ticket, event)


def replied(ticket, event, message, not_before=None):
    _tell("replied", hearers_of_reply(ticket, event.actor_id), ticket, event, message, not_before=not_before)


def noted(ticket, event, message, not_before=None):
    heard = [(MINE, [] if ticket.merged_into_id else [ticket.assignee]), (WATCHED, _watchers(ticket))]
    _tell("noted", heard, ticket, event, message, not_before=not_before)


def resolved(ticket, event, message, not_before=None):
    heard = [(MINE, [ticket.requester]), (WATCHED, _watchers(ticket))]
    _tell("resolved", heard, ticket, event, message, not_before=not_before)


def confirmed(ticket, event):
    _tell("confirmed", [(MINE, [ticket.assignee]), (WATCHED, _watchers(ticket))], ticket, event)


def reopened(ticket, event, message):
    _tell("reopened", hearers_of_reply(ticket, event.actor_id), ticket, event, message)


def cancelled(ticket, event, message):
    heard = [(MINE, [ticket.requester, ticket.assignee]), (WATCHED, _watchers(ticket))]
    _tell("cancelled", heard, ticket, event, message)


def escalated(ticket, event, step, *, is_late):
    """Whom the step names, that a promise is due soon or late."""
    if step.tell == Tell.PERSON:
        heard = [(MINE, [step.person] if step.person.is_active else [])]
    elif step.tell == Tell.ADMINISTRATORS:
        people = User.objects.active().filter(institution=ticket.institution_id, is_administrator=True)
        heard = [(TEAM, list(people.defer("search_text")))]
    elif step.tell == Tell.ASSIGNEE and ticket.assignee_id is not None:
        heard = [(MINE, [ticket.assignee])]
    else:
        heard = [(TEAM, _team(ticket))]
    _tell("late" if is_late else "due_soon", heard, ticket, event)


def vendor_fixed(ticket, event):
    """Whoever has the ticket, else the team, that the vendor reports it as fixed."""
    _tell("vendor_fixed", _workers(ticket), ticket, event)


def vendor_left(ticket, event):
    """The same, that the ticket has ended and a call to a vendor has not."""
    _tell("vendor_left", _workers(ticket), ticket, event)


def hearers_of_merge(ticket, into):
    """[(Relation, [person])] who hear that one ticket is merged into another one, or taken out of it."""
    return [(MINE, [ticket.requester, ticket.assignee, into.assignee]), (WATCHED, _watchers(ticket))]


def merged(ticket, event):
    """Whoever asked, follows or had it, that it is worked together with another one."""
    _tell("merged", [(MINE, [ticket.requester, ticket.assignee]), (WATCHED, _watchers(ticket))], ticket, event)


def took_in(ticket, event, but):
    """Whoever has the other one, unless she had both. but: key of the one who had the merged one."""
    if ticket.assignee_id != but:
        _tell("took_in", [(MINE, [ticket.assignee])], ticket, event)


def taken_apart(ticket, event):
    """The same as hear of a merge, that it is worked by itself again; the team where nobody has it now."""
    heard = [(MINE, [ticket.requester, ticket.assignee]), (WATCHED, _watchers(ticket))]
    _tell("taken_apart", heard if ticket.assignee_id else [*heard, (TEAM, _team(ticket))], ticket, event)


def hearers_of_end(ticket):
    """Keys of whoever hears anyhow how a ticket ended."""
    return {ticket.requester_id, *(person.pk for person in _watchers(ticket))}


def merged_end(ticket, event, but):
    """Whoever asked in a merged ticket, or follows it, how the other one ended; event: of the merged one.

    but: keys of those who have heard of it. Returns the keys of those who hear now.
    """
    people = [person for person in (ticket.requester, *_watchers(ticket)) if person.pk not in but]
    mine = [person for person in people if person.pk == ticket.requester_id]
    _tell(event.verb, [(MINE, mine), (WATCHED, people)], ticket, event)
    return {person.pk for person in people}


def landed(ticket, event, message):
    """Whoever works on a ticket, of what was said on one that is merged into it."""
    what = "landed_note" if message.is_internal else "landed"
    _tell(what, _workers(ticket), ticket, event, message, calls=False)


def _workers(ticket):
    """[(Relation, [person])]: whoever has the ticket, else the team."""
    return [(MINE, [ticket.assignee])] if ticket.assignee_id else [(TEAM, _team(ticket))]


def hearers_of_reply(ticket, speaker_id):
    """[(Relation, [person])] who hear a public word of this speaker; of a merged ticket no desk, see `landed`."""
    if ticket.merged_into_id is not None:
        return [(MINE, [ticket.requester]), (WATCHED, _watchers(ticket))]
    return [
        (MINE, [ticket.requester, ticket.assignee]),
        (WATCHED, _watchers(ticket)),
        (TEAM, _team(ticket) if _is_for_team(ticket, speaker_id) else []),
    ]


def _is_for_team(ticket, speaker_id):
    """Nobody has it, and it was not the desk that spoke."""
    return ticket.assignee_id is None and speaker_id in (ticket.requester_id, None)


def _team(ticket):
    return busy.technicians_of(ticket.queue.team_id)


def _watchers(ticket):
    if not getattr(ticket, "has_watchers", True):  # `for_page` knows
        return []
    return list(User.objects.active().filter(watched__ticket=ticket.pk).defer("search_text"))


def _tell(what, heard, ticket, event, message=None, not_before=None, new=False, calls=True):
    """heard: [(Relation, people)], the strongest relation first. calls: whoever the message calls by name hears too."""
    people = {}
    # Whoever writes a mail did not choose from our list.
    if calls and message is not None and message.channel != Channel.MAIL:
        people = dict.fromkeys(mentions.mentioned_in(message, ticket), Relation.MENTION)
    for relation, some in heard:
        for person in some:
            if person is not None:
                people.setdefault(person, relation)
    notifying.tell(
        people,
        kind=f"ticket.{what}",
        subject=SUBJECT_OF[what],
        about=ticket,
        event=event,
        topic=TOPIC,
        part=message.pk if message else None,
        urgent=what in URGENT,
        muted=() if new else muted_by(ticket),
        not_before=not_before,
        new=new,
    )
