"""Who covers this asset? Asked of 100,000 assets under 20,000 contracts on PostgreSQL: `python -m bench.coverage`.

Seven assets of ten stand under a contract of their own, others under one of their model, a place or nothing; a tenth of
all lines is over, some contracts are suspended or terminated. Prints the median and the 95th percentile in ms.
"""

import os
import random
import statistics
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

from bench import servers

ASSETS, CONTRACTS, QUESTIONS = 100_000, 20_000, 2_000
TODAY = date(2026, 6, 1)
FEW = {"--few": (2_000, 400, 200)}


def main():
    sizes = next((FEW[word] for word in sys.argv if word in FEW), (ASSETS, CONTRACTS, QUESTIONS))
    with tempfile.TemporaryDirectory() as folder, servers.postgres(Path(folder)) as server:
        os.environ |= {
            "DATABASE_URL": servers.create_database(server, "coverage"),
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "VAR_DIR": folder,
            "DEBUG": "0",
        }
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0)
        began = time.perf_counter()
        seed(*sizes[:2])
        print(f"seeded in {time.perf_counter() - began:.0f} s", flush=True)
        ask(sizes[2])


def seed(assets, contracts):
    """The rows, in bulk: no action, no event."""
    from django.db import connection

    from assets.models import Asset, AssetCategory, AssetModel, Location, Manufacturer
    from contracts.models import Contract, Coverage, ServiceLevel, Suspension, Term
    from office.models import WeeklyPeriod, WorkingCalendar, WorkingSlot
    from people.models import Unit, User, Vendor

    chance = random.Random(7)
    one = Unit.objects.create(name="Ministry", kind="institution", code="M")
    owner = User.objects.create(username="owner", name="Owner", email="o@m.example", institution=one, is_manager=True)
    calendar = WorkingCalendar.objects.create(name_en="Office", zone="Asia/Amman", is_default=True)
    period = WeeklyPeriod.objects.create(calendar=calendar)
    WorkingSlot.objects.bulk_create(
        WorkingSlot(period=period, weekday=day, start="08:30", end="15:30") for day in (6, 0, 1, 2, 3)
    )
    vendors = [Vendor.objects.create(name=f"Vendor {n}", phone="06-4644466") for n in range(200)]
    maker = Manufacturer.objects.create(name="Maker")
    kind = AssetCategory.objects.create(name_en="Printer")
    models = [AssetModel.objects.create(name=f"Model {n}", manufacturer=maker) for n in range(800)]
    buildings = [Location.objects.create(institution=one, name_en=f"Building {n}") for n in range(20)]
    rooms = [
        Location.objects.create(institution=one, name_en=f"Room {n}", parent=chance.choice(buildings))
        for n in range(1000)
    ]
    everything = [
        Asset(
            institution=one,
            tag=f"A-{n}",
            category=kind,
            model=chance.choice(models),
            location=chance.choice(rooms),
            warranty_end=TODAY + timedelta(days=chance.randrange(-900, 600)) if n % 3 == 0 else None,
        )
        for n in range(assets)
    ]
    Asset.objects.bulk_create(everything, batch_size=2000)
    made = [
        Contract(
            institution=one,
            number=f"C-{n}",
            title="Maintenance",
            vendor=chance.choice(vendors),
            unit=one,
            owner=owner,
            state=chance.choice(["active"] * 18 + ["suspended", "terminated"]),
            ended_on=None,
        )
        for n in range(contracts)
    ]
    Contract.objects.bulk_create(made, batch_size=2000)
    terms, levels = [], []
    for contract in made:
        start = TODAY - timedelta(days=chance.randrange(30, 400))
        terms.append(Term(contract=contract, sequence=1, start=start, end=start + timedelta(days=364)))
        levels.append(
            ServiceLevel(contract=contract, name_en="Gold", calendar=calendar, response_minutes=60, restore_minutes=480)
        )
    Term.objects.bulk_create(terms, batch_size=2000)
    ServiceLevel.objects.bulk_create(levels, batch_size=2000)
    Suspension.objects.bulk_create(
        Suspension(contract=contract, from_date=TODAY - timedelta(days=10), reason="A strike", by=owner)
        for contract in made
        if contract.state == "suspended"
    )
    rows = []
    for n, asset in enumerate(everything):
        if n % 10 < 7:
            rows += [_line(chance.randrange(contracts), terms, levels, asset=asset) for _ in range(1 + n % 2)]
    rows += [_line(chance.randrange(contracts), terms, levels, model=model) for model in models for _ in range(2)]
    rows += [_line(chance.randrange(contracts), terms, levels, location=room) for room in rooms[::4]]
    rows += [_line(chance.randrange(contracts), terms, levels, location=place) for place in buildings]
    Coverage.objects.bulk_create(rows, batch_size=2000)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    print(f"{assets} assets, {contracts} contracts, {len(rows)} lines of coverage", flush=True)


def _line(n, terms, levels, **thing):
    from contracts.models import Coverage

    return Coverage(term=terms[n], level=levels[n], from_date=terms[n].start, to_date=terms[n].end, **thing)


def ask(questions):
    """Ask of so many assets, each as a page would that has just read it; print what it took."""
    from datetime import UTC, datetime

    from django.db import connection

    from assets.models import Asset
    from contracts.coverage import who_covers

    chance, at = random.Random(11), datetime(2026, 6, 1, 9, tzinfo=UTC)
    pks = list(Asset.objects.values_list("pk", flat=True))
    took, covered = [], 0
    for number in range(questions + 50):
        asset = Asset.objects.get(pk=chance.choice(pks))
        began = time.perf_counter()
        found = who_covers(asset, at)
        if number >= 50:  # the first ones read plans and pages
            took.append((time.perf_counter() - began) * 1000)
            covered += bool(found)
    took.sort()
    figures = statistics.median(took), took[int(len(took) * 0.95)], took[int(len(took) * 0.99)]
    print("median {:.1f} ms, p95 {:.1f} ms, p99 {:.1f} ms".format(*figures), flush=True)
    print(f"covered: {covered} of {questions}", flush=True)
    if "--explain" in sys.argv:
        explain(connection, Asset.objects.get(pk=pks[5]))


def explain(connection, asset):
    """Where the time goes inside the database."""
    from django.test.utils import CaptureQueriesContext

    from contracts.coverage import who_covers

    with CaptureQueriesContext(connection) as queries:
        who_covers(asset)
    for query in queries:
        with connection.cursor() as cursor:
            cursor.execute("EXPLAIN (ANALYZE, BUFFERS) " + query["sql"].replace("%", "%%"))
            print("\n".join(row[0] for row in cursor.fetchall()), "\n", flush=True)


if __name__ == "__main__":
    main()
