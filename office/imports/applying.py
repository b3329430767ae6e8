"""Writes what a preview showed, in short transactions, and remembers enough to take each row back.

All or nothing as to rejected rows: with one, nothing is written unless they are to be skipped. A process that dies
in the middle leaves a batch that is being applied; the same file with the same map goes on where it stopped.
"""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import ngettext

from office.fold import fold
from office.imports.preview import plain_name
from office.models import ImportBatch, ImportRow
from office.models.imports import BatchState, RowAction

CHUNK = 100


def apply(preview, *, by=None, skip_rejected=False, progress=lambda done, of: None):
    """Write the previewed rows and return their batch. Raises ValidationError where a row is rejected."""
    rejected = preview.counts["rejected"]
    if rejected and not skip_rejected:
        raise ValidationError(
            ngettext(
                "%(count)d row is rejected, so nothing was written. Correct it, or leave it out with --skip-rejected.",
                "%(count)d rows are rejected, so nothing was written. "
                "Correct them, or leave them out with --skip-rejected.",
                rejected,
            ),
            params={"count": rejected},
        )
    work = [row for row in preview.rows if row.action in {RowAction.CREATE, RowAction.UPDATE}]
    batch = _batch(preview, by)
    made = {}
    for start in range(0, len(work), CHUNK):
        with transaction.atomic():
            _write(preview.kind, work[start : start + CHUNK], batch, made)
            ImportBatch.objects.filter(pk=batch.pk).update(progress=start + CHUNK)
        progress(min(start + CHUNK, len(work)), len(work))
    batch.state, batch.finished_at = BatchState.APPLIED, timezone.now()
    batch.counts = preview.counts
    batch.save(update_fields=["state", "finished_at", "counts"])
    return batch


def _batch(preview, by):
    """The batch that an interrupted run of the same file and map left, else a new one."""
    same = {
        "kind": preview.kind.name,
        "file_sha256": preview.source.sha256,
        "map_sha256": preview.kind.mapping.sha256,
        "scope": preview.kind.institution.pk,
    }
    left = ImportBatch.objects.filter(**same, state=BatchState.APPLYING).order_by("pk").last()
    return left or ImportBatch.objects.create(**same, file_name=preview.source.name[:200], by=by)


def _write(kind, plans, batch, made):
    things, rows = [], []
    for plan in plans:
        values = _with_references(kind, plan, batch, made, rows)
        if plan.action == RowAction.CREATE:
            thing = kind.create(values, batch)
            before = None
        else:
            before = {name: plain_name(old) for name, (old, _new) in plan.changes.items()}
            thing = kind.update(plan.thing, {name: values[name] for name in plan.changes}, batch)
        things.append(thing)
        rows += [_row(batch, plan, made, None, action=RowAction.CREATE, after={}) for made in kind.made_beside]
        kind.made_beside.clear()
        rows.append(_row(batch, plan, thing, before))
    kind.finish(things)
    ImportRow.objects.bulk_create(rows)


def _with_references(kind, plan, batch, made, rows):
    values = dict(plan.values)
    for field in kind.fields:
        text = values.get(field.name)
        if field.kind != "reference" or not isinstance(text, str):
            continue
        key = field.refers_to or field.name, fold(text)
        if key not in made:
            thing = kind.resolve(field.name, text)
            if thing is None:
                thing = kind.create_reference(field.name, text, batch)
                rows.append(_row(batch, plan, thing, None, action=RowAction.CREATE, after={"name": text}))
            made[key] = thing
        values[field.name] = made[key]
    return values


def _row(batch, plan, thing, before, *, action=None, after=None):
    return ImportRow(
        batch=batch,
        line=plan.line,
        action=action or plan.action,
        target_kind=thing._meta.label_lower,
        target_id=thing.pk,
        before=before,
        after=after if after is not None else {name: plain_name(new) for name, (_old, new) in plan.changes.items()},
        reasons=plan.warnings,
    )
