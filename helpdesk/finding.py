"""The desk's part of the global search: a number leads to its ticket, words to the tickets that hold them."""

from urllib.parse import urlencode

from django.urls import reverse

from helpdesk import looks
from helpdesk.models import Ticket
from helpdesk.permissions import has_ticket_list
from office import search
from ui import text
from ui.registry import Hit

LONGEST = 40


def find_tickets(user, words, limit):
    """Whole words first, then beginnings; public words only. Two statements."""
    seen = Ticket.objects.visible_to(user).only(
        "number", "subject", "status", "waiting_for", "merged_into", "institution_id"
    )
    return [_hit(ticket) for ticket in search.find(seen, words, limit)]


def _hit(ticket):
    return Hit(
        title=ticket.subject,
        url=ticket.get_absolute_url(),
        subtitle=looks.words_of(ticket),
        icon="ticket",
        number=ticket.number,
    )


def ticket_with_number(user, words):
    """The address of the ticket with exactly this number, in any digits and case; None when there is none to see."""
    number = text.ascii_digits(text.strip_bidi(words)).strip().upper()
    if " " in number or len(number) > LONGEST or not any(letter.isdigit() for letter in number):
        return None
    ticket = Ticket.objects.visible_to(user).filter(number=number).only("pk").first()
    return ticket and ticket.get_absolute_url()


def all_hits(words):
    return f"{reverse('tickets_view', args=['all'])}?{urlencode({'q': words})}"


def has_list(user, obj=None):
    return has_ticket_list(user)
