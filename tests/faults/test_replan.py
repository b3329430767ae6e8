"""A late holiday whose re-planning is killed: no ticket is counted anew twice, and none is left out."""

import contextlib
import json
import shutil
import sqlite3

import pytest

from tests.faults.house import House
from tests.servers import wait_until

pytestmark = [pytest.mark.processes, pytest.mark.slow]

TICKETS = 200  # four chunks
HOLIDAY = """
import django, sys; django.setup()
from datetime import timedelta
from helpdesk import actions
from office import calendar_actions
from office.calendars import today
from office.models import WorkingCalendar
from people.models import User
amal, huda = User.objects.get(username="amal"), User.objects.get(username="huda")
for n in range(int(sys.argv[1])):
    actions.file_ticket(requester=amal, subject=f"Printer {n}", description="It prints nothing.")
User.objects.filter(pk=huda.pk).update(is_administrator=True)
huda.refresh_from_db()
day = next(day for n in range(1, 9) if (day := today() + timedelta(days=n)).weekday() not in (4, 5))
calendar = WorkingCalendar.objects.get(is_default=True)
calendar_actions.save_day(calendar, {"date": day, "kind": "closed", "reason": "Snow"}, by=huda)
"""
RING = "import django; django.setup(); from helpdesk import tasks; tasks.bulk_replan.delay()"
WORK = "import django; django.setup(); from helpdesk import replans; replans.work(seconds=600)"


def ask(folder, query):
    with contextlib.closing(sqlite3.connect(folder / "db.sqlite3", timeout=20)) as database:
        return database.execute(query).fetchall()


def dues(folder):
    query = "SELECT number, response_due, resolution_due, next_due, clock_due FROM helpdesk_ticket ORDER BY number"
    return ask(folder, query)


def logged(folder):
    """[(ticket, what was moved from where to where)] of the history, in the order of the tickets."""
    query = "SELECT object_id, changes FROM office_event WHERE verb = 'replanned' ORDER BY object_id"
    return [(ticket, _times(json.loads(changes))) for ticket, changes in ask(folder, query)]


def _times(changes):
    return {name: changes[name] for name in changes if name.endswith("_due")}


def progress(folder):
    return ask(folder, "SELECT done, total, finished_at IS NOT NULL FROM helpdesk_replan")[0]


def start_bulk(house, name):
    quiet = ("--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel", "WARNING")
    options = ("--concurrency", "1", "--queues", "bulk", "--hostname", f"{name}@%h")
    house.start(name, "-m", "celery", "-A", "config", "worker", *options, *quiet)


def test_a_replan_killed_in_the_middle_ends_like_one_that_nobody_killed(tmp_path):
    with House(tmp_path, redis=False) as house:
        var, untouched = tmp_path / "var", tmp_path / "untouched"
        house.python(HOLIDAY, TICKETS)
        shutil.copytree(var, untouched)
        before = dues(var)

        start_bulk(house, "first")
        house.python(RING)
        wait_until(lambda: progress(var)[0] > 0, seconds=60, every=0.01)
        house.kill("first")
        done, total, is_finished = progress(var)
        assert 0 < done < total == TICKETS
        assert not is_finished
        assert len(logged(var)) == done

        start_bulk(house, "second")
        house.python(RING)  # as the clock does every twenty seconds
        wait_until(lambda: progress(var)[2], seconds=90)
        house.environment["VAR_DIR"] = str(untouched)
        house.python(WORK)

        assert progress(var) == progress(untouched) == (TICKETS, TICKETS, 1)
        assert dues(var) == dues(untouched) != before
        assert logged(var) == logged(untouched)
        assert len({ticket for ticket, _moved in logged(var)}) == len(logged(var)) == TICKETS
        house.environment["VAR_DIR"] = str(var)
        house.audit()
