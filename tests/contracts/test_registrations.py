"""What this room hangs elsewhere: for whom it shows, what it costs, and what it holds."""

from datetime import date

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assets.lanes import lanes_of
from contracts import actions, permissions, registrations, tiles
from contracts.models import Contract
from people import leaving
from people.models import User
from tests import factories
from ui.registry import home_tiles, list_columns, navigation, panels, search_sources

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _on_a_day():
    with time_machine.travel("2026-11-20T09:00:00Z", tick=True):
        yield


def named(registry, name, on=None):
    return next(entry for entry in registry if entry.name == name and (on is None or entry.on == on))


def queries(act):
    with CaptureQueriesContext(connection) as captured:
        act()
    return len(captured)


def test_the_desk_finds_contracts_in_the_side_bar_and_employees_do_not(basil, manager, dina):
    entry = named(navigation, "contracts")

    assert [entry.allowed(user, None) for user in (basil, manager, dina)] == [True, True, False]


def test_a_contract_is_found_by_number_title_and_vendor(contract, basil):
    source = named(search_sources, "contracts")

    for words in ("C-2026-014", "printers", contract.vendor.name):
        assert [hit.number for hit in source.find(basil, words, 5)] == ["C-2026-014"]
    assert source.exact(basil, "c-2026-014") == contract.get_absolute_url()


def test_the_search_shows_nothing_of_other_institutions(contract):
    stranger = factories.make_user(institution=factories.make_institution(), is_manager=True)
    source = named(search_sources, "contracts")

    assert source.find(stranger, "printers", 5) == []
    assert source.exact(stranger, "C-2026-014") is None


def test_a_renamed_vendor_is_found_by_the_new_name(contract, basil):
    vendor = contract.vendor
    vendor.name = "Zaytouna Computing"
    vendor.save()

    hits = named(search_sources, "contracts").find(basil, "zaytouna", 5)

    assert [hit.number for hit in hits] == ["C-2026-014"]


def test_the_tile_keeps_to_its_budget_however_many_contracts(contract, owner):
    tile = named(home_tiles, "decisions")
    before = queries(lambda: tile.fetch(User.objects.get(pk=owner.pk)))
    for _ in range(3):
        actions.refresh_dates(factories.make_contract(contract.institution, unit=contract.unit, owner=owner))

    assert queries(lambda: tile.fetch(User.objects.get(pk=owner.pk))) == before <= tile.query_budget + 1


def test_the_tile_is_for_managers_heads_and_administrators(contract, owner, basil, dina, section, administrator):
    allowed = [tiles.has_decisions(user) for user in (owner, section.head, administrator, basil, dina)]

    assert allowed == [True, True, True, False, False]


@pytest.mark.parametrize(("on", "name"), [("assets.asset", "call_now"), ("people.vendor", "contracts")])
def test_panels_keep_to_their_budget(contract, basil, on, name):
    asset = factories.make_asset(contract.institution)
    factories.cover(contract, asset)
    panel = named(panels, name, on)
    thing = asset if on == "assets.asset" else contract.vendor
    panel.fetch([thing], basil)

    assert queries(lambda: panel.fetch([thing], basil)) <= panel.query_budget


def test_the_list_of_assets_can_say_until_when_they_are_covered(contract, basil, django_assert_num_queries):
    assets = [factories.make_asset(contract.institution) for _ in range(3)]
    factories.cover(contract, assets[0])
    column = named(list_columns, "covered_until", "assets")

    with django_assert_num_queries(1):
        data = column.fetch(assets, basil)

    assert [column.value(asset, data[asset.pk]) for asset in assets] == [date(2026, 12, 31), None, None]


def test_a_contract_is_a_bar_on_the_time_line_of_its_assets(contract, basil):
    asset = factories.make_asset(contract.institution)
    factories.cover(contract, asset)

    bars = [bar for lane, bars in lanes_of(asset, basil) if lane.name == "coverage" for bar in bars]

    assert [(bar.start, bar.end, bar.url) for bar in bars] == [
        (date(2026, 1, 1), date(2026, 12, 31), contract.get_absolute_url())
    ]


def test_contracts_stand_in_the_way_of_leaving_until_somebody_takes_them(contract, owner, deputy, administrator):
    (kind,) = [kind for kind, _things in leaving.holdings_of(owner) if kind.kind == "contracts"]

    kind.hand_over(owner, deputy, administrator)

    assert registrations.contracts_of(owner) == []
    assert Contract.objects.get().owner == deputy


@pytest.mark.parametrize(
    ("who", "edits", "decides", "amounts"),
    [
        ("owner", True, True, True),
        ("deputy", True, True, True),
        ("basil", False, False, False),
        ("auditor", False, False, True),
        ("administrator", False, False, True),
        ("dina", False, False, False),
    ],
)
def test_rights_follow_the_table(request, contract, who, edits, decides, amounts):
    user = request.getfixturevalue(who)

    assert permissions.can_edit(user, contract) is edits
    assert permissions.can_decide(user, contract) is decides
    assert permissions.sees_amounts(user) is amounts


def test_visibility_of_one_row_and_of_many_agree(contract, owner, basil, dina, section, auditor, administrator):
    stranger = factories.make_user(institution=factories.make_institution(), is_manager=True)

    for user in (owner, basil, dina, section.head, auditor, administrator, stranger):
        assert Contract.objects.visible_to(user).exists() == bool(permissions.sees_contract(user, contract))
