"""The supervisor with small children: what ends starts again, and nothing stays behind."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.processes import children_of, kill_all, of_state
from tests.servers import wait_until

pytestmark = pytest.mark.processes

SUPERVISOR = Path(__file__).parents[2] / "config" / "supervisor.py"
QUIET = "import time; print('working', flush=True); time.sleep(600)"
STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); " + QUIET
FINISHING = (
    "import signal, sys, time\n"
    "signal.signal(signal.SIGTERM, lambda *_: (time.sleep(1), print('finished', flush=True), sys.exit(0)))\n" + QUIET
)
# Like a server with workers: ends when asked, but its worker does not, and outlives it.
WITH_WORKER = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {STUBBORN!r}]); " + QUIET
BROKEN = "import sys; print('no such module'); sys.exit(3)"


@pytest.fixture
def supervise(tmp_path):
    """Start a supervisor over children given as {name: Python program}."""
    started = []

    def _supervise(**children):
        plan = {
            "var": str(tmp_path),
            "lock": None,
            "health": None,
            "announcement": "READY",
            "children": [{"name": name, "command": [sys.executable, "-c", code]} for name, code in children.items()],
        }
        (tmp_path / "plan.json").write_text(json.dumps(plan))
        process = subprocess.Popen(
            [sys.executable, "-I", SUPERVISOR, tmp_path / "plan.json"],
            env=os.environ | {"VAR_DIR": str(tmp_path)},
            stdout=(tmp_path / "terminal").open("wb"),
            start_new_session=True,
        )
        started.append(process)
        wait_until(lambda: "READY" in (tmp_path / "terminal").read_text(), seconds=10)
        lasting = [code for code in children.values() if code != BROKEN]
        wait_until(lambda: (tmp_path / "terminal").read_text().count("| working") >= len(lasting), seconds=10)
        return process

    yield _supervise
    kill_all(tmp_path)
    for process in started:
        process.wait()


def working(var):
    """The children and their workers: {pid: command line}, without the supervisor and its reaper."""
    return {pid: line for pid, line in of_state(var).items() if " -c " in line}


def reaper(var):
    return next((pid for pid, line in of_state(var).items() if "reaper" in line), None)


def test_a_child_that_is_killed_starts_again(supervise, tmp_path):
    supervise(web=QUIET, beat=QUIET)
    victim, other = working(tmp_path)

    os.kill(victim, signal.SIGKILL)

    wait_until(lambda: victim not in working(tmp_path) and len(working(tmp_path)) == 2, seconds=5)
    assert other in working(tmp_path)


def test_the_workers_of_a_killed_child_do_not_outlive_it(supervise, tmp_path):
    supervisor = supervise(web=WITH_WORKER)
    before = wait_until(lambda: len(both := working(tmp_path)) == 2 and both, seconds=5)
    [main] = set(children_of(supervisor.pid)) & set(before)

    os.kill(main, signal.SIGKILL)

    wait_until(lambda: len(after := working(tmp_path)) == 2 and not set(after) & set(before), seconds=5)


def test_when_asked_to_stop_all_end_and_the_supervisor_says_so(supervise, tmp_path):
    supervisor = supervise(web=WITH_WORKER, beat=QUIET)

    supervisor.terminate()

    assert supervisor.wait(timeout=5) == 0
    assert of_state(tmp_path) == {}
    assert "Stopped" in (tmp_path / "terminal").read_text()


def test_a_child_that_will_not_stop_is_killed_in_time(supervise, tmp_path):
    supervisor = supervise(web=STUBBORN)

    supervisor.terminate()

    assert supervisor.wait(timeout=15) == 0
    assert of_state(tmp_path) == {}


def test_asking_twice_does_not_wait(supervise, tmp_path):
    supervisor = supervise(web=STUBBORN)

    supervisor.send_signal(signal.SIGINT)
    time.sleep(0.7)
    supervisor.send_signal(signal.SIGINT)

    assert supervisor.wait(timeout=4) == 0
    assert of_state(tmp_path) == {}


def test_the_same_request_twice_still_lets_the_children_finish(supervise, tmp_path):
    supervisor = supervise(web=FINISHING)

    supervisor.send_signal(signal.SIGINT)
    supervisor.send_signal(signal.SIGINT)

    assert supervisor.wait(timeout=5) == 0
    assert "finished" in (tmp_path / "log" / "web.log").read_text()


def test_killing_the_supervisor_leaves_no_orphan(supervise, tmp_path):
    supervisor = supervise(web=WITH_WORKER, mail=STUBBORN, beat=QUIET)

    supervisor.kill()
    supervisor.wait()

    wait_until(lambda: of_state(tmp_path) == {}, seconds=15)


def test_killing_the_reaper_and_then_the_supervisor_leaves_no_orphan(supervise, tmp_path):
    supervisor = supervise(web=STUBBORN)
    first = reaper(tmp_path)
    os.kill(first, signal.SIGKILL)
    wait_until(lambda: reaper(tmp_path) not in (None, first), seconds=5)

    supervisor.kill()
    supervisor.wait()

    wait_until(lambda: of_state(tmp_path) == {}, seconds=15)


def test_a_broken_child_is_tried_less_and_less_often_while_the_others_run(supervise, tmp_path):
    supervise(web=QUIET, mail=BROKEN)

    wait_until(lambda: "starts again in 4 s" in (tmp_path / "terminal").read_text(), seconds=8)

    tries = [line for line in (tmp_path / "terminal").read_text().splitlines() if "mail ended with code 3" in line]
    assert [line.split(" in ")[-1] for line in tries] == ["1 s", "2 s", "4 s"]
    assert len(working(tmp_path)) == 1


def test_every_line_carries_the_name_of_its_child_and_is_kept_in_its_log(supervise, tmp_path):
    supervise(web=QUIET)

    wait_until(lambda: "web    | working\n" in (tmp_path / "terminal").read_text(), seconds=5)

    assert (tmp_path / "log" / "web.log").read_text() == "working\n"
