"""Who hears of what happened to a ticket, and the mail that tells it: never to whoever did it, never too much."""

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from helpdesk import promise
from helpdesk.choices import WaitingFor
from helpdesk.models import Message, Ticket
from helpdesk.permissions import standing_of
from office import outbox
from people.models import User
from ui import text


def filed(ticket, event):
    """The requester when somebody else filed for her; the team when nobody has the ticket."""
    _tell("filed", [ticket.requester], ticket, event)
    if ticket.assignee_id is None:
        _tell("queued", _team(ticket), ticket, event)


def assigned(ticket, event):
    _tell("assigned", [ticket.assignee], ticket, event)


def transferred(ticket, event):
    if ticket.assignee_id is None:
        _tell("queued", _team(ticket), ticket, event)


def waiting(ticket, event):
    if ticket.waiting_for == WaitingFor.REQUESTER:
        _tell("waiting", [ticket.requester], ticket, event)


def replied(ticket, event, message):
    people = [ticket.requester, *_holders(ticket, event), *_watchers(ticket)]
    _tell("replied", people, ticket, event, message)


def noted(ticket, event, message):
    _tell("noted", [ticket.assignee, *_watchers(ticket)], ticket, event, message)


def resolved(ticket, event, message):
    _tell("resolved", [ticket.requester, *_watchers(ticket)], ticket, event, message)


def confirmed(ticket, event):
    _tell("confirmed", [ticket.assignee, *_watchers(ticket)], ticket, event)


def reopened(ticket, event, message):
    people = [ticket.requester, *_holders(ticket, event), *_watchers(ticket)]
    _tell("reopened", people, ticket, event, message)


def cancelled(ticket, event, message):
    _tell("cancelled", [ticket.requester, ticket.assignee, *_watchers(ticket)], ticket, event, message)


def _holders(ticket, event):
    """Who must hear an outside word: the assignee, else the team, unless the desk itself has spoken."""
    if ticket.assignee_id is not None:
        return [ticket.assignee]
    return _team(ticket) if event.actor_id in (ticket.requester_id, None) else []


def _team(ticket):
    return list(User.objects.active().filter(teams=ticket.queue.team_id, is_technician=True).defer("search_text"))


def _watchers(ticket):
    return list(User.objects.active().filter(watched__ticket=ticket.pk).defer("search_text"))


def _tell(what, people, ticket, event, message=None):
    """Owe one mail a person, except to whoever did it."""
    people = {person.pk: person for person in people if person is not None and person.pk != event.actor_id}
    payload = {"event": event.pk, "message": message.pk if message else None, "by": event.actor_id}
    outbox.enqueue_all(
        f"ticket.{what}", people.values(), about=ticket, key=f"ticket.{what}:{event.pk}", payload=payload
    )


# The mail itself, made when it is sent, in the reader's language, if she may still read it.


def _leads(what, name, ticket):
    """The first sentence."""
    return {
        "filed": _("We have taken in your request. You can follow it under its number."),
        "queued": _("A ticket waits in the queue “%(queue)s”; nobody has taken it yet.") % {"queue": ticket.queue},
        "assigned": _("%(name)s has assigned this ticket to you.") % {"name": name},
        "waiting": _("We need your answer to go on with this request."),
        "replied": _("%(name)s has written:") % {"name": name},
        "noted": _("%(name)s has left an internal note:") % {"name": name},
        "resolved": _("We believe your request is solved. Please tell us whether it works."),
        "confirmed": _("%(name)s says that it works now.") % {"name": name},
        "reopened": _("%(name)s says that it is still broken.") % {"name": name},
        "cancelled": _("%(name)s has cancelled this request.") % {"name": name},
    }[what]


def _why(reader, ticket, standing):
    """Why somebody gets the mail."""
    if reader.pk == ticket.requester_id:
        return _("You get this mail because it is your request.")
    if reader.pk == ticket.assignee_id:
        return _("You get this mail because the ticket is assigned to you.")
    if standing.at_desk:
        return _("You get this mail because you belong to the team of this queue.")
    return _("You get this mail because you follow this ticket.")


def _mail(row):
    reader, what = row.recipient, row.topic.removeprefix("ticket.")
    ticket = Ticket.objects.visible_to(reader).for_page(reader).filter(pk=row.about_id).first()
    message = Message.objects.filter(pk=row.payload["message"]).select_related("author").first()
    if ticket is None:
        return None
    standing = standing_of(reader, ticket)
    if message is not None and message.is_internal and not standing.sees_notes:
        return None
    if what == "queued" and ticket.assignee_id is not None:  # somebody took it meanwhile
        return None
    context = {
        "ticket": ticket,
        "lead": _leads(what, _name(row.payload["by"]), ticket),
        "words": message.text if message else ticket.description if what in ("queued", "assigned", "filed") else "",
        "promise": promise.sentence(ticket, timezone.now(), yours=standing.is_own),
        "at_desk": standing.at_desk,
        "why": _why(reader, ticket, standing),
        "url": settings.SITE_URL + reverse("short_ticket", args=[ticket.number]),
        "language": text.language(),
        "direction": text.direction(),
    }
    html = render_to_string("helpdesk/mail.html", context)
    return outbox.Mail(subject=subject(ticket), text=_plain(**context), html=html)


def _plain(ticket, lead, words, promise, at_desk, why, url, **rest):
    """The mail without HTML; machine values keep their own direction."""
    facts = [(_("Number"), text.isolate(ticket.number)), (_("Subject"), text.isolate_text(ticket.subject))]
    if ticket.asset:
        facts.append((_("Device"), f"{text.isolate_text(ticket.asset.title)} {text.isolate(ticket.asset.tag)}"))
    if at_desk:
        facts.append((_("Requester"), f"{text.isolate_text(ticket.requester.name)} {text.isolate(ticket.extension)}"))
    lines = "\n".join(f"{label}: {value}" for label, value in facts)
    return "\n\n".join(part for part in (lead, words, lines, promise, url, why) if part) + "\n"


def subject(ticket):
    """In Arabic it begins with an Arabic word, so that the mail program sets the line from the right."""
    return _("Ticket %(number)s: %(subject)s") % {
        "number": text.isolate(ticket.number),
        "subject": text.isolate_text(ticket.subject),
    }


def _name(pk):
    name = User.objects.filter(pk=pk).values_list("name", flat=True).first() if pk else None
    return text.isolate_text(name) if name else _("The help desk")


TOPICS = (
    "filed",
    "queued",
    "assigned",
    "waiting",
    "replied",
    "noted",
    "resolved",
    "confirmed",
    "reopened",
    "cancelled",
)
for _topic in TOPICS:
    outbox.topic(f"ticket.{_topic}")(_mail)
