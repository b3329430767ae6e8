"""The one list page: what it shows, what it makes of a bad address, what it exports."""

import re
from datetime import date

import pytest
from django.http import Http404
from django.utils.translation import override
from openpyxl import load_workbook

from tests.factories import make_asset
from tests.ui.devices import DeviceList
from ui.registry import ListColumn, list_columns
from ui.saved import Shipped


@pytest.fixture
def devices(ministry):
    return [
        make_asset(
            ministry, tag=f"T-{n}", name=f"Printer {n % 2}", purchase_cost=n * 100, warranty_end=date(2026, 1, n + 1)
        )
        for n in range(3)
    ]


def tags(response):
    return re.findall(r'<a href="/devices/\d+/"><bdi dir="ltr">(T-\d+)</bdi>', response.words)


def test_a_list_shows_its_rows_in_the_usual_order(devices, open_list):
    assert tags(open_list()) == ["T-0", "T-1", "T-2"]


def test_a_list_is_sorted_by_what_it_allows(devices, open_list):
    assert tags(open_list("?sort=-ends")) == ["T-2", "T-1", "T-0"]


BAD = [
    "sort=password",
    "sort=notes",
    "sort=-",
    "size=7",
    "size=٢٥",
    "size=99999999999999999999",
    "columns=tag,password",
    "after=zz",
    "before=zz",
    "cost=abc",
    "cost=NaN",
    "ends_after=tomorrow",
    "ends_after=0001-01-01",
    "ends_before=9999-12-31",
    "name__contains=x",
    "institution__name=x",
    "pk=1",
    "export=pdf",
    "cost=99999999999999999999999999",
]


@pytest.mark.parametrize("bad", BAD)
def test_a_parameter_that_means_nothing_is_left_out_and_named(devices, open_list, bad):
    response = open_list(f"?{bad}")

    assert tags(response) == ["T-0", "T-1", "T-2"]
    assert "chip-warning" in response.words


def test_a_filter_narrows_and_can_be_taken_off_again(devices, open_list):
    response = open_list("?name=Printer+1&sort=-tag")

    assert tags(response) == ["T-1"]
    assert 'Name: <bdi>Printer 1</bdi></span><a href="/devices/?sort=-tag"' in response.words


def test_a_filter_reads_arabic_digits(devices, open_list):
    assert tags(open_list("?cost=١٠٠")) == ["T-1", "T-2"]


def test_a_range_of_days_includes_both_ends(devices, open_list):
    assert tags(open_list("?ends_after=2026-01-02&ends_before=2026-01-03")) == ["T-1", "T-2"]


def test_a_search_narrows_the_list(devices, open_list):
    assert tags(open_list("?q=Printer+1")) == ["T-1"]


def test_a_list_without_rows_says_what_will_appear(open_list):
    assert "Nothing here yet." in open_list().words


def test_a_list_narrowed_to_nothing_offers_the_way_back(devices, open_list):
    response = open_list("?name=nobody&size=50")

    assert "No results" in response.words
    assert 'href="/devices/?size=50"' in response.words


def test_three_rows_cost_as_many_statements_as_one(ministry, open_list, django_assert_num_queries):
    make_asset(ministry, tag="T-0")
    with django_assert_num_queries(1):
        open_list()
    make_asset(ministry, tag="T-1"), make_asset(ministry, tag="T-2")

    with django_assert_num_queries(1):
        open_list()


def test_pages_lead_on_and_back(ministry, open_list):
    for n in range(30):
        make_asset(ministry, tag=f"T-{n:02}")

    first = open_list()
    following = re.search(r'rel="next" href="/devices/(\?after=[^"]+)"', first.words)[1]
    second = open_list(following)

    assert len(tags(first)) == 25
    assert tags(second) == [f"T-{n}" for n in range(25, 30)]
    assert 'rel="prev"' in second.words
    assert 'rel="next"' not in second.words


def test_htmx_gets_the_list_alone(devices, open_list):
    response = open_list(**{"HX-Request": "true", "HX-Target": "list"})

    assert response.words.lstrip().startswith("<section")
    assert "<html" not in response.words


def test_the_count_is_exact_and_asked_for_alone(devices, open_list):
    assert open_list("?count=1&name=Printer+0").words == "2 rows"


