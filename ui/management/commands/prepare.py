"""Prepares what git does not keep: front-end files and compiled translations."""

from django.core.management import BaseCommand

from ui import frontend
from ui.translations import compile_catalogues


class Command(BaseCommand):
    requires_system_checks = []
    help = "Fetches and builds the front-end files and compiles the translations; does nothing when all is current."

    def add_arguments(self, parser):
        parser.add_argument("--force", action="store_true", help="do it again although nothing changed")
        parser.add_argument("--renew-lock", action="store_true", help="first write package-lock.json from package.json")

    def handle(self, *, force, renew_lock, **options):
        if renew_lock:
            frontend.renew_lock()
        frontend.prepare(force=force, say=lambda sentence: self.stdout.write(f"{sentence} ..."))
        compile_catalogues()
        self.stdout.write("Front-end files and translations are ready.")
