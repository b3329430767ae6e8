"""Writes many rows of a model at once on either engine, past `save()` and the ORM's own bookkeeping."""

import json

from django.db import connection, models, transaction


class Table:
    """The rows of one model: `add(pk, **values)` gathers them, `write()` puts them down in one go.

    Values are given by column name (`queue_id`); what is not given takes the field's default.
    """

    def __init__(self, model):
        self.model = model
        self.fields = [field for field in model._meta.concrete_fields if not field.generated]
        self.rows = []
        self.fixed = [_stored(field, field.get_default()) for field in self.fields]
        self.places = {field.attname: place for place, field in enumerate(self.fields)}

    def add(self, pk, **values):
        row = self.fixed.copy()
        row[self.places[self.model._meta.pk.attname]] = pk
        for name, value in values.items():
            place = self.places[name]
            row[place] = _stored(self.fields[place], value)
        self.rows.append(row)

    def write(self):
        columns = ", ".join(connection.ops.quote_name(field.column) for field in self.fields)
        table = connection.ops.quote_name(self.model._meta.db_table)
        with transaction.atomic(), connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                    for row in self.rows:
                        copy.write_row(row)
            else:
                marks = ", ".join(["%s"] * len(self.fields))
                cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", self.rows)
        self.rows = []


def _stored(field, value):
    """The value as the driver wants it."""
    if value is None or (isinstance(value, int | str) and not isinstance(field, models.JSONField)):
        return value
    if isinstance(field, models.JSONField) and connection.vendor == "postgresql":
        return json.dumps(value)
    return field.get_db_prep_save(value, connection)


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
