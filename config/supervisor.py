"""Keeps the processes of the system running: starts them, starts again what ended, ends all of them together.

`start` becomes this program when everything is prepared: `python -I config/supervisor.py PLAN`. PLAN is a JSON file:

    {"var": folder of the state, "lock": descriptor of the locked file or null,
     "children": [{"name": ..., "command": [...]}, ...],
     "health": {"host": ..., "port": ..., "name": value of the Host header} or null,
     "announcement": what to print once the web server answers}

It uses the standard library alone and has one thread: the signal by which a child learns of its parent's death belongs
to the thread that started it, and a fork is safe only where no other thread holds a lock.
"""

import contextlib
import ctypes
import json
import os
import select
import selectors
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

REAPER = Path(__file__).with_name("reaper.py")
STOP_SECONDS = 9  # to finish by themselves; then they are killed
KILLED_SECONDS = 2  # to be gone after that
STEADY_SECONDS = 60  # a child that ran this long starts again at once
FIRST_PAUSE, LONGEST_PAUSE = 1, 30  # seconds before a new start; doubled each time
READY_SECONDS = 60  # without an answer for this long, say where to look
SAME_REQUEST_SECONDS = 0.5  # two requests to stop so close together are one
LOG_BYTES = 10 * 1024 * 1024
PIPE_BYTES = 65536
TERMINAL_BYTES = 4096  # a write of this size cannot block on a pipe that is ready
TERMINAL_PATIENCE = 200  # milliseconds
PR_SET_PDEATHSIG = 1

_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


class LogFile:
    """A file of lines that starts anew at LOG_BYTES and keeps the one before; a full disk costs lines, nothing else."""

    def __init__(self, path):
        self.path = path

    def write(self, line):
        with contextlib.suppress(OSError):
            if self.path.exists() and self.path.stat().st_size > LOG_BYTES:
                self.path.replace(self.path.with_name(f"{self.path.name}.1"))
            with self.path.open("ab") as file:
                file.write(line + b"\n")


class Terminal:
    """Standard output, which may be gone or stuck; what it does not take is left out, the log files have it too."""

    def __init__(self):
        self.poll = select.poll()
        self.poll.register(1, select.POLLOUT)
        self.patience = TERMINAL_PATIENCE

    def write(self, line):
        rest = line + b"\n"
        with contextlib.suppress(OSError):
            while rest and self.poll.poll(self.patience):
                rest = rest[os.write(1, rest[:TERMINAL_BYTES]) :]
        self.patience = 0 if rest else TERMINAL_PATIENCE


class Child:
    """One command in a session of its own, with its output and the count of its failures."""

    def __init__(self, name, command, log):
        self.name, self.command, self.log = name, command, log
        self.process, self.rest = None, b""
        self.failures, self.started_at, self.start_at = 0, 0.0, 0.0

    def start(self, **options):
        self.started_at = time.monotonic()
        self.process = subprocess.Popen(self.command, start_new_session=True, **options)

    def has_ended(self):
        return self.process is not None and self.process.poll() is not None

    def bury(self):
        """Kill what is left of the group, then forget the process; returns how it ended, in words."""
        kill_group(self.process.pid)
        code = self.process.wait()
        steady = time.monotonic() - self.started_at >= STEADY_SECONDS
        pause = FIRST_PAUSE if steady else min(FIRST_PAUSE * 2**self.failures, LONGEST_PAUSE)
        self.failures = 1 if steady else self.failures + 1
        self.start_at = time.monotonic() + pause
        self.process = None
        how = f"was ended by {signal.Signals(-code).name}" if code < 0 else f"ended with code {code}"
        return f"{self.name} {how}; it starts again in {pause} s"


