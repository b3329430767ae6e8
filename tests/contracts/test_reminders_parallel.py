"""Two beats and several workers at once: each reminder once, each mail once."""

import threading
from datetime import date

import pytest
from django.db import connection

from contracts import actions, clock, reminders
from contracts.models import Contract, Reminder
from office.models import OutboxRow
from tests import factories

FIRST = date(2026, 6, 4)


@pytest.mark.django_db(transaction=True)
def test_workers_running_at_once_send_each_reminder_once(contract, monkeypatch):
    monkeypatch.setattr(reminders, "CHUNK", 3)
    for _ in range(20):
        factories.make_contract(contract.institution, unit=contract.unit, owner=contract.owner, deputy=contract.deputy)
    actions.refresh_dates_bulk(Contract.objects.all())

    failures = at_once(4, lambda: clock.tend(FIRST))

    assert failures == []
    assert Reminder.objects.count() == 21
    assert set(OutboxRow.objects.values_list("key", flat=True)) >= set(
        Reminder.objects.values_list("outbox_key", flat=True)
    )


def at_once(count, act):
    """Run `act` in so many threads that start together; what they raised."""
    failures, barrier = [], threading.Barrier(count)

    def one():
        try:
            barrier.wait()
            act()
        except Exception as error:  # told to the test
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=one) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return failures
