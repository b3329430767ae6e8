"""Paging by position: every row once, in order, in both directions, with empty values last."""

from datetime import date

import pytest

from assets.models import Asset
from tests.factories import make_asset
from ui import keyset


@pytest.fixture
def devices(ministry):
    days = [date(2026, 1, 1), None, date(2026, 3, 1), date(2026, 1, 1), None, date(2025, 1, 1), date(2026, 3, 1)]
    return [
        make_asset(ministry, tag=f"T-{n}", name="same" if n % 2 else "", warranty_end=day) for n, day in enumerate(days)
    ]


def walk(ordering, size=2):
    """Tags of all rows, page by page to the end."""
    tags, cursor = [], None
    while True:
        page = keyset.page(Asset.objects.all(), ordering, size, cursor=cursor)
        tags += [asset.tag for asset in page.rows]
        if not (cursor := page.next):
            return tags


def walk_back(ordering, size=2):
    """The same from the last page to the first."""
    page = keyset.page(Asset.objects.all(), ordering, size)
    while page.next:
        page = keyset.page(Asset.objects.all(), ordering, size, cursor=page.next)
    tags = []
    while page:
        tags = [asset.tag for asset in page.rows] + [tag for tag in tags if tag not in {a.tag for a in page.rows}]
        cursor = page.previous
        page = keyset.page(Asset.objects.all(), ordering, size, cursor=cursor, before=True) if cursor else None
    return tags


ORDERINGS = {
    ("tag",): "0123456",
    ("-tag",): "6543210",
    ("warranty_end", "tag"): "5032614",
    ("-warranty_end", "tag"): "2603514",
    ("-warranty_end", "-tag"): "6230541",
    ("name", "warranty_end", "tag"): "0264531",
    ("name", "-warranty_end", "tag"): "2604351",
}


@pytest.mark.parametrize(("ordering", "expected"), ORDERINGS.items())
@pytest.mark.parametrize("size", [1, 2, 3, 10])
def test_every_row_comes_once_and_those_without_a_value_last(devices, ordering, expected, size):
    assert [tag[2:] for tag in walk(ordering, size)] == list(expected)


@pytest.mark.parametrize(("ordering", "expected"), ORDERINGS.items())
@pytest.mark.parametrize("size", [1, 2, 3])
def test_the_way_back_shows_the_same_rows(devices, ordering, expected, size):
    assert [tag[2:] for tag in walk_back(ordering, size)] == list(expected)


@pytest.mark.parametrize(("ordering", "expected"), ORDERINGS.items())
def test_an_export_has_the_order_of_the_pages(devices, ordering, expected):
    exported = keyset.ordered(Asset.objects.all(), ordering)

    assert [asset.tag[2:] for asset in exported] == list(expected)


def test_rows_alike_in_everything_are_parted_by_their_key(ministry):
    made = [make_asset(ministry, tag=f"S-{n}", name="alike") for n in range(5)]

    assert walk(("name",), 2) == [asset.tag for asset in made]


def test_an_order_by_a_related_row_pages_too(devices):
    assert sorted(walk(("category__name_en", "tag"))) == [f"T-{n}" for n in range(7)]


@pytest.mark.parametrize("cursor", ["x", "a:b", "\x00", "é" * 50, "W10:abc", "9" * 5000])
def test_a_cursor_that_is_not_ours_is_refused(devices, cursor):
    with pytest.raises(keyset.BadCursor):
        keyset.page(Asset.objects.all(), ("tag",), 2, cursor=cursor)


def test_a_cursor_of_another_order_is_refused(devices):
    cursor = keyset.page(Asset.objects.all(), ("tag",), 2, name="devices:tag").next

    with pytest.raises(keyset.BadCursor):
        keyset.page(Asset.objects.all(), ("name",), 2, cursor=cursor, name="devices:name")


def test_one_page_is_one_statement(devices, django_assert_num_queries):
    cursor = keyset.page(Asset.objects.all(), ("tag",), 2).next

    with django_assert_num_queries(1):
        keyset.page(Asset.objects.all(), ("tag",), 2, cursor=cursor)
