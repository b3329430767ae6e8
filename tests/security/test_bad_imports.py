"""Every kind of import gets files that are no tables, and tables with one cell that will not do: refused, and why."""

import json
import re
import zipfile
from io import BytesIO, StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.utils import translation

from helpdesk.choices import Status
from office.imports import kinds
from tests.security.test_bad_input import is_arabic
from tests.security.witness import Witness

pytestmark = pytest.mark.django_db
ROWS = {  # a row that is taken, of every kind there is
    "users": {"username": "nour", "name": "Nour New"},
    "vendors": {"name": "Zeta Care", "address": "Rainbow street"},
    "models": {"manufacturer": "", "name": "Z 9"},
    "assets": {"category": "Printer", "tag": "ONE-77", "name": "Plotter"},
    "contracts": {
        "number": "C-77", "title": "Care of lifts", "vendor": "Alpha Care", "start": "2026-01-01", "end": "2026-12-31",
    },
    "ocds": {
        "number": "C-78", "title": "Care of doors", "vendor": "Alpha Care", "start": "2026-01-01", "end": "2026-12-31",
    },
    "incidents": {
        "number": "INC-1", "status": "new", "at": "2026-01-02", "created_at": "2026-01-01", "requester": "Caller 1",
        "impact": "2", "urgency": "2",
    },
}  # fmt: skip
ARABIC = str.maketrans("0123456789.", "٠١٢٣٤٥٦٧٨٩٫")


@pytest.fixture
def run(scene, tmp_path):
    """Import a file in Arabic; (the refusal or "", what was printed, what changed), and it is taken back."""

    def _run(kind, content, name="file.csv", *options):
        path, told, witness = tmp_path / name, StringIO(), Witness()
        if content is not None:
            path.write_bytes(content)
        before, refusal = transaction.savepoint(), ""
        try:
            with witness.watching(), translation.override("ar"):
                call_command("import", kind, str(path), "--institution=ONE", "--apply", *options, stdout=told)
        except CommandError as error:
            refusal = str(error)
        changes = witness.changes()
        transaction.savepoint_rollback(before)
        return refusal, told.getvalue(), changes

    return _run


def row_of(scene, kind):
    return {name: value or scene.maker.name for name, value in ROWS[kind].items()}


def sheet(*rows):
    """A CSV of dictionaries with the same keys."""
    lines = [rows[0], *(row.values() for row in rows)]
    return "\n".join(",".join('"{}"'.format(cell.replace('"', '""')) for cell in line) for line in lines).encode()


def test_every_kind_of_import_is_tried():
    assert kinds.names() == sorted(ROWS)


@pytest.mark.parametrize("kind", ROWS)
def test_the_row_of_each_kind_is_one_that_is_taken(scene, run, kind):
    refusal, _told, changes = run(kind, sheet(row_of(scene, kind)))

    assert refusal == ""
    assert changes


def workbook(*parts):
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for part in parts:
            archive.writestr(part, "<")
    return file.getvalue()


NO_TABLES = {
    "empty.csv": b"",
    "blank.csv": b"\n\n \n",
    "header.csv": b"name,tag\n",
    "strange.csv": b"colour,size\nred,9\n",
    "zeros.csv": b"\x00" * 5000,
    "picture.png": b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 9,
    "broken.xlsx": b"PK\x03\x04nonsense",
    "hollow.xlsx": workbook(),
    "other.xlsx": workbook("word/document.xml", "[Content_Types].xml"),
    "broken.csv.xz": b"\xfd7zXZ\x00nonsense",
    "half.csv.xz": b"\xfd7zXZ\x00\x00",
    "broken.jsonl": b'{"name": ',
    "deep.jsonl": b"[" * 100_000,
    "list.jsonl": b"[1, 2]\n3\n",
    "wide.csv": b"," * 100_000 + b"\n1",
    "utf16.csv": "name,tag\nx,y\n".encode("utf-16"),
    "absent.csv": None,
}


