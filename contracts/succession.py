"""What a successor would be made of: when it begins, what goes over, what the register suggests to drop and to add."""

from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal

from django.db.models import CharField, Exists, ExpressionWrapper, F, OuterRef, Q

from assets.choices import GONE
from assets.models import Asset
from contracts import terms
from contracts.continuity import last_day
from contracts.dues import fils
from contracts.models import Coverage

MOST = 300  # lines of a list on the page; what is beyond it goes over as it is and is changed on the draft
MONTHS = 12


@dataclass
class Proposal:
    """lines go over; drops are lines of assets that left service; additions are assets that fit and are not in."""

    start: object
    end: object
    value: Decimal
    lines: list = field(default_factory=list)
    drops: list = field(default_factory=list)
    additions: list = field(default_factory=list)
    count: int = 0  # lines that go over, also those beyond MOST


def waits_for_decision(case):
    """Whether the contract of a case still waits for a decision about its term."""
    contract = case.contract
    latest = contract.terms.order_by("sequence").last()
    return contract.decide_by is not None and latest.pk == case.term_id


def lasting(term):
    """Lines of the term that hold on its last day: those that go over to whatever follows."""
    return Coverage.objects.filter(term=term, to_date=term.end)


def scaled(share, old_value, new_value):
    """A share of the old value, of the new one in the same proportion, in fils."""
    return fils(share * new_value / old_value)


def proposal_for(case):
    """The Proposal of an awarded case. A year at the price of the offer, the register asked once for each list."""
    contract = case.contract
    term = contract.terms.order_by("sequence").last()
    start = last_day(contract) + timedelta(days=1)
    related = ("level", "asset__category", "asset__model__manufacturer", "model__manufacturer", "location")
    rows = lasting(term).select_related(*related).defer("asset__search_text", "asset__notes").order_by("pk")
    gone = Q(asset__state__in=GONE)
    return Proposal(
        start=start,
        end=terms.term_end(start, MONTHS),
        value=case.awarded_offer.price_per_year,
        lines=list(rows.exclude(gone)[:MOST]),
        drops=list(rows.filter(gone)[:MOST]),
        additions=list(fitting(contract, term)[:MOST]),
        count=rows.exclude(gone).count(),
    )


def assets_under(lines, institution):
    """Assets of the institution that these lines of the ledger name: themselves, by their model, or by their place."""
    assets = Asset.objects.filter(institution=institution)
    named = Q(pk__in=lines.filter(asset__isnull=False).values("asset"))
    named |= Q(model__in=lines.filter(model__isnull=False).values("model"))
    if lines.filter(location__isnull=False).exists():
        place = ExpressionWrapper(OuterRef("location__path"), output_field=CharField())
        around = lines.alias(place=place).filter(place__startswith=F("location__path"))
        named |= Q(Exists(around))
    return assets.filter(named)


def fitting(contract, term):
    """Live assets like those covered, and not covered: of a covered model, or of a covered kind in a covered place."""
    lines = lasting(term)
    covered = assets_under(lines, contract.institution_id)
    alike = Q(model__in=covered.filter(model__isnull=False).values("model"))
    beside = Q(
        category__in=covered.values("category"), location__in=covered.filter(location__isnull=False).values("location")
    )
    rows = Asset.objects.filter(alike | beside, institution=contract.institution_id).live()
    rows = rows.exclude(pk__in=covered.values("pk"))
    return rows.select_related("category", "model__manufacturer").defer("search_text", "notes").order_by("pk")
