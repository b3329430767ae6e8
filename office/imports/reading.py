"""Opens CSV, XLSX and JSON-lines files, plain or xz-compressed, as rows of text cells.

Rule I1 of spec/assets-contracts.md: UTF-8 with or without a mark, else cp1256 or cp1252 by a guess that is shown;
delimiter `,` `;` or tab; the first sheet of a workbook; leading zeros stay.
"""

import csv
import hashlib
import io
import json
import lzma
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from ui import export

MOST_BYTES = 512 * 1024 * 1024
ARABIC = range(0x0621, 0x064B)


@dataclass(frozen=True)
class Row:
    """One line of the file; `line` counts as an editor does, the header being line 1."""

    line: int
    cells: dict[str, str]


@dataclass(frozen=True)
class Source:
    """A file that was read: its columns, its rows, and what was guessed about it."""

    name: str
    sha256: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    encoding: str
    skipped: tuple[tuple[int, str], ...] = ()  # lines that a kind left out, and why


def read(path, *, encoding="", delimiter="", only=None):
    """Read the whole file, of each row the columns in `only` where it is given.

    Raises ValidationError with a sentence for what is no table.
    """
    path = Path(path)
    try:
        raw = path.read_bytes()
        sha256 = hashlib.sha256(raw).hexdigest()
        name = path.name
        if name.endswith(".xz"):
            raw, name = lzma.decompress(raw), name[:-3]
    except (OSError, lzma.LZMAError, EOFError):
        raise _no_file() from None
    if len(raw) > MOST_BYTES:
        raise ValidationError(_("The file is too large to be imported."))
    if raw.startswith(b"PK\x03\x04"):
        table, encoding = _workbook(raw), "xlsx"
    else:
        text, encoding = decode(raw, encoding)
        table = _table(name, text, delimiter)
    columns, rows = _rows(table, only)
    return Source(path.name, sha256, columns, rows, encoding)


def _table(name, text, delimiter):
    if name.endswith((".jsonl", ".ndjson")):
        return _json_lines(text)
    if name.endswith(".json"):
        return _json(text)
    return _delimited(text, delimiter)


def _no_file():
    return ValidationError(_("The file cannot be opened: it is missing, damaged, or not what its name says."))


def decode(raw, encoding=""):
    """`(text, name of the encoding)`; a guess where none is given."""
    for name in [encoding] if encoding else ["utf-8-sig", "cp1256", "cp1252"]:
        try:
            text = raw.decode(name)
        except (UnicodeDecodeError, LookupError):
            continue
        if name == "cp1256" and not _looks_arabic(text):
            continue
        return text.removeprefix("\ufeff"), name
    if encoding:
        raise ValidationError(_("The file is not written in %(encoding)s."), params={"encoding": encoding})
    return raw.decode("cp1252", errors="replace"), "cp1252"


def _looks_arabic(text):
    letters = [letter for letter in text if ord(letter) > 127]
    return sum(ord(letter) in ARABIC for letter in letters) > len(letters) / 2


def _delimited(text, delimiter):
    delimiter = delimiter or max(",;\t", key=text.partition("\n")[0].count)
    csv.field_size_limit(10_000_000)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for cells in reader:
            yield reader.line_num, cells
    except csv.Error as error:
        raise ValidationError(_("The file cannot be read: %(why)s"), params={"why": error}) from None


def _json_lines(text):
    objects = []
    for n, line in enumerate(text.splitlines(), 1):
        if line.strip():
            try:
                thing = json.loads(line)
            except (ValueError, RecursionError):
                raise ValidationError(_("Line %(line)s is not readable."), params={"line": n}) from None
            objects.append((n, thing if isinstance(thing, dict) else {}))
    yield from _rows_of_objects(objects)


def _json(text):
    """A list of objects, or the package of an exchange format that keeps them under "releases"; n counts objects."""
    try:
        whole = json.loads(text)
    except (ValueError, RecursionError):
        raise _no_file() from None
    objects = whole.get("releases") if isinstance(whole, dict) else whole
    if not isinstance(objects, list):
        raise ValidationError(_("The file holds no list of things to be imported."))
    yield from _rows_of_objects(enumerate((one if isinstance(one, dict) else {} for one in objects), 1))


def _rows_of_objects(numbered):
    objects = list(numbered)
    columns = list(dict.fromkeys(key for _n, thing in objects for key in thing))
    yield 0, columns
    for n, thing in objects:
        yield n, [_cell(thing.get(column)) for column in columns]


def _workbook(raw):
    from openpyxl import load_workbook

    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            if sum(part.file_size for part in archive.infolist()) > MOST_BYTES:
                raise ValidationError(_("The file is too large to be imported."))
        book = load_workbook(io.BytesIO(raw), read_only=True, data_only=True)
        for n, cells in enumerate(book.worksheets[0].iter_rows(values_only=True), 1):
            yield n, [_cell(cell) for cell in cells]
    except ValidationError:
        raise
    except Exception:  # whatever the parsers below make of a broken book
        raise _no_file() from None


def _cell(value):
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == datetime.min.time() else value.isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return value if isinstance(value, str) else json.dumps(value) if isinstance(value, list | dict) else str(value)


def _rows(table: Iterator, only=None) -> tuple[tuple[str, ...], tuple[Row, ...]]:
    columns, rows, wanted = None, [], []
    known = {}
    for line, cells in table:
        if columns is None:
            columns = tuple(cell.strip() for cell in cells)
            wanted = [(n, name) for n, name in enumerate(columns) if only is None or name in only]
        elif any(cell.strip() for cell in cells):
            # A large file says the same few things again and again: looked at once and kept once, it stays small.
            kept = {}
            for n, name in wanted:
                if n < len(cells):
                    cell = cells[n]
                    kept[name] = known[cell] if cell in known else known.setdefault(cell, _plain(cell))
            rows.append(Row(line, kept))
    if not columns or not any(columns):
        raise ValidationError(_("The file is empty: its first line must name the columns."))
    if not rows:
        raise ValidationError(_("The file has a header but no rows."))
    return columns, tuple(rows)


def _plain(cell):
    """Without what cannot be stored, and as it stood before a sheet of ours made it harmless."""
    return export.restored(cell.replace("\x00", ""))
