"""What is away or changes at the worst moment while the rest goes on (Z3, Z5, Z9, Z10, Z24, Z25), in one house."""

import json
import statistics
import threading
import time
import uuid
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import psycopg
import pytest
from django.utils import timezone

from tests.faults.due_dates import (
    CHANGES,
    DARK,
    days_named,
    letters_to,
    looked_at,
    make_contracts,
    names,
    owed_after,
    passed,
    reminded,
)
from tests.faults.house import House
from tests.faults.jumps import Clock, may_jump
from tests.faults.visitor import Visitor, Writers
from tests.servers import installed, wait_until

pytestmark = [
    pytest.mark.processes,
    pytest.mark.slow,
    pytest.mark.skipif(not installed("redis-server"), reason="redis-server is not installed"),
]
needs_clock = pytest.mark.skipif(not may_jump(), reason="faketime is not installed")
WRITERS, THREADS = 50, 4  # who write at once; requests that the web server of a house deals with at once


@pytest.fixture(scope="module")
def everything(tmp_path_factory, times):
    with House(tmp_path_factory.mktemp("outages"), times, REMINDER_SECONDS=str(min(times.sweep, 30))) as house:
        house.start_web()
        house.clock = Clock(house.folder / "clock")
        if may_jump():
            house.environment |= house.clock.environment  # of worker and beat; the web keeps the true time
        house.sql("UPDATE people_user SET is_administrator = true WHERE username = 'basil'")
        house.sql("DELETE FROM helpdesk_mailbox")  # which nothing reads here, as the status page would say
        yield house


@pytest.fixture
def house(everything):
    """The house at the true time, with a mail server that has forgotten everything."""
    everything.clock.put(0)
    everything.sink.on_mail = None
    everything.sink.mails.clear()
    everything.sink.letters = []
    return everything


@pytest.fixture
def at_work(house):
    """The house with worker and beat, whatever the test before did to them."""
    if not house.is_alive("worker"):
        house.start_worker()
    if not house.is_alive("beat"):
        house.start_beat()
    return house


def someone(house, name):
    return Visitor(house.address).sign_in(name)


def told(administrator):
    """What /status says: (its code, its values)."""
    code, text, _reached, _took = administrator.get("/status/")
    return code, json.loads(text)


def states_of(house, name):
    """Counter of the states of the mails owed under this name."""
    return Counter(dict(house.sql("SELECT key, state FROM office_outboxrow WHERE key LIKE %s", f"{name}%")).values())


def nothing_owed(house):
    return not house.sql("SELECT 1 FROM office_outboxrow WHERE state IN ('queued', 'leased') LIMIT 1")


# Z3


def test_z3_who_dies_between_the_250_and_the_commit_leaves_one_copy_more_under_the_same_id(at_work, times):
    house = at_work
    basil, killed = someone(house, "basil"), []
    before = told(basil)[1]["maybe_twice"]

    def between(count):
        if count == 10:
            key = house.sink.mails[-1][0]
            killed.append(key)
            holder = hold_row(house, next(f"z3:{n}" for n in range(20) if outbox_key(f"z3:{n}") == key))
            threading.Thread(target=kill_at_the_commit, args=(house, holder)).start()

    house.sink.on_mail = between
    house.owe("z3", 20)
    wait_until(lambda: killed and not house.is_alive("worker"), seconds=60)
    house.start_worker("second")
    wait_until(lambda: states_of(house, "z3:") == {"sent": 20}, seconds=times.lease + times.sweep + 60, every=0.5)
    house.kill("second")

    assert {key: n for key, n in house.sink.copies().items() if n > 1} == {killed[0]: 2}
    assert told(basil)[1]["maybe_twice"] == before + 1
    house.audit(doubles=1)


def outbox_key(key):
    """What the head of a mail says of the key under which it is owed."""
    return uuid.uuid5(uuid.NAMESPACE_URL, key).hex


def hold_row(house, key):
    """Hold a row of the outbox, so that whoever has sent it cannot say so yet."""
    holder = psycopg.connect(house.postgres.url)
    holder.execute("SELECT 1 FROM office_outboxrow WHERE key = %s FOR UPDATE", [key])
    return holder


def kill_at_the_commit(house, holder):
    """Wait until the worker, who got its 250, waits for the row; then end it and what the database does for it."""
    waiting = "SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE 'UPDATE%outboxrow%'"
    ((pid,),) = wait_until(lambda: house.sql(waiting.replace("%", "%%")), seconds=20)
    house.kill("worker")
    house.sql("SELECT pg_terminate_backend(%s)", pid)
    holder.close()


