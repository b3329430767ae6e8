"""What a technician who leaves still has in hand, and how a colleague takes it over."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from helpdesk import actions
from helpdesk.models import Ticket


class Restricted:
    """Stands for a ticket of a restricted queue where those read who may not know more of it than that it is there."""

    def __str__(self):
        return _("A ticket of a restricted queue")

    def get_absolute_url(self):
        return ""


def in_hand(ticket):
    """The ticket as lists of what stands in the way name it."""
    return Restricted() if ticket.queue.is_restricted else ticket


def tickets_in_hand(user):
    return [in_hand(ticket) for ticket in _tickets(user)]


def _tickets(user):
    tickets = Ticket.objects.unresolved().filter(assignee=user.pk).select_related("queue")
    return tickets.defer("search_text", "description").due_next()


def hand_over(user, to, by):
    """Give every open ticket of `user` to `to`; raises ValidationError naming the first that cannot go there."""
    for ticket in _tickets(user):
        try:
            actions.assign_ticket(ticket, by=by, to=to)
        except PermissionDenied:
            raise ValidationError(
                _("Tickets of restricted queues are handed over by their own team."), code="tickets"
            ) from None
        except ValidationError as refusal:
            words = {"number": ticket.number, "reason": " ".join(refusal.messages)}
            raise ValidationError(_("Ticket %(number)s: %(reason)s") % words, code="tickets") from None