def test_the_filter_form_keeps_the_rest_of_the_address(devices, open_list):
    response = open_list("?form=1&sort=-tag&name=x", **{"HX-Request": "true"})

    assert '<input type="hidden" name="sort" value="-tag">' in response.words
    assert 'name="ends_after"' in response.words
    assert 'value="x"' in response.words


def test_a_csv_holds_all_rows_of_the_filter_in_the_columns_shown(devices, open_list):
    response = open_list("?export=csv&columns=tag,ends&cost=100&sort=-tag")

    assert response.words == "\ufeffAsset number,Warranty\r\nT-2,2026-01-03\r\nT-1,2026-01-02\r\n"
    assert "attachment" in response["Content-Disposition"]


def test_a_sheet_holds_them_too(devices, open_list, tmp_path):
    (tmp_path / "x.xlsx").write_bytes(open_list("?export=xlsx&columns=tag").raw)

    values = [row[0].value for row in load_workbook(tmp_path / "x.xlsx").active.rows]

    assert values == ["Asset number", "T-0", "T-1", "T-2"]


def test_a_large_export_is_handed_over(devices, open_list, settings):
    settings.EXPORT_DIRECT_ROWS = 2

    class Handing(DeviceList):
        def on_large_export(self, request, kind, queryset):
            raise Http404

    with pytest.raises(Http404):
        open_list("?export=csv", Handing)


def test_columns_and_size_are_remembered_for_the_reader(devices, open_list, basil):
    open_list("?sort=-tag", data={"preferences": "1", "columns": ["notes", "password"], "size": "50"})

    basil.refresh_from_db()

    assert basil.get_list_preference("devices") == {"columns": ["notes"], "size": 50}
    assert re.findall(r"data-label=(\w+)", open_list().words)[0] == "Notes"


def test_a_list_begins_as_its_reader_wants(devices, open_list, basil):
    open_list("?sort=-tag&cost=200&size=50&after=x", data={"preferences": "1", "size": "25", "begin": "1"})
    basil.refresh_from_db()

    begun = open_list()
    narrowed = open_list(f"?{begun.url.partition('?')[2]}")
    cleared = open_list("?all=1")

    assert (begun.status_code, begun.url) == (302, "/devices/?sort=-tag&cost=200")
    assert len(tags(narrowed)) < 3
    assert 'href="/devices/?all=1"' in open_list("?cost=200").words  # taken off, it stays off
    assert tags(cleared) == ["T-0", "T-1", "T-2"]
    open_list("?all=1", data={"preferences": "1", "size": "25"})
    basil.refresh_from_db()
    assert open_list().status_code == 200


def saved(user):
    user.refresh_from_db()
    return user.get_saved_views("devices")


def test_what_is_shown_is_saved_under_a_name_and_deleted_again(devices, open_list, basil):
    open_list("?sort=-tag&cost=200&after=x", data={"save_view": "1", "view_name": " \u200fDear  ones "})

    assert saved(basil) == {"Dear ones": "/devices/?sort=-tag&cost=200"}
    assert 'href="/devices/?sort=-tag&amp;cost=200" aria-current="true"' in open_list("?sort=-tag&cost=200").words
    open_list(data={"drop_view": "Dear ones"})
    assert saved(basil) == {}


def test_a_view_of_the_same_name_is_saved_anew(devices, open_list, basil):
    for query in ("?cost=200", "?cost=100"):
        open_list(query, data={"save_view": "1", "view_name": "Mine"})

    assert saved(basil) == {"Mine": "/devices/?cost=100"}


def test_a_view_without_a_name_or_one_too_many_is_refused_with_a_sentence(devices, open_list, basil):
    nameless = open_list("?cost=200", data={"save_view": "1", "view_name": "  "})
    for number in range(30):
        open_list("?cost=200", data={"save_view": "1", "view_name": f"View {number}"})
    too_many = open_list("?cost=200", data={"save_view": "1", "view_name": "One more"})
    too_long = open_list(f"?cost={'9' * 3000}", data={"save_view": "1", "view_name": "View 1"})

    assert nameless.notices == ["Give the view a name."]
    assert too_many.notices == ["At most 30 views of one list can be saved. Delete one first."]
    assert too_long.notices == ["The filter is too long to be saved."]
    assert len(saved(basil)) == 30


