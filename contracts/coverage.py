"""Who covers an asset at an instant, past or future: contracts by their dated ledger, and the maker's warranty.

The question is answered by local dates: a row covers from the first to the last of its days, both inclusive.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.functional import cached_property

from assets.models import Asset
from contracts import permissions
from contracts.models import Coverage
from contracts.terms import ONE_DAY
from office import calendars, worktime
from office.prepared import prepared
from people.models import VendorContact
from people.models.vendors import ContactRole

LAST = float("inf")
MOST_PLACES = 8  # levels of a location tree that the prepared query has room for
CONTACT_ORDER = [ContactRole.SUPPORT, ContactRole.ESCALATION_1, ContactRole.SALES]


@dataclass(frozen=True)
class Cover:
    """One thing that covers an asset at the instant `at`: a line of a contract, or the maker's warranty.

    until: the last day covered, inclusive. level, contract and row are None for a warranty; vendor may be, too.
    """

    at: datetime
    start: date | None
    until: date
    vendor: object = None
    contract: object = None
    level: object = None
    row: object = None
    contacts: tuple = field(default=(), compare=False)

    @property
    def is_warranty(self):
        return self.contract is None

    @property
    def order(self):
        """Shortest restore, shortest response, contract before warranty, earliest start, id."""
        level = self.level
        return (
            (level and level.restore_minutes) or LAST,
            (level and level.response_minutes) or LAST,
            self.is_warranty,
            self.start or date.min,
            self.row.pk if self.row else 0,
        )

    @cached_property
    def calendar(self):
        """The pure calendar of the vendor's hours, None where none is promised."""
        return calendars.load(self.level.calendar) if self.level else None

    @cached_property
    def is_open(self):
        """Whether the vendor's hours run at the instant; None where none are promised."""
        return None if self.calendar is None else is_open_at(self.calendar, self.at)

    @cached_property
    def opens_at(self):
        """When the vendor's hours begin again, in UTC; None while they run, and where there are none ahead."""
        if self.calendar is None or self.is_open:
            return None
        moment = timedelta(microseconds=1)
        try:
            return worktime.add_working_time(self.calendar, self.at, moment) - moment
        except worktime.EmptyCalendar:
            return None

    @cached_property
    def response_due(self):
        """By when the vendor has to answer a call made at the instant, in UTC; None without a promise."""
        return self._due(self.level and self.level.response_minutes)

    @cached_property
    def on_site_due(self):
        return self._due(self.level and self.level.on_site_minutes)

    @cached_property
    def restore_due(self):
        return self._due(self.level and self.level.restore_minutes)

    def _due(self, minutes):
        if not minutes:
            return None
        try:
            return worktime.add_working_time(self.calendar, self.at, timedelta(minutes=minutes))
        except worktime.EmptyCalendar:
            return None

    @cached_property
    def contact(self):
        """Whom to ask for at this hour: support before escalation before sales, of those who can be reached now.

        Where nobody can, the first of them all.
        """
        return next((one for one in self.contacts if can_be_reached(one, self.at)), next(iter(self.contacts), None))

    @property
    def phone(self):
        return (self.contact and self.contact.phone) or (self.vendor.phone if self.vendor else "")

    @property
    def email(self):
        return (self.contact and self.contact.email) or (self.vendor.email if self.vendor else "")


def is_open_at(calendar, at):
    """Whether the hours of a pure calendar run at the instant `at`."""
    hours = calendar.spans_on(at.astimezone(calendar.zone).date())
    return any(opens <= at < closes for opens, closes in hours)


def can_be_reached(contact, at):
    """Whether the hours of a contact run at the instant `at`; one without hours can always be reached."""
    return contact.hours_id is None or is_open_at(calendars.load(contact.hours), at)


def who_covers(asset, at=None):
    """[Cover] of one asset at the instant `at` (now), the best first; at most three queries. [] where nobody does."""
    at = at or timezone.now()
    day = timezone.localdate(at)
    _complete([asset], day)
    keys = _keys_of(asset)
    if keys is None:
        return who_covers_many([asset], at)[asset.pk]
    rows = _rows_of_one(*keys, day=day)
    return _covers_of(asset, rows, at, _contacts({row.term.contract.vendor_id for row in rows}))


def _keys_of(asset):
    """What the prepared queries ask by; None for an asset in a place of more levels than they have room for."""
    places = _places(asset)
    if len(places) > MOST_PLACES:
        return None
    return asset.pk, asset.model_id or 0, asset.institution_id, *places, *[0] * (MOST_PLACES - len(places))


