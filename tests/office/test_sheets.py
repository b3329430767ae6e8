"""Large exports: ordered from a list, written by a worker, waiting for their reader alone."""

from datetime import timedelta

import pytest
from django.utils import timezone

from office import sheets
from office.models import Sheet
from office.models.sheets import SheetState
from office.tasks import bulk_sheets
from tests.factories import make_asset


@pytest.fixture
def var(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    settings.EXPORT_DIRECT_ROWS = 2
    return tmp_path


@pytest.fixture
def three(ministry, var):
    for number in range(3):
        make_asset(ministry, tag=f"PC-{number}", name="=1+1")


@pytest.fixture
def order(three, sign_in, basil):
    """Basil asks for the register; `order("csv")` is his browser afterwards."""

    def _order(kind="csv", more=""):
        browser = sign_in(basil)
        answer = browser.get(f"/assets/?sort=-tag&columns=tag&columns=name&export={kind}{more}")
        assert (answer.status_code, answer.headers["Location"]) == (302, "/exports/")
        return browser

    return _order


def test_a_large_export_is_written_by_a_worker_as_the_list_stood(order):
    browser = order()
    assert "<progress" in browser.get("/exports/").content.decode()

    bulk_sheets()

    sheet = Sheet.objects.get()
    assert f"/exports/{sheet.key}/" in browser.get("/exports/").content.decode()
    lines = b"".join(browser.get(f"/exports/{sheet.key}/").streaming_content).decode("utf-8-sig").splitlines()
    assert [line.split(",")[0] for line in lines[1:]] == ["PC-2", "PC-1", "PC-0"]
    assert (sheet.state, sheet.done, sheet.total) == (SheetState.READY, 3, 3)


def test_a_workbook_too(order):
    from openpyxl import load_workbook

    order("xlsx")
    bulk_sheets()

    rows = load_workbook(sheets.path_of(Sheet.objects.get())).active.values
    assert [row[0] for row in rows][1:] == ["PC-2", "PC-1", "PC-0"]


def test_it_is_in_the_language_and_with_the_rights_of_its_reader(order, basil):
    basil.language = "ar"
    basil.save()
    order()
    bulk_sheets()

    text = sheets.path_of(Sheet.objects.get()).read_text(encoding="utf-8-sig")
    assert text.startswith("رقم الأصل")


def test_the_same_export_twice_is_one(order):
    order()
    order()

    assert Sheet.objects.count() == 1


def test_somebody_else_finds_nothing(order, sign_in, administrator):
    order()
    bulk_sheets()
    browser = sign_in(administrator)

    assert browser.get(f"/exports/{Sheet.objects.get().key}/").status_code == 404
    assert "PC-" not in browser.get("/exports/").content.decode()


def test_who_lost_a_right_takes_nothing_away(order, basil, sign_in):
    order()
    bulk_sheets()
    basil.is_technician = False
    basil.save()

    assert sign_in(basil).get(f"/exports/{Sheet.objects.get().key}/").status_code == 404


def test_who_lost_a_right_before_it_was_written_gets_none(order, basil):
    order()
    basil.is_technician = False
    basil.save()

    bulk_sheets()

    assert Sheet.objects.get().state == SheetState.FAILED
    assert not sheets.path_of(Sheet.objects.get()).exists()


def test_what_a_dead_worker_left_is_written_by_the_next(order):
    order()
    Sheet.objects.update(state=SheetState.RUNNING, lease_until=timezone.now() - timedelta(seconds=1))

    assert sheets.are_waiting()
    bulk_sheets()

    assert Sheet.objects.get().state == SheetState.READY


def test_what_fails_three_times_is_given_up(order, monkeypatch):
    order()
    monkeypatch.setattr(sheets, "write", lambda sheet: 1 / 0)

    bulk_sheets()

    assert (Sheet.objects.get().state, Sheet.objects.get().attempts) == (SheetState.FAILED, 3)


def test_after_a_week_it_is_gone(order):
    order()
    bulk_sheets()
    path = sheets.path_of(Sheet.objects.get())
    Sheet.objects.update(asked_at=timezone.now() - timedelta(days=8))

    sheets.tidy()

    assert (Sheet.objects.count(), path.exists()) == (0, False)


def test_the_page_is_arabic_for_who_reads_arabic(order, basil, sign_in):
    basil.language = "ar"
    basil.save()
    order()

    assert 'dir="rtl"' in sign_in(basil).get("/exports/").content.decode()
