"""Takes a batch back: what it made and nobody touched since is removed with its own events, the rest is listed.

The one exception to "nothing removes an event" (design.md, rule 3): the batch itself and its `undone` event stay.
"""

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import ProtectedError, RestrictedError
from django.utils import timezone
from django.utils.translation import gettext as _

from office.events import record_event
from office.imports import kinds
from office.imports.mapping import make
from office.models import Event, ImportRow, UndoPermit
from office.models.events import Channel
from office.models.imports import BatchState, RowAction

CHUNK = 100


def undo(batch, *, by=None, progress=lambda done, of: None):
    """Take `batch` back, newest row first. Returns `(undone, left)`: counts of rows, `left` as ImportRow list.

    Raises ValidationError for a batch that was undone before or whose kind writes history.
    """
    kind_class = kinds.get(batch.kind)
    if kind_class is None or not kind_class.can_be_undone:
        raise ValidationError(_("An import of this kind writes history and cannot be undone."))
    if batch.state == BatchState.UNDONE:
        raise ValidationError(_("This import was undone before."))
    kind = kind_class(_institution(batch), make({}))
    ids = list(ImportRow.objects.filter(batch=batch).exclude(undone=True).order_by("-pk").values_list("pk", flat=True))
    for start in range(0, len(ids), CHUNK):
        with transaction.atomic():
            permit = UndoPermit.objects.create(batch=batch)
            for row in ImportRow.objects.filter(pk__in=ids[start : start + CHUNK]).order_by("-pk"):
                row.undone = _undo_row(kind, batch, row)
                row.save(update_fields=["undone"])
            permit.delete()
        progress(min(start + CHUNK, len(ids)), len(ids))
    batch.state, batch.undone_at = BatchState.UNDONE, timezone.now()
    batch.save(update_fields=["state", "undone_at"])
    record_event(batch, "undone", by=by, channel=Channel.IMPORT)
    left = list(ImportRow.objects.filter(batch=batch, undone=False).order_by("line"))
    return ImportRow.objects.filter(batch=batch, undone=True).count(), left


def _institution(batch):
    return apps.get_model("people", "Unit").objects.get(pk=batch.scope)


def _undo_row(kind, batch, row):
    """True when the row was taken back; False when somebody touched the object since, or something points at it."""
    model = apps.get_model(row.target_kind)
    thing = model.objects.filter(pk=row.target_id).first()
    if thing is None:
        return True
    events = Event.objects.about(thing)
    if events.exclude(batch=batch).filter(pk__gt=_first_event(events, batch)).exists():
        return False
    try:
        with transaction.atomic():
            if row.action == RowAction.CREATE:
                kind.remove(thing) if isinstance(thing, kind.model) else thing.delete()
                events.filter(batch=batch).delete()
            else:
                kind.restore(thing, row.before, batch)
    except (ProtectedError, RestrictedError):
        return False
    return True


def _first_event(events, batch):
    return events.filter(batch=batch).order_by("pk").values_list("pk", flat=True).first() or 0
