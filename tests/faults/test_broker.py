"""The broker dies, hangs, or forgets everything: nobody who works notices, and nothing is lost (Z6, Z7, Z8)."""

import statistics
import time

import pytest

from tests.faults.house import House
from tests.faults.visitor import Visitor
from tests.servers import installed, wait_until

pytestmark = [
    pytest.mark.processes,
    pytest.mark.slow,
    pytest.mark.skipif(not installed("redis-server"), reason="redis-server is not installed"),
]


@pytest.fixture
def house(tmp_path, times):
    with House(tmp_path, times) as house:
        house.start_web()
        house.start_worker()
        house.start_beat()
        yield house


def work_for(seconds, visitor, name):
    """Two tickets a second, as long as that; `(numbers, seconds each took)`."""
    numbers, times, end = [], [], time.monotonic() + seconds
    while time.monotonic() < end:
        began = time.monotonic()
        number, status, took = visitor.report(f"{name} {len(numbers)}")
        assert number, status
        numbers.append(number)
        times.append(took)
        time.sleep(max(0, 0.5 - (time.monotonic() - began)))
    return numbers, times


def everything_sent(house):
    states = house.audit()["states"]
    return set(states) <= {"sent", "suppressed"} and states


@pytest.mark.parametrize("fault", ["killed", "hung"])
def test_z6_z7_work_goes_on_while_redis_is_killed_or_hung(house, times, fault):
    amal = Visitor(f"http://127.0.0.1:{house.web_port}").sign_in("amal")
    amal.report("before")
    house.redis.kill() if fault == "killed" else house.redis.freeze()

    numbers, took = work_for(times.outage, amal, fault)
    Visitor(amal.address).sign_in("basil")
    house.redis.start() if fault == "killed" else house.redis.thaw()

    assert len(set(numbers)) == len(numbers)
    assert statistics.quantiles(took, n=20)[-1] < 1.5
    assert max(took) < 3
    wait_until(lambda: everything_sent(house), seconds=times.way_back, every=2)
    found = house.audit()
    assert found["tickets"] == len(numbers) + 1
    assert all(n == 1 for n in house.sink.copies().values())
    assert house.processes["worker"].poll() is None


def test_z8_a_broker_that_forgets_a_thousand_bells_loses_no_mail(house, times):
    import redis

    house.kill("worker")
    house.owe("z8", 1000)
    redis.Redis(port=house.redis.port).flushall()
    house.start_worker("second")

    house.wait_for_mails(1000, seconds=times.sweep + 200)

    wait_until(lambda: house.audit()["states"] == {"sent": 1000}, seconds=30, every=1)
    assert all(n == 1 for n in house.sink.copies().values())
