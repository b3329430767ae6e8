"""Mail servers that greylist, refuse, hang, hang up, or were away for a day (Z13 to Z18), and a poisoned mail (Z31)."""

import json
import statistics
import time
from dataclasses import replace

import pytest

from tests.faults.house import House
from tests.faults.post import PASSWORD, Post, self_signed
from tests.servers import wait_until

pytestmark = [pytest.mark.processes, pytest.mark.slow]

BACKLOG = """
import django, sys; django.setup()
from datetime import timedelta
from django.utils import timezone
from people.models import User
from office.models import OutboxRow
amal, yesterday = User.objects.get(username="amal"), timezone.now() - timedelta(hours=24)
User.objects.filter(pk=amal.pk).update(email="amal@ministry.example")
def row(key, **values):
    address = key.replace(":", "") + "@ministry.example"
    return OutboxRow(**{"key": key, "topic": "test.plain", "recipient": amal, "address": address,
                        "queued_at": yesterday, "not_before": yesterday} | values)
rows = [row(f"z18:{n}", urgency=8 if n % 2 else 5) for n in range(int(sys.argv[1]))]
rows += [row(f"z18-urgent:{n}", urgency=0, expires_at=timezone.now() + timedelta(minutes=30)) for n in range(5)]
rows += [row(f"z18-old:{n}", urgency=0, expires_at=yesterday + timedelta(hours=1)) for n in range(5)]
OutboxRow.objects.bulk_create(rows)
"""
HEALTH = """
import django, json; django.setup()
from office import health
told = health.report()
print(json.dumps([told["healthy"], told["mail_server"]]))
"""


@pytest.fixture(scope="module")
def house(tmp_path_factory, times):
    times = times if times.lease > 60 else replace(times, lease=4, sweep=2)
    with House(tmp_path_factory.mktemp("out"), times, redis=False, sink=Post()) as house:
        house.start_worker()
        house.start_beat()
        yield house


@pytest.fixture
def post(house):
    """The mail server, well again after each test."""
    yield house.sink
    house.sink.stop()
    house.sink.grey.clear()
    house.sink.unknown.clear()
    house.sink.drops.clear()
    house.sink.start()


def address(name, n):
    return f"{name}{n}@ministry.example"


def arrived(post, name):
    """How many mails of this name came at least once."""
    with post.lock:
        return {to for _at, to in post.at if to.startswith(name)}


def all_sent(house, name):
    states = house.states_of(name)
    return states if {state for state, _attempts, _why in states.values()} == {"sent"} else None


def test_z13_greylisting_delays_the_one_address_only(house, post, times):
    slow, began = address("z13-", 0), time.monotonic()
    post.grey[slow] = float("inf")

    house.owe("z13-", 20)
    wait_until(lambda: len(arrived(post, "z13-")) == 20, seconds=30 + times.sweep)
    wait_until(lambda: len(post.attempts_of(slow)) > 1, seconds=180)
    others = house.states_of("z13-")
    time.sleep(max(0, began + times.grey - time.monotonic()))
    attempts = len(post.attempts_of(slow))
    post.grey.clear()
    wait_until(lambda: all_sent(house, "z13-"), seconds=times.grey * 2 + 30, every=1)

    assert [state for to, (state, _n, _why) in others.items() if to != slow] == ["sent"] * 19
    assert others[slow][0] in ("queued", "leased")
    assert attempts <= 2 + (time.monotonic() - began) // min(times.retry, 50)
    house.audit(doubles=0)


def test_z14_one_of_three_is_refused_for_good_and_said_to_be(house, post, times):
    refused = address("z14-", 1)
    post.unknown.add(refused)

    house.owe("z14-", 3)
    wait_until(lambda: len(arrived(post, "z14-")) == 3, seconds=15 + times.sweep)
    time.sleep(times.retry + times.sweep if times.retry < 60 else 120)

    states = house.states_of("z14-")
    assert sorted(state for state, _n, _why in states.values()) == ["failed", "sent", "sent"]
    assert states[refused] == ("failed", 1, "refused")
    assert len(post.attempts_of(refused)) == 1
    house.audit(doubles=0)


def test_z16_a_server_that_never_answers_holds_up_one_round_and_the_worker_lives(house, post, times):
    post.be_silent()

    house.owe("z16-", 30)
    wait_until(lambda: any(why for _state, _n, why in house.states_of("z16-").values()), seconds=times.answer + 30)
    burnt = [attempts for _state, attempts, _why in house.states_of("z16-").values()]
    healthy, said = json.loads(house.python(HEALTH))
    post.stop()
    post.start()
    wait_until(lambda: all_sent(house, "z16-"), seconds=max(times.answer, 90) + 60, every=1)

    assert sum(attempts > 0 for attempts in burnt) <= 3  # one a round, not each of the thirty
    assert not healthy
    assert said
    assert house.processes["worker"].poll() is None
    house.audit(doubles=0)


def test_z17_a_server_that_hangs_up_after_the_data_gets_one_copy_more_under_the_same_id(house, post, times):
    post.drops |= {address("z17-", 1), address("z17-", 3)}

    house.owe("z17-", 5)
    wait_until(lambda: all_sent(house, "z17-"), seconds=90 + times.sweep, every=1)

    assert len(post.attempts_of(address("z17-", 1))) == 2
    assert len(post.attempts_of(address("z17-", 0))) == 1
    house.audit(doubles=2)