def test_views_are_those_of_one_person_and_one_list(devices, open_list, basil, amal):
    open_list("?cost=200", data={"save_view": "1", "view_name": "Mine"})

    assert saved(amal) == {}
    basil.refresh_from_db()
    assert basil.get_saved_views("tickets") == {}


class Shipping(DeviceList):
    shipped_views = (
        Shipped("dear", "Dear ones", {"cost": "200"}),
        Shipped("late", "Elsewhere", {"sort": "-tag"}, "/devices/all/"),
    )


def test_a_list_comes_with_views_that_everybody_finds_above_her_own(devices, open_list):
    open_list("?cost=100", Shipping, data={"save_view": "1", "view_name": "Always"})

    found = re.findall(
        r'class="menu-line" href="([^"]+)"( aria-current="true")?><bdi>', open_list("?cost=200", Shipping).words
    )

    assert found == [
        ("/devices/?cost=200", ' aria-current="true"'),
        ("/devices/all/?sort=-tag", ""),
        ("/devices/?cost=100", ""),
    ]


def test_whoever_does_not_want_a_view_hides_it_and_has_it_back(devices, open_list, basil):
    hidden = open_list("?cost=200", Shipping, data={"hide_view": "dear"})
    basil.refresh_from_db()
    without = open_list("", Shipping).words
    back = open_list("", Shipping, data={"hide_view": ""})
    basil.refresh_from_db()

    assert (hidden.status_code, hidden.url) == (302, "/devices/?cost=200")
    assert ("<bdi>Dear ones</bdi>" in without, "<bdi>Elsewhere</bdi>" in without) == (False, True)
    assert "Show the hidden view again" in without
    assert back.notices == ["All views are shown again."]
    assert "<bdi>Dear ones</bdi>" in open_list("", Shipping).words


def test_a_view_that_no_list_ships_cannot_be_hidden(devices, open_list, basil):
    open_list("", Shipping, data={"hide_view": "nonsense"})

    basil.refresh_from_db()
    assert basil.get_saved_views("devices:hidden") == {}


def test_reading_a_list_writes_nothing(devices, open_list, basil):
    open_list("?columns=tag&size=50")

    basil.refresh_from_db()

    assert basil.get_list_preference("devices") == {}


def test_an_act_on_many_rows_gets_the_selected_ones(devices, open_list, basil):
    chosen = [devices[0].pk, devices[1].pk, 999_999, "x", "1 OR 1=1"]

    response = open_list("?sort=-tag", data={"action": "count", "selected": chosen})

    assert (response.status_code, response.url) == (302, "/devices/?sort=-tag")
    assert response.notices == ["2 counted"]


def test_an_act_that_does_not_exist_is_not_found(devices, open_list):
    with pytest.raises(Http404):
        open_list(data={"action": "delete", "selected": [devices[0].pk]})


def test_a_list_that_is_not_ours_does_not_exist(open_list):
    class Closed(DeviceList):
        def allowed(self, request):
            return False

    with pytest.raises(Http404):
        open_list(page=Closed)


def test_a_room_above_adds_a_column(devices, open_list):
    column = list_columns.register(
        ListColumn(
            on="devices",
            name="tickets",
            title="Tickets",
            fetch=lambda assets, user: {asset.pk: asset.tag * 2 for asset in assets},
            cell=lambda asset, data: data,
        )
    )
    try:
        assert "<td data-label=Tickets>T-0T-0" in open_list().words
        assert "T-0,T-0T-0\r\n" in open_list("?export=csv&columns=tag,tickets").words
    finally:
        list_columns.unregister(column)


def test_a_hostile_name_stays_text_in_a_row(ministry, open_list):
    make_asset(ministry, tag="T-0", name="<script>alert(1)</script>")

    response = open_list("?q=<script>")

    assert "<script>alert" not in response.words
    assert "&lt;script&gt;alert(1)" in response.words


def test_the_list_speaks_arabic(devices, open_list):
    with override("ar"):
        words = open_list().words

    assert '<html lang="ar"' in words
    assert 'dir="rtl"' in words
    assert "tabler.rtl.min.css" in words


@pytest.mark.parametrize("cost", ["999999999999999", "9223372036854775807", "0.0000000001", "1e10", "-5"])
def test_a_number_no_column_holds_is_no_failure(devices, open_list, cost):
    assert open_list(f"?cost={cost}").status_code == 200