@pytest.mark.parametrize("name", NO_TABLES)
@pytest.mark.parametrize("kind", ROWS)
def test_a_file_that_is_no_table_is_refused_with_a_sentence(run, kind, name):
    refusal, _told, changes = run(kind, NO_TABLES[name], name)

    assert refusal
    assert is_arabic(refusal, {"": words_of(kind)})
    assert changes == []


def words_of(kind):
    """What a file is written in: names of the kind, of its fields and of their choices, in every language the same."""
    fields = kinds.get(kind).fields
    return [
        kind,
        *(field.name for field in fields),
        *(choice for field in fields for choice in field.choices),
        *Status.values,
        "--skip-rejected",
    ]


def wrong_cells(field):
    """Cells that this field refuses."""
    if field.required:
        yield ""
        yield " \u200f\u00a0"
    if field.kind in ("text", "code"):
        yield "ط" * (field.max_length + 1)
    if field.kind in ("date", "instant"):
        yield from ("word", "2026-02-30", "٢٠٢٦-١٣-٠١", "9" * 40, "31/31/2026", "0000-00-00")
    if field.kind in ("number", "money"):
        yield from ("word", "1e999", "nan", "9" * 40, "½")
    if field.kind in ("choice", "flag", "reference"):
        yield from ("nonsense", "9" * 40, "'; --")


@pytest.mark.parametrize("kind", ROWS)
def test_a_cell_that_will_not_do_is_named_and_nothing_is_written(scene, run, kind):
    wrong, tried = [], 0

    for field in kinds.get(kind).fields:
        for cell in wrong_cells(field):
            tried += 1
            row = row_of(scene, kind) | {field.name: cell}
            other = row_of(scene, kind) | {next(iter(ROWS[kind])): "Another"}
            refusal, told, changes = run(
                kind, sheet(other | {field.name: row_of(scene, kind).get(field.name, "")}, row)
            )
            names = {"": [cell[:40], *words_of(kind)]}
            if not refusal or changes:
                wrong.append(f"{field.name}={cell[:20]!r}: {refusal or 'was taken'}, {changes}")
            reasons = re.findall("(?:REJECTED|: مرفوض): ([^\n|]+)", told)
            if not reasons or not all(is_arabic(sentence, names) for sentence in [refusal, *reasons]):
                wrong.append(f"{field.name}={cell[:20]!r}: {refusal} {reasons}")

    assert wrong == []
    assert tried > 3


HOSTILE = (
    "a\x00b",
    "\x07bell",
    "\u202ereversed",
    "'; DROP TABLE people_user; --",
    "=1+1",
    "<script>",
    "🖨" * 9,
    '"',
    "\\",
)


@pytest.mark.parametrize("kind", ROWS)
def test_hostile_cells_are_taken_as_text_or_refused_and_never_break_it(scene, run, kind):
    for field in kinds.get(kind).fields:
        for cell in HOSTILE:
            refusal, _told, changes = run(kind, sheet(row_of(scene, kind) | {field.name: cell}))
            assert bool(refusal) != bool(changes), (field.name, cell, refusal)


def plan(run, kind, row):
    """What the preview says of the fields of the only row, whatever digits it was written in."""
    _refusal, told, _changes = run(kind, sheet(row), "file.csv", "--json")
    shown = json.loads(told.splitlines()[0])
    return shown["changes"], shown["reasons"]


@pytest.mark.parametrize("kind", sorted(set(ROWS) - {"incidents"}))
def test_arabic_digits_and_unseen_marks_make_no_other_value(scene, run, kind):
    samples = {"date": "2026-12-15", "number": "12", "money": "1234.500", "code": "2079123456"}
    row = row_of(scene, kind)
    row |= {f.name: samples[f.kind] for f in kinds.get(kind).fields if f.kind in samples and f.name not in row}
    numbers = {f.name for f in kinds.get(kind).fields if f.kind in samples}

    arabic = {
        name: f"\u200f{value.translate(ARABIC)}\u200e" if name in numbers else value for name, value in row.items()
    }

    assert plan(run, kind, arabic) == plan(run, kind, row)
