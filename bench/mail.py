"""Mail in and mail out at once, sustained: does what comes in become tickets, and does what is owed leave, in time?

A Dovecot is filled at so many mails a second; each becomes a ticket, and each ticket owes two mails (the answer to who
wrote, and the word to the one technician of the team), so that five in a second are ten out. Web, one worker, one beat,
the settings of production; mails about one ticket alone are not gathered (MAIL_WINDOW_MINUTES=0): here each has one.
"""

import json
import os
import shutil
import sys
import threading
import time
from contextlib import ExitStack, contextmanager
from datetime import date
from pathlib import Path

from aiosmtpd.controller import Controller

from bench import report, servers

TICKETS_EACH = 2  # three an hour is what one of them gets an answer to
PROMISE = 60  # seconds within which 99 of 100 are handed over
PREPARE = """
import django, sys; django.setup()
from tests import factories
from helpdesk.models import Mailbox
from people.models import User
ministry = factories.make_institution(name="Ministry")
team = factories.make_team(ministry)
queue = factories.make_queue(team, is_default=True)
team.members.add(factories.make_user(ministry, username="basil", email="basil@ministry.example", is_technician=True))
for n in range(int(sys.argv[1])):
    language = "ar" if n % 2 else "en"
    factories.make_user(ministry, username=f"p{n}", email=f"p{n}@ministry.example", language=language)
Mailbox.objects.create(
    institution=ministry, name="Desk", address="it@ministry.example", queue=queue, connection="desk",
    own_domains="ministry.example",
)
"""
TOLD = """
import django, json; django.setup()
from helpdesk.models import ReceivedMail, Ticket
from office.models import OutboxRow
mails = ReceivedMail.objects.filter(state="done").values_list("mail_id", "ticket__created_at")
sent = OutboxRow.objects.filter(state="sent").values_list("queued_at", "sent_at")
print(json.dumps({
    "in": [(mail_id, at.timestamp()) for mail_id, at in mails],
    "out": [(owed.timestamp(), at.timestamp()) for owed, at in sent],
    "states": [list(OutboxRow.objects.exclude(state="sent").values_list("state", flat=True)).count(s)
               for s in ("queued", "leased", "failed")],
    "tickets": Ticket.objects.count(),
}))
"""


class Sink:
    """Takes every mail and counts."""

    def __init__(self):
        self.taken = 0
        self.controller = Controller(self, hostname="127.0.0.1", port=servers.free_port())

    async def handle_DATA(self, server, session, envelope):
        self.taken += 1
        return "250 taken"

    @property
    def url(self):
        return f"smtp://127.0.0.1:{self.controller.port}"


def run(options, folder):
    """Measure one engine and write its figures; returns them."""
    with _house(options, folder) as (environment, mailbox, sink, pids):
        _wait(lambda: _is_warm(mailbox, sink, _people(options)), 180, "the worker took nothing in")
        figures = _measure(options, environment, mailbox, sink, pids)
    _save(figures, Path(options.out))
    return figures


@contextmanager
def _house(options, folder):
    from tests.dovecot import Dovecot
    from tests.servers import Redis

    with ExitStack() as stack:
        sink = Sink()
        sink.controller.start()
        stack.callback(sink.controller.stop)
        mailbox = stack.enter_context(Dovecot())
        environment = _environment(folder, mailbox, sink)
        if not options.sqlite:
            server = stack.enter_context(servers.postgres(folder))
            environment["DATABASE_URL"] = servers.create_database(server, "product")
            if shutil.which("redis-server"):
                environment["REDIS_URL"] = stack.enter_context(Redis()).url
        servers.python("manage.py", "migrate", "--verbosity", 0, env=environment)
        servers.python("manage.py", "createcachetable", "--verbosity", 0, env=environment)
        servers.python("-c", PREPARE, _people(options), env=environment)
        celery = [sys.executable, "-m", "celery", "-A", "config"]
        worker = [*celery, "worker", "--concurrency", "1", "--queues", "default,mail", "--loglevel", "WARNING"]
        beat = [*celery, "beat", "--schedule", str(folder / "beat"), "--pidfile=", "--loglevel", "WARNING"]
        stack.enter_context(servers.web("config.wsgi:application", environment, folder / "web.log"))
        process = stack.enter_context(servers.running(worker, environment, folder / "worker.log"))
        stack.enter_context(servers.running(beat, environment, folder / "beat.log"))
        yield environment, mailbox, sink, lambda: [process.pid, *servers.descendants(process.pid)]


