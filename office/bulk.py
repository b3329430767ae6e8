"""Writes many rows of a model at once on either engine, past `save()`, signals and the ORM's own bookkeeping.

For histories of ten thousands of rows, of which the ORM would spend most of the time on writing statements.
"""

import json

from django.db import connection, models, transaction


class Table:
    """The rows of one model: `add(pk, **values)` gathers them, `write()` puts them down in one go.

    Values are given by column name (`queue_id`); what is not given takes the field's default. Either all rows have a
    key or none has: then the database counts them.
    """

    def __init__(self, model, *, with_keys=True):
        self.model, self.with_keys = model, with_keys
        self.fields = [
            field
            for field in model._meta.concrete_fields
            if not field.generated and (with_keys or not field.primary_key)
        ]
        self.rows = []
        self.fixed = [_stored(field, field.get_default()) for field in self.fields]
        self.places = {field.attname: place for place, field in enumerate(self.fields)}

    def add(self, pk=None, **values):
        row = self.fixed.copy()
        if self.with_keys:
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
                cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", self.rows)  # noqa: S608
        self.rows = []


def _stored(field, value):
    """The value as the driver wants it."""
    if value is None or (isinstance(value, int | str) and not isinstance(field, models.JSONField)):
        return value
    if isinstance(field, models.JSONField) and connection.vendor == "postgresql":
        return json.dumps(value, cls=field.encoder)
    return field.get_db_prep_save(value, connection)
