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
    heard = [(MINE, [ticket.assignee])] if ticket.assignee_id else [(TEAM, _team(ticket))]
    _tell("unverified", heard, ticket, event)


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
    heard = [(MINE, [ticket.assignee]), (WATCHED, _watchers(ticket))]
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
    heard = [(MINE, [ticket.assignee])] if ticket.assignee_id else [(TEAM, _team(ticket))]
    _tell("vendor_fixed", heard, ticket, event)


def vendor_left(ticket, event):
    """The same, that the ticket has ended and a call to a vendor has not."""
    heard = [(MINE, [ticket.assignee])] if ticket.assignee_id else [(TEAM, _team(ticket))]
    _tell("vendor_left", heard, ticket, event)


def hearers_of_reply(ticket, speaker_id):
    """[(Relation, [person])] who hear a public word of this speaker."""
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


def _tell(what, heard, ticket, event, message=None, not_before=None, new=False):
    """heard: [(Relation, people)], the strongest relation first."""
    people = {}
    if message is not None and message.channel != Channel.MAIL:  # whoever writes a mail did not choose from our list
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
