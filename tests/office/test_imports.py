"""The rules of every import (I1-I10): what is read, what is refused, what is written and what is taken back."""

import csv
import io
import json
from datetime import date
from decimal import Decimal

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command

from assets.models import Asset, Manufacturer
from office.imports import applying, kinds, mapping, reading, undoing
from office.imports.fields import Field, Unreadable, clean, date_format_of
from office.imports.preview import preview
from office.models import Event, ImportBatch
from people.models import User, Vendor
from tests import factories

MONEY, DAY = Field("cost", "money"), Field("day", "date")


@pytest.fixture
def write(tmp_path):
    """`write("a,b\\n1,2", encoding="cp1256")`: a file to import."""

    def _write(content, name="file.csv", encoding="utf-8"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return path

    return _write


@pytest.fixture
def show(ministry, write):
    """`show("users", text)`: the preview of a file."""

    def _show(kind, text, **map_):
        source = reading.read(write(text))
        kind = kinds.get(kind)
        map_ = mapping.by_names(kind(ministry, None), source.columns) if not map_ else mapping.make(map_)
        return preview(kind, source, map_, ministry)

    return _show


def reasons(shown):
    return [row.reasons for row in shown.rows]


def rows_of_everything():
    return {model._meta.label: model.objects.count() for model in apps.get_models() if model._meta.managed}


# I1: what a file may be


@pytest.mark.parametrize(
    ("encoding", "told"), [("utf-8", "utf-8-sig"), ("utf-8-sig", "utf-8-sig"), ("cp1256", "cp1256")]
)
@pytest.mark.parametrize("sign", [",", ";", "\t"])
def test_a_file_is_read_in_its_encoding_and_by_its_delimiter(write, encoding, told, sign):
    source = reading.read(write(f"tag{sign}name\n007{sign}طابعة المدير", encoding=encoding))

    assert (source.encoding, source.rows[0].cells) == (told, {"tag": "007", "name": "طابعة المدير"})


def test_a_western_file_is_not_taken_for_arabic(write):
    source = reading.read(write("name\nCafé Müller, façade", encoding="cp1252"))

    assert (source.encoding, source.rows[0].cells["name"]) == ("cp1252", "Café Müller")


def test_the_first_sheet_of_a_workbook_is_read_with_its_days_and_leading_zeros(write):
    import xlsxwriter

    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"default_date_format": "yyyy-mm-dd"}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["tag", "bought", "serial day"])
        sheet.write_string(1, 0, "0042")
        sheet.write_datetime(1, 1, date(2026, 3, 1))
        sheet.write_number(1, 2, 46082)

    [row] = reading.read(write(buffer.getvalue(), "register.xlsx")).rows

    assert row.cells == {"tag": "0042", "bought": "2026-03-01", "serial day": "46082"}
    assert clean(DAY, row.cells["serial day"]) == date(2026, 3, 1)


@pytest.mark.parametrize("content", [b"", b"a,b\n", b"PK\x03\x04 no workbook", b"\x00\x01\x02"])
def test_what_is_no_table_is_refused_with_a_sentence(write, content):
    with pytest.raises(ValidationError):
        reading.read(write(content))


# I2: dates, and amounts likewise


def test_a_file_whose_days_could_be_months_must_say_which(show):
    text = "name,tag,category,purchase_date\nA,T-1,Laptop,01/02/2026\n"

    with pytest.raises(ValidationError, match="cannot be told apart"):
        show("assets", text)


def test_one_day_beyond_twelve_settles_it():
    assert date_format_of(["01/02/2026", "13/02/2026"]) == "%d/%m/%Y"
    assert date_format_of(["01/02/2026", "02/13/2026"]) == "%m/%d/%Y"
    assert clean(DAY, "٢٠٢٦-٠٢-١٣") == date(2026, 2, 13)


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("1,234.500", "1234.5"),
        ("1.234,50", "1234.5"),
        ("1,234", "1234"),
        ("JOD 12", "12"),
        ("500 د.أ", "500"),
        ("١٬٢٣٤٫٥", "1234.5"),
        ("-3", "-3"),
        (".5", "0.5"),
        ("1 234", "1234"),
    ],
)
def test_amounts_are_read_as_people_write_them(text, amount):
    assert clean(MONEY, text) == Decimal(amount)


