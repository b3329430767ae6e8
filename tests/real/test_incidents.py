"""The incident log of a real service desk, replayed through our own states and matrix."""

import csv
import io
import json
import lzma

import pytest
from django.core.management import call_command
from django.db.models import Count

from helpdesk.models import Ticket
from office.models import Event
from tests import factories
from tests.real.conftest import MAPS

LOG = "incident_event_log/incidents_first_half.csv.xz"
MAP = str(MAPS / "incidents.toml")


def import_log(path, **options):
    said = io.StringIO()
    call_command("import", "incidents", str(path), map=MAP, apply=True, json=True, stdout=said, **options)
    return json.loads(said.getvalue().splitlines()[-1])


@pytest.fixture(scope="module")
def log(data):
    with lzma.open(data(LOG), "rt", encoding="utf-8") as file:
        incidents = {}
        for row in csv.DictReader(file):
            incidents.setdefault(row["number"], []).append(row)
        return incidents


@pytest.fixture
def desk(db):
    institution = factories.make_institution(name="Desk of the log")
    factories.make_queue(factories.make_team(institution), is_default=True)
    return institution


@pytest.mark.slow
def test_the_whole_log_becomes_tickets_by_our_own_states_and_matrix(desk, data, log, tmp_path):
    said = import_log(data(LOG))

    assert (said["counts"]["create"], said["counts"]["rows"], said["idle_rows"]) == (12_459, 77_011, 17_132)
    assert dict(Ticket.objects.values_list("status").annotate(Count("pk"))) == {"closed": 12_459}
    priorities = dict(Ticket.objects.values_list("priority").annotate(Count("pk")))
    assert priorities == {1: 114, 2: 171, 3: 11_726, 4: 448}
    assert Ticket.objects.exclude(queue__outside_number="").values("queue").distinct().count() == 63
    assert Ticket.objects.exclude(resolved_by=None).values("resolved_by").distinct().count() == 174
    callers = Ticket.objects.filter(requester__outside_number__startswith="Caller")
    assert callers.values("requester").distinct().count() == 3_864
    assert Ticket.objects.filter(channel="phone").count() == 12_423
    check_priorities(log)
    check_reopenings(log)
    check_waiting(log)
    check_a_second_import_changes_nothing(data)


def check_priorities(log):
    """Of every row, not only of the last: the matrix agrees without exception."""
    told = {number: [row["priority"][0] for row in rows] for number, rows in log.items()}
    for number, priorities in told.items():
        told[number] = [p for p, before in zip(priorities, [None, *priorities], strict=False) if p != before]
    ours = {}
    events = Event.objects.filter(changes__has_key="priority").order_by("id")
    numbers = dict(Ticket.objects.values_list("pk", "number"))
    for ticket, changes in events.values_list("object_id", "changes"):
        ours.setdefault(numbers[ticket], []).append(str(changes["priority"][1]))
    assert ours == told


def check_reopenings(log):
    """Moves away from resolved agree for 12,453; with those away from closed, which we count too, for all."""
    told = {number: int(rows[-1]["reopen_count"]) for number, rows in log.items()}
    ours = dict(Ticket.objects.values_list("number", "reopen_count"))
    from_resolved = dict.fromkeys(ours, 0)
    numbers = dict(Ticket.objects.values_list("pk", "number"))
    for ticket, changes in Event.objects.filter(verb="reopened").values_list("object_id", "changes"):
        from_resolved[numbers[ticket]] += changes["status"][0] == "resolved"
    assert sum(from_resolved[number] == told[number] for number in told) == 12_453
    assert sum(ours[number] == told[number] for number in told) == 12_459


def check_waiting(log):
    """Each kind of waiting of the log, counted as stretches by a reading of its own."""
    kinds = {
        "Awaiting User Info": "requester",
        "Awaiting Evidence": "requester",
        "Awaiting Vendor": "vendor",
        "Awaiting Problem": "entity",
    }
    told, ours = {}, {}
    for rows in log.values():
        before = None
        for row in rows:
            kind = kinds.get(row["incident_state"])
            if kind and kind != before:
                told[kind] = told.get(kind, 0) + 1
            before = kind
    for changes in Event.objects.filter(changes__has_key="waiting_for").values_list("changes", flat=True):
        kind = changes["waiting_for"][1]
        if kind:
            ours[kind] = ours.get(kind, 0) + 1
    assert ours == told


def check_a_second_import_changes_nothing(data):
    before = (Ticket.objects.count(), Event.objects.count())

    said = import_log(data(LOG))

    assert (said["counts"]["create"], said["counts"]["unchanged"]) == (0, 12_459)
    assert (Ticket.objects.count(), Event.objects.count()) == before
