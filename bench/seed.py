"""Fills the product for the measurement: a ministry of 2,000 people and as many tickets as are asked for.

Runs with the product's settings: `python -m bench.seed TICKETS`, in an empty, migrated database. Tickets are written
past the actions, as a history import would; everything comes from dice of fixed seeds, so two runs make the same.
"""

import os
import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import django

PEOPLE, TECHNICIANS = 2000, 60
CHUNK = 2000


def seed(tickets):
    """Make the ministry (a smaller one for a small trial) and its tickets."""
    from bench import bulk, seed_ministry
    from helpdesk.models import Message, Ticket
    from office.models import Event

    people = min(PEOPLE, max(100, tickets // 50))
    seed_ministry.make(people, min(TECHNICIANS, people // 5))
    starts = range(0, tickets, CHUNK)
    pool = ProcessPoolExecutor(_processes(), get_context("spawn"), django.setup)
    with bulk.without_indexes(Ticket, Message, Event), pool:
        for done, _ in enumerate(pool.map(_write_chunk, starts, [tickets] * len(starts)), 1):
            if done % 50 == 0:
                print(f"{done * CHUNK:,} tickets", file=sys.stderr)
    _finish(tickets)


def _processes():
    from django.db import connection

    return min(4, os.cpu_count() or 1) if connection.vendor == "postgresql" else 1


def _write_chunk(start, tickets):
    from bench.seed_tickets import Writer

    Writer(start, tickets).write(range(start, min(start + CHUNK, tickets)))


def _finish(tickets):
    """Counters go on from what was written, and the database learns what it holds."""
    from django.db import connection

    from bench import bulk
    from helpdesk.models import Message, Ticket
    from helpdesk.tasks import fold_tally
    from office.models import Event

    bulk.catch_up(Ticket, Message, Event)
    _series(tickets)
    fold_tally()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)" if connection.vendor == "postgresql" else "ANALYZE")


def _series(tickets):
    from django.utils import timezone

    from office.models import NumberSeries
    from people.models import Unit

    institution = Unit.objects.get(parent=None)
    year = timezone.localdate().year
    NumberSeries.objects.create(kind="TKT", scope=institution.pk, year=year, last=tickets)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    seed(int(sys.argv[1]))
