"""Real processes: which of them belong to one state folder, and the whole system on such a folder."""

import contextlib
import os
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

from tests import migrated
from tests.servers import free_port, wait_until

ROOT = Path(__file__).resolve().parent.parent
STOP_SECONDS = 15


def of_state(var):
    """The living processes started for this state folder: {pid: command line}. A zombie has no environment left."""
    mark, found = f"VAR_DIR={var}".encode(), {}
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if mark in (folder / "environ").read_bytes().split(b"\0"):
                found[int(folder.name)] = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode().strip()
    return found


def children_of(pid):
    """The processes that any thread of this one started and that still run."""
    found = []
    for thread in Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(OSError):  # the thread ended meanwhile
            found += [int(child) for child in thread.read_text().split()]
    return found


def kill_all(var):
    for pid in of_state(var):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


class System:
    """The whole system as `manage.py start` runs it, on a state folder and a free port of its own.

    `with_tables`: it finds a migrated SQLite there, for tests that are not about the first start.
    """

    def __init__(self, var, *options, with_tables=False, **environment):
        self.var, self.options, self.environment = Path(var), options, environment
        if with_tables:
            migrated.copy_sqlite(self.var / "db.sqlite3")
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.terminal = self.var.with_name(f"{self.var.name}-{self.port}.terminal")

    def __enter__(self):
        self.start()
        self.wait_until_ready()
        return self

    def __exit__(self, *error):
        """Stop it as an operator does; whatever is still there after that is killed."""
        try:
            self.process.terminate()
            self.process.wait(timeout=STOP_SECONDS)
        finally:
            kill_all(self.var)
            self.process.wait()

    def start(self):
        own = {"DJANGO_SETTINGS_MODULE", "VAR_DIR", "DATABASE_URL", "REDIS_URL", "SECRET_KEY", "SITE_URL"}
        inherited = {name: value for name, value in os.environ.items() if name not in own}
        command = [sys.executable, ROOT / "manage.py", "start", "--port", str(self.port), "--var", self.var]
        with self.terminal.open("wb") as terminal:
            self.process = subprocess.Popen(
                [*command, *self.options],
                env=inherited | self.environment,
                stdout=terminal,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def wait_until_ready(self, seconds=180):
        wait_until(lambda: "is ready" in self.said() or self.process.poll() is not None, seconds=seconds)
        assert self.process.poll() is None, self.said()

    def said(self):
        return self.terminal.read_text()

    def answers(self):
        """Whether the web server answers."""
        try:
            with urllib.request.urlopen(f"{self.address}/healthz", timeout=2) as page:
                return page.status == 200
        except OSError:
            return False
