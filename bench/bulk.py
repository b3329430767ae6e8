"""Keys of rows that are written past the ORM; the writing itself is the product's (office/bulk.py)."""

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
