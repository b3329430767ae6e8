"""The mail about one ticket: everything that happened since the last one, made when it is sent, of what she may see."""

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from helpdesk import attention, busy, news, promise
from helpdesk.intake import thread
from helpdesk.models import UndeliverableAddress
from helpdesk.notifications import TOPIC
from helpdesk.permissions import standing_of
from office import mailtexts, outbox, stopping
from office.models import Notification
from office.models.notifications import Relation
from ui import markup, text

MOST = 50  # things that one mail tells; the page tells all


@outbox.topic(TOPIC)
def make_news(row):
    """None when nothing of it is hers to read any more, or nothing of it is still true."""
    told = list(Notification.objects.filter(outbox_key=row.key).order_by("pk"))
    ticket = busy.ticket_for(row.recipient, row.about_id)
    if ticket is None:
        return None
    pieces = [piece for piece in news.pieces_of(row.recipient, told, {ticket.pk: ticket}) if _still_news(piece)]
    pieces.sort(key=lambda piece: not piece.is_mention)  # mentions first, the rest as it happened
    return _mail(row, ticket, pieces) if pieces and not _is_undeliverable(row) else None


@outbox.topic("ticket.received")
def make_received(row):
    """The automatic answer to a mail; nothing of what was written stands in it but the subject."""
    ticket = busy.ticket_for(row.recipient, row.about_id)
    if ticket is None or _is_undeliverable(row):
        return None
    return _framed(row, ticket, mailtexts.say(row, "lead", **_places(ticket)))


def _is_undeliverable(row):
    """A server refused this address for good, see `helpdesk.intake`."""
    return UndeliverableAddress.objects.filter(address=row.address.lower()).exists()


def _still_news(piece):
    """A ticket that somebody took meanwhile waits for nobody."""
    return piece.what != "queued" or piece.ticket.assignee_id is None


def _mail(row, ticket, pieces):
    lead = _lead(row, ticket, pieces[0]) if len(pieces) == 1 else _many(pieces)
    parts = [_part(piece, is_alone=len(pieces) == 1) for piece in pieces[:MOST]]
    said = [piece.message for piece in pieces[:MOST] if piece.message is not None]
    inner = [message for message in said if message.is_internal]  # whoever answers one answers internally
    message = (inner or said or [None])[-1]
    return _framed(row, ticket, lead, parts, why_of(pieces[0], ticket, row.recipient), message)


def _framed(row, ticket, lead, parts=(), why="", message=None):
    reader = row.recipient
    standing = standing_of(reader, ticket)
    url = settings.SITE_URL + reverse("short_ticket", args=[ticket.number])
    context = {
        "lead": lead,
        "parts": [part for part in parts if part["title"] or part["text"]],
        "facts": _facts(ticket, standing),
        "promise": promise.sentence(ticket, timezone.now(), yours=True) if standing.is_own else "",
        "url": url,
        "url_words": _("Open the ticket") if standing.at_desk else _("Open the request"),
        "direction": text.direction(),
        "align": "right" if text.direction() == "rtl" else "left",
    }
    html = render_to_string("helpdesk/mail.html", context)
    return outbox.Mail(
        mailtexts.say(row, "subject", **_places(ticket)),
        _plain(context, _plain_facts(ticket, standing)),
        html,
        headers=thread.headers_of(row, _answered(ticket, message), message),
        why=why or _("You get this mail because it is your request."),
        stop=("ticket", ticket.pk),
    )


def _answered(ticket, message):
    """The ticket into which an answer goes: where it was said, when that is one that was merged into this one."""
    return ticket if message is None or message.ticket_id == ticket.pk else message.ticket


def _lead(row, ticket, piece):
    """The sentence that introduces it; what whoever asked is told may be put otherwise."""
    name = "solved" if piece.what == "resolved" and piece.notification.relation == Relation.MINE else piece.what
    if piece.is_mention or name not in LEADS:
        return news.lead(piece)
    return mailtexts.say(row, name, **_places(ticket))


def _many(pieces):
    count = len(pieces)
    if pieces[0].is_mention:
        return _("You are mentioned, and more has happened on this ticket.")
    return ngettext(
        "%(count)d thing has happened on this ticket.", "%(count)d things have happened on this ticket.", count
    ) % {"count": count}


def _part(piece, *, is_alone):
    at = text.isolate_text(text.day_time(piece.notification.at))
    title = "" if is_alone else f"{news.lead(piece).rstrip(':.')} · {at}"
    return {"title": title, "text": piece.words, "is_internal": piece.is_internal}


