"""The engine against a short script that walks day by day: many contracts, random gaps between the runs."""

import random
from datetime import date, timedelta

import pytest

from contracts import actions, reminders
from contracts.ladder import Rule
from contracts.models import Contract, Reminder, Term
from office.models import OutboxRow
from tests import factories
from tests.contracts import oracle

START = date(2026, 1, 1)
CHAIN = ["omar", "dana", "huda", "daoud", "admin"]


@pytest.mark.parametrize("seed", range(3))
def test_random_runs_over_many_contracts_send_what_the_script_says(contract, seed):
    chance = random.Random(seed)
    contracts = [contract, *(a_copy(contract) for _ in range(7))]
    for one in contracts:
        Term.objects.filter(contract=one).update(end=START + timedelta(days=chance.randrange(20, 400)))
    actions.refresh_dates_bulk(Contract.objects.all())
    run_days = [START + timedelta(days=n) for n in range(240) if chance.random() < chance.choice([0.1, 0.5, 1])]

    for day in run_days:
        reminders.climb(day)

    for term in Term.objects.all():
        rows = Reminder.objects.filter(term=term).values_list("made_on", "rung", "recipient__username")
        assert sorted(rows) == sorted(oracle.climbing(term.decide_by, Rule().ladder, run_days, CHAIN))
    mails = {(row.recipient_id, row.payload["day"]) for row in OutboxRow.objects.all()}
    assert len(mails) == OutboxRow.objects.count()


def a_copy(contract):
    fields = {"unit": contract.unit, "owner": contract.owner, "deputy": contract.deputy}
    return factories.make_contract(contract.institution, start=START, **fields)
