"""Shows what a file would change, applies it, or takes an earlier import back."""

import json
import sys

from django.apps import apps
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from office.imports import applying, kinds, mapping, reading, undoing
from office.imports.preview import preview
from office.models import ImportBatch
from ui import export


class Command(BaseCommand):
    help = "Imports users, vendors, models, assets, contracts, OCDS releases, incidents; without --apply it only shows."

    def add_arguments(self, parser):
        parser.add_argument("kind", nargs="?", metavar="KIND")
        parser.add_argument("file", nargs="?", metavar="FILE")
        parser.add_argument("--map", metavar="MAP.toml", help="which column fills which field")
        parser.add_argument("--apply", action="store_true", help="write what is shown")
        parser.add_argument(
            "--skip-rejected", action="store_true", help="write the good rows although some are rejected"
        )
        parser.add_argument(
            "--end-missing", action="store_true", help="end what an earlier import brought and this file has not"
        )
        parser.add_argument("--token", help="apply only what a preview with this token showed")
        parser.add_argument("--undo", type=int, metavar="BATCH", help="take an earlier import back")
        parser.add_argument("--institution", metavar="CODE", help="short code or name, where there is more than one")
        parser.add_argument(
            "--rejects", metavar="FILE.csv", help="write the rejected rows here, with the reason beside each"
        )
        parser.add_argument("--json", action="store_true", help="print for programs")

    def handle(self, *args, **options):
        self.as_json = options["json"]
        try:
            if options["undo"]:
                return self.undo(options["undo"])
            if not (options["kind"] and options["file"]):
                raise CommandError("Give KIND and FILE, or --undo BATCH.")
            return self.run_import(options)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None

    def run_import(self, options):
        kind = kinds.get(options["kind"])
        if kind is None:
            raise CommandError(f"{options['kind']} cannot be imported; KIND is one of: {', '.join(kinds.names())}.")
        institution = self.institution(options["institution"])
        map_ = mapping.load(options["map"]) if options["map"] else None
        source = kind.reshape(_read(options["file"], map_, whole=bool(options["rejects"]) or kind.reshapes))
        if kind.reshapes or map_ is None:
            map_ = mapping.by_names(kind(institution, None), source.columns, beside=map_)
        if options["end_missing"]:
            map_ = mapping.with_options(map_, end_missing=True)
        if getattr(kind, "writes_history", False):
            return kind.run(self, source, map_, institution, options)
        shown = preview(kind, source, map_, institution)
        self.show(shown)
        if options["rejects"]:
            self.write_rejects(shown, options["rejects"])
        if options["apply"]:
            if not shown.token.startswith(options["token"] or ""):
                raise CommandError("The file, the map or the rows are no longer those of that preview: look again.")
            batch = applying.apply(shown, skip_rejected=options["skip_rejected"], progress=self.progress)
            self.say({"batch": batch.pk, "counts": batch.counts}, f"Applied as batch {batch.pk}.")

    def institution(self, code):
        institutions = apps.get_model("people", "Unit").objects.institutions()
        if code:
            institutions = institutions.filter(code=code) or institutions.filter(name=code)
        if len(institutions) != 1:
            raise CommandError("Say which institution: --institution CODE.")
        return institutions[0]

    def show(self, shown):
        if self.as_json:
            for row in shown.rows:
                self.stdout.write(json.dumps(row.as_json(), ensure_ascii=False, default=str))
            self.stdout.write(
                json.dumps(
                    {
                        "counts": shown.counts,
                        "new": shown.new_references,
                        "unused": shown.unused,
                        "gone": [str(thing) for thing in shown.gone],
                        "skipped": shown.source.skipped,
                        "token": shown.token,
                    },
                    ensure_ascii=False,
                )
            )
            return
        for row in shown.rows:
            self.stdout.write(_line(row))
        for name, texts in shown.new_references.items():
            self.stdout.write(f"new {name}: {len(texts)} ({', '.join(texts[:10])}{' ...' if len(texts) > 10 else ''})")
        if shown.unused:
            self.stdout.write(f"columns that fill nothing: {', '.join(shown.unused)}")
        for line, why in shown.source.skipped:
            self.stdout.write(f"line {line}: left out  {why}")
        for thing in shown.gone:
            self.stdout.write(f"gone from the file: {thing}")
        self.stdout.write(
            f"encoding {shown.source.encoding}; "
            + ", ".join(f"{n} {a}" for a, n in shown.counts.items())
            + f"; token {shown.token[:12]}"
        )

    def write_rejects(self, shown, path):
        """The rejected rows as they came, with a last column `error` (rule I9)."""
        cells = {row.line: row.cells for row in shown.source.rows}
        rejected = [row for row in shown.rows if row.reasons]
        rows = (
            [*(cells[row.line].get(c, "") for c in shown.source.columns), "; ".join(row.reasons)] for row in rejected
        )
        with open(path, "w", encoding="utf-8", newline="") as file:
            file.writelines(export.csv_lines([*shown.source.columns, "error"], rows))

    def undo(self, pk):
        batch = ImportBatch.objects.filter(pk=pk).first()
        if batch is None:
            raise CommandError(f"There is no import batch {pk}.")
        undone, left = undoing.undo(batch, progress=self.progress)
        for row in left:
            self.stdout.write(f"line {row.line}: left, changed or used since ({row.target_kind} {row.target_id})")
        self.say({"undone": undone, "left": len(left)}, f"Took back {undone} rows; {len(left)} were left.")

    def say(self, data, sentence):
        self.stdout.write(json.dumps(data, ensure_ascii=False) if self.as_json else sentence)

    def progress(self, done, of):
        if self.as_json or not sys.stderr.isatty():
            return
        width = 40 * done // max(of, 1)
        self.stderr.write(f"\r[{'#' * width}{'.' * (40 - width)}] {done}/{of}", ending="\n" if done == of else "")


def _read(path, map_, *, whole):
    if map_ is None:
        return reading.read(path)
    named = {column for columns in map_.columns.values() for column in columns}
    only = None if whole else {*named, *map_.options.get("log", ())}
    return reading.read(path, encoding=map_.encoding, delimiter=map_.delimiter, only=only)


def _line(row):
    parts = [
        f"{name}: {old!s} -> {new!s}" if old is not None else f"{name}: {new!s}"
        for name, (old, new) in row.changes.items()
    ]
    notes = [f"REJECTED: {reason}" for reason in row.reasons] + [f"note: {warning}" for warning in row.warnings]
    return f"line {row.line}: {row.action}  " + " | ".join([*parts, *notes])
