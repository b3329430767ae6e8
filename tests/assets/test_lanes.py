"""The time line of an asset."""

from datetime import date

import pytest
from django.utils.translation import override

from assets import lanes
from assets.lanes import Bar, register_lane, timeline
from tests.factories import make_asset

TODAY = date(2026, 6, 1)
BARS = [Bar(date(2024, 1, 1), date(2024, 12, 31), "Amal"), Bar(date(2025, 3, 1), None, "Basil")]


@pytest.fixture
def own_lanes(monkeypatch):
    monkeypatch.setattr(lanes, "_lanes", {})


def test_an_asset_of_which_nothing_is_known_has_no_time_line(own_lanes, ministry, basil):
    assert timeline(make_asset(ministry), basil, TODAY) is None


def test_several_rooms_fill_one_lane(own_lanes, ministry, basil):
    register_lane("coverage", "Coverage", 20, lambda asset, user: BARS[:1])
    register_lane("coverage", "Other", 99, lambda asset, user: BARS[1:])

    ((lane, bars),) = lanes.lanes_of(make_asset(ministry), basil)
    assert (lane.title, bars) == ("Coverage", BARS)


def test_what_no_bar_fills_is_a_gap(own_lanes, ministry, basil):
    register_lane("coverage", "Coverage", 20, lambda asset, user: BARS, gaps=True)

    (lane,) = timeline(make_asset(ministry), basil, TODAY)["lanes"]
    gaps = [drawn["bar"] for drawn in lane["bars"] if drawn["bar"].tone == "gap"]
    assert [(gap.start, gap.end) for gap in gaps] == [(date(2025, 1, 1), date(2025, 2, 28))]


def test_a_gap_stands_in_the_row_of_the_bars_it_parts(own_lanes, ministry, basil):
    bought = make_asset(ministry, purchase_date=date(2023, 6, 1))  # not covered at first either
    register_lane("coverage", "Coverage", 20, lambda asset, user: BARS, gaps=True)

    (lane,) = timeline(bought, basil, TODAY)["lanes"]

    assert [drawn["bar"].tone for drawn in lane["bars"]] == ["gap", "custody", "gap", "custody"]
    assert len({drawn["y"] for drawn in lane["bars"]}) == 1


def test_bars_that_overlap_stand_below_each_other(own_lanes, ministry, basil):
    both = [Bar(date(2024, 1, 1), date(2025, 1, 1), "a"), Bar(date(2024, 6, 1), date(2025, 6, 1), "b")]
    register_lane("coverage", "Coverage", 20, lambda asset, user: both)

    (lane,) = timeline(make_asset(ministry), basil, TODAY)["lanes"]
    assert lane["bars"][0]["y"] < lane["bars"][1]["y"]


def test_the_time_line_mirrors_in_arabic(own_lanes, ministry, basil):
    register_lane("custody", "Custody", 10, lambda asset, user: BARS)
    asset = make_asset(ministry)

    with override("en"):
        left = timeline(asset, basil, TODAY)["today"]
    with override("ar"):
        right = timeline(asset, basil, TODAY)["today"]
    assert float(left[:-1]) + float(right[:-1]) == pytest.approx(100, abs=0.02)
