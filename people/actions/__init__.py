"""Every change of people, units, teams, absences and vendors that leaves history; one function per verb."""

from people.actions.absences import add_absence, change_absence, remove_absence
from people.actions.institutions import change_institution, open_institution
from people.actions.leaving import deactivate_user, reactivate_user
from people.actions.teams import add_member, change_team, create_team, remove_member, retire_team, revive_team
from people.actions.units import change_unit, create_unit, retire_unit, revive_unit
from people.actions.users import (
    change_own_details,
    change_user,
    choose_notifications,
    create_user,
    end_sessions,
    grant_roles,
    set_password,
    set_preferences,
)
from people.actions.vendors import (
    add_contact,
    change_contact,
    change_vendor,
    create_vendor,
    retire_contact,
    retire_vendor,
    revive_contact,
    revive_vendor,
)

__all__ = [
    "add_absence",
    "add_contact",
    "add_member",
    "change_absence",
    "change_contact",
    "change_institution",
    "change_own_details",
    "change_team",
    "change_unit",
    "change_user",
    "change_vendor",
    "choose_notifications",
    "create_team",
    "create_unit",
    "create_user",
    "create_vendor",
    "deactivate_user",
    "end_sessions",
    "grant_roles",
    "open_institution",
    "reactivate_user",
    "remove_absence",
    "remove_member",
    "retire_contact",
    "retire_team",
    "retire_unit",
    "retire_vendor",
    "revive_contact",
    "revive_team",
    "revive_unit",
    "revive_vendor",
    "set_password",
    "set_preferences",
]
