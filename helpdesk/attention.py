"""How far each reader has read a ticket, and who wants no mail about it."""

from django.db.models import DateTimeField, Value
from django.utils import timezone

from helpdesk.choices import UNRESOLVED, Status
from helpdesk.models import Attention, Ticket
from office import notifying
from office.models import Notification
from office.prepared import prepared

TICKET = Ticket._meta.label_lower
PAGE = 25  # so many keys at a time, the first one again where there are fewer: each number of keys is a plan of its own


def note_look(ticket, reader):
    """She has the ticket before her: nothing of it is new to her any more."""
    _set(ticket.pk, reader.pk, looked_at=timezone.now())
    notifying.mark_read(reader, about=ticket)


def looks_of(reader, tickets):
    """{ticket key: when this reader last looked, None where something unread concerns her}; one statement."""
    if not tickets:
        return {}
    looks, missing = {}, -len(tickets) % PAGE
    for pk, at in _looks_and_news(reader.pk, *tickets, *[tickets[0]] * missing):
        looks[pk] = None if at is None or looks.get(pk, at) is None else at
    return looks


@prepared
def _looks_and_news(reader, *tickets):
    looked = Attention.objects.filter(user=reader, ticket__in=tickets, looked_at__isnull=False)
    told = Notification.objects.filter(recipient=reader, about_kind=TICKET, about_id__in=tickets).unread()
    nothing = Value(None, output_field=DateTimeField())
    told = told.order_by().values_list("about_id", nothing)
    return looked.order_by().values_list("ticket", "looked_at").union(told, all=True)


def has_news(line, looks, reader):
    """Whether a line of a list holds something that this reader has not seen: `looks` from `looks_of`.

    What she never opened is news only while it is hers, or waits for anybody.
    """
    if line.last_word_by_id == reader.pk and looks.get(line.pk, line) is not None:
        return False
    if line.pk in looks:
        return looks[line.pk] is None or line.last_word_at > looks[line.pk]
    return line.status == Status.NEW or (line.assignee_id == reader.pk and line.status in UNRESOLVED)


def muted_by(ticket):
    """Keys of the people who want no mail about it; no statement where `for_page` knows that there are none."""
    if not getattr(ticket, "has_muted", True):
        return set()
    return set(Attention.objects.filter(ticket=ticket.pk, is_muted=True).values_list("user", flat=True))


def mute(person, ticket_pk):
    _set(ticket_pk, person.pk, is_muted=True)


def unmute(person, ticket_pk):
    _set(ticket_pk, person.pk, is_muted=False)


def _set(ticket_pk, user_pk, **values):
    Attention.objects.update_or_create(ticket_id=ticket_pk, user_id=user_pk, defaults=values)


def ticket_of_stop(person, ticket_pk):
    """What a link at the foot of a mail is about: the number, which stands in that mail; None where it is gone."""
    return Ticket.objects.filter(pk=ticket_pk).values_list("number", flat=True).first()
