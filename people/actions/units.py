"""The tree of units: making, changing, moving, putting out of use."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from office.models.events import Channel
from people.actions.saving import create, demand, lock, refuse, write
from people.models import Unit
from people.models.units import UnitKind
from people.permissions import can_change_setup

FIELDS = ("name", "second_name", "kind", "parent", "head")


@transaction.atomic
def create_unit(*, by, parent, channel=Channel.PAGE, **details):
    """A new unit below `parent`, a unit of the institution of `by`."""
    demand(can_change_setup(by))
    unit = Unit(parent=parent, **details)
    _check_place(unit, by.institution_id)
    create(unit, FIELDS, by=by, channel=channel)
    unit.refresh_from_db()
    return unit


@transaction.atomic
def change_unit(unit, *, by, channel=Channel.PAGE, **details):
    """Change a unit; with `parent` it moves, and everything below moves along. The root stays where it is."""
    Unit.objects.select_for_update().get(pk=unit.institution_id)  # one move at a time, so that no two make a circle
    unit = lock(unit)
    demand(can_change_setup(by, unit))
    if unit.parent_id is None:
        details = {name: value for name, value in details.items() if name not in ("parent", "kind")}
    wanted = {name: getattr(unit, name) for name in FIELDS} | details
    if unit.parent_id is not None:
        _check_place(Unit(pk=unit.pk, **wanted), unit.institution_id, moving=unit)
    _check_head(wanted["head"], unit.institution_id)
    write(unit, details, by=by, channel=channel)
    return unit


@transaction.atomic
def retire_unit(unit, *, by, channel=Channel.PAGE):
    """Put a unit out of use; refused while people or units in use belong to it."""
    unit = lock(unit)
    demand(can_change_setup(by, unit))
    if unit.parent_id is None:
        raise ValidationError(_("An institution stays in use."), code="root")
    people, below = unit.members.filter(is_active=True).count(), unit.children.in_use().count()
    if people:
        words = ngettext("%(count)d person belongs to it.", "%(count)d people belong to it.", people)
        raise ValidationError(words, code="members", params={"count": people})
    if below:
        words = ngettext("%(count)d unit below it is in use.", "%(count)d units below it are in use.", below)
        raise ValidationError(words, code="children", params={"count": below})
    write(unit, {"is_active": False}, by=by, verb="deactivated", channel=channel)
    return unit


@transaction.atomic
def revive_unit(unit, *, by, channel=Channel.PAGE):
    """Put a unit back into use."""
    unit = lock(unit)
    demand(can_change_setup(by, unit))
    if unit.parent_id and not unit.parent.is_active:
        raise ValidationError(_("The unit above it is out of use."), code="parent")
    write(unit, {"is_active": True}, by=by, verb="reactivated", channel=channel)
    return unit


def _check_place(unit, institution_id, moving=None):
    parent = unit.parent
    if parent is None or parent.institution_id != institution_id:
        refuse("parent", _("Choose a unit of this institution."), "foreign")
    if moving and parent.path.startswith(moving.path):
        refuse("parent", _("A unit cannot belong to itself or to a unit below it."), "circle")
    if unit.kind == UnitKind.INSTITUTION:
        refuse("kind", _("An institution stands at the top."), "kind")
    _check_head(unit.head, institution_id)


def _check_head(head, institution_id):
    if head and (head.institution_id != institution_id or not head.is_active):
        refuse("head", _("Choose an active person of this institution."), "foreign")
