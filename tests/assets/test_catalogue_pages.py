"""Set-up of categories, manufacturers, models and locations."""

import pytest
from django.urls import reverse

from assets.models import AssetCategory, AssetModel, Location, Manufacturer
from office.models import Event
from tests.factories import make_asset, make_asset_category, make_institution, make_location, make_model, make_user

LISTS = ["asset_categories", "manufacturers", "asset_models", "locations"]


def rows_of(ministry):
    """{URL name: a row of it}."""
    model = make_model(part_number="PN-1", category=make_asset_category())
    make_asset(ministry, model=model, category=model.category, location=make_location(ministry))
    location = Location.objects.get()
    return {
        "asset_category": model.category,
        "manufacturer": model.manufacturer,
        "asset_model": model,
        "location": location,
    }


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("rows", [1, 3])
def test_a_list_costs_the_same_however_many_rows(
    name, rows, sign_in, administrator, ministry, django_assert_max_num_queries
):
    for _ in range(rows):
        rows_of_one = make_model(category=make_asset_category())
        make_asset(ministry, model=rows_of_one, category=rows_of_one.category, location=make_location(ministry))
    browser = sign_in(administrator)
    browser.get(reverse(name))

    with django_assert_max_num_queries(4):
        assert browser.get(reverse(name)).status_code == 200


@pytest.mark.parametrize("name", ["asset_category", "manufacturer", "asset_model", "location"])
def test_a_page_says_where_a_row_is_used(name, sign_in, administrator, ministry):
    row = rows_of(ministry)[name]

    assert "1 asset" in sign_in(administrator).get(reverse(name, args=[row.pk])).content.decode()


@pytest.mark.parametrize("name", ["asset_category", "manufacturer", "asset_model", "location"])
def test_only_an_administrator_changes_the_set_up(name, sign_in, basil, administrator, ministry):
    row = rows_of(ministry)[name]
    pages = [reverse(f"{name}_new"), reverse(f"{name}_edit", args=[row.pk])]

    assert [sign_in(basil).get(page).status_code for page in pages] == [403, 403]
    assert sign_in(basil).post(reverse(f"{name}_use", args=[row.pk])).status_code == 403
    assert [sign_in(administrator).get(page).status_code for page in pages] == [200, 200]


@pytest.mark.parametrize("name", ["asset_category", "manufacturer", "asset_model", "location"])
def test_a_row_is_put_out_of_use_and_back_with_a_history(name, sign_in, administrator, ministry):
    row = rows_of(ministry)[name]
    browser, address = sign_in(administrator), reverse(f"{name}_use", args=[row.pk])
    browser.post(address)
    row.refresh_from_db()
    was = row.is_active
    browser.post(address)

    row.refresh_from_db()
    assert (was, row.is_active) == (False, True)
    assert [e.verb for e in Event.objects.about(row).order_by("pk")] == ["deactivated", "reactivated"]


def test_a_category_needs_a_name_in_one_language(sign_in, administrator):
    form = {"kind": "hardware", "icon": "printer"}
    answer = sign_in(administrator).post(reverse("asset_category_new"), form)
    sign_in(administrator).post(reverse("asset_category_new"), form | {"name_ar": "طابعة"})

    assert answer.context["form"].errors
    assert AssetCategory.objects.get().name_ar == "طابعة"


def test_two_spellings_are_one_manufacturer(sign_in, administrator):
    Manufacturer.objects.create(name="Hewlett-Packard")
    answer = sign_in(administrator).post(reverse("manufacturer_new"), {"name": "HEWLETT-PACKARD "})

    assert list(answer.context["form"].errors) == ["name"]


def test_a_manufacturer_has_a_model_once(sign_in, administrator):
    model = make_model(name="M404dn")
    form = {"manufacturer": model.manufacturer_id, "name": "M404dn"}
    answer = sign_in(administrator).post(reverse("asset_model_new"), form)

    assert answer.status_code == 200
    assert AssetModel.objects.count() == 1


def test_models_are_searched_by_part_number(sign_in, basil):
    model = make_model(part_number="W1A53A")
    make_model(part_number="OTHER")

    page = sign_in(basil).get("/setup/models/?q=w1a53a")
    assert page.context["page"].rows == [model]


def test_a_place_never_stands_in_itself(sign_in, administrator, ministry):
    building = make_location(ministry)
    room = make_location(ministry, parent=building)
    form = {"name_en": "B", "kind": "building", "parent": room.pk, "version": building.version}
    answer = sign_in(administrator).post(reverse("location_edit", args=[building.pk]), form)

    assert "parent" in answer.context["form"].errors


def test_a_building_with_rooms_in_use_stays_in_use(sign_in, administrator, ministry):
    building = make_location(ministry)
    make_location(ministry, parent=building)
    sign_in(administrator).post(reverse("location_use", args=[building.pk]))

    building.refresh_from_db()
    assert building.is_active


def test_places_of_another_institution_do_not_exist(sign_in, administrator, ministry):
    place = make_location(make_institution())

    assert sign_in(administrator).get(reverse("location", args=[place.pk])).status_code == 404
    assert sign_in(administrator).get("/setup/locations/").context["page"].rows == []


def test_moving_a_building_moves_its_rooms(sign_in, administrator, ministry):
    site, building = make_location(ministry), make_location(ministry)
    room = make_location(ministry, parent=building)
    form = {"name_en": "B", "kind": "building", "parent": site.pk, "version": building.version}
    sign_in(administrator).post(reverse("location_edit", args=[building.pk]), form)

    room.refresh_from_db()
    assert room.path == f"/{site.pk}/{building.pk}/{room.pk}/"


def test_the_second_of_two_administrators_is_asked(sign_in, administrator):
    maker = Manufacturer.objects.create(name="Dell")
    address = reverse("manufacturer_edit", args=[maker.pk])
    browser = sign_in(administrator)
    browser.post(address, {"name": "Dell Inc.", "version": 1})
    answer = browser.post(address, {"name": "Dell Technologies", "version": 1})

    maker.refresh_from_db()
    assert maker.name == "Dell Inc."
    assert answer.context["form"].differences


@pytest.mark.parametrize("name", LISTS)
def test_dina_finds_no_set_up(name, sign_in, dina):
    assert sign_in(dina).get(reverse(name)).status_code == 404


@pytest.mark.parametrize("name", LISTS)
def test_the_lists_speak_arabic(name, sign_in, ministry):
    reader = make_user(ministry, is_technician=True, language="ar")

    assert 'dir="rtl"' in sign_in(reader).get(reverse(name)).content.decode()
