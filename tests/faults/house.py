"""A whole installation of real processes that a test may hurt: database, broker, mail server, web, workers, beat."""

import contextlib
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections import Counter, defaultdict
from email import message_from_bytes
from pathlib import Path

import psycopg
from aiosmtpd.controller import Controller

from tests import migrated
from tests.faults.times import SHORT
from tests.servers import Postgres, Redis, free_port, wait_until

ROOT = Path(__file__).parents[2]
PREPARE = """
import django; django.setup()
from tests import factories
ministry = factories.make_institution(name="Ministry")
team = factories.make_team(ministry)
queue = factories.make_queue(team, is_default=True)
from helpdesk.models import Mailbox
Mailbox.objects.create(
    institution=ministry, name="Desk", address="it@ministry.example", queue=queue, connection="desk"
)
for name in ("amal", "basil", "huda"):
    person = factories.make_user(ministry, username=name, is_technician=name != "amal")
    if name != "amal":
        team.members.add(person)
"""
OWE = """
import django, sys; django.setup()
from django.utils import timezone
from people.models import User
from office.models import OutboxRow
amal, name = User.objects.get(username="amal"), sys.argv[1]
OutboxRow.objects.bulk_create(
    OutboxRow(key=f"{name}:{n}", topic="test.plain", recipient=amal, address=f"{name}{n}@ministry.example")
    for n in range(int(sys.argv[2]))
)
from office import bell
bell.ring(); import time; time.sleep(2)
"""
AUDIT = """
import django, json; django.setup()
from collections import Counter
from datetime import timedelta
from django.conf import settings
from django.db import connection
from django.db.models import Count, Sum
from django.utils import timezone
from office.models import OutboxRow
from helpdesk.models import Ticket, TicketTally
old = timezone.now() - timedelta(seconds=settings.OUTBOX_LEASE_SECONDS)
numbers = sorted(int(n.rsplit("-", 1)[1]) for n in Ticket.objects.values_list("number", flat=True))
print(json.dumps({
    "stale_leases": OutboxRow.objects.filter(state="leased", lease_until__lt=old).count(),
    "states": dict(OutboxRow.objects.values_list("state").annotate(Count("pk"))),
    "tickets": len(numbers),
    "gaps": numbers != list(range(1, len(numbers) + 1)),
    "tally": TicketTally.objects.aggregate(n=Sum("n"))["n"] or 0,
    "unresolved": Ticket.objects.unresolved().count(),
}))
"""
_made = []  # the folder of a ministry on SQLite, for every house of this run


class Sink:
    """A mail server that remembers; `on_mail(n)` runs after the n-th mail was taken, before it says so.

    `letters`: whole mails, kept where a test has put a list there.
    """

    def __init__(self):
        self.mails = []
        self.letters = None
        self.on_mail = None
        self.lock = threading.Lock()
        self.controller = Controller(self, hostname="127.0.0.1", port=free_port())

    async def handle_DATA(self, server, session, envelope):
        mail = message_from_bytes(envelope.content)
        with self.lock:
            self.mails.append((mail["X-Outbox-Key"], mail["Message-ID"]))
            count = len(self.mails)
            if self.letters is not None:
                self.letters.append(mail)
        if self.on_mail:
            self.on_mail(count)
        return "250 taken"

    @property
    def url(self):
        return f"smtp://127.0.0.1:{self.controller.port}"

    def copies(self):
        """How many mails came per key."""
        with self.lock:
            return Counter(key for key, _id in self.mails)

    def ids(self):
        found = defaultdict(set)
        with self.lock:
            for key, message_id in self.mails:
                found[key].add(message_id)
        return found


