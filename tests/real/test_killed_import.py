"""An import that is killed again and again ends as one that was left alone."""

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg
import pytest

from tests import migrated
from tests.real.conftest import MAPS
from tests.servers import Postgres

ROOT = Path(__file__).parents[2]
LOG = "incident_event_log/incidents_first_half.csv.xz"
TOTAL = 12_459
CHUNK = 50
SEED = 20261122

PREPARE = """
import django; django.setup()
from tests import factories
factories.make_queue(factories.make_team(factories.make_institution(name="Desk")), is_default=True)
"""
DIGEST = """
import django, hashlib, json; django.setup()
from helpdesk.models import Ticket
from office.models import Event
from people.models import User
from helpdesk.models import Queue
names = dict(User.objects.values_list("pk", "name"))
queues = dict(Queue.objects.values_list("pk", "outside_number"))
tickets = dict(Ticket.objects.values_list("pk", "number"))
digest = hashlib.sha256()
fields = ("number", "subject", "status", "priority", "queue__outside_number", "requester__name", "resolved_by__name",
          "assignee__name", "created_at", "resolved_at", "closed_at", "reopen_count", "search_text")
for row in Ticket.objects.order_by("number").values_list(*fields):
    digest.update(repr(row).encode())
lines = []
for event in Event.objects.filter(kind="helpdesk.ticket").order_by("id"):
    changes = dict(event.changes)
    for name, table in (("assignee", names), ("queue", queues)):
        if name in changes:
            changes[name] = [table.get(value) for value in changes[name]]
    lines.append((tickets[event.object_id], event.pk, event.at.isoformat(), names.get(event.actor_id), event.verb,
                  json.dumps(changes, sort_keys=True)))
for number, _pk, *rest in sorted(lines):
    digest.update(repr((number, rest)).encode())
print(Ticket.objects.count(), len(lines), digest.hexdigest())
"""


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request, tmp_path):
    """An empty installation on either engine: `place(name)` gives the environment of another one."""
    servers = []

    def _place(name):
        environment = os.environ | {"VAR_DIR": str(tmp_path / name), "DJANGO_SETTINGS_MODULE": "tests.settings"}
        environment["DATABASE_URL"] = ""
        (tmp_path / name).mkdir()
        if request.param == "postgresql":
            servers.append(Postgres(migrated=True).__enter__())
            environment["DATABASE_URL"] = servers[-1].url
        else:
            migrated.copy_sqlite(tmp_path / name / "db.sqlite3")
        run(PREPARE, environment)
        return environment

    yield _place
    for server in servers:
        server.__exit__()


def run(code, environment):
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout.strip()


def start_import(path, environment):
    command = [sys.executable, "manage.py", "import", "incidents", str(path), "--map", str(MAPS / "incidents.toml")]
    return subprocess.Popen(
        [*command, "--apply"], cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )


@contextmanager
def reader(environment):
    """Tells from outside how many tickets are committed; over one connection, or asking would be most of the work."""
    if environment["DATABASE_URL"]:
        link = psycopg.connect(environment["DATABASE_URL"], autocommit=True)
    else:
        link = sqlite3.connect(f"file:{environment['VAR_DIR']}/db.sqlite3?mode=ro", uri=True, timeout=20)
    with closing(link):
        yield lambda: link.execute("SELECT COUNT(*) FROM helpdesk_ticket").fetchone()[0]


def kill_when_written(path, environment, wanted, delay):
    process = start_import(path, environment)
    end = time.monotonic() + 300
    with reader(environment) as written:
        while written() < wanted:
            assert process.poll() is None, process.stdout.read().decode()[-2000:]
            assert time.monotonic() < end
            time.sleep(0.005)
    time.sleep(delay)
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    return process.returncode


@pytest.mark.processes
@pytest.mark.slow
@pytest.mark.longest
def test_an_import_killed_at_ten_points_ends_the_same(place, data):
    path = data(LOG)
    left_alone, killed = place("alone"), place("killed")
    process = start_import(path, left_alone)
    output, _ = process.communicate(timeout=900)
    assert process.returncode == 0, output[-2000:]
    chance = random.Random(SEED)
    last_write = TOTAL - TOTAL % CHUNK
    points = [*sorted(chance.sample(range(CHUNK, last_write - 1000, CHUNK), 9)), last_write]

    codes = [kill_when_written(path, killed, point, chance.random() * 0.01) for point in points]
    process = start_import(path, killed)
    output, _ = process.communicate(timeout=900)

    assert codes == [-signal.SIGKILL] * 10
    assert process.returncode == 0, output[-2000:]
    assert run(DIGEST, killed) == run(DIGEST, left_alone)
