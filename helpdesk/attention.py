"""How far each reader has read a ticket, and who wants no mail about it."""

from django.utils import timezone

from helpdesk.models import Attention, Ticket
from office import notifying


def note_look(ticket, reader):
    """She has the ticket before her: nothing of it is new to her any more."""
    _set(ticket.pk, reader.pk, looked_at=timezone.now())
    notifying.mark_read(reader, about=ticket)


def looks_of(reader, tickets):
    """{ticket key: when this reader last looked} for these keys; one statement."""
    rows = Attention.objects.filter(user=reader.pk, ticket__in=tickets, looked_at__isnull=False)
    return dict(rows.values_list("ticket", "looked_at"))


def muted_by(ticket):
    """Keys of the people who want no mail about it."""
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
