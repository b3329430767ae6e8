"""What we promise, in plain words: the sentence on top of a ticket, in the reader's language. Never a time gone by."""

from datetime import timedelta
from functools import lru_cache

from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from helpdesk.choices import ENDED, Status, WaitingFor
from ui import text


def sentence(ticket, now, *, yours=True):
    """One or two sentences for whoever asked (`yours`), or for another reader, at the instant `now`."""
    if getattr(ticket, "merged_into_id", None):
        return _merged(ticket.merged_into)
    if ticket.status == Status.WAITING:
        return _waiting(ticket, now, yours)
    if ticket.status == Status.RESOLVED:
        return _resolved(ticket, now)
    if ticket.status == Status.CLOSED:
        return _("This request is closed.")
    if ticket.status == Status.CANCELLED:
        return _("This request was cancelled.")
    return _running(ticket, now)


def _merged(into):
    """Of a ticket that is merged into another one, of which its reader need not know anything."""
    if into.status == Status.RESOLVED:
        return _("We believe it is solved, together with another request. If it is not, write to us here.")
    if into.status in ENDED:
        return _("This request is closed. If you still need help, report it anew.")
    return _("We work on this request together with another one about the same. Write here if there is more to say.")


def _running(ticket, now):
    answer = ticket.next_response_due if ticket.responded_at else ticket.response_due
    solution = ticket.resolution_due
    if answer and answer > now:
        return _("We answer by %(when)s.") % {"when": until(answer, now)}
    if solution and solution > now:
        when = {"when": until(solution, now)}
        if answer:
            return _("Our answer is late, and we are sorry. It should be solved by %(when)s.") % when
        if ticket.status == Status.IN_PROGRESS:
            return _("We are working on it. It should be solved by %(when)s.") % when
        return _("It should be solved by %(when)s.") % when
    if answer or solution:
        return _("It takes longer than we promised, and we are sorry. We are on it.")
    if ticket.status == Status.IN_PROGRESS:
        return _("We are working on it.")
    return _("We have your request and answer as soon as we can.")


def _waiting(ticket, now, yours):
    moment = {"since": since(ticket.waiting_since, now)} if ticket.waiting_since else {"since": ""}
    if ticket.waiting_for == WaitingFor.REQUESTER and yours:
        words = (
            _("We need your answer to go on; we wait for it %(since)s.")
            if moment["since"]
            else _("We need your answer.")
        )
        return words % moment
    if not moment["since"]:
        return _("Waiting for: %(whom)s.") % {"whom": whom(ticket.waiting_for)}
    return _("Waiting for: %(whom)s, %(since)s.") % (moment | {"whom": whom(ticket.waiting_for)})


def _resolved(ticket, now):
    if ticket.close_due and ticket.close_due > now:
        return _(
            "We believe it is solved. If it is not, tell us by %(when)s; after that the request closes by itself."
        ) % {"when": until(ticket.close_due, now)}
    return _("We believe it is solved. If it is not, tell us.")


def whom(kind):
    """For whom a ticket waits, in words for everybody."""
    words = {
        WaitingFor.REQUESTER: pgettext("waiting for", "whoever asked"),
        WaitingFor.VENDOR: pgettext("waiting for", "the vendor"),
        WaitingFor.ENTITY: pgettext("waiting for", "another entity"),
        WaitingFor.APPROVAL: pgettext("waiting for", "an approval"),
        WaitingFor.PARTS: pgettext("waiting for", "spare parts"),
    }
    return words.get(kind, "")


def until(instant, now):
    """10:30 today, 10:30 tomorrow, Sunday 10:30, 15 Nov 2026 10:30; local time."""
    local, today = text.local(instant), text.local(now).date()
    days = (local.date() - today).days
    clock = f"{local:%H:%M}"
    if days == 0:
        return _("%(time)s today") % {"time": clock}
    if days == 1:
        return _("%(time)s tomorrow") % {"time": clock}
    if days < 7:
        return _("%(day)s %(time)s") % {"day": weekday(local), "time": clock}
    return _("%(day)s %(time)s") % {"day": text.day(local), "time": clock}


def since(instant, now):
    """since 09:15, since yesterday, since Tuesday, since 3 Nov 2026; local time."""
    local = text.local(instant)
    days = (text.local(now).date() - local.date()).days
    if days <= 0:
        return _("since %(day)s") % {"day": f"{local:%H:%M}"}
    if days == 1:
        return _("since yesterday")
    return _("since %(day)s") % {"day": weekday(local) if days < 7 else text.day(local)}


def weekday(local):
    return text.WEEKDAYS[text.language()][local.weekday()]


def due_look(due, now):
    """(words, colour, icon) of the chip that says when something is due; None where nothing is."""
    if due is None:
        return None
    left = due - now
    words = _due_words(left < timedelta(0), *_length(abs(left)), get_language())
    if left < timedelta(0):
        return words, "red", "alert-triangle"
    return words, "orange" if left < timedelta(hours=1) else "secondary", "clock"


@lru_cache(maxsize=2048)
def _due_words(is_late, count, unit, language):
    """Kept, because a list asks for the same few in every row."""
    words = _("%(time)s late") if is_late else _("in %(time)s")
    return words % {"time": _short(count, unit)}


def span(length):
    """12 min, 3 h, 4 d: as short as a chip."""
    return _short(*_length(length))


def _length(length):
    minutes = int(length.total_seconds()) // 60
    if minutes < 60:
        return minutes, "min"
    if minutes < 48 * 60:
        return minutes // 60, "h"
    return minutes // 1440, "d"


def _short(count, unit):
    if unit == "min":
        return pgettext("short", "%(count)d min") % {"count": count}
    if unit == "h":
        return pgettext("short", "%(count)d h") % {"count": count}
    return pgettext("short", "%(count)d d") % {"count": count}
