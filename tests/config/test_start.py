"""The first of the two commands, with everything real: up, killed piece by piece, and gone without a trace."""

import os
import signal
import time

import pytest

from tests.processes import STOP_SECONDS, System, children_of, of_state
from tests.servers import alive, wait_until

pytestmark = [pytest.mark.processes, pytest.mark.slow]

PROCESSES = 5  # web, worker, bulk, beat, and the reaper


@pytest.fixture(scope="module")
def system(tmp_path_factory):
    with System(tmp_path_factory.mktemp("state") / "var", "--no-demo") as system:
        yield system


@pytest.fixture
def another_system(tmp_path):
    with System(tmp_path / "var", "--no-demo", with_tables=True) as system:
        wait_until(lambda: heads_with_a_worker(system), seconds=60)
        yield system


def is_whole(system):
    return len(children_of(system.process.pid)) == PROCESSES and system.answers()


def heads_with_a_worker(system):
    """Web server and both Celery workers, once each has its worker; else None."""
    heads = {child for child in children_of(system.process.pid) if children_of(child)}
    return heads if len(heads) == 3 else None


def kill_and_wait_for_another(system, pid):
    os.kill(pid, signal.SIGKILL)
    wait_until(lambda: not alive(pid), seconds=5)
    wait_until(lambda: is_whole(system), seconds=60)


def test_every_process_that_is_killed_starts_again(system):
    wait_until(lambda: is_whole(system), seconds=60)
    for child in children_of(system.process.pid):
        kill_and_wait_for_another(system, child)

    assert system.process.poll() is None


def test_the_workers_of_the_web_server_and_of_celery_start_again(system):
    heads = wait_until(lambda: heads_with_a_worker(system), seconds=60)
    for head in heads:
        kill_and_wait_for_another(system, children_of(head)[0])

    wait_until(lambda: heads_with_a_worker(system) == heads, seconds=60)


def test_a_second_start_on_the_same_folder_says_so_and_stops(system):
    second = System(system.var, "--no-demo")
    second.start()

    assert second.process.wait(timeout=60) == 1
    assert "already runs" in second.said()
    assert system.answers()


def test_a_busy_port_is_said_before_anything_is_touched(system, tmp_path):
    other = System(tmp_path / "other", "--no-demo")
    other.port = system.port
    other.start()

    assert other.process.wait(timeout=60) == 1
    assert f"Port {system.port} is in use" in other.said()
    assert not (other.var / "db.sqlite3").exists()


def test_asked_to_stop_everything_ends_in_time(another_system):
    asked_at = time.monotonic()

    another_system.process.terminate()

    assert another_system.process.wait(timeout=STOP_SECONDS) == 0
    assert of_state(another_system.var) == {}
    assert time.monotonic() - asked_at < STOP_SECONDS


def test_killing_the_supervisor_leaves_no_orphan_and_the_next_start_works(another_system):
    another_system.process.kill()
    another_system.process.wait()

    wait_until(lambda: of_state(another_system.var) == {}, seconds=STOP_SECONDS)
    another_system.start()
    another_system.wait_until_ready()
    wait_until(lambda: is_whole(another_system), seconds=60)
