"""A clock that a test puts forward or back under running processes (libfaketime)."""

import shutil
from pathlib import Path

FAKETIME = next(iter(Path("/usr/lib").glob("*/faketime/libfaketime.so.1")), None)


def may_jump():
    """Whether it is installed."""
    return bool(FAKETIME and shutil.which("faketime"))


class Clock:
    """What the processes of a house take for the time: `hours` from the true one."""

    def __init__(self, file):
        self.file = file
        self.put(0)

    def put(self, hours):
        self.hours = hours
        fresh = self.file.with_suffix(".new")
        fresh.write_text(f"{round(hours * 3600):+d}\n")
        fresh.replace(self.file)

    @property
    def environment(self):
        return {
            "LD_PRELOAD": str(FAKETIME).replace(".so.1", "MT.so.1"),
            "PYTHONPATH": str(Path(__file__).parent / "clock"),
            "FAKETIME_TIMESTAMP_FILE": str(self.file),
            "FAKETIME_NO_CACHE": "1",
            "NO_FAKE_STAT": "1",  # the age of a source file tells whether its bytecode is its own
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "DONT_FAKE_MONOTONIC": "1",
        }
