"""What the movement log and the outbox page know of tickets."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from helpdesk.models import Category, Mailbox, PriorityCell, Queue, ReceivedMail, ServicePolicy, TeamTarget, Ticket
from helpdesk.notifications import TOPIC
from helpdesk.permissions import sees_setup
from office.kinds import register_kind
from office.views_outbox import name_topic

# Which text was meant is for programs, readers find it in the conversation; which ticket another one was merged into,
# the page of the ticket says to whoever may see that one.
HIDDEN = {"message", "said", "merged", "merged_into"}
SETUP = {
    Queue: _("Work queue"),
    Category: _("Category"),
    PriorityCell: _("Priority matrix"),
    ServicePolicy: _("Service policy"),
    TeamTarget: _("Hand-over targets"),
    Mailbox: _("Mailbox"),
}


def register():
    register_kind("helpdesk.ticket", _("Ticket"), fully_seen, hidden=lambda user: HIDDEN)
    register_kind("helpdesk.receivedmail", _("Received mail"), ReceivedMail.objects.visible_to)
    for model, words in SETUP.items():
        register_kind(model._meta.label_lower, words, _of_setup(model))
    name_topic(TOPIC, _("News of a ticket"))
    name_topic("ticket.received", _("Answer to a mail"))
    name_topic("mail.too_large", _("Answer to a mail that is too large"))


def _of_setup(model):
    def visible(user):
        return model.objects.filter(institution=user.institution_id) if sees_setup(user) else model.objects.none()

    return visible


def fully_seen(user):
    """Tickets whose internal part this person sees; those of restricted queues only for the team that works them."""
    if not user.institution_id:
        return Ticket.objects.none()
    ordinary = Q(queue__is_restricted=False) | Q(queue__in=Queue.objects.worked_by(user))
    rows = Ticket.objects.visible_to(user).open_to(user).filter(ordinary)
    return rows.only("id", "number", "subject", "institution")
