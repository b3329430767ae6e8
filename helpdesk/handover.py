"""What a technician who leaves still has in hand, and how a colleague takes it over."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from helpdesk import actions
from helpdesk.models import Ticket


def tickets_in_hand(user):
    return list(Ticket.objects.unresolved().filter(assignee=user.pk).defer("search_text", "description").due_next())


def hand_over(user, to, by):
    """Give every open ticket of `user` to `to`; raises ValidationError naming the first that cannot go there."""
    for ticket in tickets_in_hand(user):
        try:
            actions.assign_ticket(ticket, by=by, to=to)
        except ValidationError as refusal:
            words = {"number": ticket.number, "reason": " ".join(refusal.messages)}
            raise ValidationError(_("Ticket %(number)s: %(reason)s") % words, code="tickets") from None
