"""Pages of the register: list, one asset, create, edit, state, label."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from assets import actions
from assets.choices import AssetState
from assets.models import Asset
from tests.factories import (
    make_asset,
    make_asset_category,
    make_institution,
    make_location,
    make_model,
    make_unit,
    make_user,
)

TODAY = timezone.localdate()


@pytest.fixture
def laptop(ministry, basil, amal):
    asset = make_asset(
        ministry,
        tag="PC-0042",
        name="Front desk laptop",
        serial_number="5CD9001",
        model=make_model(),
        unit=make_unit(ministry),
        location=make_location(ministry),
        purchase_cost=Decimal("731.250"),
        warranty_end=TODAY + timedelta(days=20),
    )
    actions.hand_over(asset, to=amal, by=basil)
    asset.refresh_from_db()
    return asset


def tags(response):
    return [asset.tag for asset in response.context["page"].rows]


def test_the_list_shows_what_and_where_and_with_whom(sign_in, basil, laptop):
    page = sign_in(basil).get("/assets/")

    for words in ("PC-0042", "Front desk laptop", "5CD9001", "Amal Haddad", "in use", "not signed yet"):
        assert words in page.content.decode()


def test_another_institution_is_not_in_the_list(sign_in, basil, laptop):
    make_asset(make_institution(), tag="PC-9999")

    assert tags(sign_in(basil).get("/assets/")) == ["PC-0042"]


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_for_one_row_and_for_three(
    rows, sign_in, basil, ministry, amal, django_assert_max_num_queries
):
    for _ in range(rows):
        asset = make_asset(ministry, model=make_model(), unit=make_unit(ministry), location=make_location(ministry))
        actions.hand_over(asset, to=make_user(ministry), by=basil)
    browser = sign_in(basil)
    browser.get("/assets/")

    with django_assert_max_num_queries(4):
        browser.get("/assets/")


@pytest.mark.parametrize("who", ["basil"])
def test_the_cost_is_not_for_technicians(who, sign_in, laptop, request):
    browser = sign_in(request.getfixturevalue(who))

    for address in (
        "/assets/?columns=tag,purchase_cost",
        laptop.get_absolute_url(),
        "/assets/?export=csv&columns=tag,purchase_cost",
    ):
        response = browser.get(address)
        content = b"".join(response.streaming_content) if response.streaming else response.content
        assert b"731" not in content


@pytest.mark.parametrize("who", ["manager", "auditor", "administrator"])
def test_the_cost_is_for_those_who_answer_for_money(who, sign_in, laptop, request):
    browser = sign_in(request.getfixturevalue(who))

    assert "731.250" in browser.get("/assets/?columns=tag,purchase_cost").content.decode()
    assert "731.250" in browser.get(laptop.get_absolute_url()).content.decode()


def test_the_cost_is_not_in_the_history_that_a_technician_reads(sign_in, basil, administrator, laptop):
    actions.change_asset(laptop, by=administrator, values={"purchase_cost": Decimal("888.125")})

    assert "888" not in sign_in(basil).get(laptop.get_absolute_url()).content.decode()
    assert "888" in sign_in(administrator).get(laptop.get_absolute_url()).content.decode()


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["PC-0042", "PC-0043"]),
        ("q=5cd9001", ["PC-0042"]),
        ("q=front", ["PC-0042"]),
        ("holder=haddad", ["PC-0042"]),
        ("holder=saleh", []),
        ("state=in_store", ["PC-0043"]),
        ("custody=unsigned", ["PC-0042"]),
        ("custody=none", ["PC-0043"]),
        ("custody=dispute", []),
        ("warranty=30", ["PC-0042"]),
        ("warranty=none", ["PC-0043"]),
        ("warranty=ended", []),
        ("kind=network", ["PC-0043"]),
    ],
)
def test_filters_narrow_the_list(query, expected, sign_in, basil, dina, ministry, laptop):
    make_asset(ministry, tag="PC-0043", category=make_asset_category(kind="network"))

    assert tags(sign_in(basil).get(f"/assets/?{query}")) == expected


def test_a_place_and_a_unit_are_filtered_with_all_below(sign_in, basil, ministry):
    building, section = make_location(ministry), make_unit(ministry)
    room = make_location(ministry, parent=building)
    make_asset(ministry, tag="A", location=room)
    make_asset(ministry, tag="B", unit=make_unit(section))
    browser = sign_in(basil)

    assert tags(browser.get(f"/assets/?location={building.pk}")) == ["A"]
    assert tags(browser.get(f"/assets/?unit={section.pk}")) == ["B"]


@pytest.mark.parametrize("order", ["tag", "-tag", "newest", "-newest", "warranty_end", "-warranty_end"])
def test_the_list_sorts_and_turns_pages(order, sign_in, basil, ministry):
    for number in range(27):
        make_asset(ministry, warranty_end=TODAY if number % 2 else None)
    browser = sign_in(basil)

    first = browser.get(f"/assets/?sort={order}")
    second = browser.get(first.context["next_url"])
    assert len(set(tags(first)) | set(tags(second))) == 27


def test_the_page_of_an_asset_says_it_all(sign_in, basil, laptop, django_assert_max_num_queries):
    browser = sign_in(basil)
    browser.get(laptop.get_absolute_url())

    with django_assert_max_num_queries(15):
        page = browser.get(laptop.get_absolute_url()).content.decode()

    for words in ("PC-0042", "Amal Haddad", "not signed yet", "Handed over", "Time line", "qr.svg"):
        assert words in page


def test_the_holder_sees_her_device_and_not_its_past(sign_in, amal, dina, basil, laptop):
    actions.transfer(laptop, to=dina, by=basil)
    actions.transfer(laptop, to=amal, by=basil)

    page = sign_in(amal).get(laptop.get_absolute_url()).content.decode()
    assert "PC-0042" in page
    assert "Dina" not in page
    assert "731" not in page


@pytest.mark.parametrize(
    "name", ["asset", "asset_qr", "edit_asset", "change_asset_state", "hand_over_asset", "take_back_asset"]
)
def test_dina_finds_nothing(name, sign_in, dina, laptop):
    assert sign_in(dina).get(reverse(name, args=[laptop.pk])).status_code == 404


@pytest.mark.parametrize("address", ["/assets/", "/assets/new/", "/a/PC-0042", "/setup/models/", "/setup/locations/"])
def test_dina_finds_no_register(address, sign_in, dina, laptop):
    assert sign_in(dina).get(address).status_code == 404


@pytest.mark.parametrize("name", ["asset", "asset_qr", "edit_asset", "hand_over_asset"])
def test_a_technician_of_another_institution_finds_nothing(name, sign_in, laptop):
    stranger = make_user(make_institution(), is_technician=True)

    assert sign_in(stranger).get(reverse(name, args=[laptop.pk])).status_code == 404


@pytest.mark.parametrize("who", ["manager", "auditor"])
def test_who_only_reads_is_refused_the_forms(who, sign_in, laptop, request):
    browser = sign_in(request.getfixturevalue(who))

    assert browser.get(laptop.get_absolute_url()).status_code == 200
    assert browser.get("/assets/new/").status_code == 403
    assert browser.get(reverse("edit_asset", args=[laptop.pk])).status_code == 403
    assert browser.post(reverse("hand_over_asset", args=[laptop.pk]), {}).status_code == 403


def test_a_label_leads_to_the_page(sign_in, basil, ministry):
    asset = make_asset(ministry, tag="IT/2026/0007")

    assert sign_in(basil).get("/a/IT/2026/0007").url == asset.get_absolute_url()
    assert sign_in(basil).get("/a/IT/2026/0008").status_code == 404


def test_the_code_of_the_label_is_a_picture(sign_in, basil, laptop):
    answer = sign_in(basil).get(reverse("asset_qr", args=[laptop.pk]))

    assert answer["Content-Type"] == "image/svg+xml"
    assert b"<svg" in answer.content
    assert b"style=" not in answer.content


def form_of(asset, **changes):
    values = {
        "category": asset.category_id,
        "tag": asset.tag,
        "name": asset.name,
        "criticality": asset.criticality,
        "version": asset.version,
    }
    return values | changes


def test_entering_the_same_form_twice_makes_one_asset(sign_in, basil):
    form = {
        "category": make_asset_category().pk,
        "tag": " PC-٠٠٥٠ ",
        "state": "in_store",
        "criticality": "medium",
        "form_key": "0b9ab7f6-8a3c-4f39-9f5c-6a8a5d4f1c11",
    }
    answers = [sign_in(basil).post("/assets/new/", form) for _ in range(2)]

    assert Asset.objects.get().tag == "PC-0050"
    assert {answer.url for answer in answers} == {Asset.objects.get().get_absolute_url()}


def test_a_model_is_found_by_its_part_number(sign_in, basil):
    model = make_model(part_number="7KB12A#BHT")
    browser = sign_in(basil)

    assert str(model) in browser.get("/assets/pick-model/?from=model&model=7KB12A").content.decode()
    form = {"category": make_asset_category().pk, "model": "7KB12A#BHT", "state": "in_store", "criticality": "low"}
    browser.post("/assets/new/", form)
    assert Asset.objects.get().model == model


def test_the_category_follows_from_the_model(sign_in, basil):
    known, unknown = make_model(category=make_asset_category()), make_model()
    form = {"state": "in_store", "criticality": "low"}
    sign_in(basil).post("/assets/new/", form | {"model": str(known)})
    answer = sign_in(basil).post("/assets/new/", form | {"model": str(unknown)})

    assert Asset.objects.get().category == known.category
    assert list(answer.context["form"].errors) == ["category"]


def test_a_double_tag_is_told_at_its_field_and_keeps_what_was_typed(sign_in, basil, laptop):
    form = {"category": laptop.category_id, "tag": "PC-0042", "name": "Mine", "state": "in_store", "criticality": "low"}
    answer = sign_in(basil).post("/assets/new/", form)

    assert list(answer.context["form"].errors) == ["tag"]
    assert 'value="Mine"' in answer.content.decode()


def test_two_people_on_one_asset_choose_between_their_values(sign_in, basil, laptop):
    browser = sign_in(basil)
    address = reverse("edit_asset", args=[laptop.pk])
    browser.post(address, form_of(laptop, name="First"))
    answer = browser.post(address, form_of(laptop, name="Second"))

    laptop.refresh_from_db()
    assert laptop.name == "First"
    assert "First" in answer.content.decode()
    assert "Second" in answer.content.decode()


def test_a_technician_edits_without_touching_the_cost(sign_in, basil, laptop):
    form = form_of(laptop, name="New name", purchase_cost="1")
    sign_in(basil).post(reverse("edit_asset", args=[laptop.pk]), form)

    laptop.refresh_from_db()
    assert (laptop.name, laptop.purchase_cost) == ("New name", Decimal("731.250"))


def test_the_state_page_lists_what_stands_in_the_way(sign_in, basil, ministry, amal):
    asset = make_asset(ministry, state=AssetState.UNDER_REPAIR)
    asset.custodies.create(person=amal, started_at=timezone.now())
    address = reverse("change_asset_state", args=[asset.pk])
    browser = sign_in(basil)

    assert "Amal Haddad" in browser.get(address).content.decode()
    answer = browser.post(address, {"state": "out_of_service"})
    assert "Settle this first" in answer.content.decode()
    asset.refresh_from_db()
    assert asset.state == AssetState.UNDER_REPAIR


@pytest.mark.parametrize(
    "address",
    ["/assets/", "/assets/?form=1", "/assets/new/", "{asset}", "{asset}edit/", "{asset}state/", "{asset}hand-over/"],
)
def test_the_pages_speak_arabic(address, sign_in, basil, laptop):
    basil.language = "ar"
    basil.save()

    page = sign_in(basil).get(address.format(asset=laptop.get_absolute_url()))
    assert page.status_code == 200
    assert 'dir="rtl"' in page.content.decode()


def test_warranty_dates_count_both_ends(ministry):
    asset = make_asset(ministry, warranty_start=date(2026, 1, 1), warranty_end=date(2026, 12, 31))

    days = [date(2025, 12, 31), date(2026, 1, 1), date(2026, 12, 31), date(2027, 1, 1)]
    assert [asset.has_warranty_on(day) for day in days] == [False, True, True, False]
