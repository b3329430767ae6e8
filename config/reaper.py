"""Ends the process groups of the system when its supervisor is gone, however it went.

The supervisor starts this beside its children and writes to its standard input `+GROUP` for each process group that it
starts and `-GROUP` for each that it saw end. The input ends when the supervisor does, even by SIGKILL. The signal of
PR_SET_PDEATHSIG alone would not do: it reaches a child, but not the workers which that child started.
"""

import os
import signal
import sys
import time

GRACE_SECONDS = 6


def main():
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)  # it leaves last, after those it watches
    groups = set()
    for line in sys.stdin:
        (groups.add if line[0] == "+" else groups.discard)(int(line[1:]))
    end(groups)


def end(groups):
    """Ask the head of each group to stop, and kill after GRACE_SECONDS what is left."""
    for group in groups:
        send(os.kill, group, signal.SIGTERM)
    deadline = time.monotonic() + GRACE_SECONDS
    while groups and time.monotonic() < deadline:
        groups = {group for group in groups if send(os.killpg, group, 0)}
        time.sleep(0.1)
    for group in groups:
        send(os.killpg, group, signal.SIGKILL)


def send(kill, number, message):
    """False when nothing with that number is left."""
    try:
        kill(number, message)
    except ProcessLookupError:
        return False
    except PermissionError:
        return False  # the number belongs to somebody else by now
    return True


if __name__ == "__main__":
    main()
