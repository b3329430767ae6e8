"""A contract as it stood on a local day, past or future: computed from its events, each counted from the day on which
its amendment takes effect, otherwise from the day it happened."""

from collections import defaultdict
from dataclasses import dataclass, field

from django.utils import timezone

from contracts.dates import dates_of
from contracts.models import Contract, Coverage
from office import calendars
from office.models import Event

OWN = (
    "title",
    "vendor",
    "state",
    "owner",
    "deputy",
    "unit",
    "payer",
    "beneficiary",
    "currency",
    "renewal",
    "renewal_months",
    "max_renewals",
    "notice_value",
    "notice_unit",
    "lead_days",
    "last_possible_end",
)
TERM = ("start", "end", "value", "origin")
LEVEL = (
    "name_ar",
    "name_en",
    "calendar",
    "response_minutes",
    "on_site_minutes",
    "restore_minutes",
    "on_site",
    "parts_included",
)


@dataclass
class AsOf:
    """Unsaved copies of the rows as they stood; terms in order, each with its TermDates."""

    contract: Contract
    terms: list
    dates: list
    levels: list
    amendments: list
    covered: object = field(repr=False, default=None)  # queryset of the ledger's lines on that day


def as_of(contract, day):
    """The AsOf of `contract` on the local date `day`; `contract.amendments` and its events are read, five queries."""
    amendments = list(contract.amendments.order_by("number"))
    rows = list(contract.terms.order_by("sequence"))
    effective = {row.number: row.effective for row in amendments}
    past = _Past(_events(contract, effective), day, rows[-1].sequence if rows else 0)
    copy = Contract(pk=contract.pk, institution_id=contract.institution_id, number=contract.number)
    for name in OWN:
        _set(copy, name, past.value("contract", None, name, _plain(contract, name)))
    terms = [_copy(row, TERM, past, "term", row.sequence) for row in rows]
    terms = [row for row in terms if past.was_there("term", row.sequence)]
    levels = [_copy(row, LEVEL, past, "level", row.pk) for row in contract.levels.all()]
    spans = [(row.start, row.end) for row in terms]
    return AsOf(
        contract=copy,
        terms=terms,
        dates=dates_of(copy, spans, calendars.ministry()) if spans else [],
        levels=[row for row in levels if past.was_there("level", row.pk)],
        amendments=[row for row in amendments if row.effective <= day],
        covered=Coverage.objects.filter(term__contract=contract).on(day),
    )


class _Past:
    """Events by what they changed: the last one in effect by the day says what stood, the first one what was before."""

    def __init__(self, events, day, latest):
        self.day = day
        self.latest = latest  # sequence of the last term, which an import means when it names none
        self.changes = defaultdict(list)  # (of, key, name) -> [(from day, old, new)], oldest first
        self.added = {}  # (of, key) -> day from which it was there
        for when, event in events:
            self._take(when, event)

    def _take(self, when, event):
        changes = dict(event.changes)
        if event.verb == "created":
            return  # before it was in the register it stood as it was entered first
        sequence, level = changes.pop("sequence", None), changes.pop("level", None)
        if sequence and sequence[0] is None:
            self.added["term", sequence[1]] = when
        elif level and level[0] is None and event.verb == "level_added":
            self.added["level", level[1]] = when
        else:
            of, key = ("term", sequence[1]) if sequence else ("level", level[1]) if level else ("contract", None)
            for name, (old, new) in changes.items():
                spot = ("term", self.latest) if of == "contract" and name in ("start", "end", "value") else (of, key)
                self.changes[*spot, name].append((when, old, new))

    def value(self, of, key, name, now):
        """What stood there; `now` where nothing ever changed it."""
        changes = self.changes.get((of, key, name))
        if not changes:
            return now
        changes = sorted(changes, key=lambda change: change[0])
        held = [new for when, _old, new in changes if when <= self.day]
        return held[-1] if held else changes[0][1]

    def was_there(self, of, key):
        return self.added.get((of, key), self.day) <= self.day


def _events(contract, effective):
    """[(day from which it counts, event)] of a contract, in the order they were written."""
    for event in Event.objects.about(contract).order_by("pk"):
        number = event.changes.get("amendment", [None, None])[1]
        yield effective.get(number) or timezone.localdate(event.at), event


def _copy(row, names, past, of, key):
    copy = type(row)(pk=row.pk, contract_id=row.contract_id, **({"sequence": row.sequence} if of == "term" else {}))
    for name in names:
        _set(copy, name, past.value(of, key, name, _plain(row, name)))
    return copy


def _plain(row, name):
    return getattr(row, row._meta.get_field(name).attname)


def _set(copy, name, value):
    known = copy._meta.get_field(name)
    setattr(copy, known.attname, known.target_field.to_python(value) if known.is_relation else known.to_python(value))
