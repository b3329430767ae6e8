"""What upper rooms hang into lower pages: in order, for whom it is, within its budget."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import make_asset, make_calendar
from ui.registry import HomeTile, NavigationEntry, Panel, Registry, home_tiles, list_columns, panels, panels_of, uses


@pytest.fixture
def registry():
    return Registry(NavigationEntry)


def entry(name, **fields):
    return NavigationEntry(name=name, title=name, url=name, **fields)


def test_entries_stand_in_their_order(registry):
    for name, order in [("late", 90), ("early", 10), ("b", 50), ("a", 50)]:
        registry.register(entry(name, order=order))

    assert [each.name for each in registry] == ["early", "a", "b", "late"]


def test_an_entry_shows_only_to_whom_it_is_allowed(registry, basil, dina):
    registry.register(entry("desk", allowed=lambda user: user == basil))

    assert [len(registry.allowed_to(user)) for user in (basil, dina)] == [1, 0]


def test_a_name_is_taken_once(registry):
    registry.register(entry("desk"))

    with pytest.raises(ValueError, match="twice"):
        registry.register(entry("desk"))


def test_a_registry_takes_its_own_kind_only(registry):
    with pytest.raises(TypeError):
        registry.register(HomeTile(name="x", title="x", fetch=lambda user: 1, template="x"))


def test_a_panel_shows_where_it_has_something_to_show(ministry, basil):
    full, bare = make_asset(ministry), make_asset(ministry)
    panel = panels.register(
        Panel(on="assets.asset", name="try", title="Try", fetch=lambda assets, user: {full.pk: 5}, template="x")
    )
    try:
        assert (panel, 5) in panels_of(full, basil)
        assert panel not in [each for each, _data in panels_of(bare, basil)]
    finally:
        panels.unregister(panel)


def statements_of(fetch, *arguments):
    with CaptureQueriesContext(
        connection,
    ) as statements:
        fetch(*arguments)
    return len(statements)


def test_every_panel_and_column_keeps_its_budget(ministry, basil):
    """Those that hang on assets; each room that draws others holds them to it in the same way."""
    for hung in (panels, list_columns):
        for each in [*hung.on("assets.asset"), *hung.on("assets")]:
            for devices in ([make_asset(ministry)], [make_asset(ministry) for _ in range(3)]):
                assert statements_of(each.fetch, devices, basil) <= each.query_budget, each.name


def test_every_tile_keeps_its_budget(basil, manager, amal, administrator):
    for tile in home_tiles:
        for user in (basil, manager, amal, administrator):
            if tile.allowed(user):
                assert statements_of(tile.fetch, user) <= tile.query_budget, tile.name


def test_every_use_keeps_its_budget(ministry, team, administrator):
    rows = {"people.team": team, "people.unit": ministry, "office.workingcalendar": make_calendar()}
    assert {use.on for use in uses} <= set(rows)
    for use in uses:
        assert statements_of(use.count, rows[use.on], administrator) <= use.query_budget, use.name
