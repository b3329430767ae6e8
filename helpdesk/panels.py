"""What the desk hangs on pages of the rooms below: the tickets of a device, the tickets of a person."""

from helpdesk import looks
from helpdesk.choices import OVER, UNRESOLVED
from helpdesk.models import Ticket, TicketCall

SHOWN = 8


def tickets_of_assets(assets, user):
    """{asset pk: the newest tickets this reader may see}; the panel shows for every device, empty ones too."""
    return _grouped(assets, user, "asset")


def tickets_of_calls(calls, user):
    """{call pk: its ticket, and whether that has ended and the call has not}; only tickets this reader may see."""
    found = {}
    links = TicketCall.objects.filter(call__in=calls).values_list("call", "ticket")
    calls_of = {ticket: call for call, ticket in links}
    for ticket in Ticket.objects.visible_to(user).filter(pk__in=calls_of).for_list():
        call = next(call for call in calls if call.pk == calls_of[ticket.pk])
        found[call.pk] = {
            "ticket": ticket,
            "state": looks.badge_of(ticket),
            "is_left": call.is_open and ticket.status in OVER,
        }
    return found


def tickets_of_people(people, user):
    return _grouped(people, user, "requester")


def _grouped(things, user, field):
    rows = Ticket.objects.visible_to(user).filter(**{f"{field}__in": things}).order_by("-pk").for_list()
    found = {thing.pk: [] for thing in things}
    for ticket in rows[: SHOWN * len(things)]:
        found[getattr(ticket, f"{field}_id")].append(
            {
                "ticket": ticket,
                "state": looks.badge_of(ticket),
                "is_open": ticket.status in UNRESOLVED,
            }
        )
    return found


def sees_tickets_of_people(user, person=None):
    """The directory shows tickets to the desk; to others nothing, not even that there are none."""
    return user.is_technician or user.is_auditor or user.is_administrator
