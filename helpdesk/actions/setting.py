"""Setting up the desk: queues, categories, the matrix of priorities."""

import copy

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from helpdesk import policies, replans
from helpdesk.models import Category, Mailbox, PriorityCell, Queue
from helpdesk.permissions import can_change_setup
from office.events import changes_between, record_event
from people.actions.saving import create, demand, lock, refuse, refuse_while_used, write
from people.models import Unit
from ui.forms import Conflict


@transaction.atomic
def create_row(row, values, *, by):
    """Make a queue or a category; `row` is new and carries its institution."""
    demand(_may(by, row))
    for name, value in values.items():
        setattr(row, name, value)
    _check(row, by)
    return create(row, list(values), by=by)


@transaction.atomic
def change_row(row, values, *, by, version=None):
    """Change a queue or a category; raises Conflict when somebody saved since `version`."""
    demand(_may(by, row))
    row = lock(row)
    if version is not None and row.version != version:
        raise Conflict([])
    changed = copy.copy(row)
    for name, value in values.items():
        setattr(changed, name, value)
    _check(changed, by)
    changes = write(row, values, by=by)
    if isinstance(row, Category) and "parent" in changes:
        policies.touch(row.institution_id)
    if changes.keys() & {"calendar", "parent"}:
        replans.order(by=by, institution=row.institution)
    return row


@transaction.atomic
def deactivate(row, *, by):
    """Put it out of use: what points at it keeps pointing, nothing new goes there."""
    demand(_may(by, row))
    row = lock(row)
    refuse_while_used(row)
    if isinstance(row, Queue):
        _check_may_go(row)
    write(row, {"is_active": False}, by=by, verb="deactivated")
    return row


@transaction.atomic
def reactivate(row, *, by):
    demand(_may(by, row))
    row = lock(row)
    write(row, {"is_active": True}, by=by, verb="reactivated")
    return row


@transaction.atomic
def change_matrix(institution, priorities, *, by, seen=None):
    """Set the priority of each (impact, urgency); holds for tickets filed or changed from now on.

    seen: what the form was drawn from, `{(impact, urgency): priority}`; Conflict when that is no longer so.
    """
    demand(can_change_setup(by) and by.institution_id == institution.pk)
    Unit.objects.select_for_update().get(pk=institution.pk)  # one at a time
    cells = {(cell.impact, cell.urgency): cell for cell in PriorityCell.objects.filter(institution=institution)}
    if seen is not None and seen != {place: cell.priority for place, cell in cells.items()}:
        raise Conflict([])
    for (impact, urgency), priority in priorities.items():
        cell = cells.get((impact, urgency)) or PriorityCell(institution=institution, impact=impact, urgency=urgency)
        _write(cell, {"priority": priority}, by)


def _write(row, values, by):
    before = {name: getattr(row, name) if row.pk else None for name in values}
    changes = changes_between(before, values)
    if not changes:
        return
    verb = "changed" if row.pk else "created"
    for name, value in values.items():
        setattr(row, name, value)
    row.save()
    record_event(row, verb, by=by, changes=changes)


def _may(by, row):
    return can_change_setup(by) and row.institution_id == by.institution_id


def _check(row, by):
    """What the row points at must be of the institution, and the default queue open to all technicians."""
    if isinstance(row, Queue):
        if row.team.institution_id != row.institution_id:
            refuse("team", _("Choose one from the list."), "foreign")
        if row.is_default and row.is_restricted:
            refuse("is_restricted", _("The queue that takes the rest cannot be restricted."), "default")
        if not row.close_after_days:
            refuse("close_after_days", _("At least one working day."), "days")
        _check_default(row)
    elif isinstance(row, Mailbox):
        if row.queue.institution_id != row.institution_id:
            refuse("queue", _("Choose one from the list."), "foreign")
    else:
        if row.queue.institution_id != row.institution_id:
            refuse("queue", _("Choose one from the list."), "foreign")
        if row.parent_id and (row.parent.institution_id != row.institution_id or _is_below(row.parent, row)):
            refuse("parent", _("Choose one from the list."), "parent")


def _check_default(queue):
    """One queue takes what no category sends elsewhere: a new one takes over, and the last one stays."""
    others = Queue.objects.filter(institution=queue.institution_id, is_default=True).exclude(pk=queue.pk)
    if queue.is_default:
        others.update(is_default=False)
    elif not others.exists():
        refuse("is_default", _("One queue has to take the rest. Choose another one first."), "default")


def _is_below(category, other):
    """Whether `other` is the category itself or stands above it."""
    while category is not None:
        if category.pk == other.pk:
            return True
        category = category.parent
    return False


def _check_may_go(queue):
    if queue.is_default:
        raise ValidationError(_("One queue has to take the rest. Choose another one first."), code="default")
    waiting = queue.tickets.unresolved().count()
    if waiting:
        words = ngettext(
            "%(count)d open ticket stands in it. Transfer it first.",
            "%(count)d open tickets stand in it. Transfer them first.",
            waiting,
        )
        raise ValidationError(words % {"count": waiting}, code="tickets")