@prepared
def _rows_of_one(asset, model, institution, p1, p2, p3, p4, p5, p6, p7, p8, *, day):
    """The rows in force on `day` that name this asset, this model, or one of these places; 0 is nothing."""
    named = _names(asset, model, [p1, p2, p3, p4, p5, p6, p7, p8])
    return Coverage.objects.in_force_on(day).filter(named, term__contract__institution=institution).with_contract()


def _names(asset, model, places):
    return Q(asset=asset) | Q(model=model) | Q(location__in=places)


def who_covers_many(assets, at=None):
    """{pk: [Cover], best first} of many assets at one instant, in the same few queries whatever their number."""
    at = at or timezone.now()
    day = timezone.localdate(at)
    _complete(assets, day)
    rows = _rows_of(assets, Coverage.objects.in_force_on(day).with_contract())
    contacts = _contacts({row.term.contract.vendor_id for found in rows.values() for row in found})
    return {asset.pk: _covers_of(asset, rows[asset.pk], at, contacts) for asset in assets}


def _covers_of(asset, rows, at, contacts):
    """The rows and the warranty of one asset as Covers, the best first."""
    covers = [_contract_cover(row, at, contacts) for row in rows]
    if asset.has_warranty_on(timezone.localdate(at)):
        covers.append(_warranty_cover(asset, at))
    return sorted(covers, key=lambda cover: cover.order)


def covered_until(assets, day):
    """{pk: the last day of uninterrupted cover from the local date `day` on, or None} in one query."""
    ahead = Coverage.objects.of_contracts_ever_in_force().filter(to_date__gte=day)
    rows = _rows_of(assets, ahead.select_related("term__contract"))
    answers = {}
    for asset in assets:
        spans = [span for row in rows[asset.pk] if (span := _effective(row))]
        if asset.has_warranty_on(day) or (asset.warranty_end and asset.warranty_end >= day):
            spans.append((asset.warranty_start or asset.purchase_date or date.min, asset.warranty_end))
        answers[asset.pk] = _reach(spans, day)
    return answers


def rows_ever_covering(asset):
    """[(row, first day, last day)] of every line that covers, covered or will cover an asset, by its first day."""
    rows = Coverage.objects.of_contracts_ever_in_force().select_related("term__contract__vendor")
    _complete([asset], date.max)
    spans = ((row, _effective(row)) for row in _rows_of([asset], rows)[asset.pk])
    return sorted(((row, *span) for row, span in spans if span), key=lambda found: (found[1], found[0].pk))


def _effective(row):
    """The (first, last) day of a row as its contract stands; None when termination left nothing of it."""
    ended = row.term.contract.ended_on
    last = min(row.to_date, ended - ONE_DAY) if ended else row.to_date
    return (row.from_date, last) if last >= row.from_date else None


def _reach(spans, day):
    """How far the spans lead from `day` without a gap; None when none of them holds that day."""
    reached = None
    for start, end in sorted(spans):
        if start > (reached + ONE_DAY if reached else day):
            break
        if end >= (reached or day):
            reached = end
    return reached


def _rows_of(assets, rows):
    """{asset pk: rows of `rows` that name it, its model, or a place it stands in}."""
    found = {asset.pk: [] for asset in assets}
    places = {asset.pk: _places(asset) for asset in assets}
    models = {asset.model_id for asset in assets if asset.model_id}
    everywhere = {place for some in places.values() for place in some}
    named = Q(asset__in=list(found))
    if models:
        named |= Q(model__in=models)
    if everywhere:
        named |= Q(location__in=everywhere)
    institutions = {asset.institution_id for asset in assets}
    by_asset, by_model, by_place = {}, {}, {}
    for row in rows.filter(named, term__contract__institution__in=institutions):
        index, key = (
            (by_asset, row.asset_id)
            if row.asset_id
            else (by_model, row.model_id)
            if row.model_id
            else (by_place, row.location_id)
        )
        index.setdefault(key, []).append(row)
    for asset in assets:
        candidates = [*by_asset.get(asset.pk, ()), *by_model.get(asset.model_id, ())]
        for place in places[asset.pk]:
            candidates += by_place.get(place, ())
        found[asset.pk] = [row for row in candidates if row.term.contract.institution_id == asset.institution_id]
    return found


def _complete(assets, day):
    """Read, in one query, the places and suppliers that the caller has not read already."""
    missing = [
        asset
        for asset in assets
        if not _is_read(asset, "location") or (asset.has_warranty_on(day) and not _is_read(asset, "supplier"))
    ]
    if not missing:
        return
    pks = [asset.pk for asset in missing]
    known = Asset.objects.select_related("location", "supplier").only("location", "supplier").in_bulk(pks)
    for asset in missing:
        if asset.pk in known:
            asset.location, asset.supplier = known[asset.pk].location, known[asset.pk].supplier