@pytest.mark.parametrize("text", ["=1+1", "12 or 13", "1-2", "about", "1e999999", "NaN", "12/13"])
def test_what_is_no_amount_is_not_guessed(text):
    with pytest.raises(Unreadable):
        clean(MONEY, text)


# I3: which row is meant


def test_keys_are_tried_from_the_strongest(show, ministry):
    person = factories.make_user(ministry, username="huda", name="Huda", employee_number="1001")

    [row] = show("users", "username,name,employee_number\nhuda.omari,Huda,1001\n").rows

    assert (row.thing, list(row.changes)) == (person, ["username"])


def test_a_row_that_fits_two_is_rejected(show, ministry, amal, basil):
    User.objects.filter(pk=amal.pk).update(employee_number="1001")

    shown = show("users", f"username,name,employee_number\n{basil.username},Amal,1001\n")

    assert reasons(shown) == [["2 existing rows fit"]]


def test_a_shared_address_never_renames_a_person(show, basil):
    shown = show("users", f"username,name,email\nsomebody.else,Somebody,{basil.email}\n")

    assert reasons(shown) == [[f"email “{basil.email}” belongs to somebody else"]]


def test_a_user_name_of_another_institution_is_taken(show):
    factories.make_user(factories.make_institution(), username="taken", email="")

    assert reasons(show("users", "username,name\nTaken,New\n")) == [["username “Taken” belongs to somebody else"]]


def test_two_rows_with_one_key_reject_each_other(show):
    shown = show("vendors", "name\nشركة الأفق\nشركه الافق\nAnother\n")

    assert [row.action for row in shown.rows] == ["rejected", "rejected", "create"]


def test_a_tag_and_a_serial_of_two_devices_fit_neither(show, ministry):
    factories.make_asset(ministry, tag="PC-1", serial_number="5CD-1")
    other = factories.make_asset(ministry, tag="PC-2", serial_number="5CD-2")
    category = other.category.name_en

    shown = show("assets", f"tag,serial_number,category\nPC-1,5CD-2,{category}\n")

    assert reasons(shown) == [["2 existing rows fit"]]


def test_a_placeholder_is_no_serial_number(show, ministry):
    asset = factories.make_asset(ministry, tag="PC-1", serial_number="N/A")

    shown = show("assets", f"tag,serial_number,category\nPC-8,N/A,{asset.category}\nPC-9,n/a,{asset.category}\n")

    assert [(row.action, len(row.warnings)) for row in shown.rows] == [("create", 1), ("create", 1)]


# I4: blanks


@pytest.mark.parametrize(("blanks", "changed"), [({}, {}), ({"phone": "clear"}, {"phone": ["06-1", None]})])
def test_a_blank_leaves_what_is_there_unless_the_map_clears_it(show, blanks, changed):
    Vendor.objects.create(name="Horizon", phone="06-1")

    shown = show("vendors", "N,P\nHorizon,\n", columns={"name": "N", "phone": "P"}, blanks=blanks)

    assert shown.rows[0].changes == changed


# I5: what is referred to


def test_an_unknown_reference_is_rejected_and_the_near_one_named(show):
    Manufacturer.objects.create(name="Kyocera")

    [[reason]] = reasons(show("models", "manufacturer,name\nKyocerra,M3000\n"))

    assert reason == "manufacturer “Kyocerra” does not exist; did you mean “Kyocera”?"


def test_a_reference_is_made_where_the_map_allows_it_and_is_listed(show):
    columns = {"manufacturer": "M", "name": "N"}

    shown = show("models", "M,N\nZebra,ZD421\nzebra,ZD621\n", columns=columns, create={"manufacturer": True})

    assert (shown.new_references, shown.counts["create"]) == ({"manufacturer": ["Zebra"]}, 2)


# I6: the preview writes nothing, and what is applied is what was shown


def test_a_preview_writes_nothing(show):
    before = rows_of_everything()

    show("users", "username,name\nnour,Nour\n")

    assert rows_of_everything() == before


