"""What tickets say about contracts and vendors: faults, repeats, hours of standstill, satisfaction.

The rooms below know no ticket, so these come down through the registry of report figures. A ticket counts for a
contract when its device was covered by it on the local day on which the ticket was filed; for a vendor, when a
contract with that vendor covered it. Cancelled tickets never count. Only tickets that the reader may see are counted.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from urllib.parse import urlencode

from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from assets.models import Asset
from contracts import permissions
from contracts.models import Contract, Coverage
from contracts.terms import ONE_DAY
from helpdesk.choices import Level, Status
from helpdesk.filters import REPEAT_WITHIN
from helpdesk.models import Ticket
from ui.registry import ReportFigure, report_figures

TENTH = Decimal("0.1")
LINE = (  # what is read of a line of coverage
    "from_date",
    "to_date",
    "asset_id",
    "model_id",
    "location_id",
    "term__contract",
    "term__contract__vendor",
    "term__contract__institution",
    "term__contract__ended_on",
)


@dataclass(frozen=True)
class PerDevice:
    """Tickets filed in the period about covered devices. tickets: their keys; devices: how many were covered in it."""

    tickets: tuple
    devices: int

    @property
    def rate(self):
        """Tickets a device, to two places, as Decimal; None without devices."""
        return (Decimal(len(self.tickets)) / self.devices).quantize(Decimal("0.01")) if self.devices else None


@dataclass(frozen=True)
class Repeats:
    """Tickets filed within 30 days after another ticket of the same device was resolved. of: all tickets filed."""

    tickets: tuple
    of: int

    @property
    def percent(self):
        return (Decimal(100 * len(self.tickets)) / self.of).quantize(TENTH) if self.of else None


@dataclass(frozen=True)
class Downtime:
    """Hours in the period in which somebody could not work at all because of a device. tickets: that account for it.

    A device is down from the filing of a ticket whose writer could not work at all (the highest urgency) until that
    ticket is resolved for good, around the clock, weekends too: a ticket that was reopened was not resolved before.
    Hours of one device that lie in several tickets count once; what lies outside the period is cut off; a ticket that
    is not resolved yet counts until now.
    """

    hours: Decimal
    tickets: tuple


@dataclass(frozen=True)
class Satisfaction:
    """What requesters gave, of tickets filed in the period: one to five stars each."""

    stars: tuple
    tickets: tuple

    @property
    def average(self):
        return (Decimal(sum(self.stars)) / len(self.stars)).quantize(TENTH)


@dataclass(frozen=True)
class _Row:
    pk: int
    asset: int
    created_at: datetime
    ended_at: datetime | None
    urgency: int
    stars: int | None


@dataclass(frozen=True)
class _Period:
    start: date
    end: date

    @property
    def first(self):
        return datetime.combine(self.start, time.min, timezone.get_default_timezone())

    @property
    def last(self):
        """The first instant after it."""
        return datetime.combine(self.end + ONE_DAY, time.min, timezone.get_default_timezone())

    def holds(self, instant):
        return self.first <= instant < self.last


@dataclass(frozen=True)
class _Ledger:
    """Which devices were covered when: {object: [(asset, first day, last day)]}, of one period."""

    spans: dict

    def assets(self):
        return {asset for spans in self.spans.values() for asset, _first, _last in spans}

    def devices(self, pk):
        return len({asset for asset, _first, _last in self.spans.get(pk, ())})

    def covering(self):
        """{asset: [(object, first day, last day)]}"""
        found = defaultdict(list)
        for pk, spans in self.spans.items():
            for asset, first, last in spans:
                found[asset].append((pk, first, last))
        return found


@dataclass(frozen=True)
class Basis:
    """What all these figures are counted from: the period, what was covered in it, the tickets about that."""

    period: _Period
    ledger: _Ledger
    tickets: list


def basis_of(objects, start, end, user):
    """The Basis of contracts or vendors from the local date `start` to `end`, inclusive; three statements at most."""
    period, ledger = _Period(start, end), _ledger(objects, start, end)
    return Basis(period, ledger, _tickets(ledger, period, user))


def tickets_per_device(objects, start, end, user, basis=None):
    """{pk: PerDevice} of objects that covered any device in the period."""
    basis = basis or basis_of(objects, start, end, user)
    period, ledger = basis.period, basis.ledger
    rows = _grouped(ledger, basis.tickets)
    return {
        thing.pk: PerDevice(
            tuple(row.pk for row in rows[thing.pk] if period.holds(row.created_at)), ledger.devices(thing.pk)
        )
        for thing in objects
        if ledger.devices(thing.pk)
    }


def repeat_failures(objects, start, end, user, basis=None):
    """{pk: Repeats} of objects about whose devices any ticket was filed in the period."""
    basis = basis or basis_of(objects, start, end, user)
    period, again = basis.period, _again(basis.tickets)
    found = {}
    for pk, rows in _grouped(basis.ledger, basis.tickets).items():
        filed = [row.pk for row in rows if period.holds(row.created_at)]
        if filed:
            found[pk] = Repeats(tuple(ticket for ticket in filed if ticket in again), len(filed))
    return found


def downtime(objects, start, end, user, basis=None):
    """{pk: Downtime} of objects that covered any device in the period."""
    basis = basis or basis_of(objects, start, end, user)
    period, ledger = basis.period, basis.ledger
    rows, now = _grouped(ledger, basis.tickets), timezone.now()
    return {
        thing.pk: _downtime([row for row in rows[thing.pk] if row.urgency == Level.HIGH], period, now)
        for thing in objects
        if ledger.devices(thing.pk)
    }


def satisfaction(objects, start, end, user, basis=None):
    """{pk: Satisfaction} of objects about whose devices any ticket of the period was rated."""
    basis = basis or basis_of(objects, start, end, user)
    period, found = basis.period, {}
    for pk, rows in _grouped(basis.ledger, basis.tickets).items():
        rated = [row for row in rows if row.stars is not None and period.holds(row.created_at)]
        if rated:
            found[pk] = Satisfaction(tuple(row.stars for row in rated), tuple(row.pk for row in rated))
    return found


def _ledger(objects, start, end):
    """What the contracts of these objects covered from `start` to `end`; two statements."""
    objects = list(objects)
    of_vendor = bool(objects) and not isinstance(objects[0], Contract)
    path = "term__contract__vendor" if of_vendor else "term__contract"
    rows = Coverage.objects.of_contracts_ever_in_force().filter(from_date__lte=end, to_date__gte=start)
    rows = rows.filter(**{f"{path}__in": [thing.pk for thing in objects]})
    # A contract may cover thousands: rows as tuples, since making objects of them costs seconds.
    rows = list(rows.values_list(*LINE, named=True))
    named = _named(rows)
    spans = {thing.pk: [] for thing in objects}
    for row in rows:
        ended = row.term__contract__ended_on
        last = min(row.to_date, ended - ONE_DAY) if ended else row.to_date
        if max(row.from_date, start) <= min(last, end):
            key = row.term__contract__vendor if of_vendor else row.term__contract
            assets = named(row, row.term__contract__institution)
            spans[key] += [(asset, row.from_date, last) for asset in assets]
    return _Ledger(spans)


def _named(rows):
    """A function that gives the keys of the assets a row of coverage names; at most one statement."""
    models = {row.model_id for row in rows if row.model_id}
    places = {row.location_id for row in rows if row.location_id}
    if not models and not places:
        return lambda row, institution: [row.asset_id]
    inside = Q(model__in=models)
    for place in places:
        inside |= Q(location__path__contains=f"/{place}/")
    by_model, by_place = defaultdict(list), defaultdict(list)
    known = Asset.objects.filter(inside).values_list("pk", "institution_id", "model_id", "location__path")
    for pk, institution, model, path in known:
        by_model[model, institution].append(pk)
        for place in filter(None, (path or "").split("/")):
            by_place[int(place), institution].append(pk)

    def assets(row, institution):
        if row.asset_id:
            return [row.asset_id]
        return by_model[row.model_id, institution] if row.model_id else by_place[row.location_id, institution]

    return assets


def _tickets(ledger, period, user):
    """[_Row], oldest first, about covered devices: what the period touches, and what was resolved shortly before."""
    assets = ledger.assets()
    if not assets:
        return []
    touching = Q(ended_at=None) | Q(ended_at__gte=period.first - REPEAT_WITHIN)
    rows = (
        Ticket.objects.visible_to(user)
        .exclude(status=Status.CANCELLED)
        .annotate(ended_at=Coalesce(F("resolved_at"), F("closed_at")))
        .filter(touching, asset__in=assets, created_at__lt=period.last)
        .order_by("created_at", "pk")
    )
    return [_Row(*row) for row in rows.values_list("pk", "asset", "created_at", "ended_at", "urgency", "rating__stars")]


def _grouped(ledger, tickets):
    """{object: [_Row]} by the day on which each was filed; every ticket once an object."""
    covering, zone = ledger.covering(), timezone.get_default_timezone()
    found = {pk: [] for pk in ledger.spans}
    for row in tickets:
        day = row.created_at.astimezone(zone).date()
        for pk in {pk for pk, first, last in covering[row.asset] if first <= day <= last}:
            found[pk].append(row)
    return found


def _again(tickets):
    """Keys of the tickets filed within `REPEAT_WITHIN` after an earlier one of the same device was resolved."""
    resolved, found = defaultdict(list), set()
    for row in tickets:
        if any(row.created_at - REPEAT_WITHIN <= ended <= row.created_at for ended in resolved[row.asset]):
            found.add(row.pk)
        if row.ended_at is not None:
            resolved[row.asset].append(row.ended_at)
    return found


def _downtime(rows, period, now):
    spans, tickets = defaultdict(list), []
    for row in rows:
        start, end = max(row.created_at, period.first), min(row.ended_at or now, period.last)
        if start < end:
            spans[row.asset].append((start, end))
            tickets.append(row.pk)
    total = sum((_union(some) for some in spans.values()), timedelta(0))
    return Downtime((Decimal(total // timedelta(seconds=1)) / 3600).quantize(TENTH), tuple(tickets))


def _union(spans):
    """The length of what these stretches fill together."""
    total, reached = timedelta(0), None
    for start, end in sorted(spans):
        start = max(start, reached) if reached else start
        if end > start:
            total += end - start
        reached = max(end, reached) if reached else end
    return total


def _per_device_words(data):
    return _("%(rate)s a device (%(tickets)d tickets, %(devices)d devices)") % {
        "rate": data.rate,
        "tickets": len(data.tickets),
        "devices": data.devices,
    }


def _repeats_words(data):
    return _("%(count)d of %(all)d (%(percent)s %%)") % {
        "count": len(data.tickets),
        "all": data.of,
        "percent": data.percent,
    }


def _downtime_words(data):
    return _("%(hours)s hours") % {"hours": data.hours}


def _satisfaction_words(data):
    ratings = ngettext("%(count)d rating", "%(count)d ratings", len(data.stars)) % {"count": len(data.stars)}
    return _("%(average)s of 5 (%(ratings)s)") % {"average": data.average, "ratings": ratings}


def _list(filters):
    """A function of (object, start, end) that gives the address of the tickets behind a figure."""

    def address(thing, start, end):
        period = "standing" if filters.get("counts") == "stopped" else "created"
        asked = {thing._meta.model_name: thing.pk, f"{period}_after": start, f"{period}_before": end, **filters}
        return f"{reverse('tickets_view', args=['all'])}?{urlencode(asked)}"

    return address


FIGURES = (
    ("tickets_per_device", gettext_lazy("Tickets per device"), tickets_per_device, _per_device_words, "rate", {}),
    (
        "repeat_failures",
        gettext_lazy("Repeat failures"),
        repeat_failures,
        _repeats_words,
        "percent",
        {"counts": "again"},
    ),
    ("downtime", gettext_lazy("Downtime"), downtime, _downtime_words, "hours", {"counts": "stopped"}),
    ("satisfaction", gettext_lazy("Satisfaction"), satisfaction, _satisfaction_words, "average", {"counts": "rated"}),
)


def register():
    for on in ("contracts.contract", "people.vendor"):
        for order, (name, title, fetch, shown, number, filters) in enumerate(FIGURES):
            report_figures.register(
                ReportFigure(
                    on=on,
                    name=name,
                    title=title,
                    order=10 * order,
                    allowed=permissions.sees_register,
                    fetch=fetch,
                    basis=basis_of,
                    shown=shown,
                    number=lambda data, name=number: getattr(data, name),
                    rows=_list(filters),
                    query_budget=3,
                )
            )
