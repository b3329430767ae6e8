"""Teams and their members."""

from django.db import transaction
from django.utils.translation import gettext as _

from office.events import record_event
from office.models.events import Channel
from people.actions.saving import create, demand, lock, refuse, refuse_while_used, write
from people.models import Team
from people.permissions import can_change_setup

NAMES = ("name_ar", "name_en")


@transaction.atomic
def create_team(*, by, channel=Channel.PAGE, **names):
    demand(can_change_setup(by))
    return create(Team(institution=by.institution, **names), NAMES, by=by, channel=channel)


@transaction.atomic
def change_team(team, *, by, channel=Channel.PAGE, **names):
    team = lock(team)
    demand(can_change_setup(by, team))
    write(team, names, by=by, channel=channel)
    return team


@transaction.atomic
def add_member(team, person, *, by, channel=Channel.PAGE):
    """An active person of the institution joins; joining twice is refused."""
    team = lock(team)
    demand(can_change_setup(by, team))
    if person.institution_id != team.institution_id or not person.is_active:
        refuse("person", _("Choose an active person of this institution."), "foreign")
    if team.members.filter(pk=person.pk).exists():
        refuse("person", _("Belongs to this team already."), "member")
    team.members.add(person)
    record_event(team, "member_added", by=by, changes={"members": [None, person.pk]}, channel=channel)
    return team


@transaction.atomic
def remove_member(team, person, *, by, channel=Channel.PAGE):
    team = lock(team)
    demand(can_change_setup(by, team))
    if team.members.filter(pk=person.pk).exists():
        team.members.remove(person)
        record_event(team, "member_removed", by=by, changes={"members": [person.pk, None]}, channel=channel)
    return team


@transaction.atomic
def retire_team(team, *, by, channel=Channel.PAGE):
    """Put a team out of use; refused while a queue in use is worked by it."""
    team = lock(team)
    demand(can_change_setup(by, team))
    refuse_while_used(team)
    write(team, {"is_active": False}, by=by, verb="deactivated", channel=channel)
    return team


@transaction.atomic
def revive_team(team, *, by, channel=Channel.PAGE):
    team = lock(team)
    demand(can_change_setup(by, team))
    write(team, {"is_active": True}, by=by, verb="reactivated", channel=channel)
    return team
