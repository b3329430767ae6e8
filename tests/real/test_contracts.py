"""The contract register of a county: what the preview names, what is imported, and what the ladder sends."""

import csv
import io
import json
from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.core.management import CommandError, call_command

from contracts import reminders
from contracts.models import Contract, Reminder, Term
from office.models import Event, ImportRow, OutboxRow
from people.models import Unit, Vendor
from tests import factories
from tests.real import oracle
from tests.real.conftest import MAPS

REGISTER = "contracts_montgomery_county/contracts_2020-05.csv"
THE_DAY = date(2020, 5, 12)


@pytest.fixture
def county(db):
    institution = factories.make_institution(name="The county")
    factories.make_user(institution, username="owner", is_manager=True)
    factories.make_user(institution, username="administrator", is_administrator=True)
    return institution


def run_import(path, **options):
    said = io.StringIO()
    call_command("import", "contracts", str(path), map=str(MAPS / "contracts.toml"), json=True, stdout=said, **options)
    return [json.loads(line) for line in said.getvalue().splitlines()]


@pytest.fixture
def on_the_day():
    with time_machine.travel(datetime(2020, 5, 12, 9, tzinfo=UTC), tick=False) as traveller:
        yield traveller


@pytest.fixture
def imported(county, data, on_the_day):
    *_rows, _counts, batch = run_import(data(REGISTER), apply=True, skip_rejected=True)
    return batch["batch"]


def rows_of(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_the_preview_names_what_is_odd_and_writes_nothing(county, data, on_the_day):
    before = (Contract.objects.count(), Vendor.objects.count(), Unit.objects.count(), Event.objects.count())

    *rows, summary = run_import(data(REGISTER))

    rejected = [row for row in rows if row["action"] == "rejected"]
    doubles = [row for row in rejected if any("stands also in line" in reason for reason in row["reasons"])]
    without_start = [row for row in rejected if "start is missing" in row["reasons"]]
    odd = [row for row in rows if any("last possible end" in warning for warning in row["warnings"])]
    assert (len(rejected), len(doubles), len(without_start), len(odd)) == (9, 8, 1, 26)
    assert summary["counts"]["create"] == 2_197
    assert (Contract.objects.count(), Vendor.objects.count(), Unit.objects.count(), Event.objects.count()) == before


def test_rejected_rows_keep_everything_out_unless_they_are_to_be_skipped(county, data, on_the_day):
    with pytest.raises(CommandError):
        run_import(data(REGISTER), apply=True)

    assert not Contract.objects.exists()


def test_the_register_is_imported_with_its_ends(imported, data):
    ends = Contract.objects.values_list("current_end", flat=True)
    within = [sum(end <= THE_DAY + timedelta(days=n) for end in ends) for n in (0, 30, 60, 90, 180, 365)]

    assert Contract.objects.count() == 2_197
    assert within == [1, 56, 708, 787, 1_173, 1_651]


@pytest.mark.slow
def test_the_ladder_of_2020_sends_what_an_independent_script_says(imported, on_the_day):
    days = oracle.days_of_2020()
    for day in days:
        on_the_day.move_to(datetime(day.year, day.month, day.day, 9, tzinfo=UTC))
        reminders.climb(day)

    told = {}
    for number, day, rung, late, who in Reminder.objects.values_list(
        "term__contract__number", "made_on", "rung", "is_late", "recipient__username"
    ):
        told.setdefault(number, []).append((day, rung, late, who))
    wanted = {number: oracle.expected(end, days) for number, end in Term.objects.values_list("contract__number", "end")}
    wanted = {number: sorted(rows) for number, rows in wanted.items() if rows}
    assert sum(map(len, told.values())) == sum(map(len, wanted.values()))
    assert {number: sorted(rows) for number, rows in told.items()} == wanted
    check_one_mail_a_person_and_day(told)


def check_one_mail_a_person_and_day(told):
    mails = Counter((day, who) for rows in told.values() for day, _rung, _late, who in set(rows))
    assert OutboxRow.objects.filter(topic=reminders.TOPIC).count() == len(mails)


def test_the_same_register_again_changes_nothing(imported, data):
    *_rows, summary, _batch = run_import(data(REGISTER), apply=True, skip_rejected=True)

    assert summary["counts"]["create"] == summary["counts"]["update"] == 0
    assert summary["counts"]["unchanged"] == 2_197
    assert Contract.objects.count() == 2_197


def test_undo_removes_what_the_import_made(imported):
    touched = Contract.objects.order_by("pk").first()
    said = io.StringIO()
    factories.cover(touched_with_level(touched), factories.make_asset(touched.institution))

    call_command("import", undo=imported, json=True, stdout=said)

    left = json.loads(said.getvalue().splitlines()[-1])
    assert Contract.objects.count() <= 1
    assert left["undone"] + left["left"] == ImportRow.objects.filter(batch=imported).count()
    assert not Reminder.objects.exclude(term__contract=touched).exists()
    assert Vendor.objects.count() <= 1


def touched_with_level(contract):
    factories.make_level(contract)
    return contract
