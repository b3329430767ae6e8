"""Clocks that jump, and nights in which they are put forward or back (Z22, Z23)."""

import contextlib
import json
import sqlite3
from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from office import notifying
from office.worktime import Calendar, Span, WeeklyHours, working_time_between
from tests.faults.house import House
from tests.faults.jumps import Clock, may_jump
from tests.servers import wait_until

processes = [
    pytest.mark.processes,
    pytest.mark.slow,
    pytest.mark.skipif(not may_jump(), reason="faketime is not installed"),
]
CONTRACT = """
import django, json; django.setup()
from contracts import actions
from office.calendars import today
from datetime import timedelta
from people.models import User
from tests import factories
huda = User.objects.get(username="huda")
User.objects.filter(pk=huda.pk).update(is_manager=True, email="huda@ministry.example")
huda.refresh_from_db()
for n in range(6):  # decided 30 days before the end, first reminded of 180 days before that; or on a working day before
    contract = factories.make_contract(owner=huda, unit=huda.institution, end=today() + timedelta(days=208 + n))
    actions.refresh_dates(contract)
from contracts.models import Term
print(json.dumps([Term.objects.filter(decide_by__lte=today() + timedelta(days=180 + n)).count() for n in (0, 1)]))
"""
LATER = """
import django; django.setup()
from datetime import timedelta
from django.utils import timezone
from people.models import User
from office.models import OutboxRow
amal, now = User.objects.get(username="amal"), timezone.now()
for n, minutes in enumerate((0, 30, 600)):
    OutboxRow.objects.create(key=f"z22:{n}", topic="test.plain", recipient=amal,
        address=f"z22-{n}@ministry.example", not_before=now + timedelta(minutes=minutes))
# taken by somebody who died while the clock was an hour ahead
OutboxRow.objects.create(key="z22:held", topic="test.plain", recipient=amal, address="z22-held@ministry.example",
    state="leased", lease_until=now + timedelta(hours=1), attempts=1)
"""


def beats(house):
    """{round: when it was last made}"""
    with contextlib.closing(sqlite3.connect(house.folder / "var" / "db.sqlite3", timeout=20)) as database:
        return dict(database.execute("SELECT name, at FROM office_heartbeat"))


def goes_on(house, name, times):
    """A round is made anew, whatever the clock says."""
    before = beats(house).get(name)
    wait_until(lambda: beats(house).get(name) not in (None, before), seconds=60 + 2 * times.sweep, every=0.3)


@pytest.fixture
def clock(tmp_path):
    return Clock(tmp_path / "clock")


def with_marks(function):
    for mark in processes:
        function = mark(function)
    return function


@with_marks
def test_z22_a_clock_that_jumps_doubles_nothing_and_loses_nothing(tmp_path, clock, times):
    patience = 60 + 2 * times.sweep
    with House(tmp_path, times, redis=False, REMINDER_SECONDS=str(times.sweep)) as house:
        today, tomorrow = json.loads(house.python(CONTRACT))
        house.environment |= clock.environment
        house.start_worker()
        house.start_beat()
        wait_until(lambda: reminders(house) == today, seconds=2 * patience)
        house.python(LATER)
        wait_until(lambda: sent(house) == {"z22-0", "z22-held"}, seconds=patience)

        for hours, expected in ((1, {"z22-0", "z22-held", "z22-1"}), (-1, {"z22-0", "z22-held", "z22-1"})):
            clock.put(hours)
            goes_on(house, "sweep", times)
            goes_on(house, "reminders", times)
            wait_until(lambda expected=expected: sent(house) == expected, seconds=patience)
        clock.put(24)
        goes_on(house, "sweep", times)
        wait_until(lambda: sent(house) >= {"z22-0", "z22-1", "z22-2", "z22-held"}, seconds=patience)
        wait_until(lambda: reminders(house) == tomorrow, seconds=patience)
        clock.put(0)
        goes_on(house, "sweep", times)
        goes_on(house, "reminders", times)

        assert tomorrow > 0
        assert reminders(house) == tomorrow
        house.audit(doubles=0)


def sent(house):
    states = house.states_of("z22")
    return {address.split("@")[0] for address, (state, _n, _why) in states.items() if state == "sent"}


def reminders(house):
    """How many reminders left; each once."""
    owed = "SELECT term_id, rung, anchor_date, recipient_id FROM contracts_reminder WHERE outbox_key != ''"
    with contextlib.closing(sqlite3.connect(house.folder / "var" / "db.sqlite3", timeout=20)) as database:
        counted = Counter(database.execute(owed))
    assert not [key for key, n in counted.items() if n > 1]
    return len(counted)


# Z23: the nights of spring and autumn


NIGHTS = {
    "Europe/Berlin": (date(2026, 3, 29), date(2026, 10, 25)),
    "America/New_York": (date(2026, 3, 8), date(2026, 11, 1)),
    "Asia/Beirut": (date(2026, 3, 29), date(2026, 10, 25)),
}
BOTH_WAYS = [(zone, night) for zone, nights in NIGHTS.items() for night in nights]


@pytest.mark.parametrize(("zone", "night"), BOTH_WAYS)
@pytest.mark.parametrize("at", [time(2, 30), time(0, 30), time(8, 0)])
def test_z23_a_daily_job_is_made_once_each_day_whatever_the_clocks_do(monkeypatch, settings, zone, night, at):
    monkeypatch.setattr(notifying, "DIGEST_AT", at)
    first = datetime.combine(night - timedelta(days=2), time(12), tzinfo=UTC)
    planned = []

    with timezone.override(zone):
        monkeypatch.setattr(timezone, "get_default_timezone", lambda: ZoneInfo(zone))
        for minutes in range(0, 4 * 24 * 60, 10):  # something happens every ten minutes
            planned.append(notifying.next_digest(first + timedelta(minutes=minutes)).astimezone(UTC))

    times = sorted(set(planned))
    days = [moment.astimezone(ZoneInfo(zone)).date() for moment in times]
    assert len(days) >= 4
    assert days == [days[0] + timedelta(days=n) for n in range(len(days))]
    assert planned == sorted(planned)


@pytest.mark.parametrize(("zone", "night"), BOTH_WAYS)
def test_z23_working_hours_across_the_night_are_right_to_the_minute(zone, night):
    every_day = {weekday: (Span(time(1), time(4)), Span(time(8), time(12))) for weekday in range(7)}
    calendar = Calendar(ZoneInfo(zone), (WeeklyHours(None, None, every_day),), {})
    start = datetime.combine(night - timedelta(days=1), time(20), tzinfo=ZoneInfo(zone)).astimezone(UTC)

    for hours in range(0, 40, 3):
        end = start + timedelta(hours=hours, minutes=17)
        assert working_time_between(calendar, start, end) == minutes_counted(every_day, zone, start, end)


def minutes_counted(hours, zone, start, end):
    """Minute by minute: what the clock on the wall showed in it."""
    found = timedelta()
    while start < end:
        wall = start.astimezone(ZoneInfo(zone))
        found += timedelta(minutes=any(span.start <= wall.time() < span.end for span in hours[wall.weekday()]))
        start += timedelta(minutes=1)
    return found
