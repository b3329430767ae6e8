"""Leaving: everything held goes to named colleagues, then the account is closed; and coming back."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from office.calendars import today
from office.events import record_event
from office.models.events import Channel
from people import leaving
from people.actions.saving import demand, lock, write
from people.actions.users import check_not_last_administrator, end_sessions, hold_administrators
from people.models import Absence, Unit
from people.permissions import can_deactivate, can_edit_person
from people.signals import person_left


@transaction.atomic
def deactivate_user(person, *, by, successors=None, channel=Channel.PAGE):
    """Close the account of somebody who leaves; her sessions end at the next request.

    successors: {kind of `people.leaving`: who takes all of it}. While anything is held that no successor was named for,
    it is refused (code "holds") and nothing changes.
    """
    hold_administrators(person.institution_id)
    person = lock(person)
    demand(can_deactivate(by, person))
    if not person.is_active:
        raise ValidationError(_("This account is closed already."), code="closed")
    if person.is_administrator:
        check_not_last_administrator(person)
    _hand_over(person, successors or {}, by)
    _refuse_while_holding(person)
    for team in person.teams.all():
        team.members.remove(person)
        record_event(team, "member_removed", by=by, changes={"members": [person.pk, None]}, channel=channel)
    write(person, {"is_active": False, "left_at": timezone.now()}, by=by, verb="left", channel=channel)
    end_sessions(person, by=by)
    person_left.send(type(person), person=person, by=by)
    return person


def _hand_over(person, successors, by):
    for kind, _things in leaving.holdings_of(person):
        successor = successors.get(kind.kind)
        if successor is None:
            continue
        if successor.pk == person.pk or not successor.is_active or successor.institution_id != person.institution_id:
            raise ValidationError(_("Choose an active colleague of the same institution."), code="successor")
        kind.hand_over(person, successor, by)
        record_event(person, "handed_over", by=by, changes={kind.kind: [person.pk, successor.pk]})


def _refuse_while_holding(person):
    held = leaving.holdings_of(person)
    if held:
        kinds = _(", ").join(f"{kind.title} ({len(things)})" for kind, things in held)
        raise ValidationError(_("Name somebody who takes over: %(kinds)s."), code="holds", params={"kinds": kinds})


@transaction.atomic
def reactivate_user(person, *, by, channel=Channel.PAGE):
    """Open the account of somebody who came back; roles and teams are given anew where they are needed."""
    person = lock(person)
    demand(can_edit_person(by, person))
    if person.is_active:
        raise ValidationError(_("This account is open already."), code="open")
    write(person, {"is_active": True, "left_at": None}, by=by, verb="came_back", channel=channel)
    return person


def headed_units(person):
    return list(Unit.objects.filter(head=person))


def pass_on_headed_units(person, to, by):
    for unit in Unit.objects.select_for_update().filter(head=person):
        write(unit, {"head": to}, by=by)


def coming_substitutions(person):
    """Absences of others, present and to come, in which this person stands in."""
    return list(Absence.objects.filter(substitute=person, to_date__gte=today()).select_related("person"))


def pass_on_substitutions(person, to, by):
    for absence in Absence.objects.select_for_update().filter(substitute=person, to_date__gte=today()):
        taken = to if to.pk != absence.person_id else None
        write(absence, {"substitute": taken}, by=by)
