"""Maps: which column fills which field, how dates are written, what blanks mean, what may be created.

A map is TOML:

    date_format = "%m/%d/%Y"            # how the file writes dates
    missing = ["?", "N/A"]              # cells that mean nothing
    [columns]                           # field = "Column"; a list of columns: the first that is filled
    number = "Contract Number"
    [constants]                         # field = value for every row
    type = "maintenance"
    [values.state]                      # field: what the file writes = what we store
    "In-service" = "in_use"
    [blanks]                            # field = "clear": an empty cell empties the field (default: leaves it)
    notes = "clear"
    [create]                            # references that may be created; the others must exist
    vendor = true
    [missing_in]                        # cells of one field that mean nothing
    tag = ["No tag"]
"""

import hashlib
import json
import tomllib
from dataclasses import dataclass, field, replace
from pathlib import Path

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from office.fold import fold

SECTIONS = {"columns", "constants", "values", "blanks", "create", "missing_in", "options"}
PLAIN = {"date_format", "missing", "encoding", "delimiter", "kind"}


@dataclass(frozen=True)
class Map:
    columns: dict[str, tuple[str, ...]]
    constants: dict = field(default_factory=dict)
    values: dict = field(default_factory=dict)
    blanks: dict = field(default_factory=dict)
    create: dict = field(default_factory=dict)
    missing_in: dict = field(default_factory=dict)
    options: dict = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    date_format: str = ""
    encoding: str = ""
    delimiter: str = ""
    sha256: str = ""


def load(path):
    """Read a map file. Raises ValidationError with a sentence for what is no map."""
    try:
        data = tomllib.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ValidationError(_("The map cannot be read: %(why)s"), params={"why": error}) from None
    unknown = set(data) - SECTIONS - PLAIN
    if unknown:
        raise ValidationError(_("The map has unknown entries: %(names)s"), params={"names": ", ".join(sorted(unknown))})
    return make(data)


def make(data):
    sha256 = hashlib.sha256(json.dumps(data, sort_keys=True, default=str).encode()).hexdigest()
    columns = {
        name: tuple(columns) if isinstance(columns, list) else (columns,)
        for name, columns in data.get("columns", {}).items()
    }
    sections = {name: data.get(name, {}) for name in SECTIONS - {"columns"}}
    return Map(
        columns=columns,
        missing=tuple(data.get("missing", ())),
        date_format=data.get("date_format", ""),
        encoding=data.get("encoding", ""),
        delimiter=data.get("delimiter", ""),
        sha256=sha256,
        **sections,
    )


def with_options(map_, **options):
    """The same map with more options; another map, so that what one showed is not applied by the other."""
    sha256 = hashlib.sha256(f"{map_.sha256} {sorted(options.items())}".encode()).hexdigest()
    return replace(map_, options=map_.options | options, sha256=sha256)


def by_names(kind, columns, beside=None):
    """The map of a file whose columns carry the names of our fields, whatever their case and blanks.

    beside: a map whose constants, values and permissions hold besides; its columns do not.
    """
    known = {fold(column).replace(" ", "_"): column for column in columns}
    found = {name: known[name] for name in kind.field_names if name in known}
    if not found:
        raise ValidationError(
            _("No column of the file is called like a field of “%(kind)s”: give a map. The fields are: %(fields)s."),
            params={"kind": kind.name, "fields": ", ".join(kind.field_names)},
        )
    made = make({"columns": found})
    if beside is None:
        return made
    sha256 = hashlib.sha256(f"{made.sha256} {beside.sha256}".encode()).hexdigest()
    return replace(beside, columns=made.columns, sha256=sha256)


def check(kind, mapping, columns):
    """Refuse a map that names fields or columns that do not exist, or leaves a required field without a column."""
    filled = {*mapping.columns, *mapping.constants}
    strangers = filled - set(kind.field_names)
    absent = [c for names in mapping.columns.values() for c in names if c not in columns]
    unfilled = [f.name for f in kind.fields if f.required and f.name not in filled]
    if strangers:
        raise ValidationError(
            _("“%(kind)s” has no field %(names)s."), params={"kind": kind.name, "names": ", ".join(sorted(strangers))}
        )
    if absent:
        raise ValidationError(_("The file has no column %(names)s."), params={"names": ", ".join(absent)})
    if unfilled:
        raise ValidationError(_("No column fills %(names)s."), params={"names": ", ".join(unfilled)})