def test_z18_after_a_day_away_what_is_urgent_leaves_first_and_what_is_out_of_date_never(house, post, times):
    post.stop()
    house.python(BACKLOG, times.backlog)
    time.sleep(times.sweep + 2)
    assert {state for state, _n, _why in house.states_of("z18:").values()} == {"queued"}

    post.start()
    began = len(post.at)
    wait_until(lambda: len(post.at) > began, seconds=90)
    first = time.monotonic()
    wait_until(lambda: len(arrived(post, "z18")) == times.backlog + 5, seconds=30 + times.backlog / 10, every=0.5)
    took = time.monotonic() - first
    wait_until(lambda: all_sent(house, "z18:"), seconds=90, every=1)

    order = [to.split("@")[0] for _at, to in post.at[began:]]
    places = {"digest": [], "other": []}
    for place, to in enumerate(order):
        if to[3:].isdigit():
            places["digest" if int(to[3:]) % 2 else "other"].append(place)
    assert times.backlog / took >= 10, f"{times.backlog / took:.1f} a second"
    assert max(n for n, to in enumerate(order) if to.startswith("z18-urgent")) < 60
    assert statistics.mean(places["digest"]) > statistics.mean(places["other"])
    assert {state for state, _n, _why in house.states_of("z18-old").values()} == {"expired"}
    assert not [to for to in order if to.startswith("z18-old")]
    house.audit(doubles=2)


# A server that lets nobody in: for each a house of its own, because who signs in stands in the settings


OWE_AND_DRAIN = """
import django, json, sys; django.setup()
from people.models import User
from office import health, outbox
from office.models import OutboxRow
amal = User.objects.get(username="amal")
OutboxRow.objects.bulk_create(
    OutboxRow(key=f"z15-:{n}", topic="test.plain", recipient=amal, address=f"z15-{n}@ministry.example")
    for n in range(int(sys.argv[1]))
)
outbox.drain()
told = health.report()
print(json.dumps([told["healthy"], told["mail_server"]]))
"""
DRAIN_WHAT_WAITS = """
import django; django.setup()
from django.utils import timezone
from office import outbox
from office.models import OutboxRow
OutboxRow.objects.filter(state="queued").update(not_before=timezone.now())
outbox.drain()
"""


def test_z15_a_wrong_password_pauses_all_and_burns_nothing(tmp_path):
    post = Post()
    post.password = b"changed"
    with House(tmp_path, redis=False, sink=post) as house:
        healthy, said = json.loads(house.python(OWE_AND_DRAIN, 120))
        states, asked = house.states_of("z15-"), post.sign_ins
        post.password = PASSWORD  # mended
        house.python(DRAIN_WHAT_WAITS)

        assert {(state, attempts) for state, attempts, _why in states.values()} == {("queued", 0)}
        assert asked <= 2  # one round: the two ways in which a password is said
        assert (healthy, "535" in said) == (False, True)
        assert all_sent(house, "z15-")
        house.audit(doubles=0)


def test_z15_a_certificate_that_nobody_vouches_for_is_refused(tmp_path):
    context, certificate = self_signed(tmp_path)
    with House(tmp_path, redis=False, sink=Post(tls=context)) as house:
        healthy, said = json.loads(house.python(OWE_AND_DRAIN, 3))
        states = house.states_of("z15-")
        house.environment["SSL_CERT_FILE"] = str(certificate)  # mended
        house.python(DRAIN_WHAT_WAITS)

        assert {(state, attempts) for state, attempts, _why in states.values()} == {("queued", 0)}
        assert (healthy, "CERTIFICATE_VERIFY_FAILED" in said) == (False, True)
        assert all_sent(house, "z15-")
        house.audit(doubles=0)


# Z31


def test_z31_a_mail_that_kills_its_worker_is_given_up_and_its_neighbours_are_sent(house, post, times):
    house.python(POISON)
    patience = (
        60 + times.sweep + times.lease + times.sweep
    )  # no bell rang; one round for the first, one after its lease
    wait_until(lambda: len(arrived(post, "z31-")) == 10, seconds=patience)

    killed = wait_until(lambda: _given_up(house), seconds=5 * (times.lease + times.sweep + times.retry) + 60, every=2)

    assert killed["poison@ministry.example"] == ("failed", 5, "died")
    assert {state for to, (state, _n, _w) in killed.items() if to.startswith("z31-")} == {"sent"}
    house.audit(doubles=2)


def _given_up(house):
    states = house.states_of("z31")
    return states if states["poison@ministry.example"][0] == "failed" else None


POISON = """
import django; django.setup()
from people.models import User
from office.models import OutboxRow
amal = User.objects.get(username="amal")
OutboxRow.objects.create(key="z31:poison", topic="test.poison", recipient=amal, address="poison@ministry.example")
for n in range(10):
    OutboxRow.objects.create(key=f"z31:{n}", topic="test.plain", recipient=amal, address=f"z31-{n}@ministry.example")
"""
