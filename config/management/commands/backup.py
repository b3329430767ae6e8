"""Writes the database and all files into one archive, while everybody goes on working."""

from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import timezone

from office import backup


class Command(BaseCommand):
    help = "Writes database and files into FILE (default: a dated file under VAR_DIR/backups)."

    def add_arguments(self, parser):
        parser.add_argument("file", nargs="?", metavar="FILE")

    def handle(self, *, file, **options):
        name = f"backup-{timezone.now():%Y%m%d-%H%M%S}.tar.gz"
        target = Path(file) if file else settings.VAR_DIR / "backups" / name
        manifest = backup.backup(target, say=self.stdout.write)
        for missing in manifest["missing_files"]:
            self.stderr.write(f"Missing or altered on the disk, not in the backup: {missing}")
        rows = sum(count for count, _hash in manifest["tables"].values())
        self.stdout.write(
            f"{target}: {rows} rows, {len(manifest['members'])} members. It holds the secret key: keep it safe."
        )
