"""Takes a batch back: what it made and nobody touched since is removed with its own events, the rest is listed.

The one exception to "nothing removes an event" (design.md, rule 3): the batch itself and its `undone` event stay.
"""

from collections import defaultdict

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
    kind.begin([])
    ids = list(ImportRow.objects.filter(batch=batch).exclude(undone=True).order_by("-pk").values_list("pk", flat=True))
    for start in range(0, len(ids), CHUNK):
        with transaction.atomic():
            permit = UndoPermit.objects.create(batch=batch)
            _undo_chunk(kind, batch, list(ImportRow.objects.filter(pk__in=ids[start : start + CHUNK]).order_by("-pk")))
            permit.delete()
        progress(min(start + CHUNK, len(ids)), len(ids))
    batch.state, batch.undone_at = BatchState.UNDONE, timezone.now()
    batch.save(update_fields=["state", "undone_at"])
    record_event(batch, "undone", by=by, channel=Channel.IMPORT)
    left = list(ImportRow.objects.filter(batch=batch, undone=False).order_by("line"))
    return ImportRow.objects.filter(batch=batch, undone=True).count(), left


def _institution(batch):
    return apps.get_model("people", "Unit").objects.get(pk=batch.scope)


def _undo_chunk(kind, batch, rows):
    """Take some rows back in few statements; those that cannot be are noted as left alone.

    What the import is about goes first, then what was made beside it; what still was pointed at is tried once more.
    """
    by_kind = defaultdict(list)
    for row in rows:
        by_kind[row.target_kind].append(row)
    done, pointed_at = set(), []
    for label in sorted(by_kind, key=lambda label: label != kind.model._meta.label_lower):
        things = apps.get_model(label).objects.in_bulk({row.target_id for row in by_kind[label]})
        touched = _touched(label, things, batch)
        done |= {row.pk for row in by_kind[label] if row.target_id not in things}
        ours = [row for row in by_kind[label] if row.target_id in things and row.target_id not in touched]
        done |= _restore(kind, batch, [(row, things[row.target_id]) for row in ours if row.action != RowAction.CREATE])
        made = [(row, things[row.target_id]) for row in ours if row.action == RowAction.CREATE]
        done |= _remove(kind, batch, label, made)
        pointed_at.append((label, [(row, thing) for row, thing in made if row.pk not in done]))
    for label, pairs in pointed_at:
        done |= _remove(kind, batch, label, pairs)
    ImportRow.objects.filter(pk__in=done).update(undone=True)
    ImportRow.objects.filter(pk__in={row.pk for row in rows} - done).update(undone=False)


def _touched(label, things, batch):
    """Ids of those that anybody did something to since the batch first touched them; one query."""
    ours, touched, before = set(), set(), set()
    events = Event.objects.filter(kind=label, object_id__in=things).order_by("pk")
    for thing, of in events.values_list("object_id", "batch_id"):
        if of == batch.pk:
            ours.add(thing)
        elif thing in ours:
            touched.add(thing)
        else:
            before.add(thing)
    return touched | (before - ours)  # what the batch wrote nothing about is not its own


def _remove(kind, batch, label, pairs):
    """Remove what was made, all at once where nothing points at any of it; ids of the rows taken back."""
    if not pairs:
        return set()
    model = type(pairs[0][1])
    if model is not kind.model or type(kind).remove is kinds.Kind.remove:
        try:
            with transaction.atomic():
                model.objects.filter(pk__in=[thing.pk for _row, thing in pairs]).delete()
                _forget(batch, label, [thing.pk for _row, thing in pairs])
            return {row.pk for row, _thing in pairs}
        except (ProtectedError, RestrictedError):
            pass  # one by one, then: most of them may go
    return {row.pk for row, thing in pairs if _remove_one(kind, batch, label, thing)}


def _remove_one(kind, batch, label, thing):
    pk = thing.pk
    try:
        with transaction.atomic():
            kind.remove(thing) if isinstance(thing, kind.model) else thing.delete()
            _forget(batch, label, [pk])
    except (ProtectedError, RestrictedError):
        return False
    return True


def _forget(batch, label, keys):
    """Remove the events of what is gone, with which it came."""
    Event.objects.filter(kind=label, object_id__in=keys, batch=batch).delete()


def _restore(kind, batch, pairs):
    restored = []
    for row, thing in pairs:
        try:
            with transaction.atomic():
                kind.restore(thing, row.before, batch)
        except (ProtectedError, RestrictedError):
            continue
        restored.append((row, thing))
    if restored:
        kind.finish([thing for _row, thing in restored])
    return {row.pk for row, _thing in restored}