class House:
    """Starts what a test asks for; `stop` ends all of it by process id."""

    def __init__(self, folder, times=SHORT, *, redis=True, sink=None, **environment):
        self.folder = Path(folder)
        self.processes = {}
        self.redis = Redis() if redis else None
        self.sink = sink or Sink()
        self.postgres = Postgres(migrated=True) if redis else None
        self.web_port = free_port()
        self.settings = {
            "OUTBOX_LEASE_SECONDS": str(times.lease),
            "SWEEP_SECONDS": str(times.sweep),
            "OUTBOX_RETRY_AT_MOST": str(times.retry),
            "FAULT_EMAIL_TIMEOUT": str(times.answer),
            "MAIL_WINDOW_MINUTES": "0",  # what is counted is mails, not what was gathered into one
        } | environment

    def __enter__(self):
        self.sink.controller.start()
        if self.redis:
            self.redis.__enter__()
            self.postgres.__enter__()
        self.environment = os.environ | {
            "VAR_DIR": str(self.folder / "var"),
            "DJANGO_SETTINGS_MODULE": "tests.faults.settings",
            "DATABASE_URL": self.postgres.url if self.postgres else "",
            "REDIS_URL": self.redis.url if self.redis else "",
            "SMTP_URL": self.sink.url,
            "SITE_URL": self.address,
        }
        self.environment |= self.settings
        self._prepare()
        return self

    def _prepare(self):
        """The ministry of the tests; on SQLite it is made once and copied."""
        if self.redis:
            self.python(PREPARE)
            return
        if not _made:
            _made.append(tempfile.TemporaryDirectory(prefix="helpdesk-house-", ignore_cleanup_errors=True))
            var, self.environment["VAR_DIR"] = self.environment["VAR_DIR"], _made[0].name
            migrated.copy_sqlite(Path(_made[0].name) / "db.sqlite3")
            self.python(PREPARE)
            self.environment["VAR_DIR"] = var
        shutil.copytree(_made[0].name, self.environment["VAR_DIR"], dirs_exist_ok=True)

    def __exit__(self, *error):
        for name in list(self.processes):
            self.kill(name)
        if self.redis:
            self.redis.__exit__()
            self.postgres.__exit__()
        self.sink.controller.stop()

    @property
    def address(self):
        return f"http://127.0.0.1:{self.web_port}"

    # Processes

    def python(self, code, *arguments):
        done = subprocess.run(
            [sys.executable, "-c", code, *map(str, arguments)],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stdout

    def start(self, name, *command):
        log = (self.folder / f"{name}.log").open("ab")
        self.processes[name] = subprocess.Popen(
            [sys.executable, *command], cwd=ROOT, env=self.environment, stdout=log, stderr=log, start_new_session=True
        )
        return self.processes[name]

    def start_worker(self, name="worker", concurrency=1, loglevel="WARNING"):
        quiet = ("--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel", loglevel)
        queues = ("--queues", "default,mail", "--hostname", f"{name}@%h")
        return self.start(
            name, "-m", "celery", "-A", "config", "worker", "--concurrency", str(concurrency), *queues, *quiet
        )

    def start_beat(self, name="beat"):
        schedule = self.folder / f"{name}.schedule"
        return self.start(name, "-m", "celery", "-A", "config", "beat", "--schedule", str(schedule), "--pidfile=")

    def start_web(self):
        options = ("--interface", "wsgi", "--host", "127.0.0.1", "--port", str(self.web_port), "--workers", "1")
        process = self.start("web", "-m", "granian", *options, "--blocking-threads", "4", "config.wsgi:application")
        wait_until(self._web_answers, seconds=60)
        return process

    def _web_answers(self):
        try:
            with urllib.request.urlopen(f"{self.address}/healthz", timeout=2) as answer:
                return answer.status == 200
        except OSError:
            return False

    def kill(self, name):
        """SIGKILL the whole group."""
        process = self.processes.pop(name)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def is_alive(self, name):
        return name in self.processes and self.processes[name].poll() is None

    def children_of(self, name):
        """Process ids of the pool children of a worker."""
        parent = self.processes[name].pid
        return [int(pid) for pid in Path(f"/proc/{parent}/task/{parent}/children").read_text().split()]

    # Work and what came of it

    def owe(self, name, count):
        """Put `count` mails into the outbox and ring."""
        self.python(OWE, name, count)

    def audit(self, doubles=None):
        """What holds after every fault: no stale lease, numbers without gap, counts that agree with the rows.

        doubles: how many mails may have come twice, each with one Message-ID; None: that is not asked.
        """
        found = json.loads(self.python(AUDIT))
        assert found["stale_leases"] == 0
        assert not found["gaps"]
        assert found["tally"] == found["unresolved"]
        if doubles is not None:
            twice = {key: n for key, n in self.sink.copies().items() if n > 1}
            assert len(twice) <= doubles
            assert all(n == 2 for n in twice.values())
            assert all(len(ids) == 1 for ids in self.sink.ids().values())
        return found

    def states_of(self, name):
        """{address: (state, attempts, class of the last error)} of mails owed under this name, on SQLite."""
        query = "SELECT address, state, attempts, error_class FROM office_outboxrow WHERE key LIKE ? ORDER BY id"
        with contextlib.closing(sqlite3.connect(self.folder / "var" / "db.sqlite3", timeout=20)) as database:
            return {address: tuple(rest) for address, *rest in database.execute(query, [f"{name}%"])}

    def sql(self, statement, *values):
        """The rows that a statement gives, in a transaction of its own, on PostgreSQL."""
        with psycopg.connect(self.postgres.url) as database:
            done = database.execute(statement, values)
            return done.fetchall() if done.description else []

    def wait_for_mails(self, count, *, seconds):
        wait_until(lambda: len(self.sink.copies()) >= count, seconds=seconds)
        return time.monotonic()
