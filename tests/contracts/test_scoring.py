"""How offers are scored: worked by hand."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from contracts import scoring

D = Decimal


def test_the_technical_score_weighs_the_mean_of_the_members():
    points = {1: [D(80), D(90), D(70)], 2: [D(50), D(60), D(40)]}

    assert scoring.technical(points, {1: D(50), 2: D(20)}) == D("50.00")  # 80 x 50 % + 50 x 20 %


def test_the_lowest_price_takes_the_whole_weight_and_others_their_proportion():
    assert scoring.financial(D(9000), D(9000), D(30)) == D("30.00")
    assert scoring.financial(D(12000), D(9000), D(30)) == D("22.50")


def test_places_follow_the_total_and_equals_share_one():
    found = scoring.scores({1: D(50), 2: D("57.50"), 3: D(20)}, {1: D(9000), 2: D(12000), 3: D(18000)}, D(30))

    assert [(key, one.total, one.place) for key, one in found.items()] == [
        (1, D("80.00"), 1),
        (2, D("80.00"), 1),
        (3, D("35.00"), 3),
    ]


def test_no_offer_no_score():
    assert scoring.scores({}, {}, D(30)) == {}


def test_a_price_for_each_asset_needs_an_asset():
    assert scoring.per_asset(D(1000), 3) == D("333.333")
    assert scoring.per_asset(D(1000), 0) is None


@given(st.lists(st.decimals("0.001", "999999", places=3), min_size=1, max_size=8), st.decimals(0, 100, places=2))
def test_nobody_gets_more_than_the_weight_and_the_cheapest_gets_it_all(prices, weight):
    offers = dict(enumerate(prices))

    found = scoring.scores(dict.fromkeys(offers, D(0)), offers, weight)

    assert all(0 <= one.financial <= weight for one in found.values())
    assert found[min(offers, key=offers.get)].financial == weight
