"""What a ticket says about itself, who follows it, who has read it."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from helpdesk.actions.act import PROPERTIES, Act
from helpdesk.actions.filing import priority_of
from helpdesk.models import Ticket, Watcher
from helpdesk.permissions import can_change
from office.events import record_event
from office.models.events import Channel

CHANGEABLE = {name.removesuffix("_id") for name in PROPERTIES}


@transaction.atomic
def choose_policy(ticket, *, by, policy, channel=Channel.PAGE):
    """Put the ticket under a service policy by hand: it stays, whatever the conditions say. None: by the conditions."""
    act = Act(ticket, by, channel)
    act.require(can_change(act.standing, act.ticket))
    if policy is not None and (policy.institution_id != act.ticket.institution_id or not policy.is_active):
        raise ValidationError({"policy": _("Choose one from the list.")}, code="policy")
    act.ticket.policy, act.ticket.policy_is_chosen = policy, policy is not None
    act.finish("policy_set")
    return act.ticket


@transaction.atomic
def change_ticket(ticket, *, by, channel=Channel.PAGE, **values):
    """Change properties; another impact or urgency makes another priority, and that another promise."""
    act = Act(ticket, by, channel)
    act.require(can_change(act.standing, act.ticket))
    _check(act.ticket, values)
    for name, value in values.items():
        setattr(act.ticket, name, value)
    priority = priority_of(act.ticket.institution_id, act.ticket.impact, act.ticket.urgency)
    act.ticket.priority = priority
    act.finish("changed")
    return act.ticket


def _check(ticket, values):
    if unknown := values.keys() - CHANGEABLE:
        raise TypeError(f"Not properties of a ticket: {unknown}")
    for name in ("category", "asset", "unit"):
        value = values.get(name)
        if value is not None and value.institution_id != ticket.institution_id:
            raise ValidationError({name: _("Choose one from the list.")}, code="foreign")
    if "subject" in values and not values["subject"].strip():
        raise ValidationError({"subject": _("Say in a few words what is wrong.")}, code="empty")


@transaction.atomic
def watch_ticket(ticket, *, by, person, channel=Channel.PAGE):
    """Let somebody follow the ticket: oneself, or, by the desk, a person of the institution."""
    act = Act(ticket, by, channel)
    itself = person.pk == by.pk and act.standing.sees_notes
    act.require(itself or act.standing.at_desk)
    if person.institution_id != act.ticket.institution_id or not person.is_active:
        raise ValidationError({"person": _("This person cannot follow tickets.")}, code="person")
    _watcher, made = Watcher.objects.get_or_create(ticket=act.ticket, user=person)
    if made:
        act.finish("watched", watcher=[None, person.pk])
    return act.ticket


@transaction.atomic
def unwatch_ticket(ticket, *, by, person, channel=Channel.PAGE):
    """Let somebody follow the ticket no longer."""
    act = Act(ticket, by, channel)
    act.require(person.pk == by.pk or act.standing.at_desk)
    gone, _kinds = Watcher.objects.filter(ticket=act.ticket, user=person).delete()
    if gone:
        act.finish("unwatched", watcher=[person.pk, None])
    return act.ticket


def note_reading(ticket, *, by, part=""):
    """Write down that somebody has read a restricted ticket, or (part) a file of it."""
    return record_event(Ticket(pk=ticket.pk, institution_id=ticket.institution_id), "read", by=by, changes=_read(part))


def _read(part):
    return {"part": [None, part]} if part else {}
