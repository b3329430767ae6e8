"""How offers are scored: marks of the committee by weight, the price against the lowest one; pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

HUNDREDTH = Decimal("0.01")
HUNDRED = Decimal(100)


def rounded(points: Decimal) -> Decimal:
    return points.quantize(HUNDREDTH, ROUND_HALF_UP)


def technical(points: Mapping[int, Sequence[Decimal]], weights: Mapping[int, Decimal]) -> Decimal:
    """Return the technical score: of each criterion the mean of the members' points (0 to 100), by its weight.

    points: {criterion: what each member gave, one at least}; weights: {criterion: per cent}. At most their sum.
    """
    total = Decimal(0)
    for criterion, weight in weights.items():
        given = points[criterion]
        total += sum(given, Decimal(0)) / len(given) * weight / HUNDRED
    return rounded(total)


def financial(price: Decimal, lowest: Decimal, weight: Decimal) -> Decimal:
    """Return the financial score: the whole weight for the lowest price, the others in proportion. Prices above 0."""
    return rounded(weight * lowest / price)


def per_asset(price: Decimal, count: int) -> Decimal | None:
    """Return what a year costs for each of `count` covered assets, in fils; None where nothing is covered."""
    return (price / count).quantize(Decimal("0.001"), ROUND_HALF_UP) if count else None


@dataclass(frozen=True, slots=True)
class Score:
    """What one offer reached, and its place, 1 for the best; equals share a place."""

    technical: Decimal
    financial: Decimal
    place: int

    @property
    def total(self) -> Decimal:
        return self.technical + self.financial


def scores(technical_of: Mapping[int, Decimal], prices: Mapping[int, Decimal], weight: Decimal) -> dict[int, Score]:
    """Return {offer: Score} of the offers in `prices`, each of which has a technical score.

    weight: of the financial criterion, 0 where there is none.
    """
    if not prices:
        return {}
    lowest = min(prices.values())
    money = {key: financial(price, lowest, weight) for key, price in prices.items()}
    totals = {key: technical_of[key] + money[key] for key in prices}
    return {
        key: Score(technical_of[key], money[key], 1 + sum(other > totals[key] for other in totals.values()))
        for key in prices
    }