# Z9


def test_z9_work_goes_on_while_redis_has_no_memory_left_and_the_status_says_so(at_work, times):
    house = at_work
    amal, basil = someone(house, "amal"), someone(house, "basil")
    amal.report("z9 before")
    house.redis.fill()

    took, end = [], time.monotonic() + times.no_memory
    while time.monotonic() < end:
        number, status, seconds = amal.report(f"z9 {len(took)}")
        assert number, status
        took.append(seconds)
        time.sleep(max(0, 0.5 - seconds))
    someone(house, "huda")
    code, said = told(basil)
    house.redis.make_room()
    wait_until(lambda: nothing_owed(house), seconds=times.way_back, every=1)

    assert statistics.quantiles(took, n=20)[-1] < 1.5
    assert max(took) < 3
    assert (code, said["healthy"]) == (503, False)
    assert "maxmemory" in said["broker"]
    assert told(basil)[1]["broker"] == ""
    assert house.is_alive("worker")
    house.audit(doubles=0)


# Z10


def test_z10_a_database_that_crashes_under_fifty_writers_keeps_what_it_acknowledged(at_work):
    house, stop = at_work, threading.Event()
    writers = Writers(house, WRITERS)
    with ThreadPoolExecutor(WRITERS) as pool:
        writing = [pool.submit(writers.write, "z10", number, stop) for number in range(WRITERS)]
        wait_until(lambda: len(writers.acknowledged()) >= 2 * THREADS, seconds=60)
        house.postgres.crash()
        returned = time.monotonic()
        wait_until(lambda: writers.back_at(returned), seconds=60)
        stop.set()
        for one in writing:
            one.result()
    acts = {act.text: act for act in writers.acts}
    tickets = house.sql("SELECT subject, number, created_at FROM helpdesk_ticket WHERE subject LIKE 'z10 %%'")
    refused = [act for act in acts.values() if act.refusals]

    assert {status for act in refused for status in act.refusals} == {503}
    assert Counter(text for text, *_rest in tickets) == Counter(acts.keys())
    assert all(acts[text].number in (None, number) for text, number, _at in tickets)
    # Those that were being committed in that moment may be there although nobody was told.
    assert sum(at.timestamp() < acts[text].last_sent_at for text, _number, at in tickets) <= THREADS
    assert writers.back_at(returned) - returned < 10
    assert house.sql(HALF_TICKETS) == []
    wait_until(lambda: nothing_owed(house), seconds=90, every=1)
    assert house.is_alive("worker")
    assert house.is_alive("beat")
    house.audit(doubles=1)  # the mail that had its 250 when the database could no longer note it


# A ticket is whole with its event, the word to the team, and the mail in which that leaves.
HALF_TICKETS = """
SELECT number FROM helpdesk_ticket t WHERE subject LIKE 'z10 %%' AND NOT EXISTS (
    SELECT 1 FROM office_event e JOIN office_notification n ON n.event = e.id
    JOIN office_outboxrow o ON o.key = n.outbox_key
    WHERE e.kind = 'helpdesk.ticket' AND e.object_id = t.id AND n.about_kind = e.kind AND n.about_id = t.id)
"""


# Z5


@needs_clock
def test_z5_what_fell_due_while_beat_was_dead_for_three_hours_is_done_once(house, times):
    stop_rounds(house)
    house.clock.put(0 if times.in_truth else -3)
    house.start_worker(loglevel="INFO")
    house.start_beat()
    wait_until(lambda: a_round_is_made_at(house, house.clock.hours), seconds=90)
    house.kill("beat")

    decide_by = make_contracts(house, "z5-", [30])
    clock = "" if times.in_truth else house.clock.file
    said = json.loads(house.python(DARK, clock))
    log = (house.folder / "worker.log").stat().st_size
    began = time.monotonic()
    house.start_beat()
    wait_until(lambda: states_of(house, "z5:") == {"sent": 20}, seconds=60 + times.sweep)
    wait_until(lambda: reminded(house, "z5-") and nothing_owed(house), seconds=60 + times.sweep)
    time.sleep(4 * times.sweep)
    rounds = (house.folder / "worker.log").read_bytes()[log:].count(b"Task office.tasks.sweep[")

    assert [(healthy, "sweep" in late) for healthy, late in said] == [(True, False), (False, True), (False, True)]
    assert [row[:3] for row in reminded(house, "z5-")] == [("z5-0", "huda", decide_by["z5-0"])]
    # Each is named when it comes and when it is done: no more of them than their time allows, none of the three hours.
    assert 0 < rounds / 2 <= (time.monotonic() - began) / times.sweep + 2
    basil = someone(house, "basil")
    wait_until(lambda: told(basil)[0] == 200, seconds=90)  # the round that a beat begins last comes after a minute
    house.audit(doubles=0)