def _environment(folder, mailbox, sink):
    strange = ("REDIS_URL", "SITE_URL", "DEBUG", "DEMO", "SECRET_KEY", "ALLOWED_HOSTS", "DATABASE_URL")
    return dict.fromkeys(strange, "") | {
        "DJANGO_SETTINGS_MODULE": "tests.faults.settings",  # the product's own, with passwords that cost nothing
        "VAR_DIR": str(folder / "var"),
        "SMTP_URL": sink.url,
        "MAILBOX_DESK_URL": mailbox.url,
        "MAIL_SECONDS": "10",
        "MAIL_WINDOW_MINUTES": "0",
        "PYTHONDONTWRITEBYTECODE": "1",
    }


def _people(options):
    """How many write, each so few that nothing is held as a flood; the last of them writes the first mail alone."""
    return int(options.rate * options.seconds / TICKETS_EACH) + 2


def _is_warm(mailbox, sink, people):
    """The first mail went all the way."""
    if not mailbox.count:
        mailbox.deliver(_letter("warm", 0, people - 1))
    return sink.taken >= 2


def _letter(name, n, person):
    from tests.helpdesk.letters import PNG, letter

    words = ("الطابعة لا تطبع منذ الصباح. " if n % 2 else "The printer prints nothing since this morning. ") * 12
    files = [("screen.png", "image/png", PNG + os.urandom(60_000))] if n % 5 == 0 else []
    who = {"sender": f"P <p{person}@ministry.example>", "message_id": f"<{name}-{n}@ministry.example>"}
    return letter(words, subject=f"Request {n}", files=files, **who)


def _measure(options, environment, mailbox, sink, pids):
    put, owed_before = {}, sink.taken
    before, began = servers.cpu_seconds(pids()), time.time()
    feeder = threading.Thread(target=_feed, args=(options, mailbox, put), daemon=True)
    feeder.start()
    feeder.join()
    fed = time.time()
    left_over = 2 * len(put) - (sink.taken - owed_before)
    _wait(lambda: sink.taken - owed_before >= 2 * len(put), PROMISE + options.seconds, "not all mails left")
    done = time.time()
    spent = servers.cpu_spent(before, servers.cpu_seconds(pids()))
    memory = sum(servers.proportional_bytes(pid) for pid in pids()) / 2**20
    told = json.loads(servers.python("-c", TOLD, env=environment))
    return {
        "mail": True,
        "engine": "SQLite" if options.sqlite else "PostgreSQL",
        "broker": "Redis" if environment["REDIS_URL"] else "files",
        "date": date.today().isoformat(),
        "machine": f"{os.cpu_count()} cores",
        "seconds": fed - began,
        "put": len(put),
        "asked": options.rate,
        "in_rate": len(put) / (fed - began),
        "out_rate": 2 * len(put) / (done - began),
        "left_over": left_over,
        "caught_up": done - fed,
        "tickets": told["tickets"],
        "unsent": sum(told["states"]),
        "in_seconds": _spread([at - put[mail_id] for mail_id, at in told["in"] if mail_id in put]),
        "out_seconds": _spread([sent - owed for owed, sent in told["out"]]),
        "cpu": spent / (done - began),
        "memory": memory,
    }


def _feed(options, mailbox, put):
    """Put a mail into the box each so many milliseconds, on time even when one was late."""
    began, n = time.time(), 0
    while (due := began + n / options.rate) < began + options.seconds:
        time.sleep(max(0, due - time.time()))
        raw = _letter("bench", n, n % (_people(options) - 1))
        put[f"<bench-{n}@ministry.example>"] = time.time()
        mailbox.deliver(raw)
        n += 1


def _spread(values):
    values, last = sorted(values), len(values) - 1
    return {name: values[min(int(len(values) * part), last)] for name, part in PARTS.items()} if values else {}


PARTS = {"median": 0.5, "p99": 0.99, "most": 1.0}


def _wait(condition, seconds, sentence):
    until = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > until:
            raise RuntimeError(f"{sentence} within {seconds:.0f} s")
        time.sleep(0.1)


def _save(figures, out):
    (out / "results").mkdir(parents=True, exist_ok=True)
    file = out / "results" / f"mail-{figures['engine'].lower()}.json"
    file.write_text(json.dumps(figures, indent=1) + "\n")
    report.write(out)
