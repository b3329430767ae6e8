"""Backup and restore: one archive with the database of one moment and every file it names, checked before it is used.

The database is read first and the files after it: files are never changed, so there can only be newer ones too many.
The manifest comes last and holds the hash of every member; a restore reads the whole archive before it touches
anything, and afterwards compares the restored tables with those of the backup, row by row, by their hashes.
"""

import hashlib
import io
import json
import os
import shutil
import tarfile
import tempfile
import zlib
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.utils import timezone

from office import dumps, files
from office.models import Blob, MailHold

FORMAT = 1
MANIFEST = "manifest.json"


class BackupError(Exception):
    """A sentence for the operator: why nothing was written or nothing was touched."""


def backup(target, say=lambda sentence: None):
    """Write the archive `target` (readable by its owner only) and return its manifest.

    It holds the secret key of this installation, without which second factors cannot be read: keep it as a secret.
    """
    target = Path(target)
    engine = dumps.of(connection)
    with tempfile.TemporaryDirectory(dir=_roomy(target)) as name:
        folder = Path(name)
        say("Reading the database")
        tables, applied = engine.dump(folder)
        manifest = {
            "format": FORMAT,
            "made_at": timezone.now().isoformat(),
            "engine": connection.vendor,
            "migrations": applied,
            "tables": tables,
            "members": {},
            "missing_files": [],
        }
        unfinished = target.with_name(f".{target.name}.unfinished")
        try:
            with open(unfinished, "xb", opener=_private) as raw:
                with tarfile.open(fileobj=raw, mode="w:gz", compresslevel=4) as archive:
                    _add_database(archive, folder, manifest)
                    _add_files(archive, manifest, say)
                    _add(archive, MANIFEST, json.dumps(manifest, ensure_ascii=False).encode(), None)
                raw.flush()
                os.fsync(raw.fileno())
            os.replace(unfinished, target)
        finally:
            unfinished.unlink(missing_ok=True)
    return manifest


def _roomy(target):
    target.parent.mkdir(parents=True, exist_ok=True)
    return target.parent


def _private(path, flags):
    return os.open(path, flags, 0o600)


def _add_database(archive, folder, manifest):
    for path in sorted(folder.iterdir()):
        manifest["members"][f"database/{path.name}"] = _sha256(path)
        archive.add(path, f"database/{path.name}")
    key = settings.VAR_DIR / "secret_key"
    if key.exists():
        _add(archive, "secret_key", key.read_bytes(), manifest)


def _add_files(archive, manifest, say):
    names = list(Blob.objects.order_by("pk").values_list("sha256", "has_thumbnail"))
    for n, (sha256, has_thumbnail) in enumerate(names, 1):
        for suffix in ("", ".thumb.jpg") if has_thumbnail else ("",):
            path = files.path_of(sha256, suffix)
            if not path.exists() or (not suffix and _sha256(path) != sha256):
                manifest["missing_files"].append(path.name)
                continue
            manifest["members"][f"media/{path.name}"] = _sha256(path)
            archive.add(path, f"media/{path.name}")
        if n % 200 == 0 or n == len(names):
            say(f"Files: {n} of {len(names)}")


def _add(archive, name, content, manifest):
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = len(content), 0o600
    archive.addfile(entry, io.BytesIO(content))
    if manifest is not None:
        manifest["members"][name] = hashlib.sha256(content).hexdigest()


def _sha256(path):
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def check(source):
    """Read the whole archive and return its manifest. Raises BackupError for anything that is not as it was written."""
    seen = {}
    manifest = None
    try:
        with tarfile.open(source, "r:gz") as archive:
            for entry in archive:
                content = archive.extractfile(entry)
                if content is None:
                    raise BackupError(f"The backup holds something that is no file: {entry.name}")
                if entry.name == MANIFEST:
                    manifest = json.loads(content.read())
                else:
                    seen[entry.name] = hashlib.file_digest(content, "sha256").hexdigest()
    except (OSError, EOFError, tarfile.TarError, ValueError, zlib.error) as error:
        raise BackupError(f"The backup cannot be read: {error}") from None
    if manifest is None:
        raise BackupError("The backup is not complete: it ends before its list of contents.")
    if manifest.get("format") != FORMAT:
        raise BackupError("The backup has a form that this version does not know.")
    if seen != manifest["members"]:
        raise BackupError("The backup is damaged: its contents are not those of its list.")
    return manifest


def restore(source, *, replace=False, say=lambda sentence: None):
    """Put the backup `source` in the place of this installation's state; all mail is on hold afterwards.

    Nothing is touched before the whole backup was checked. Refuses an installation in use unless `replace`.
    Returns the manifest. Raises BackupError.
    """
    say("Checking the backup")
    manifest = check(source)
    if manifest["engine"] != connection.vendor:
        raise BackupError(f"The backup is of {manifest['engine']}; this installation runs on {connection.vendor}.")
    unknown = set(manifest["migrations"]) - dumps.known_migrations()
    if unknown:
        raise BackupError("The backup was made by a newer version of the program: install that version first.")
    engine = dumps.of(connection)
    if not replace and not engine.is_empty():
        raise BackupError("This installation is in use. Say --replace to put the backup in its place.")
    settings.VAR_DIR.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=settings.VAR_DIR) as name:
        folder = Path(name)
        with tarfile.open(source, "r:gz") as archive:
            archive.extractall(folder, filter="data")
        if wrong := engine.check(folder / "database"):
            raise BackupError(f"The database in the backup is damaged: {wrong}")
        say("Restoring the database")
        tables = engine.load(folder / "database", manifest["migrations"])
        if tables != manifest["tables"]:
            raise BackupError("The restored database is not the one of the backup; do not use it.")
        say("Restoring the files")
        _restore_files(folder / "media")
        if (folder / "secret_key").exists():
            _restore_key(folder / "secret_key")
    dumps.migrate_forward()
    made_at = datetime.fromisoformat(manifest["made_at"]).strftime("%Y-%m-%d %H:%M UTC")
    MailHold.objects.create(reason=f"Restored from the backup of {made_at}")
    return manifest


def _restore_files(folder):
    for path in folder.iterdir() if folder.exists() else ():
        target = files.path_of(path.name[:64], path.name[64:])
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)


def _restore_key(path):
    target = settings.VAR_DIR / "secret_key"
    target.unlink(missing_ok=True)
    shutil.copyfile(path, target)
    target.chmod(0o600)
