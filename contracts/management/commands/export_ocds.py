"""Writes the contract register of an institution as an OCDS release package."""

import json
import sys
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from contracts import ocds_schema
from contracts.models import Contract
from contracts.ocds_export import write_package
from people.models import Unit


class Command(BaseCommand):
    help = "Writes the contracts of an institution as an OCDS 1.1 release package (docs/ocds.md)."

    def add_arguments(self, parser):
        parser.add_argument(
            "file", nargs="?", metavar="FILE.json", help="where to; to the terminal where none is given"
        )
        parser.add_argument("--institution", metavar="CODE", help="short code or name, where there is more than one")
        parser.add_argument("--without-amounts", action="store_true", help="leave out values, payments and reasons")
        parser.add_argument("--check", action="store_true", help="only check the structure of FILE, which is there")

    def handle(self, *args, **options):
        if options["check"]:
            return self.check_file(options["file"])
        institution = self.institution(options["institution"])
        contracts = Contract.objects.filter(institution=institution)
        wanted = {"institution": institution, "amounts": not options["without_amounts"]}
        if not options["file"]:
            write_package(self.stdout, contracts, **wanted)
            return
        with Path(options["file"]).open("w", encoding="utf-8") as file:
            count = write_package(file, contracts, **wanted)
        self.stderr.write(f"{count} contracts written to {options['file']}.")

    def check_file(self, path):
        try:
            package = json.loads(Path(path or "").read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise CommandError(f"The file cannot be read: {error}") from None
        problems = ocds_schema.problems_of_package(package)
        for problem in problems:
            self.stdout.write(problem)
        if problems:
            sys.exit(1)
        self.stderr.write(f"{len(package['releases'])} releases are well formed.")

    def institution(self, code):
        found = Unit.objects.institutions()
        if code:
            found = found.filter(code=code) or found.filter(name=code)
        if len(found) != 1:
            raise CommandError("Say which institution: --institution CODE.")
        return found[0]
