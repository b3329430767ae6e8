"""Contracts in force of which a reminder falls due today: `python -m bench.seed_reminders CONTRACTS OWNERS`.

Runs with the product's settings in an empty, migrated database. Owners take turns; each stands in for the one before
her, every unit has a head. The rungs that fall due are all those of the ladder whose decide-by is a working day. Prints
the seconds that counting the dates took.
"""

import os
import sys
import time
from datetime import timedelta
from itertools import cycle

import django

UNITS, VENDORS, CHUNK = 40, 100, 2000


def seed(contracts, owners):
    from django.db import connection

    from contracts.models import Contract

    units, people = _ministry(owners)
    _contracts(contracts, units, people)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")
    began = time.perf_counter()
    _count_dates(Contract.objects.all())
    return time.perf_counter() - began


def _ministry(owners):
    """(units, owners) of one institution."""
    from bench import texts
    from office.models import WeeklyPeriod, WorkingCalendar, WorkingSlot
    from people.models import Unit, User

    root = Unit.objects.create(name="وزارة التخطيط", kind="institution", code="MOP")
    units = [Unit.objects.create(name=f"مديرية {n + 1}", kind="directorate", parent=root) for n in range(UNITS)]
    calendar = WorkingCalendar.objects.create(name_ar="دوام الوزارة", name_en="Office hours", is_default=True)
    period = WeeklyPeriod.objects.create(calendar=calendar)
    WorkingSlot.objects.bulk_create(
        WorkingSlot(period=period, weekday=weekday, start="08:30", end="15:30") for weekday in (6, 0, 1, 2, 3)
    )
    people = User.objects.bulk_create(
        [
            User(
                username=f"m{n:05d}",
                email=f"m{n:05d}@ministry.example",
                name=" ".join(texts.person(n)),
                language="ar" if n % 2 else "en",
                institution=root,
                unit=units[n % UNITS],
                is_manager=True,
                password="!",
            )
            for n in range(owners)
        ],
        batch_size=CHUNK,
    )
    for n, unit in enumerate(units):
        unit.head = people[n % owners]
    Unit.objects.bulk_update(units, ["head"])
    return units, people


def _contracts(count, units, people):
    from contracts.choices import ContractState
    from contracts.models import Contract, Term
    from people.models import Vendor

    vendors = [Vendor.objects.create(name=f"شركة الصيانة {n + 1}", phone="06-4644466") for n in range(VENDORS)]
    made = Contract.objects.bulk_create(
        [
            Contract(
                institution_id=person.institution_id,
                number=f"C-{n:05d}",
                title=f"صيانة الأجهزة {n + 1}",
                vendor=vendors[n % VENDORS],
                state=ContractState.ACTIVE,
                unit=units[n % UNITS],
                owner=person,
                deputy=people[(n + 1) % len(people)] if len(people) > 1 else None,
            )
            for n, person in zip(range(count), cycle(people))
        ],
        batch_size=CHUNK,
    )
    ends = cycle(_ends(made[0].lead_days))
    Term.objects.bulk_create(
        [
            Term(contract=contract, sequence=1, start=end - timedelta(days=364), end=end, value=12_000)
            for contract, end in zip(made, ends, strict=False)
        ],
        batch_size=CHUNK,
    )


def _ends(lead_days):
    """The ends of terms whose decide-by, a working day, is as far away as a rung is."""
    from contracts.ladder import DEFAULT_RUNGS
    from office import calendars
    from office.worktime import previous_working_day

    today, calendar = calendars.today(), calendars.ministry()
    days = [today + timedelta(days=rung) for rung in DEFAULT_RUNGS]
    return [day + timedelta(days=lead_days) for day in days if previous_working_day(calendar, day) == day]


def _count_dates(contracts):
    from contracts import actions

    actions.refresh_dates_bulk(contracts)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    print(seed(*map(int, sys.argv[1:3])))