def _facts(ticket, standing):
    """[(label, value as html)]; `_plain` writes the same without it."""
    facts = [(_("Number"), markup.machine(ticket.number)), (_("Subject"), markup.person(ticket.subject))]
    if ticket.asset:
        device = markup.join([markup.person(ticket.asset.title), " ", markup.machine(ticket.asset.tag)])
        facts.append((_("Device"), device))
    if standing.at_desk:
        caller = markup.join([markup.person(ticket.requester.name), " ", markup.machine(ticket.extension)])
        facts.append((_("Requester"), caller))
    return facts


def _plain_facts(ticket, standing):
    """[(label, value as text)]; machine values keep their own direction."""
    facts = [(_("Number"), text.isolate(ticket.number)), (_("Subject"), text.isolate_text(ticket.subject))]
    if ticket.asset:
        facts.append((_("Device"), f"{text.isolate_text(ticket.asset.title)} {text.isolate(ticket.asset.tag)}"))
    if standing.at_desk:
        extension = f" {text.isolate(ticket.extension)}" if ticket.extension else ""
        facts.append((_("Requester"), f"{text.isolate_text(ticket.requester.name)}{extension}"))
    return facts


def _plain(context, facts):
    """The mail without HTML."""
    said = ["\n".join(filter(None, (part["title"], part["text"]))) for part in context["parts"]]
    lines = "\n".join(f"{label}: {value}" for label, value in facts)
    blocks = [context["lead"], *said, lines, context["promise"], context["url"]]
    return "\n\n".join(block for block in blocks if block) + "\n"


def why_of(piece, ticket, reader):
    """Why somebody gets it."""
    if piece.is_mention:
        return _("You get this mail because somebody called you by name.")
    if reader.pk == ticket.requester_id:
        return _("You get this mail because it is your request.")
    if reader.pk == ticket.assignee_id:
        return _("You get this mail because the ticket is assigned to you.")
    if piece.notification.relation == Relation.TEAM:
        return _("You get this mail because you belong to the team of this queue.")
    return _("You get this mail because you follow this ticket.")


def _places(ticket):
    return {"number": text.isolate(ticket.number), "subject": text.isolate_text(ticket.subject)}


# In Arabic it begins with an Arabic word, so that the mail program sets the line from the right.
PLACES = {"number": gettext_lazy("number of the ticket"), "subject": gettext_lazy("subject of the ticket")}
SUBJECT = mailtexts.subject(gettext_lazy("Ticket %(number)s: %(subject)s"), needed=("number",), **PLACES)
TAKEN_IN = gettext_lazy("We have taken in your request. You can follow it under its number.")
RECEIVED = mailtexts.lead(TAKEN_IN, **PLACES)
LEADS = {
    "filed": (gettext_lazy("When it is filed for her"), TAKEN_IN),
    "waiting": (
        gettext_lazy("When her answer is needed"),
        gettext_lazy("We need your answer to go on with this request."),
    ),
    "solved": (
        gettext_lazy("When it is solved"),
        gettext_lazy("We believe your request is solved. Please tell us whether it works."),
    ),
}
NEWS = [SUBJECT, *(mailtexts.Piece(name, title, words, PLACES) for name, (title, words) in LEADS.items())]


def sample_news(row):
    """That it is solved, as whoever asked reads it."""
    said = _("The new toner is in. Please print a page and tell us whether it works.")
    parts = [{"title": "", "text": said, "is_internal": False}]
    return _sample(row, mailtexts.say(row, "solved", **_sample_places()), parts)


def sample_received(row):
    return _sample(row, mailtexts.say(row, "lead", **_sample_places()), [])


def _sample_places():
    return {"number": text.isolate(SAMPLE_NUMBER), "subject": text.isolate_text(_("The printer prints nothing"))}


SAMPLE_NUMBER = "TKT-2026-00042"


def _sample(row, lead, parts):
    places = _sample_places()
    labels = (_("Number"), _("Subject"))
    context = {
        "lead": lead,
        "parts": parts,
        "facts": list(zip(labels, (markup.machine(SAMPLE_NUMBER), text.strip_bidi(places["subject"])), strict=True)),
        "promise": "",
        "url": f"{settings.SITE_URL}/t/{SAMPLE_NUMBER}",
        "url_words": _("Open the request"),
        "direction": text.direction(),
        "align": "right" if text.direction() == "rtl" else "left",
    }
    return outbox.Mail(
        mailtexts.say(row, "subject", **places),
        _plain(context, list(zip(labels, places.values(), strict=True))),
        render_to_string("helpdesk/mail.html", context),
        why=_("You get this mail because it is your request."),
        stop=("ticket", 0),
    )


def register():
    stopping.register(
        "ticket",
        words=gettext_lazy("No more mails about this ticket?"),
        about=attention.ticket_of_stop,
        stop=attention.mute,
        start=attention.unmute,
    )
    mailtexts.register(TOPIC, NEWS, sample_news)
    mailtexts.register("ticket.received", [SUBJECT, RECEIVED], sample_received)
