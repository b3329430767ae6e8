"""Budget lines: entered, changed, put out of use."""

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from contracts import permissions
from contracts.actions.common import refusal
from contracts.models import BudgetLine
from office.events import changes_between, record_event, snapshot
from ui.forms import Conflict

FIELDS = ("fiscal_year", "code", "title", "allocated", "currency", "is_active")


@transaction.atomic
def save_budget_line(line, *, by, values, version=None):
    """Write a new or changed budget line into the set-up and its history; `line` may be unsaved.

    `version`: the one the person saw; raises `Conflict` when somebody saved since.
    """
    if not permissions.can_change_budget(by) or line.institution_id != by.institution_id:
        raise PermissionDenied
    before = {}
    if line.pk:
        line = BudgetLine.objects.select_for_update().get(pk=line.pk)
        if version is not None and line.version != version:
            raise Conflict([])
        before = snapshot(line, FIELDS)
    for name in FIELDS:
        if name in values:
            setattr(line, name, values[name])
    changes = changes_between(before, snapshot(line, FIELDS))
    if changes:
        line.version += 1 if before else 0
        _save(line)
        record_event(line, "changed" if before else "created", by=by, changes=changes)
    return line


def _save(line):
    try:
        with transaction.atomic():
            line.save()
    except IntegrityError:
        raise refusal("code", _("There is a line with this code in that year already."), "taken") from None
