"""A day on which a reminder of every contract falls due: how long it takes to compute and to send, and each once?

The run is the one that beat starts, made by a real worker over Redis; an SMTP server takes the mails. Twice: the
contracts of some hundred managers, whose reminders of one day are one mail each; and as many owners as contracts.
"""

import json
import os
import re
import shutil
import sys
import threading
import time
from collections import Counter
from contextlib import ExitStack, contextmanager
from datetime import date
from email import message_from_bytes
from pathlib import Path

from aiosmtpd.controller import Controller

from bench import report, servers

START = """
from config.celery import app
app.send_task("contracts.tasks.climb", retry=False)
"""


class Sink:
    """Takes every mail, keeps it as it came, and knows when the first and the last one came."""

    def __init__(self):
        self.raw, self.first, self.last = [], None, None
        self.controller = Controller(self, hostname="127.0.0.1", port=servers.free_port())

    async def handle_DATA(self, server, session, envelope):
        self.raw.append((envelope.rcpt_tos[0], envelope.content))
        self.last = time.monotonic()
        self.first = self.first or self.last
        return "250 taken"

    @property
    def url(self):
        return f"smtp://127.0.0.1:{self.controller.port}"

    def told(self):
        """(mails per person, mails per key, lines per contract) of everything that came."""
        people, keys, numbers = Counter(), Counter(), Counter()
        for address, raw in self.raw:
            mail = message_from_bytes(raw)
            text = next(part for part in mail.walk() if part.get_content_type() == "text/plain")
            people[address] += 1
            keys[mail["X-Outbox-Key"]] += 1
            numbers.update(re.findall(r"C-\d{5}", text.get_payload(decode=True).decode()))
        return people, keys, numbers


class Memory(threading.Thread):
    """The most that a worker's processes have taken together, looked at each second (PSS, bytes)."""

    def __init__(self, pids):
        super().__init__(daemon=True)
        self.pids, self.most, self.over = pids, 0, threading.Event()

    def run(self):
        while not self.over.wait(1):
            self.most = max(self.most, sum(_memory_of(pid) for pid in self.pids()))


def _memory_of(pid):
    try:
        return servers.proportional_bytes(pid)
    except OSError:  # ended meanwhile
        return 0


def run(options, folder):
    """Measure both cases and write their figures; returns them."""
    from tests.servers import Postgres

    with Postgres(migrated=True) as server:
        cases = [
            _case(options, folder, server.server, name, owners)
            for name, owners in (("managers", options.managers), ("each", options.contracts))
        ]
    figures = {
        "reminders": True,
        "engine": "PostgreSQL",
        "broker": "Redis" if shutil.which("redis-server") else "files",
        "date": date.today().isoformat(),
        "machine": f"{os.cpu_count()} cores",
        "load": os.getloadavg()[2],
        "contracts": options.contracts,
        "cases": cases,
    }
    _save(figures, Path(options.out))
    return figures


def _environment(folder, database):
    strange = ("REDIS_URL", "SMTP_URL", "SITE_URL", "DEBUG", "DEMO", "SECRET_KEY", "ALLOWED_HOSTS")
    return dict.fromkeys(strange, "") | {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "VAR_DIR": str(folder / "var"),
        "DATABASE_URL": database,
        "PYTHONDONTWRITEBYTECODE": "1",
    }


def _case(options, folder, server, name, owners):
    from tests.migrated import DATABASE

    with _house(folder / name, servers.copy_database(server, name, DATABASE)) as (environment, sink, start_beat):
        counting = float(servers.python("-m", "bench.seed_reminders", options.contracts, owners, env=environment))
        servers.checkpoint(environment["DATABASE_URL"])
        pids = start_beat()
        memory = Memory(pids)
        memory.start()
        before, began = servers.cpu_seconds(pids()), time.monotonic()
        servers.python("-c", START, env=environment)
        computed = _wait_for_run(environment, began)
        spent_computing = servers.cpu_spent(before, servers.cpu_seconds(pids()))
        _wait_for_mails(environment, sink, options.sending)
        memory.over.set()
        facts = {
            "case": name,
            "owners": owners,
            "counting": counting,
            "computed": computed,
            "compute_cpu": spent_computing,
            "mails": len(sink.raw),
            "sending": (sink.last - sink.first) if sink.raw else 0,
            "rate": (len(sink.raw) - 1) / (sink.last - sink.first) if len(sink.raw) > 1 else 0,
            "all_after": sink.last - began if sink.raw else None,
            "memory": memory.most / 2**20,
            "peak": max(_most_resident(pid) for pid in pids()) / 2**20,
        }
        return facts | _each_once(environment, sink, options.contracts)


