"""Categories, manufacturers, models and locations: entered, changed, put out of use."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from assets.models import Location
from assets.permissions import can_change_setup
from office.events import record_event
from office.fold import fold
from people.actions.saving import create, demand, lock, write
from ui.forms import Conflict


@transaction.atomic
def create_row(row, values, *, by):
    """Enter a row of the catalogue; `row` is new and carries what no form asks (its institution)."""
    demand(_may(by, row))
    for name, value in values.items():
        setattr(row, name, value)
    _check(row)
    return create(row, list(values), by=by)


@transaction.atomic
def change_row(row, values, *, by, version=None):
    """Change a row of the catalogue; raises Conflict when somebody saved since `version`."""
    demand(_may(by, row))
    row = lock(row)
    if version is not None and row.version != version:
        raise Conflict([])
    for name, value in values.items():
        setattr(row, name, value)
    _check(row)
    row = lock(row)
    write(row, values, by=by)
    return row


@transaction.atomic
def deactivate(row, *, by):
    """Put a row out of use: what points at it keeps pointing, nothing new can choose it."""
    demand(_may(by, row))
    row = lock(row)
    if isinstance(row, Location) and row.children.filter(is_active=True).exists():
        raise ValidationError(_("Put the places inside it out of use first."), code="used")
    return _switch(row, False, "deactivated", by)


@transaction.atomic
def reactivate(row, *, by):
    demand(_may(by, row))
    return _switch(lock(row), True, "reactivated", by)


def _switch(row, active, verb, by):
    if row.is_active != active:
        row.is_active = active
        row.version += 1
        row.save(update_fields=["is_active", "version"])
        record_event(row, verb, by=by)
    return row


def _may(by, row):
    return can_change_setup(by) and getattr(row, "institution_id", None) in (None, by.institution_id)


def _check(row):
    """What the database cannot say in words: a name, doubles, circles."""
    errors = {}
    if hasattr(row, "name_ar") and not (row.name_ar or row.name_en):
        errors["name_ar"] = _("Give a name in at least one language.")
    if _stands_in_itself(row):
        errors["parent"] = _("It cannot belong to itself.")
    rows = type(row)._default_manager.exclude(pk=row.pk)
    if hasattr(row, "folded_name") and rows.filter(folded_name=fold(row.name)[:120]).exists():
        errors["name"] = _("This manufacturer is already there.")
    if hasattr(row, "part_number") and rows.filter(manufacturer=row.manufacturer, name=row.name).exists():
        errors["name"] = _("This manufacturer already has a model of that name.")
    if getattr(row, "code", "") and rows.filter(institution=row.institution_id, code=row.code).exists():
        errors["code"] = _("This code is already another place's.")
    if errors:
        raise ValidationError(errors)


def _stands_in_itself(row):
    above, seen = getattr(row, "parent", None), set()
    while above is not None and above.pk not in seen:
        if above.pk == row.pk:
            return True
        seen.add(above.pk)
        above = above.parent
    return False
