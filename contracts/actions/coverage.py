"""Service levels, and the dated ledger of what is covered at which of them."""

from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assets.models import Asset, AssetModel, Location
from contracts.actions.amendments import by_amendment
from contracts.actions.calls import recount_calls
from contracts.actions.common import locked_for_edit, refusal
from contracts.models import Coverage, ServiceLevel
from contracts.terms import ONE_DAY
from office.events import changes_between, record_event, snapshot

LEVEL_FIELDS = (
    "name_ar",
    "name_en",
    "calendar",
    "response_minutes",
    "on_site_minutes",
    "restore_minutes",
    "on_site",
    "parts_included",
    "credit_amount",
    "credit_unit",
    "credit_for",
    "credit_cap",
)
FILS = Decimal("0.001")
COLUMNS = {Asset: "asset", AssetModel: "model", Location: "location"}


@transaction.atomic
def add_level(contract, *, by, values, amendment=None):
    """Write down a level that the vendor promises; in force, by an amendment."""
    contract = locked_for_edit(contract, by)
    told = by_amendment(contract, amendment, by)
    level = ServiceLevel(contract=contract, **{name: values[name] for name in LEVEL_FIELDS if name in values})
    _check_level(level)
    level.save()
    changes = {"level": [None, level.pk], **changes_between({}, snapshot(level, LEVEL_FIELDS))}
    _record_level(contract, "level_added", by, changes | told)
    return level


@transaction.atomic
def change_level(level, *, by, values, amendment=None):
    contract = locked_for_edit(level.contract, by)
    told = by_amendment(contract, amendment, by)
    before = snapshot(level, LEVEL_FIELDS)
    for name in LEVEL_FIELDS:
        setattr(level, name, values.get(name, getattr(level, name)))
    _check_level(level)
    level.save()
    changes = changes_between(before, snapshot(level, LEVEL_FIELDS))
    if changes:
        _record_level(contract, "level_changed", by, {"level": [level.pk, level.pk], **changes, **told})
    return level


@transaction.atomic
def add_coverage(
    contract,
    *,
    by,
    things,
    level,
    from_date=None,
    to_date=None,
    cost_share=None,
    amendment=None,
    changes_value=False,
):
    """Put assets, models or locations under the contract, from one day to another, both inclusive.

    The days may span several terms: each gets rows of its own. Without days: the whole of the latest term. What is
    covered already at that level on any of those days is left as it is. In force it takes an amendment, begins no
    earlier than that does, and costs pro rata: `cost_share` is for a whole term; changes_value: the value of the terms
    grows by as much. Returns the rows. (C7, C9.)
    """
    contract = locked_for_edit(contract, by)
    told = by_amendment(contract, amendment, by)
    terms = list(contract.terms.order_by("sequence"))
    from_date, to_date = from_date or terms[-1].start, to_date or terms[-1].end
    if to_date < from_date or from_date < terms[0].start or to_date > terms[-1].end:
        raise refusal("from_date", _("Give days within the terms of the contract."), "range")
    if told and from_date < amendment.effective:
        raise refusal("from_date", _("The amendment is not in effect yet on that day."), "early")
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
            amendment=amendment if told else None,
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
    if told and cost_share is not None:
        for row in fresh:
            row.cost_share = pro_rata(cost_share, row.from_date, row.to_date, row.term)
    Coverage.objects.bulk_create(fresh, batch_size=500)
    _record_covered(contract, fresh, by, from_date, to_date, told)
    if told and changes_value:
        for term in terms:
            added = sum(row.cost_share or 0 for row in fresh if row.term == term)
            _move_value(contract, term, added, by, told)
    return fresh


def pro_rata(share, first, last, term):
    """What `share`, for the whole of `term`, comes to from the day `first` to the day `last`, both inclusive."""
    days, whole = (last - first).days + 1, (term.end - term.start).days + 1
    return (share * days / whole).quantize(FILS, ROUND_HALF_UP)


def _move_value(contract, term, by_how_much, by, told):
    if not by_how_much:
        return
    before = snapshot(term, ("value",))
    term.value = (term.value or 0) + by_how_much
    term.save(update_fields=["value"])
    changes = {"sequence": [term.sequence, term.sequence], **changes_between(before, snapshot(term, ("value",)))}
    record_event(contract, "term_changed", by=by, changes=changes | told)


@transaction.atomic
def end_coverage(row, *, by, last_day, amendment=None, changes_value=False):
    """End one line of the ledger with the local date `last_day`, the last one covered; later lines of it go with it.

    A line that has not begun by then is shortened to nothing it covered: it is taken out, and the history keeps that.
    In force it takes an amendment and ends no earlier than on the day before that takes effect; its share of the cost
    shrinks pro rata, and with changes_value the value of its terms by as much.
    """
    contract = locked_for_edit(row.term.contract, by)
    told = by_amendment(contract, amendment, by)
    if told and last_day < amendment.effective - ONE_DAY:
        raise refusal("last_day", _("The amendment is not in effect yet on that day."), "early")
    column = _kind(row)
    same = {column: getattr(row, column), "level": row.level, "term__contract": contract}
    lines = Coverage.objects.filter(**same, to_date__gt=last_day)
    if not lines.exists():
        raise refusal("last_day", _("It is not covered any more after that day."), "ended")
    before, saved = row.to_date, _saved(lines.select_related("term"), last_day) if told else {}
    lines.filter(from_date__gt=last_day).delete()
    lines.update(to_date=last_day)
    record_event(
        contract,
        "coverage_ended",
        by=by,
        changes={column: [getattr(row, f"{column}_id")] * 2, "to_date": [before.isoformat(), last_day.isoformat()]}
        | told,
    )
    recount_calls(contract)
    if changes_value:
        for term, amount in saved.items():
            _move_value(contract, term, -amount, by, told)


def _saved(lines, last_day):
    """{term: what is not paid for any more} when these lines end with `last_day`; their shares are lowered."""
    saved = defaultdict(Decimal)
    for line in lines:
        if line.cost_share is None:
            continue
        days, kept = (line.to_date - line.from_date).days + 1, max((last_day - line.from_date).days + 1, 0)
        left = (line.cost_share * kept / days).quantize(FILS, ROUND_HALF_UP)
        saved[line.term] += line.cost_share - left
        line.cost_share = left
        line.save(update_fields=["cost_share"])
    return saved


def _kind(row):
    return next(kind for kind in COLUMNS.values() if getattr(row, f"{kind}_id"))


def _refuse_foreign(contract, things):
    for thing in things:
        if getattr(thing, "institution_id", contract.institution_id) != contract.institution_id:
            raise ValidationError(_("This does not exist: %(thing)s."), code="foreign", params={"thing": thing.pk})


def _record_covered(contract, rows, by, from_date, to_date, told):
    """One event for the whole act: the thing where it is one, else how many they are."""
    covered = {(_kind(row), getattr(row, f"{_kind(row)}_id")) for row in rows}
    kind, pk = next(iter(covered))
    what = {kind: [None, pk]} if len(covered) == 1 else {"covered_assets": [None, len(covered)]}
    days = {"from_date": [None, from_date.isoformat()], "to_date": [None, to_date.isoformat()]}
    record_event(contract, "coverage_added", by=by, changes=what | days | told)


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
    if level.on_site_minutes:
        level.on_site = True


def _record_level(contract, verb, by, changes):
    contract.version += 1
    contract.save(update_fields=["version"])
    record_event(contract, verb, by=by, changes=changes)
