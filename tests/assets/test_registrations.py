"""What the room hangs into other pages: search, home tile, a person's page, set-up cards."""

import pytest
from django.urls import reverse

from assets import actions, panels
from office.setup import cards_of
from people.models import User
from tests.factories import make_asset, make_institution, make_model, make_user
from ui.registry import home_tiles, navigation, search_sources


@pytest.fixture
def laptop(ministry):
    return make_asset(ministry, tag="PC-0042", serial_number="5CD9001", model=make_model(name="EliteBook 840"))


def hits(user, words):
    return [hit.url for hit in panels.find(user, words, 10)]


@pytest.mark.parametrize("words", ["PC-0042", "pc-0042", "5cd9001", "5CD9001"])
def test_a_tag_or_serial_number_leads_straight_to_its_page(words, sign_in, basil, laptop):
    assert sign_in(basil).get("/search/", {"q": words}).url == laptop.get_absolute_url()


@pytest.mark.parametrize("words", ["PC-0042", "PC-00", "5cd90", "elitebook"])
def test_an_asset_is_found_by_the_beginning_of_what_it_is_called(words, basil, laptop):
    assert hits(basil, words) == [laptop.get_absolute_url()]


def test_the_search_shows_nobody_what_is_not_hers(amal, dina, basil, laptop):
    actions.hand_over(laptop, to=amal, by=basil)
    stranger = make_user(make_institution(), is_technician=True)

    assert hits(amal, "PC-0042") == [laptop.get_absolute_url()]
    assert [hits(dina, "PC-0042"), hits(stranger, "PC-0042")] == [[], []]
    assert [panels.exact(dina, "PC-0042"), panels.exact(stranger, "5CD9001")] == [None, None]


def test_a_serial_number_of_two_things_leads_to_neither(basil, ministry, laptop):
    make_asset(ministry, serial_number="5CD9001", model=make_model())

    assert panels.exact(basil, "5CD9001") is None


def test_the_home_tile_shows_what_i_hold_and_what_waits_for_my_word(amal, dina, basil, laptop):
    actions.hand_over(laptop, to=amal, by=basil)

    data = panels.my_devices(amal)
    assert ([device["asset"] for device in data["devices"]], data["open"]) == ([laptop], 1)
    assert panels.my_devices(dina) is None


def test_a_persons_page_shows_the_desk_what_she_holds(sign_in, amal, basil, dina, laptop):
    actions.hand_over(laptop, to=amal, by=basil)
    address = amal.get_absolute_url()

    assert "PC-0042" in sign_in(basil).get(address).content.decode()
    assert "PC-0042" not in sign_in(dina).get(address).content.decode()


def test_every_budget_of_queries_is_kept(amal, basil, administrator, laptop, django_assert_max_num_queries):
    actions.hand_over(laptop, to=amal, by=basil)

    with django_assert_max_num_queries(6):
        panels.find(basil, "PC-00", 10)
    with django_assert_max_num_queries(1):
        panels.custody_of([laptop], basil)
    with django_assert_max_num_queries(1):
        panels.devices_of_people([amal], basil)
    with django_assert_max_num_queries(1):
        panels.my_devices(amal)
    with django_assert_max_num_queries(4):
        panels.history_on([laptop], basil)


def test_the_entries_stand_where_people_look_for_them(amal, basil, auditor):
    assert {"assets", "my_devices"} <= {entry.name for entry in navigation.allowed_to(basil)}
    assert "assets" not in {entry.name for entry in navigation.allowed_to(amal)}
    assert "assets" in {source.name for source in search_sources}
    assert "my_devices" in {tile.name for tile in home_tiles}
    cards = {card.url_name for card, _count in cards_of(auditor)}
    assert {"asset_categories", "manufacturers", "asset_models", "locations", "calendars", "events"} <= cards


def test_the_boxes_suggest_to_who_may_use_them_only(sign_in, amal, basil, laptop):
    asset, model = reverse("pick_asset"), reverse("pick_asset_model")

    assert "PC-0042" in sign_in(basil).get(f"{asset}?from=parent&parent=PC-0042").content.decode()
    assert "EliteBook" in sign_in(basil).get(f"{model}?from=model&model=elite").content.decode()
    assert sign_in(amal).get(f"{asset}?from=parent&parent=PC-0042").content == b""
    assert sign_in(amal).get(f"{model}?from=model&model=elite").content == b""


def test_who_belongs_to_no_institution_is_not_sent_to_devices():
    operator = User(username="opal", is_operator=True)

    assert not {"assets", "my_devices"} & {entry.name for entry in navigation.allowed_to(operator)}
