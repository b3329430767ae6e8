"""The offers of a case as one reader may see them: the one place that reads prices, for page, list, sheet and PDF."""

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal

from contracts import permissions, scoring, succession
from contracts.choices import CriterionKind
from contracts.models import Mark, Offer


@dataclass
class Line:
    """One offer; price, per_asset and score are None where this reader may not see them, or it was set aside."""

    offer: Offer
    price: Decimal | None = None
    per_asset: Decimal | None = None
    technical: Decimal | None = None
    score: scoring.Score | None = None
    papers: list = field(default_factory=list)
    times: dict = field(default_factory=dict)  # the promised times as people say them


def visible_offers(case, user):
    """Offers of a case; their prices are not even read for who may not see them."""
    rows = Offer.objects.filter(case=case).select_related("vendor").defer("vendor__search_text", "vendor__notes")
    return rows if permissions.shows_prices(user, case) else rows.defer("price_per_year")


def lines_of(case, user, on, count=None):
    """[Line] of all offers, in the order they came in.

    on: the local date on which covered live assets are counted; count: how many they are, where that is known.
    """
    lines = [Line(offer) for offer in visible_offers(case, user)]
    in_study = [line for line in lines if not line.offer.is_excluded]
    if permissions.shows_marks(user, case):
        weights = weights_of(case, CriterionKind.TECHNICAL)
        points = _points(case)
        for line in in_study:
            line.technical = scoring.technical(points[line.offer.pk], weights)
    if permissions.shows_prices(user, case):
        _price(case, in_study, covered_count(case.term, on) if count is None else count)
    return lines


def weights_of(case, kind):
    """{criterion: weight} of one kind."""
    return {one.pk: one.weight for one in case.criteria.all() if one.kind == kind}


def _price(case, lines, count):
    weight = sum(weights_of(case, CriterionKind.FINANCIAL).values(), Decimal(0))
    reached = scoring.scores(
        {line.offer.pk: line.technical for line in lines},
        {line.offer.pk: line.offer.price_per_year for line in lines},
        weight,
    )
    for line in lines:
        line.price = line.offer.price_per_year
        line.per_asset = scoring.per_asset(line.price, count)
        line.score = reached[line.offer.pk]


def _points(case):
    """{offer: {criterion: [points of the members]}}."""
    found = defaultdict(lambda: defaultdict(list))
    rows = Mark.objects.filter(member__case=case).order_by("member_id")
    for offer, criterion, points in rows.values_list("offer_id", "criterion_id", "points"):
        found[offer][criterion].append(points)
    return found


def covered_count(term, on):
    """How many live assets the term covers on the local date `on`, taken into the term where it lies outside."""
    day = min(max(on, term.start), term.end)
    lines = term.coverages.on(day)
    return succession.assets_under(lines, term.contract.institution_id).live().count()
