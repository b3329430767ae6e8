"""Looks at real processes: which of them belong to one state folder, and what started them."""

import contextlib
import os
import signal
from pathlib import Path


def of_state(var):
    """The living processes started for this state folder: {pid: command line}. A zombie has no environment left."""
    mark, found = f"VAR_DIR={var}".encode(), {}
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if mark in (folder / "environ").read_bytes().split(b"\0"):
                found[int(folder.name)] = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode().strip()
    return found


def children_of(pid):
    """The processes that this one started and that still run."""
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def kill_all(var):
    for pid in of_state(var):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
