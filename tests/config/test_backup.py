"""A backup taken under load comes back elsewhere, row by row and file by file."""

import os
import subprocess
import sys
import tarfile
import time
from pathlib import Path

import pytest

from tests.servers import Postgres

pytestmark = pytest.mark.processes
ROOT = Path(__file__).parents[2]

FILL = """
import django; django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0); call_command("createcachetable", verbosity=0)
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
    """`place()` is the environment of a new installation, on either engine."""
    servers = []

    def _place():
        folder = tmp_path_factory.mktemp("installation")
        environment = os.environ | {
            "VAR_DIR": str(folder / "var"),
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "SECRET_KEY": "",
            "DATABASE_URL": "",
        }
        if request.param == "postgresql":
            servers.append(Postgres().__enter__())
            environment["DATABASE_URL"] = servers[-1].url
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
    import json

    done = python(STATE, environment)
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def backed_up(place, tmp_path_factory):
    """An installation that four writers filled while it was backed up; `(environment, archive)`, once for all tests."""
    here, archive = place(), tmp_path_factory.mktemp("backup") / "backup.tar.gz"
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


def test_a_backup_under_load_is_restored_elsewhere_whole(place, backed_up):
    here, archive = backed_up
    there = place()
    sign_ins = Path(there["VAR_DIR"]) / "demo.json"
    sign_ins.parent.mkdir(parents=True)
    sign_ins.write_text("{}")

    done = manage(there, "restore", str(archive))

    assert done.returncode == 0, done.stderr[-2000:]
    assert not sign_ins.exists()
    restored = state(there)
    assert 0 < restored["tickets"] <= state(here)["tickets"]
    assert restored["attachments"] == restored["tickets"]
    assert restored["whole"]
    check_the_numbers_go_on(there, restored)
    check_no_mail_leaves(there)


def check_the_numbers_go_on(there, restored):
    done = python(NEXT, there)
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.strip().endswith(f"{restored['tickets'] + 1:05d}")


def check_no_mail_leaves(there):
    assert python(DRAIN, there).stdout.strip() == "0"
    assert state(there)["held"] == 1
    assert not list(Path(there["VAR_DIR"]).glob("mail/*"))


def test_what_is_restored_equals_the_backup_row_by_row(place, backed_up):
    import json

    _here, archive = backed_up
    there = place()
    manage(there, "restore", str(archive))
    with tarfile.open(archive) as tar:
        told = json.load(tar.extractfile("manifest.json"))["tables"]

    tables = state(there)["tables"]

    del told["office_mailhold"], tables["office_mailhold"]
    assert tables == told


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
