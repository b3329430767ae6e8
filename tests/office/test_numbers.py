"""Numbers have no gap and no double."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from office.numbers import format_number, take_number


@pytest.mark.django_db(transaction=True)
def test_fifty_writers_at_once_get_fifty_consecutive_numbers():
    def write(_):
        try:
            with transaction.atomic():
                return take_number("TKT", scope=1, year=2026)
        finally:
            connection.close()

    with ThreadPoolExecutor(50) as pool:
        numbers = list(pool.map(write, range(200)))

    assert sorted(numbers) == list(range(1, 201))


def test_an_act_that_fails_gives_its_number_back(db):
    def fail():
        with transaction.atomic():
            take_number("TKT", scope=1, year=2026)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()

    with transaction.atomic():
        assert take_number("TKT", scope=1, year=2026) == 1


def test_each_year_and_institution_counts_by_itself(db):
    with transaction.atomic():
        numbers = [take_number("TKT", scope=s, year=y) for s, y in [(1, 2026), (1, 2026), (2, 2026), (1, 2027)]]

    assert numbers == [1, 2, 1, 1]


def test_a_number_reads_as_the_office_writes_it():
    assert format_number("TKT", 42, year=2026, prefix="MOP") == "MOP-TKT-2026-00042"
