"""What came of a vendor's calls in a period: answers, arrivals and repairs in time, breaches, credits.

A call belongs to the period in which it was opened, by the ministry's local dates, both inclusive. Calls that were
called off are left out. Every figure has the calls behind it, so that a page can link to them.
"""

from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from decimal import Decimal

from django.db.models import Prefetch
from django.utils import timezone

from contracts import permissions
from contracts.choices import ClockState, PenaltyState, VendorClock
from contracts.models import Contract, Penalty, ServiceCall
from people.models import Vendor

STATES = {
    VendorClock.RESPONSE: "response_state",
    VendorClock.ON_SITE: "on_site_state",
    VendorClock.RESTORE: "restore_state",
}
BREACHES = {
    VendorClock.RESPONSE: "response_breached_at",
    VendorClock.ON_SITE: "on_site_breached_at",
    VendorClock.RESTORE: "restore_breached_at",
}
OWED = (PenaltyState.AGREED, PenaltyState.APPLIED)


@dataclass(frozen=True)
class Share:
    """How often one promise was kept. kept, broken: the calls; what is still running in time counts for neither."""

    kept: tuple = ()
    broken: tuple = ()

    @property
    def of(self):
        return len(self.kept) + len(self.broken)

    @property
    def percent(self):
        """Kept ones in a hundred, to a tenth, as Decimal; None where nothing was promised and due."""
        return (Decimal(100 * len(self.kept)) / self.of).quantize(Decimal("0.1")) if self.of else None


@dataclass(frozen=True)
class CallFigures:
    """The figures of one contract or one vendor in one period. calls: oldest first, with term, level and vendor.

    credits, proposed: {currency: Decimal} of agreed and of proposed penalties; None for those who see no amounts.
    """

    calls: tuple = ()
    credits: dict | None = None
    proposed: dict | None = None
    shares: dict = field(default_factory=dict)

    @property
    def count(self):
        return len(self.calls)

    @property
    def response(self):
        return self.shares.get(VendorClock.RESPONSE, Share())

    @property
    def on_site(self):
        return self.shares.get(VendorClock.ON_SITE, Share())

    @property
    def restore(self):
        return self.shares.get(VendorClock.RESTORE, Share())

    @property
    def visits(self):
        """The calls for which somebody came."""
        return tuple(call for call in self.calls if call.on_site_at is not None)

    @property
    def unfinished(self):
        return tuple(call for call in self.calls if call.is_open and call.restored_at is None)

    @property
    def breaches(self):
        """[(call, VendorClock, instant since when it is broken)], in the order of the calls."""
        found = ((call, clock, getattr(call, column)) for call in self.calls for clock, column in BREACHES.items())
        return [(call, clock, instant) for call, clock, instant in found if instant is not None]


def figures_of(objects, start, end, user):
    """{pk: CallFigures} of contracts, or of vendors, between two local dates, both inclusive; two statements.

    objects: instances of one model, `Contract` or `Vendor`; each of them has an entry. Only calls `user` may see count.
    """
    objects = list(objects)
    if not objects:
        return {}
    path = _path(objects[0])
    calls = {thing.pk: [] for thing in objects}
    for call in calls_between(start, end, user).filter(**{f"{path}__in": list(calls)}).order_by("opened_at", "pk"):
        calls[_key(call, path)].append(call)
    amounts = permissions.sees_amounts(user)
    return {pk: figures(tuple(some), amounts) for pk, some in calls.items()}


def calls_between(start, end, user):
    """The calls opened from the local date `start` to `end`, both inclusive, that this user may see and that count."""
    zone = timezone.get_default_timezone()
    first = datetime.combine(start, time.min, zone)
    last = datetime.combine(end + timedelta(days=1), time.min, zone)
    rows = ServiceCall.objects.visible_to(user).to_count().filter(opened_at__gte=first, opened_at__lt=last)
    penalties = Penalty.objects.select_related("term__contract").only(
        "call", "clock", "amount", "state", "term__contract__currency"
    )
    return rows.for_list().prefetch_related(Prefetch("penalties", penalties))


def figures(calls, amounts):
    """The CallFigures of these calls. amounts: whether credits may be told."""
    shares = {clock: _share(calls, clock) for clock in VendorClock}
    if not amounts:
        return CallFigures(calls, shares=shares)
    return CallFigures(calls, _sums(calls, OWED), _sums(calls, (PenaltyState.PROPOSED,)), shares)


def _share(calls, clock):
    broken = tuple(call for call in calls if getattr(call, BREACHES[clock]) is not None)
    kept = tuple(call for call in calls if getattr(call, STATES[clock]) == ClockState.MET)
    return Share(kept, broken)


def _sums(calls, states):
    sums = {}
    for call in calls:
        for row in call.penalties.all():
            if row.state in states:
                currency = row.term.contract.currency
                sums[currency] = sums.get(currency, Decimal(0)) + row.amount
    return sums


def _path(thing):
    if isinstance(thing, Contract):
        return "term__contract"
    if isinstance(thing, Vendor):
        return "vendor"
    raise TypeError(f"No figures of calls for {type(thing).__name__}")


def _key(call, path):
    return call.vendor_id if path == "vendor" else call.term.contract_id
