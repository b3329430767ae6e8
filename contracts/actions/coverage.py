"""Service levels, and the dated ledger of what is covered at which of them."""

from collections import defaultdict

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assets.models import Asset, AssetModel, Location
from contracts.actions.common import locked_for_edit, refusal
from contracts.models import Coverage, ServiceLevel
from office.events import changes_between, record_event, snapshot

LEVEL_FIELDS = (
    "name_ar",
    "name_en",
    "calendar",
    "response_minutes",
    "restore_minutes",
    "on_site",
    "parts_included",
)
COLUMNS = {Asset: "asset", AssetModel: "model", Location: "location"}


@transaction.atomic
def add_level(contract, *, by, values):
    """Write down a level that the vendor promises."""
    contract = locked_for_edit(contract, by)
    level = ServiceLevel(contract=contract, **{name: values[name] for name in LEVEL_FIELDS})
    _check_level(level)
    level.save()
    _record_level(contract, "level_added", by, changes_between({}, snapshot(level, LEVEL_FIELDS)))
    return level


@transaction.atomic
def change_level(level, *, by, values):
    contract = locked_for_edit(level.contract, by)
    before = snapshot(level, LEVEL_FIELDS)
    for name in LEVEL_FIELDS:
        setattr(level, name, values[name])
    _check_level(level)
    level.save()
    changes = changes_between(before, snapshot(level, LEVEL_FIELDS))
    if changes:
        _record_level(contract, "level_changed", by, {"level": [level.pk, level.pk], **changes})
    return level


@transaction.atomic
def add_coverage(contract, *, by, things, level, from_date=None, to_date=None, cost_share=None):
    """Put assets, models or locations under the contract, from one day to another, both inclusive.

    The days may span several terms: each gets rows of its own. Without days: the whole of the latest term. What is
    covered already at that level on any of those days is left as it is. Returns the rows.
    """
    contract = locked_for_edit(contract, by)
    terms = list(contract.terms.order_by("sequence"))
    from_date, to_date = from_date or terms[-1].start, to_date or terms[-1].end
    if to_date < from_date or from_date < terms[0].start or to_date > terms[-1].end:
        raise refusal("from_date", _("Give days within the terms of the contract."), "range")
    if level.contract_id != contract.pk:
        raise refusal("level", _("Choose a level of this contract."), "foreign")
    _refuse_foreign(contract, things)
    rows = [
        Coverage(
            term=term,
            level=level,
            from_date=max(from_date, term.start),
            to_date=min(to_date, term.end),
            cost_share=cost_share,
            **{COLUMNS[type(thing)]: thing},
        )
        for term in terms
        if term.start <= to_date and term.end >= from_date
        for thing in things
    ]
    fresh = _not_covered_yet(rows, contract)
    if not fresh:
        raise ValidationError(
            ngettext(
                "It is covered on these days already.", "All of these are covered on these days already.", len(things)
            ),
            code="covered",
        )
    Coverage.objects.bulk_create(fresh, batch_size=500)
    _record_covered(contract, fresh, by, from_date, to_date)
    return fresh


@transaction.atomic
def end_coverage(row, *, by, last_day):
    """End one line of the ledger with the local date `last_day`, the last one covered; later lines of it go with it.

    A line that has not begun by then is shortened to nothing it covered: it is taken out, and the history keeps that.
    """
    contract = locked_for_edit(row.term.contract, by)
    column = _kind(row)
    same = {column: getattr(row, column), "level": row.level, "term__contract": contract}
    lines = Coverage.objects.filter(**same, to_date__gt=last_day)
    if not lines.exists():
        raise refusal("last_day", _("It is not covered any more after that day."), "ended")
    before = row.to_date
    lines.filter(from_date__gt=last_day).delete()
    lines.update(to_date=last_day)
    record_event(
        contract,
        "coverage_ended",
        by=by,
        changes={column: [getattr(row, f"{column}_id")] * 2, "to_date": [before.isoformat(), last_day.isoformat()]},
    )


def _kind(row):
    return next(kind for kind in COLUMNS.values() if getattr(row, f"{kind}_id"))


def _refuse_foreign(contract, things):
    for thing in things:
        if getattr(thing, "institution_id", contract.institution_id) != contract.institution_id:
            raise ValidationError(_("This does not exist: %(thing)s."), code="foreign", params={"thing": thing.pk})


def _record_covered(contract, rows, by, from_date, to_date):
    """One event for the whole act: the thing where it is one, else how many they are."""
    covered = {(_kind(row), getattr(row, f"{_kind(row)}_id")) for row in rows}
    kind, pk = next(iter(covered))
    what = {kind: [None, pk]} if len(covered) == 1 else {"covered_assets": [None, len(covered)]}
    days = {"from_date": [None, from_date.isoformat()], "to_date": [None, to_date.isoformat()]}
    record_event(contract, "coverage_added", by=by, changes=what | days)


def _not_covered_yet(rows, contract):
    """The rows, less those whose thing has a line at the same level on any of their days."""
    taken = defaultdict(list)
    for line in Coverage.objects.filter(term__contract=contract):
        kind = _kind(line)
        taken[kind, getattr(line, f"{kind}_id"), line.level_id].append((line.from_date, line.to_date))
    fresh = []
    for row in rows:
        kind = _kind(row)
        spans = taken[kind, getattr(row, f"{kind}_id"), row.level_id]
        if not any(start <= row.to_date and end >= row.from_date for start, end in spans):
            spans.append((row.from_date, row.to_date))
            fresh.append(row)
    return fresh


def _check_level(level):
    if not level.name_ar and not level.name_en:
        raise refusal("name_ar", _("Give it a name in one language at least."), "name")
    if level.response_minutes and level.restore_minutes and level.restore_minutes < level.response_minutes:
        raise refusal("restore_minutes", _("Nothing is restored before anybody has answered."), "order")


def _record_level(contract, verb, by, changes):
    contract.version += 1
    contract.save(update_fields=["version"])
    record_event(contract, verb, by=by, changes=changes)