class Supervisor:
    def __init__(self, plan):
        self.plan = plan
        self.folder = Path(plan["var"]) / "log"
        self.folder.mkdir(parents=True, exist_ok=True)
        self.log, self.terminal = LogFile(self.folder / "start.log"), Terminal()
        self.children = [
            Child(child["name"], child["command"], LogFile(self.folder / f"{child['name']}.log"))
            for child in plan["children"]
        ]
        self.reaper = Child("reaper", [sys.executable, "-I", "-S", str(REAPER)], self.log)
        self.selector = selectors.DefaultSelector()
        self.asked_to_stop, self.asked_at = 0, float("-inf")
        self.is_ready = False
        self.next_look_at = 0.0
        self.started_at = time.monotonic()
        self.launcher = launcher()

    def run(self):
        self._listen_to_signals()
        try:
            while not self.asked_to_stop:
                self._start_what_is_due()
                self._pump(0.2)
                self._bury_what_ended()
                self._look_for_readiness()
                self._look_for_launcher()
        finally:
            self._stop()

    # Starting

    def _start_what_is_due(self):
        for child in (self.reaper, *self.children):
            if child.process is None and time.monotonic() >= child.start_at:
                try:
                    self._start_reaper() if child is self.reaper else self._start_child(child)
                except OSError as problem:
                    child.start_at = time.monotonic() + LONGEST_PAUSE
                    self.say(f"{child.name} cannot be started: {problem}")

    def _start_reaper(self):
        lock = [] if self.plan["lock"] is None else [self.plan["lock"]]  # held until the last process is gone
        self.reaper.start(stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, pass_fds=lock)
        for child in self.children:
            if child.process:
                self._tell_reaper("+", child.process.pid)

    def _start_child(self, child):
        child.start(
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            preexec_fn=_die_with_parent(),
        )
        self._tell_reaper("+", child.process.pid)
        os.set_blocking(child.process.stdout.fileno(), False)
        self.selector.register(child.process.stdout, selectors.EVENT_READ, child)

    def _tell_reaper(self, sign, group):
        if self.reaper.process:
            with contextlib.suppress(OSError):  # it died; the next one is told all groups
                self.reaper.process.stdin.write(f"{sign}{group}\n".encode())
                self.reaper.process.stdin.flush()

    # Running

    def _listen_to_signals(self):
        reader, writer = os.pipe()
        os.set_blocking(writer, False)
        os.set_blocking(reader, False)
        signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
        self.selector.register(reader, selectors.EVENT_READ, None)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:  # nohup means it
                signal.signal(number, self._ask_to_stop)

    def _ask_to_stop(self, number, frame):
        """One press of Ctrl-C may come twice: from the terminal and from `uv`, which passes its own on."""
        now = time.monotonic()
        if now - self.asked_at >= SAME_REQUEST_SECONDS:
            self.asked_to_stop += 1
        self.asked_at = now

    def _pump(self, seconds):
        """Wait up to `seconds` for output, and pass it on line by line."""
        for key, _ in self.selector.select(seconds):
            if key.data is None:
                os.read(key.fd, PIPE_BYTES)
            else:
                self._pass_on(key.data)

    def _pass_on(self, child):
        try:
            data = os.read(child.process.stdout.fileno(), PIPE_BYTES)
        except BlockingIOError:
            return False
        if not data:
            self.selector.unregister(child.process.stdout)
            return False
        *lines, child.rest = (child.rest + data).split(b"\n")
        if len(child.rest) > PIPE_BYTES:
            lines, child.rest = [*lines, child.rest], b""
        for line in lines:
            self._show(child, line)
        return True

    def _show(self, child, line):
        child.log.write(line)
        self.terminal.write(f"{child.name:<6} | ".encode() + line)

    def _bury_what_ended(self):
        for child in self.children:
            if child.has_ended():
                self.say(self._bury(child))
        if self.reaper.has_ended():
            with contextlib.suppress(OSError):
                self.reaper.process.stdin.close()
            self.say(self.reaper.bury())

    def _bury(self, child):
        output, group = child.process.stdout, child.process.pid
        while output in self.selector.get_map() and self._pass_on(child):
            pass
        if child.rest:
            self._show(child, child.rest)
            child.rest = b""
        if output in self.selector.get_map():
            self.selector.unregister(output)
        output.close()
        words = child.bury()
        self._tell_reaper("-", group)
        return words

    def _look_for_readiness(self):
        now = time.monotonic()
        if self.is_ready or now < self.next_look_at:
            return
        self.next_look_at = now + 0.3
        if self.plan["health"] is None or answers(**self.plan["health"]):
            self.is_ready = True
            self.terminal.write(self.plan["announcement"].encode())
        elif now - self.started_at > READY_SECONDS:
            self.started_at = now
            self.say(f"The web server does not answer yet; look at {self.folder}")

    def _look_for_launcher(self):
        if self.launcher and os.getppid() != self.launcher:
            self.say("The program that started this one is gone")
            self.asked_to_stop += 1

    # Stopping

    def _stop(self):
        self.say("Stopping; press Ctrl-C again to stop at once")
        for child in self.children:
            if child.process:
                child.process.terminate()
        self._wait_for_the_end(STOP_SECONDS, patience=self.asked_to_stop)
        for child in self.children:
            if child.process:
                self.say(f"{child.name} did not stop in time and is killed")
                kill_group(child.process.pid)
        self._wait_for_the_end(KILLED_SECONDS)
        if self.reaper.process:
            self.reaper.process.stdin.close()
            self.reaper.process.wait()
        self.say("Stopped")

    def _wait_for_the_end(self, seconds, patience=None):
        deadline = time.monotonic() + seconds
        while any(child.process for child in self.children) and time.monotonic() < deadline:
            self._pump(0.1)
            for child in self.children:
                if child.has_ended():
                    self._bury(child)
            if patience is not None and self.asked_to_stop > patience:
                return

    def say(self, sentence):
        self.log.write(f"{time.strftime('%Y-%m-%d %H:%M:%S')} {sentence}".encode())
        self.terminal.write(f"{'start':<6} | {sentence}".encode())


def kill_group(group):
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)


def answers(host, port, name):
    """Whether the web server answers /healthz with anything but a failure of its own."""
    request = f"GET /healthz HTTP/1.0\r\nHost: {name}\r\n\r\n"
    try:
        with socket.create_connection((host, port), timeout=1) as connection:
            connection.sendall(request.encode())
            status = connection.recv(64).split()
    except OSError:
        return False
    return len(status) > 1 and status[1].isdigit() and int(status[1]) < 500


def launcher():
    """The number of the `uv` that runs this program and would leave it behind when killed; None without one."""
    parent = os.getppid()
    with contextlib.suppress(OSError):
        if Path(f"/proc/{parent}/comm").read_text().strip() == "uv":
            return parent
    return None


def _die_with_parent():
    """What a child does before it becomes its command: ask the system for SIGTERM when its parent ends."""
    if _libc is None:
        return None
    parent = os.getpid()

    def ask():
        _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:
            os._exit(1)

    return ask


def main():
    plan = json.loads(Path(sys.argv[1]).read_text())
    if plan["lock"] is not None:
        os.set_inheritable(plan["lock"], False)
    Supervisor(plan).run()


if __name__ == "__main__":
    main()
