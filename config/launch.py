"""What `start` works out before anything runs: where to listen, under which names, with which processes.

Its options are facts of the deployment, so manage.py turns them into environment before the settings are read.
"""

import argparse
import errno
import fcntl
import ipaddress
import json
import os
import socket
import struct
import sys
import time
from contextlib import suppress
from pathlib import Path

from django.core.management import CommandError

LOOPBACK_NAMES = ("127.0.0.1", "localhost", "[::1]")
# Where this machine itself finds a server that listens everywhere.
WILDCARDS = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104
SIOCGIFADDR = 0x8915  # Linux; elsewhere the question fails and nothing is added
ENDING_SECONDS = 15  # what a killed system may need until its last process is gone
BUSY = (errno.EADDRINUSE, errno.EACCES, errno.EADDRNOTAVAIL)


def add_arguments(parser):
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default %(default)s)")
    parser.add_argument("--port", type=_port, default=8000, help="port to listen on (default %(default)s)")
    parser.add_argument("--var", metavar="DIR", help="folder of all state (default: $VAR_DIR, else var)")
    parser.add_argument("--no-demo", action="store_true", help="leave out the demonstration ministry")


def _port(text):
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is no port: a whole number from 1 to 65535 is")
    return int(text)


def environment(arguments, given):
    """What `start` with these arguments adds to the environment `given`, which has the last word but for --var."""
    parser = argparse.ArgumentParser(prog="manage.py start", add_help=False, allow_abbrev=False)
    add_arguments(parser)
    options, _ = parser.parse_known_args(arguments)
    if options.var and (problem := _why_not_a_folder(Path(options.var))):
        parser.error(problem)
    names = [*LOOPBACK_NAMES, *(machine_names() if options.host in WILDCARDS else [_in_address(options.host)])]
    added = {
        "SITE_URL": site_url(options.host, options.port),
        "ALLOWED_HOSTS": ",".join(dict.fromkeys(names)),
    }
    added = {name: value for name, value in added.items() if not given.get(name, "").strip()}
    return added | ({"VAR_DIR": str(Path(options.var).resolve())} if options.var else {})


def _why_not_a_folder(folder):
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        return f"The folder {folder} cannot be made: {problem.strerror}."
    return None if os.access(folder, os.W_OK | os.X_OK) else f"This account may not write into {folder}."


def site_url(host, port):
    shown = socket.gethostname() if host in WILDCARDS else _in_address(host)
    return f"http://{shown}:{port}"


def _in_address(host):
    return f"[{host}]" if ":" in host else host


def machine_names():
    """The names and addresses of this machine, as a browser would write them."""
    name = socket.gethostname()
    names = [name, socket.getfqdn()]
    with suppress(OSError):
        names += [_in_address(found[4][0]) for found in socket.getaddrinfo(name, None)]
    return [*names, *_addresses_of_cards()]


def _addresses_of_cards():
    """The IPv4 addresses of the network cards, by which colleagues reach a machine that no name server knows."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        for _, card in socket.if_nameindex():
            with suppress(OSError):
                answer = fcntl.ioctl(probe, SIOCGIFADDR, struct.pack("256s", card.encode()[:15]))
                yield socket.inet_ntoa(answer[20:24])


def listening_address(host, port):
    """The numeric address to listen on; refuses a host that is not this machine's and a port that is taken."""
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except OSError:
        raise CommandError(f"{host} is no address of this machine; choose another with --host.") from None
    with socket.socket(family, kind) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
        except OSError as problem:
            raise CommandError(_why_not(problem, host, port)) from None
    return address[0]


def _why_not(problem, host, port):
    reasons = {
        errno.EADDRINUSE: f"Port {port} is in use by another program; choose another with --port.",
        errno.EACCES: f"This account may not use port {port}; choose one above 1023 with --port.",
        errno.EADDRNOTAVAIL: f"{host} is no address of this machine; choose another with --host.",
    }
    return reasons.get(problem.errno) or f"It is not possible to listen on {host}, port {port}: {problem.strerror}."


def is_loopback(address):
    return ipaddress.ip_address(address).is_loopback


def take_lock(folder, address, say):
    """Lock the state folder for this process and those it starts; returns the descriptor to keep open.

    Refuses while another system runs there. One that was killed is given time until its last process has ended.
    """
    file = Path(folder) / "run" / "start.lock"
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    lock = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
    deadline, waiting = time.monotonic() + ENDING_SECONDS, False
    while not _locked(lock):
        owner, _, where = file.read_text().partition(" ")
        if _runs(owner) or time.monotonic() > deadline:
            raise CommandError(
                f"A system already runs on {folder} (process {owner}, {where}). "
                "Stop it first, or choose another folder with --var."
            )
        if not waiting:
            say("The system before was killed; waiting until its last process has ended")
        waiting = True
        time.sleep(0.2)
    os.ftruncate(lock, 0)
    os.pwrite(lock, f"{os.getpid()} {address}".encode(), 0)
    return lock


def try_lock(folder):
    """Lock the state folder if nobody runs there; the descriptor, or None at once."""
    file = Path(folder) / "run" / "start.lock"
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    lock = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
    if _locked(lock):
        return lock
    os.close(lock)
    return None


def _locked(descriptor):
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _runs(pid):
    try:
        os.kill(int(pid), 0)
    except (ValueError, ProcessLookupError):
        return False
    except PermissionError:
        return True
    return True


def children(var, address, port):
    """The processes of the system on one machine: [{"name", "command"}]."""
    celery = [sys.executable, "-m", "celery", "--quiet", "-A", "config"]
    quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel", "WARNING"]
    worker = [*celery, "worker", "--concurrency", "1", *quiet]  # prefork: a task's time limit needs a child to kill
    web = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", address, "--port", str(port), "--no-ws"]
    web += ["--workers", "1", "--blocking-threads", "4", "--respawn-failed-workers", "--workers-kill-timeout", "5"]
    commands = {
        "web": [*web, "--log-level", "warning", "config.wsgi:application"],
        "worker": [*worker, "--queues", "default,mail", "--hostname", "worker@%h"],
        "bulk": [*worker, "--queues", "bulk", "--hostname", "bulk@%h"],
        "beat": [*celery, "beat", "--schedule", str(var / "run" / "beat"), "--pidfile=", "--loglevel", "WARNING"],
    }
    return [{"name": name, "command": command} for name, command in commands.items()]


def health(address, port, allowed_hosts):
    """Where the supervisor asks whether the web server answers, and by which name it calls it."""
    exact = [name.lstrip(".") for name in allowed_hosts if name.strip(".*")]
    return {"host": WILDCARDS.get(address, address), "port": port, "name": (exact or ["localhost"])[0]}


def become_supervisor(plan):
    """Turn this process into the supervisor of the plan; does not return.

    A program of its own keeps nothing of what preparing took: no memory, no thread, no database connection.
    """
    file = Path(plan["var"]) / "run" / "plan.json"
    with open(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as target:
        json.dump(plan, target)
    os.set_inheritable(plan["lock"], True)
    sys.stdout.flush()
    supervisor = Path(__file__).with_name("supervisor.py")
    os.execv(sys.executable, [sys.executable, "-I", str(supervisor), str(file)])  # noqa: S606
