"""The history of another desk, imported: 12,459 incidents of a real log, 77,011 rows; how long, and how much memory.

Each run is `manage.py import incidents` in a process of its own: shown only, applied, and applied again, which changes
nothing. The log is read from $HELPDESK_DATA; where it is absent there is nothing to measure.
"""

import json
import os
import subprocess
import sys
import time
from contextlib import ExitStack
from datetime import date
from pathlib import Path

from bench import report, servers

DATA = Path(os.environ.get("HELPDESK_DATA") or servers.ROOT.parent / "shared/data")
LOG = DATA / "incident_event_log/incidents_first_half.csv.xz"
MAP = servers.ROOT / "tests/real/incidents.toml"
RUNS = {"shown": [], "applied": ["--apply"], "again": ["--apply"]}
PREPARE = """
import django; django.setup()
from tests import factories
factories.make_queue(factories.make_team(factories.make_institution(name="Desk")), is_default=True)
"""
COUNT = """
import django; django.setup()
from helpdesk.models import Ticket
from office.models import Event
print(Ticket.objects.count(), Event.objects.count())
"""


def run(options, folder):
    """Measure one engine and write its figures; returns them, None where the log is absent."""
    log = Path(options.log)
    if not log.exists():
        return None
    with ExitStack() as stack:
        environment = _environment(folder)
        if not options.sqlite:
            server = stack.enter_context(servers.postgres(folder))
            environment["DATABASE_URL"] = servers.create_database(server, "product")
        servers.python("manage.py", "migrate", "--verbosity", 0, env=environment)
        servers.python("-c", PREPARE, env=environment)
        runs = {name: _import(log, more, environment) for name, more in RUNS.items()}
        tickets, events = map(int, servers.python("-c", COUNT, env=environment).split())
    figures = {
        "import": True,
        "engine": "SQLite" if options.sqlite else "PostgreSQL",
        "date": date.today().isoformat(),
        "machine": f"{os.cpu_count()} cores",
        "lines": runs["applied"]["counts"]["rows"],
        "tickets": tickets,
        "events": events,
        "runs": runs,
    }
    _save(figures, Path(options.out))
    return figures


def _environment(folder):
    strange = ("REDIS_URL", "SMTP_URL", "SITE_URL", "DEBUG", "DEMO", "SECRET_KEY", "ALLOWED_HOSTS", "DATABASE_URL")
    return dict.fromkeys(strange, "") | {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "VAR_DIR": str(folder / "var"),
        "PYTHONDONTWRITEBYTECODE": "1",
    }


def _import(log, more, environment):
    """Seconds, processor seconds (its own; PostgreSQL's are not counted) and peak memory of one run."""
    command = [sys.executable, "manage.py", "import", "incidents", str(log), "--map", str(MAP), "--json", *more]
    began = time.monotonic()
    process = subprocess.Popen(
        command, cwd=servers.ROOT, env=os.environ | environment, stdout=subprocess.PIPE, text=True
    )
    output = process.stdout.read()
    _pid, status, used = os.wait4(process.pid, 0)
    seconds = time.monotonic() - began
    process.stdout.close()
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"the import ended with {process.returncode}")
    said = json.loads(output.splitlines()[-1])
    return {
        "seconds": seconds,
        "cpu": used.ru_utime + used.ru_stime,
        "peak_mib": used.ru_maxrss / 1024,
        "counts": said["counts"],
    }


def _save(figures, out):
    (out / "results").mkdir(parents=True, exist_ok=True)
    file = out / "results" / f"import-{figures['engine'].lower()}.json"
    file.write_text(json.dumps(figures, indent=1) + "\n")
    report.write(out)
