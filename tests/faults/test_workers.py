"""Workers, clocks and mail servers that die at the worst moment (Z1, Z2, Z4 of the fault list)."""

import os
import signal
import time
from dataclasses import replace

import pytest

from tests.faults.house import House
from tests.servers import installed, wait_until

pytestmark = [
    pytest.mark.processes,
    pytest.mark.slow,
    pytest.mark.skipif(not installed("redis-server"), reason="redis-server is not installed"),
]


def sent_once(house, times, count, *, doubles_at_most=0):
    """Every mail arrived; doubles are few and carry the same Message-ID; the ledger says sent for all.

    What a killed worker held is only known to be sent when its lease has run out and it was sent again.
    """
    wait_until(lambda: house.audit()["states"] == {"sent": count}, seconds=times.lease + times.sweep + 20, every=1)
    copies = house.sink.copies()
    doubles = {key: n for key, n in copies.items() if n > 1}
    assert len(copies) == count
    assert len(doubles) <= doubles_at_most
    assert all(n == 2 for n in doubles.values())
    assert all(len(ids) == 1 for ids in house.sink.ids().values())


@pytest.mark.parametrize("redis", [True, False], ids=["redis", "files"])
def test_z1_a_pool_child_killed_in_the_middle_of_500_mails_loses_none(tmp_path, times, redis):
    with House(tmp_path, times, redis=redis) as house:
        house.start_worker()
        house.start_beat()
        wait_until(lambda: house.children_of("worker"), seconds=30)

        def kill_once(count):
            if count == 250:
                os.kill(house.children_of("worker")[0], signal.SIGKILL)

        house.sink.on_mail = kill_once
        house.owe("z1", 500)
        house.wait_for_mails(500, seconds=360)

        sent_once(house, times, 500, doubles_at_most=1)


def test_z2_a_killed_worker_is_replaced_by_the_sweep_and_not_by_the_broker(tmp_path, times):
    with House(tmp_path, times) as house:
        house.start_worker()
        house.start_beat()
        killed = []

        def kill_group(count):
            if count == 250:
                killed.append(time.monotonic())
                house.kill("worker")

        house.sink.on_mail = kill_group
        house.owe("z2", 500)
        wait_until(lambda: killed, seconds=60)
        house.start_worker("second")
        began = time.monotonic()
        house.wait_for_mails(500, seconds=times.lease + 120)

        assert time.monotonic() - began < times.lease + 30 + 50  # the lease, a sweep, and the sending at 10/s at least
        sent_once(house, times, 500, doubles_at_most=1)


def test_z4_two_beats_and_three_sweepers_send_each_mail_once(tmp_path, times):
    with House(tmp_path, replace(times, sweep=1)) as house:
        for name in ("one", "two", "three"):
            house.start_worker(name)
        house.start_beat("beat1")
        house.start_beat("beat2")

        end = time.monotonic() + times.side_by_side
        rounds = 0
        while time.monotonic() < end:
            house.owe(f"z4-{rounds}", 30)
            rounds += 1
        house.wait_for_mails(30 * rounds, seconds=60)

        sent_once(house, times, 30 * rounds)
