"""What surrounds rows that are written past the ORM: keys, indexes. The writing is the product's (office/bulk.py)."""

from contextlib import contextmanager

from django.db import connection, models


def after_last(model):
    """The first primary key that is free."""
    return (model.objects.aggregate(last=models.Max("pk"))["last"] or 0) + 1


def catch_up(*tables):
    """Let the database count its own keys on from those that were written."""
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        for model in tables:
            table, column = model._meta.db_table, model._meta.pk.column
            cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', '{column}'), max({column})) FROM {table}")


@contextmanager
def without_indexes(*tables):
    """Fill tables first and index them afterwards, in a fraction of the time; what guards them stands again at the end.

    On PostgreSQL only: SQLite fills them in the order of their keys, and its guards cannot be taken off a table.
    """
    if connection.vendor != "postgresql":
        yield
        return
    names = [model._meta.db_table for model in tables]
    with connection.cursor() as cursor:
        links = _asked(cursor, LINKS, names)
        indexes = _asked(cursor, INDEXES, names)
        for table, link, _definition in links:
            cursor.execute(f'ALTER TABLE "{table}" DROP CONSTRAINT "{link}"')
        for _table, index, _definition in indexes:
            cursor.execute(f'DROP INDEX "{index}"')
    yield
    with connection.cursor() as cursor:
        cursor.execute("SET maintenance_work_mem = '512MB'")
        for _table, _index, definition in indexes:
            cursor.execute(definition)
        for table, link, definition in links:
            cursor.execute(f'ALTER TABLE "{table}" ADD CONSTRAINT "{link}" {definition}')


LINKS = """
SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
WHERE contype = 'f' AND conrelid::regclass::text = ANY(%s)
"""
INDEXES = """
SELECT indrelid::regclass::text, indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index
WHERE indrelid::regclass::text = ANY(%s) AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conindid = indexrelid)
"""


def _asked(cursor, statement, names):
    cursor.execute(statement, [names])
    return cursor.fetchall()