def _is_read(asset, name):
    field = asset._meta.get_field(name)
    return getattr(asset, field.attname) is None or field.is_cached(asset)


def _places(asset):
    """Ids of where the asset stands and of everything around it."""
    if not asset.location_id:
        return []
    return [int(pk) for pk in asset.location.path.strip("/").split("/")]


def _contacts(vendors):
    """{vendor: its contacts worth calling, support first} of these vendors."""
    found = {}
    if len(vendors) == 1:
        people = _contacts_of_one(*vendors)
    else:
        people = _worth_calling().filter(vendor__in=vendors) if vendors else ()
    for contact in people:
        found.setdefault(contact.vendor_id, []).append(contact)
    return {
        vendor: tuple(sorted(some, key=lambda contact: (CONTACT_ORDER.index(contact.role), contact.pk)))
        for vendor, some in found.items()
    }


def _worth_calling():
    return VendorContact.objects.in_use().filter(role__in=CONTACT_ORDER).select_related("hours").order_by()


@prepared
def _contacts_of_one(vendor):
    return _worth_calling().filter(vendor=vendor)


def _contract_cover(row, at, contacts):
    contract = row.term.contract
    _first, until = _effective(row)
    return Cover(
        at=at,
        start=row.from_date,
        until=until,
        vendor=contract.vendor,
        contract=contract,
        level=row.level,
        row=row,
        contacts=contacts.get(contract.vendor_id, ()),
    )


def _warranty_cover(asset, at):
    return Cover(
        at=at,
        start=asset.warranty_start or asset.purchase_date,
        until=asset.warranty_end,
        vendor=asset.supplier if asset.supplier_id else None,
    )


def call_now(asset, at=None, user=None):
    """What the fragment contracts/_call_now.html needs: asset, covers, best, others, ended, sees_contracts.

    covers: as `who_covers`. ended: where nobody covers it, the Cover that did last, else None. Holds no amounts, so
    whoever may see the asset at the desk may see it.
    """
    at = at or timezone.now()
    day = timezone.localdate(at)
    _complete([asset], day)
    keys = _keys_of(asset)
    if keys is None:
        return call_now_many([asset], at, user)[asset.pk]
    begun = _begun_of_one(*keys, day=day)
    rows = [row for row in begun if row.is_in_force]
    covers = _covers_of(asset, rows, at, _contacts({row.term.contract.vendor_id for row in rows}))
    return _answer(asset, covers, None if covers else _last_of(asset, begun, at, day), user)


@prepared
def _begun_of_one(asset, model, institution, p1, p2, p3, p4, p5, p6, p7, p8, *, day):
    """As `_rows_of_one`, and the rows of the past with them; `is_in_force` tells them apart."""
    named = _names(asset, model, [p1, p2, p3, p4, p5, p6, p7, p8])
    begun = Coverage.objects.of_contracts_ever_in_force().filter(named, from_date__lte=day)
    in_force = Exists(Coverage.objects.in_force_on(day).filter(pk=OuterRef("pk")))
    return begun.filter(term__contract__institution=institution).annotate(is_in_force=in_force).with_contract()


def call_now_many(assets, at=None, user=None):
    """{pk: the answer of `call_now`} of many assets, in the same few queries whatever their number."""
    at = at or timezone.now()
    covers = who_covers_many(assets, at)
    ended = last_covers([asset for asset in assets if not covers[asset.pk]], at)
    return {asset.pk: _answer(asset, covers[asset.pk], ended.get(asset.pk), user) for asset in assets}


def _answer(asset, covers, ended, user):
    return {
        "asset": asset,
        "covers": covers,
        "best": covers[0] if covers else None,
        "others": covers[1:],
        "ended": ended,
        "sees_contracts": user is None or permissions.sees_register(user),
    }


def last_covers(assets, at):
    """{pk: the cover that ended last before the instant `at`, or None}."""
    if not assets:
        return {}
    day = timezone.localdate(at)
    past = Coverage.objects.of_contracts_ever_in_force().filter(from_date__lte=day)
    rows = _rows_of(assets, past.with_contract())
    return {asset.pk: _last_of(asset, rows[asset.pk], at, day) for asset in assets}


def _last_of(asset, rows, at, day):
    ended = [_contract_cover(row, at, {}) for row in rows if _effective(row)]
    if asset.warranty_end and asset.warranty_end < day:
        ended.append(_warranty_cover(asset, at))
    return max((cover for cover in ended if cover.until < day), key=lambda cover: cover.until, default=None)
