"""Which assets a term covered on a local day, in the state, the model and the place they were in on that day.

A line of the ledger is ended by its date and never deleted; what an asset was before, its history says: the first
change after the day tells what had stood until then. An asset that never changed since is what it is now. Two
statements, whatever the number of lines, of assets, and of ways in which the lines name them.
"""

from dataclasses import dataclass, field
from datetime import datetime, time
from decimal import Decimal

from django.db.models import (
    BigIntegerField,
    Case,
    CharField,
    DateField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    Subquery,
    When,
)
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.db.models.functions import Cast, Coalesce, TruncDate
from django.utils import timezone

from assets.choices import GONE
from assets.models import Asset, Location
from contracts.models import Coverage
from contracts.terms import ONE_DAY
from office import calendars
from office.models import Event

FIRST = "created"  # the event of an asset that no change came before


@dataclass(frozen=True)
class Line:
    """A line of the ledger that holds on the day; of an asset, a model or a place."""

    asset: int | None
    model: int | None
    place: str | None  # its path
    share: Decimal | None
    first: object
    last: object


@dataclass(frozen=True)
class Device:
    """An asset as it was on the day; cost: what it was bought for."""

    pk: int
    state: str
    cost: Decimal | None
    currency: str
    model: int | None
    category: int
    location: int | None

    @property
    def is_gone(self):
        return self.state in GONE


@dataclass(frozen=True)
class Covered:
    """All that a term covered; its assets as they were at the end of the local date `at`."""

    at: object
    institution: int
    lines: list = field(default_factory=list)
    devices: list = field(default_factory=list)
    named: object = field(default=None, repr=False, compare=False)  # the queryset of the same assets

    @property
    def live(self):
        return [device for device in self.devices if not device.is_gone]

    @property
    def gone(self):
        return [device for device in self.devices if device.is_gone]


def covered_on(term, day, at=None):
    """The Covered of `term` on the local date `day`; two statements, one where nothing is covered.

    at: the local date as of which the assets are looked at, `day` without one: what was covered to the end of a term
    may have left service since.
    """
    at = at or day
    institution = term.contract.institution_id
    rows = Coverage.objects.filter(term=term).on(day).order_by("pk")
    names = ("asset_id", "model_id", "location__path", "cost_share", "from_date", "to_date")
    lines = [Line(*row) for row in rows.values_list(*names)]
    if not lines:
        return Covered(at, institution)
    named = as_of(Asset.objects.filter(institution=institution), at).filter(_named(rows.order_by(), lines))
    columns = ("pk", "state_then", "purchase_cost", "currency", "model_then", "category_id", "location_then")
    devices = [Device(*row) for row in named.order_by("tag", "pk").values_list(*columns)]
    return Covered(at, institution, lines, devices, named)


def alike(covered):
    """Live assets like those covered, and not covered: of a covered model, or of a covered kind in a covered place.

    A queryset of what was there on the day and in service, in the order of tags.
    """
    known = {
        name: {getattr(device, name) for device in covered.devices} - {None}
        for name in ("model", "category", "location")
    }
    like = Q(model_then__in=known["model"])
    like |= Q(category__in=known["category"], location_then__in=known["location"])
    rows = as_of(Asset.objects.filter(institution=covered.institution), covered.at).filter(like)
    rows = rows.exclude(state_then__in=GONE).exclude(pk__in=covered.named.values("pk"))
    if is_past(covered.at):
        rows = rows.filter(there_since__lte=covered.at)
    return rows.order_by("tag", "pk")


def _named(rows, lines):
    """The assets that the lines name: themselves, by their model, or by a place they stand in or below.

    As subqueries of `rows`, since a contract may name more of them than a statement takes values.
    """
    found = Q(pk__in=rows.filter(asset__isnull=False).values("asset"))
    if any(line.model for line in lines):
        found |= Q(model_then__in=rows.filter(model__isnull=False).values("model"))
    if any(line.place for line in lines):
        place = ExpressionWrapper(OuterRef("path"), output_field=CharField())
        around = rows.filter(location__isnull=False).alias(place=place).filter(place__startswith=F("location__path"))
        found |= Q(location_then__in=Location.objects.filter(Exists(around)).values("pk"))
    return found


def is_past(day):
    return day < calendars.today()


def as_of(assets, day):
    """Adds `state_then`, `model_then` and `location_then`: as it stood at the end of the local date `day`.

    Of a day that is past `there_since`, too: the local date on which it came into use, or was bought, else was entered.
    """
    if not is_past(day):
        return assets.annotate(
            state_then=F("state"),
            model_then=F("model_id"),
            location_then=F("location_id"),
        )
    after = datetime.combine(day + ONE_DAY, time.min, timezone.get_default_timezone())
    return assets.annotate(
        state_then=Coalesce(Subquery(_before(_changes("state", after), "state")), F("state"), output_field=CharField()),
        model_then=_row_then("model", after),
        location_then=_row_then("location", after),
        there_since=Coalesce("in_service_date", "purchase_date", TruncDate("created_at"), output_field=DateField()),
    )


def _row_then(name, after):
    """The key of a row that an asset points at, or null: null may be what stood there before."""
    changes = _changes(name, after)
    before = Cast(Subquery(_before(changes, name)), BigIntegerField())
    return Case(When(Exists(changes), then=before), default=F(f"{name}_id"), output_field=BigIntegerField())


def _changes(name, after):
    """What happened to this field of an asset after an instant, in its order."""
    later = Event.objects.filter(kind=Asset._meta.label_lower, object_id=OuterRef("pk"), at__gte=after)
    return later.exclude(verb=FIRST).filter(changes__has_key=name).order_by("id")


def _before(changes, name):
    """What stood there until the first of these changes."""
    return changes.annotate(before=KeyTextTransform("0", KeyTransform(name, "changes"))).values("before")[:1]