def test_a_token_is_of_the_file_the_map_and_the_rows(show):
    vendor = Vendor.objects.create(name="Horizon", phone="06-1")
    text = "name,phone\nHorizon,06-2\n"
    first = show("vendors", text).token

    assert show("vendors", text).token == first
    Vendor.objects.filter(pk=vendor.pk).update(phone="06-9")
    assert show("vendors", text).token != first


def test_a_stale_token_applies_nothing(ministry, write):
    file = write("name,phone\nHorizon,06-2\n")

    with pytest.raises(CommandError, match="look again"):
        call_command("import", "vendors", str(file), "--apply", "--token", "0123abcd")

    assert not Vendor.objects.exists()


# I7: all or nothing


def test_one_rejected_row_keeps_all_out_unless_it_is_to_be_skipped(show):
    shown = show("users", "username,name\nnour,Nour\n,Nameless\n")

    with pytest.raises(ValidationError):
        applying.apply(shown)
    assert not User.objects.exists()
    applying.apply(shown, skip_rejected=True)

    assert [person.username for person in User.objects.all()] == ["nour"]


def test_the_same_file_again_changes_nothing(show):
    text = "username,name,email\nnour,Nour,n@m.example\n"
    applying.apply(show("users", text))

    assert show("users", text).counts["unchanged"] == 1


# I8: taking back


def test_undo_takes_back_what_nobody_touched_and_lists_the_rest(show, administrator):
    Vendor.objects.create(name="Old", phone="06-1")
    batch = applying.apply(show("vendors", "name,phone\nOld,06-2\nNew,06-3\nTouched,06-4\n"))
    touched = Vendor.objects.get(name="Touched")
    from office.events import record_event

    record_event(touched, "changed", by=administrator, changes={"phone": ["06-4", "06-5"]})

    undone, left = undoing.undo(batch)

    assert (undone, [row.target_id for row in left]) == (2, [touched.pk])
    assert dict(Vendor.objects.values_list("name", "phone")) == {"Old": "06-1", "Touched": "06-4"}


def test_every_change_knows_its_batch_and_a_batch_is_taken_back_once(show):
    batch = applying.apply(show("vendors", "name\nNew\n"))

    assert Event.objects.filter(batch=batch, verb="created").count() == 1
    undoing.undo(batch)
    with pytest.raises(ValidationError):
        undoing.undo(batch)
    assert list(Event.objects.about(batch).values_list("verb", flat=True)) == ["undone"]


# I9, I10: the file of rejects


def test_the_rejects_come_back_as_they_were_with_a_reason_and_run_nowhere(ministry, write, tmp_path):
    file = write('username,name,note\n,"=HYPERLINK(""x"")",+1\nnour,Nour,fine\n')
    rejects = tmp_path / "rejects.csv"

    call_command("import", "users", str(file), "--rejects", str(rejects), stdout=io.StringIO())

    header, row = csv.reader(rejects.read_text(encoding="utf-8-sig").splitlines())
    assert header == ["username", "name", "note", "error"]
    assert row == ["", '\'=HYPERLINK("x")', "+1", "username is missing"]


# The command


@pytest.mark.parametrize("kind", ["users", "vendors", "models", "assets", "contracts", "incidents"])
def test_a_file_of_something_else_is_refused_for_every_kind(ministry, write, kind):
    with pytest.raises(CommandError, match="give a map"):
        call_command("import", kind, str(write("colour,size\nred,9\n")))


def test_programs_get_lines_of_json_with_what_no_field_takes(ministry, write):
    out = io.StringIO()

    call_command("import", "vendors", str(write("name,colour\nHorizon,red\n")), "--json", stdout=out)

    row, end = map(json.loads, out.getvalue().splitlines())
    assert (row["action"], row["changes"]) == ("create", {"name": [None, "Horizon"]})
    assert (end["counts"]["create"], end["unused"]) == (1, ["colour"])


def test_assets_are_imported_and_taken_back_from_the_command_line(ministry, write):
    category = factories.make_asset_category()
    file = write(f"tag,category,state\nPC-0100,{category.name_en},in_store\n")

    call_command("import", "assets", str(file), "--apply", stdout=io.StringIO())
    assert [asset.tag for asset in Asset.objects.all()] == ["PC-0100"]
    call_command("import", "--undo", str(ImportBatch.objects.get().pk), stdout=io.StringIO())

    assert not Asset.objects.exists()
