"""A backup taken under load comes back elsewhere, row by row and file by file."""

import json
import os
import subprocess
import sys
import tarfile
import time
from pathlib import Path

import pytest

from tests import migrated
from tests.servers import Postgres

pytestmark = pytest.mark.processes
ROOT = Path(__file__).parents[2]

FILL = """
import django; django.setup()
from tests import factories
queue = factories.make_queue(factories.make_team(factories.make_institution()), is_default=True)
factories.make_user(queue.institution, username="amal")
"""
WRITE = """
import django, itertools, sys; django.setup()
from django.core.files.uploadedfile import SimpleUploadedFile
from helpdesk.actions import file_ticket
from people.models import User
amal = User.objects.get(username="amal")
for n in itertools.count():
    note = SimpleUploadedFile("note.txt", f"file {sys.argv[1]} {n}".encode())
    file_ticket(requester=amal, subject=f"Ticket {n}", description="الطابعة لا تعمل", files=[note])
"""
STATE = """
import django, json; django.setup()
from django.db import connection
from office import dumps, files
from office.models import Attachment, MailHold, OutboxRow
from helpdesk.models import Ticket
print(json.dumps({
    "tables": dumps.of(connection).tables(),
    "tickets": Ticket.objects.count(),
    "attachments": Attachment.objects.count(),
    "whole": all(files.path_of(a.blob.sha256).exists() for a in Attachment.objects.select_related("blob")),
    "held": MailHold.objects.count(),
    "sent": OutboxRow.objects.filter(state="sent").count(),
}))
"""
DRAIN = "import django; django.setup(); from office import outbox; print(outbox.drain())"
NEXT = """
import django; django.setup()
from helpdesk.actions import file_ticket
from people.models import User
print(file_ticket(requester=User.objects.get(username="amal"), subject="After the restore").number)
"""


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def place(request, tmp_path_factory):
    """`place()` is the environment of a new installation, on either engine; `with_tables`: migrated already."""
    servers = []

    def _place(*, with_tables=False):
        folder = tmp_path_factory.mktemp("installation")
        environment = os.environ | {
            "VAR_DIR": str(folder / "var"),
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "SECRET_KEY": "",
            "DATABASE_URL": "",
        }
        if request.param == "postgresql":
            servers.append(Postgres(migrated=with_tables).__enter__())
            environment["DATABASE_URL"] = servers[-1].url
        elif with_tables:
            migrated.copy_sqlite(folder / "var" / "db.sqlite3")
        return environment

    yield _place
    for server in servers:
        server.__exit__()


def python(code, environment, *arguments):
    return run([sys.executable, "-c", code, *arguments], environment)


def manage(environment, *arguments):
    return run([sys.executable, "manage.py", *arguments], environment)


def run(command, environment):
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def state(environment):
    done = python(STATE, environment)
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def backed_up(place, tmp_path_factory):
    """An installation that four writers filled while it was backed up; `(environment, archive)`, once for all tests."""
    here, archive = place(with_tables=True), tmp_path_factory.mktemp("backup") / "backup.tar.gz"
    assert (filled := python(FILL, here)).returncode == 0, filled.stderr[-2000:]
    writers = [subprocess.Popen([sys.executable, "-c", WRITE, str(n)], cwd=ROOT, env=here) for n in range(4)]
    try:
        time.sleep(6)
        done = manage(here, "backup", str(archive))
        assert done.returncode == 0, done.stderr[-2000:]
        assert all(writer.poll() is None for writer in writers)
    finally:
        for writer in writers:
            writer.kill()
            writer.wait()
    return here, archive


@pytest.fixture(scope="module")
def restored(place, backed_up):
    """What the backup became on a machine that had nothing but the sign-ins of a demonstration."""
    there = place()
    (Path(there["VAR_DIR"]) / "demo.json").parent.mkdir(parents=True)
    (Path(there["VAR_DIR"]) / "demo.json").write_text("{}")
    done = manage(there, "restore", str(backed_up[1]))
    assert done.returncode == 0, done.stderr[-2000:]
    return there


def test_what_is_restored_equals_the_backup_row_by_row(backed_up, restored):
    with tarfile.open(backed_up[1]) as tar:
        told = json.load(tar.extractfile("manifest.json"))["tables"]

    tables = state(restored)["tables"]

    del told["office_mailhold"], tables["office_mailhold"]
    assert tables == told


def test_a_backup_under_load_is_restored_elsewhere_whole(backed_up, restored):
    found = state(restored)

    assert 0 < found["tickets"] <= state(backed_up[0])["tickets"]
    assert found["attachments"] == found["tickets"]
    assert found["whole"]
    assert not (Path(restored["VAR_DIR"]) / "demo.json").exists()
    check_the_numbers_go_on(restored, found)
    check_no_mail_leaves(restored)


def check_the_numbers_go_on(there, restored):
    done = python(NEXT, there)
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.strip().endswith(f"{restored['tickets'] + 1:05d}")


def check_no_mail_leaves(there):
    assert python(DRAIN, there).stdout.strip() == "0"
    assert state(there)["held"] == 1
    assert not list(Path(there["VAR_DIR"]).glob("mail/*"))


@pytest.mark.parametrize("damage", ["truncated", "flipped"])
def test_a_damaged_backup_is_refused_before_anything_is_touched(backed_up, damage, tmp_path):
    here, archive = backed_up
    before = state(here)
    content = bytearray(archive.read_bytes())
    if damage == "truncated":
        content = content[: len(content) * 2 // 3]
    else:
        content[len(content) // 2] ^= 1
    damaged = tmp_path / "damaged.tar.gz"
    damaged.write_bytes(content)

    done = manage(here, "restore", str(damaged), "--replace")

    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert state(here) == before


def test_an_installation_in_use_is_not_replaced_by_accident(backed_up):
    here, archive = backed_up
    before = state(here)

    done = manage(here, "restore", str(archive))

    assert done.returncode == 1
    assert "--replace" in done.stderr
    assert state(here) == before