def stop_rounds(house):
    """End beat and worker, who has nothing left to do: what is sent twice afterwards was not sent twice by this."""
    if house.is_alive("beat"):
        house.kill("beat")
    if house.is_alive("worker"):
        wait_until(lambda: nothing_owed(house), seconds=90, every=0.5)
        house.kill("worker")
    house.sink.mails.clear()


def a_round_is_made_at(house, hours):
    """Whether the last sweep was made when the clock showed the present time with so many hours added."""
    ((at,),) = house.sql("SELECT max(at) FROM office_heartbeat WHERE name = 'sweep'")
    return at is not None and abs(at.timestamp() - time.time() - hours * 3600) < 120


# Z24 and Z25: contracts


@needs_clock
def test_z24_after_ten_days_off_one_mail_names_what_was_missed_and_silence_climbs_late(house):
    stop_rounds(house)
    house.clock.put(-10 * 24)
    today, before = timezone.localdate(), timezone.localdate() - timedelta(days=10)
    decide_by = make_contracts(house, "z24-", [-3, -2, -1, 4, 15, 20, 40, 230])
    house.start_worker()
    house.start_beat()
    wait_until(lambda: looked_at(house, "z24-", before) and nothing_owed(house), seconds=90)
    stop_rounds(house)
    first = reminded(house, "z24-")
    house.sink.letters.clear()

    house.clock.put(0)
    house.start_worker()
    house.start_beat()
    wait_until(lambda: looked_at(house, "z24-", today) and nothing_owed(house), seconds=90)

    assert {(number, who, rung) for number, who, _anchor, rung, *_rest in first} == {
        (number, "huda", passed(day, before)[-1]) for number, day in decide_by.items() if passed(day, before)
    }
    caught_up = [row for row in reminded(house, "z24-") if row not in first]
    expected = {number: owed_after(day, before, today) for number, day in decide_by.items()}
    assert [(row[0], row[1], *row[3:7]) for row in caught_up] == [
        (number, *row) for number in sorted(expected) for row in expected[number]
    ]
    assert {row[5] for row in caught_up} >= {True}
    for who in ("huda", "basil"):
        (letter,) = letters_to(house, who)
        rows = [row for row in caught_up if row[1] == who]
        for number in decide_by:
            assert letter.count(f"Contract: {number} ") == sum(row[0] == number for row in rows)
        assert all(names(letter, day) for row in rows for day in days_named(row))
    house.audit(doubles=0)


def test_z25_dates_moved_while_reminders_are_made_cancel_the_old_ones_and_owe_the_new_once(house):
    stop_rounds(house)
    house.sql("INSERT INTO office_mailhold (since, reason) VALUES (now(), 'Z25')")
    decide_by = make_contracts(house, "z25-", [28] * 600)
    house.start_worker()
    seen = json.loads(house.python(CHANGES))
    house.start_beat()
    wait_until(lambda: looked_at(house, "z25-", timezone.localdate()), seconds=90)
    house.sql("UPDATE office_outboxrow SET not_before = now() WHERE topic = 'contracts.reminders'")  # a minute later
    house.sql("DELETE FROM office_mailhold")
    wait_until(lambda: nothing_owed(house), seconds=90)

    assert 0 < seen["when it began"] < 600
    rows = Counter((row[0], row[2], row[3], row[8]) for row in reminded(house, "z25-"))
    assert set(rows.values()) == {1}
    owed = {number: (anchor, rung) for number, anchor, rung, state in rows if state == "owed"}
    now = decide_by | {number: date.fromisoformat(day) for number, day in seen["moved"].items()}
    rung_on = {number: passed(day, timezone.localdate())[-1:] for number, day in now.items()}
    assert owed == {number: (now[number], *rung) for number, rung in rung_on.items() if rung}
    cancelled = {(number, anchor) for number, anchor, _rung, state in rows if state == "cancelled"}
    assert cancelled
    assert all(anchor != now[number] for number, anchor in cancelled)
    (letter,) = letters_to(house, "huda")
    assert {number for number in now if f"Contract: {number} " in letter} == set(owed)
    assert letter.count("Contract: ") == len(owed)
    assert {day for day in set(now.values()) if names(letter, day)} == {now[number] for number in owed}
    house.audit(doubles=0)
