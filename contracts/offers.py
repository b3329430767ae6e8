"""The offers of a case as one reader may see them: the one place that reads prices, for page, list, sheet and PDF."""

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal

from contracts import permissions, scoring
from contracts.choices import CriterionKind
from contracts.covered import covered_on
from contracts.models import Criterion, Offer


@dataclass
class Line:
    """One offer; price, per_asset and score are None where this reader may not see them, or it was set aside."""

    offer: Offer
    price: Decimal | None = None
    per_asset: Decimal | None = None
    technical: Decimal | None = None
    score: scoring.Score | None = None
    marks: dict = field(default_factory=dict)  # {(member, criterion): points}; of who may see them
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
    if not permissions.shows_marks(user, case):
        return lines
    weights = _weigh(case, lines)
    for line in in_study:
        points = defaultdict(list)
        for (_member, criterion), given in line.marks.items():
            points[criterion].append(given)
        line.technical = scoring.technical(points, weights[CriterionKind.TECHNICAL])
    if permissions.shows_prices(user, case):
        weight = sum(weights[CriterionKind.FINANCIAL].values(), Decimal(0))
        _price(in_study, weight, covered_count(case.term, on) if count is None else count)
    return lines


def _weigh(case, lines):
    """{kind: {criterion: weight}}, and give the lines the points of the members. One query."""
    weights, marks = defaultdict(dict), {line.offer.pk: line.marks for line in lines}
    rows = Criterion.objects.filter(case=case).order_by("pk", "marks__member_id")
    names = ("pk", "kind", "weight", "marks__offer_id", "marks__member_id", "marks__points")
    for criterion, kind, weight, offer, member, points in rows.values_list(*names):
        weights[kind][criterion] = weight
        if offer is not None:
            marks[offer][member, criterion] = points
    return weights


def _price(lines, weight, count):
    reached = scoring.scores(
        {line.offer.pk: line.technical for line in lines},
        {line.offer.pk: line.offer.price_per_year for line in lines},
        weight,
    )
    for line in lines:
        line.price = line.offer.price_per_year
        line.per_asset = scoring.per_asset(line.price, count)
        line.score = reached[line.offer.pk]


def covered_count(term, on):
    """How many live assets the term covers on the local date `on`, taken into the term where it lies outside."""
    return len(covered_on(term, min(max(on, term.start), term.end)).live)
