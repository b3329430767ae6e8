"""Sheets: nothing that somebody typed runs in somebody else's program."""

import csv
import io
import zipfile
from datetime import date, datetime
from decimal import Decimal

import pytest
from django.utils import timezone
from django.utils.translation import override
from openpyxl import load_workbook

from ui import export

ATTACKS = ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(1)", "\t=1", "\r=1", "＝1+1", '"=1+1', ";=1+1", " =1", "'=1"]
HARMLESS = ["AST-0042", "-5", "+96264644466", "3.500", "", "a=b", "طابعة", "O'Brien"]


@pytest.mark.parametrize("attack", ATTACKS)
def test_text_that_begins_like_a_formula_is_quoted(attack):
    assert export.harmless(attack) == f"'{attack}"


@pytest.mark.parametrize("value", HARMLESS)
def test_plain_text_and_numbers_stay_as_they_are(value):
    assert export.harmless(value) == value


@pytest.mark.parametrize("value", [*ATTACKS, *HARMLESS])
def test_an_import_of_our_own_export_gets_the_text_back(value):
    assert export.restored(export.harmless(value)) == value


def test_a_csv_opens_as_utf8_and_keeps_numbers_and_dates():
    row = ["طابعة", Decimal("1234.500"), -5, date(2026, 1, 15), None, True, "=1+1"]

    written = export.csv_text(["Name"], [row])

    assert written.startswith("\ufeffName\r\n")
    assert list(csv.reader(io.StringIO(written)))[1] == [
        "طابعة", "1234.500", "-5", "2026-01-15", "", "True", "'=1+1",
    ]  # fmt: skip


def workbook(rows, language="en"):
    file = io.BytesIO()
    with override(language):
        export.write_xlsx(file, ["Name", "=Value"], rows, "Assets: [2026]")
    file.seek(0)
    return file


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_sheet_holds_no_formula(attack):
    file = workbook([[attack, attack]])

    sheet = zipfile.ZipFile(file).read("xl/worksheets/sheet1.xml").decode()

    assert "<f>" not in sheet
    assert load_workbook(file).active["A2"].data_type == "s"


def test_numbers_and_dates_of_a_sheet_are_numbers_and_dates():
    at = timezone.make_aware(datetime(2026, 11, 15, 10, 30))

    row = [cell.value for cell in load_workbook(workbook([[Decimal("1.500"), at]])).active[2]]

    assert row == [1.5, datetime(2026, 11, 15, 10, 30)]


def test_an_arabic_sheet_runs_from_right_to_left():
    assert load_workbook(workbook([], "ar")).active.sheet_view.rightToLeft
    assert not load_workbook(workbook([], "en")).active.sheet_view.rightToLeft


def test_a_number_longer_than_a_sheet_can_hold_stays_text():
    assert load_workbook(workbook([[12345678901234567890, "x"]])).active["A2"].value == "12345678901234567890"


def test_control_characters_do_not_break_a_sheet():
    assert load_workbook(workbook([["a\x00\x0bb", "x" * 40_000]])).active["A2"].value == "ab"
