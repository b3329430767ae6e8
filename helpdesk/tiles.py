"""The desk's tiles on the home page: for those who ask, and for those who answer."""

from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from helpdesk import busy, looks, promise
from helpdesk.choices import Status, WaitingFor
from helpdesk.desk import desk_of
from helpdesk.models import Mailbox, ReceivedMail, Ticket
from helpdesk.models.mail import MailState
from helpdesk.permissions import can_file_for_others, works_queues
from helpdesk.tallies import counts_of
from office import health

CARDS, NEXT, MINE, MANY = 12, 8, 8, 100
UNREAD_ALLOWED = timedelta(minutes=15)  # for a mailbox; what was sent waits at its server


def is_employee(user, obj=None):
    return bool(user.institution_id) and not works_queues(user)


def is_of_desk(user, obj=None):
    return works_queues(user)


def has_institution(user, obj=None):
    return bool(user.institution_id)


def report(user):
    """The large button."""
    return {}


def own_requests(user):
    """Open and resolved requests with their sentence; those that wait for her stand first. One statement, or two."""
    if works_queues(user):
        tickets = busy.asked_by(user.pk, most=CARDS + 1)
        if not tickets:
            return None
    else:
        shown = Ticket.objects.of(user).filter(status__among=busy.OPEN_OR_SOLVED)
        tickets = list(shown.order_by("-pk").for_list()[: CARDS + 1])
    now = timezone.now()
    cards = [_card(ticket, user, now) for ticket in tickets]
    cards.sort(key=lambda card: not card["waits_for_reader"])
    return {"cards": cards[:CARDS], "has_more": len(cards) > CARDS}


def _card(ticket, user, now):
    yours = ticket.requester_id == user.pk
    waits = ticket.status == Status.RESOLVED or ticket.waiting_for == WaitingFor.REQUESTER
    return {
        "ticket": ticket,
        "state": looks.badge_of(ticket),
        "sentence": promise.sentence(ticket, now, yours=yours),
        "waits_for_reader": yours and waits,
        "device": looks.device_title(ticket) if ticket.asset_id else "",
    }


def desk(user):
    """ "3 due in the next hour, 12 unassigned", what is due next in one's queues, what one has in hand."""
    place = desk_of(user)
    now = timezone.now()
    queues = tuple(place.own_ids or place.open_ids) or (0,)
    counts = counts_of(place, calls=True)
    overdue, soon = _dues(user, queues, now)
    mine = busy.in_hand_of(user.pk, most=MINE) if user.is_technician else []
    return {
        "soon": _soon(soon) if overdue < MANY else "",
        "unassigned": _unassigned(counts.get("unassigned", 0)),
        "overdue": _overdue(overdue),
        "calls_left": _calls_left(counts.get("calls_left", 0)),
        "mine_count": counts.get("mine", 0),
        "next": _lines(busy.due_next_in(user.institution_id, queues=queues, most=NEXT), now),
        "mine": _lines(mine, now),
        "is_technician": user.is_technician,
        "can_file": can_file_for_others(user),
        "can_take_next": bool(place.own_ids),
    }


def _dues(user, queues, now):
    """How many are overdue, counted to `MANY` and no further, and how many of the next ones are due within the hour."""
    dues = busy.dues_in(user.institution_id, queues=queues, most=MANY)
    soon = now + timedelta(hours=1)
    return sum(due < now for due in dues), sum(now <= due < soon for due in dues)


def _soon(count):
    return ngettext("%(count)d due in the next hour", "%(count)d due in the next hour", count) % {"count": count}


def _unassigned(count):
    return ngettext("%(count)d unassigned", "%(count)d unassigned", count) % {"count": count}


def _overdue(count):
    """In words; "" for none, and nobody counts beyond a hundred."""
    if count >= MANY:
        return _("more than %(count)d overdue") % {"count": MANY - 1}
    return ngettext("%(count)d overdue", "%(count)d overdue", count) % {"count": count} if count else ""


def _calls_left(count):
    """ "2 calls to vendors are open, though their tickets have ended"; "" for none."""
    words = ngettext(
        "%(count)d call to a vendor is open, though its ticket has ended",
        "%(count)d calls to vendors are open, though their tickets have ended",
        count,
    )
    return words % {"count": count} if count else ""


def _lines(tickets, now):
    return [
        {
            "ticket": ticket,
            "due": looks.due_chip(ticket.next_due, now, focusable=False),
            "state": looks.badge_of(ticket),
        }
        for ticket in tickets
    ]


def looks_after_mail(user, obj=None):
    return bool(user.institution_id and user.is_administrator)


def ill_mailboxes():
    """Those that cannot be read, or are not until somebody looks."""
    return Mailbox.objects.filter(is_active=True).exclude(connection="").exclude(paused_because="", error="")


def troubles_of_mailboxes():
    """{address: (what is wrong, since when)} of all institutions, for whoever looks after the installation."""
    return {box.address: (box.error or box.paused_because, box.unread_since) for box in ill_mailboxes()}


def mail_to_look_at(user):
    """What stops mail, in or out, or waits for somebody to decide; None while there is nothing. Three statements."""
    waiting = ReceivedMail.objects.visible_to(user).filter(state__in=(MailState.HELD, MailState.FAILED)).count()
    trouble = health.mail_trouble()
    ill = list(ill_mailboxes().filter(institution=user.institution_id))
    if not (ill or waiting or trouble):
        return None
    words = ngettext("%(count)d received mail waits for you.", "%(count)d received mails wait for you.", waiting)
    return {"boxes": ill, "waiting": waiting, "waiting_words": words % {"count": waiting}, "trouble": trouble}
