"""The weights of the scorecards."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from contracts import permissions
from contracts.models import ScoreWeights
from contracts.models.scores import MEASURES
from office.events import changes_between, record_event, snapshot
from ui.forms import Conflict


@transaction.atomic
def save_weights(*, by, values, version=None):
    """Write the weights of the institution of `by`; refused where nothing would count.

    `version`: the one the person saw; raises `Conflict` when somebody saved since.
    """
    if not permissions.can_change_budget(by):
        raise PermissionDenied
    row = ScoreWeights.objects.select_for_update().filter(institution=by.institution_id).first()
    row = row or ScoreWeights(institution_id=by.institution_id)
    if version is not None and row.pk and row.version != version:
        raise Conflict([])
    before = snapshot(row, MEASURES)
    for name in MEASURES:
        setattr(row, name, values[name])
    if not any(getattr(row, name) for name in MEASURES):
        raise ValidationError(_("Give at least one of them a weight."), code="nothing")
    changes = changes_between(before, snapshot(row, MEASURES))
    if changes:
        row.version += 1 if row.pk else 0
        row.save()
        record_event(row, "changed", by=by, changes=changes)
    return row