@contextmanager
def _house(folder, database):
    """(environment, sink, start): `start` starts worker and beat, and gives what lists the worker's processes."""
    from tests.servers import Redis

    folder.mkdir()
    with ExitStack() as stack:
        sink = Sink()
        sink.controller.start()
        stack.callback(sink.controller.stop)
        environment = _environment(folder, database) | {"SMTP_URL": sink.url}
        if shutil.which("redis-server"):
            environment["REDIS_URL"] = stack.enter_context(Redis()).url

        def start():
            pids = stack.enter_context(servers.celery(environment, folder / "worker.log"))
            beat = [sys.executable, "-m", "celery", "-A", "config", "beat", "--schedule", str(folder / "beat")]
            stack.enter_context(servers.running([*beat, "--pidfile="], environment, folder / "beat.log"))
            return pids

        yield environment, sink, start


def _ask(environment, query):
    import psycopg

    with psycopg.connect(environment["DATABASE_URL"]) as connection:
        return connection.execute(query).fetchall()


def _wait_for_run(environment, began, seconds=3600):
    """Seconds from the word to the worker until the run said that it was done."""
    while not _ask(environment, "SELECT 1 FROM office_heartbeat WHERE name = 'reminders' AND note <> ''"):
        if time.monotonic() - began > seconds:
            raise RuntimeError(f"the run was not over within {seconds} s")
        time.sleep(0.2)
    return time.monotonic() - began


def _wait_for_mails(environment, sink, seconds):
    """Until nothing is owed any more, or the first mail came so many seconds ago: then what is left is held back."""
    until = time.monotonic() + 120
    while _ask(environment, "SELECT 1 FROM office_outboxrow WHERE state IN ('queued', 'leased') LIMIT 1"):
        if sink.first and time.monotonic() > sink.first + seconds:
            _hold(environment)
            return
        if not sink.first and time.monotonic() > until:
            raise RuntimeError("no mail left within two minutes after the run")
        time.sleep(0.5)


def _hold(environment):
    """Let no more mails leave, and wait until those that are under way have."""
    import psycopg

    with psycopg.connect(environment["DATABASE_URL"]) as connection:
        connection.execute("INSERT INTO office_mailhold (since, reason) VALUES (now(), 'measured long enough')")
    while _ask(environment, "SELECT 1 FROM office_outboxrow WHERE state = 'leased' LIMIT 1"):
        time.sleep(0.2)


def _most_resident(pid):
    text = Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"^VmHWM:\s+(\d+) kB", text, re.MULTILINE)[1]) * 1024


def _each_once(environment, sink, contracts):
    """What stands in the tables, and whether everything stands there and came once."""
    rows, terms = _ask(environment, "SELECT count(*), count(DISTINCT term_id) FROM contracts_reminder")[0]
    owed = dict(_ask(environment, "SELECT state, count(*) FROM office_outboxrow GROUP BY state"))
    people, keys, numbers = sink.told()
    sent = owed.get("sent", 0)
    once = all({1} >= set(counted.values()) for counted in (people, keys, numbers))
    return {
        "rows": rows,
        "owed": sum(owed.values()),
        "unsent": sum(owed.values()) - sent,
        "lines": sum(numbers.values()),
        "once": once
        and rows == terms == contracts
        and len(keys) == sent
        and (len(numbers) == contracts or set(owed) != {"sent"}),
    }


def _save(figures, out):
    (out / "results").mkdir(parents=True, exist_ok=True)
    (out / "results" / "reminders-postgresql.json").write_text(json.dumps(figures, indent=1) + "\n")
    report.write(out)
