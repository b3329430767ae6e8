"""Puts a backup in the place of this installation's state, after checking all of it."""

import os
from contextlib import contextmanager

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from config import launch
from office import backup


class Command(BaseCommand):
    help = "Restores FILE into VAR_DIR and the database; all mail is on hold afterwards until it is released."
    requires_system_checks = ()
    requires_migrations_checks = False

    def add_arguments(self, parser):
        parser.add_argument("file", metavar="FILE")
        parser.add_argument("--replace", action="store_true", help="although this installation is in use")
        parser.add_argument("--check", action="store_true", help="only read the backup and say whether it is whole")

    def handle(self, *, file, replace, check, **options):
        try:
            if check:
                manifest = backup.check(file)
            else:
                with self._nobody_running():
                    manifest = backup.restore(file, replace=replace, say=self.stdout.write)
                    # The sign-ins of a demonstration that was here before are those of nobody now.
                    (settings.VAR_DIR / "demo.json").unlink(missing_ok=True)
        except backup.BackupError as error:
            raise CommandError(str(error)) from None
        rows = sum(count for count, _hash in manifest["tables"].values())
        done = "is whole" if check else "is restored; all mail is on hold until an administrator releases it"
        self.stdout.write(f"The backup of {manifest['made_at']} ({rows} rows) {done}.")

    @contextmanager
    def _nobody_running(self):
        """Holds the lock that a running system holds on its VAR_DIR."""
        lock = launch.try_lock(settings.VAR_DIR)
        if lock is None:
            raise CommandError("The system is running on this VAR_DIR. Stop it before restoring.")
        try:
            yield
        finally:
            os.close(lock)
