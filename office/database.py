"""Rules that only the database can keep: triggers and exclusion constraints, for both engines.

SQLite loses a table's triggers whenever a migration remakes the table, so every guard is written to be repeated
and is put back after each migrate. `EngineSQL` holds the two dialects side by side; nobody else asks for the engine.
"""

from dataclasses import dataclass

from django.apps import apps
from django.db import connections

_guards = []


@dataclass(frozen=True)
class Guard:
    """Statements that may be run again and again; `table` names the table that must exist first."""

    app_label: str
    table: str
    sqlite: tuple[str, ...]
    postgresql: tuple[str, ...]


def register_guard(app_label, table, *, sqlite, postgresql):
    _guards.append(Guard(app_label, table, tuple(sqlite), tuple(postgresql)))


def ensure_guards(sender, using="default", **kwargs):
    """Put every guard of the migrated app in place; called after each migrate."""
    connection = connections[using]
    tables = None
    for guard in _guards:
        if guard.app_label != sender.label:
            continue
        tables = tables if tables is not None else set(connection.introspection.table_names())
        if guard.table in tables:
            run(connection, getattr(guard, connection.vendor))


def run(connection, statements):
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def append_only(app_label, model_name, *, besides=()):
    """Refuse every UPDATE, and every DELETE outside the undo of an import (see `office.models.UndoPermit`).

    besides: names of fields that may still change; every other column is held fast, one of a later migration too.
    """
    model = apps.get_model(app_label, model_name)
    table = model._meta.db_table
    columns = {field.name: field.column for field in model._meta.local_concrete_fields}
    fixed = [column for name, column in columns.items() if name not in besides] if besides else []
    permit = "office_undopermit"
    message = f"{table} is append-only"
    register_guard(
        app_label,
        table,
        sqlite=(
            *([f"DROP TRIGGER IF EXISTS {table}_no_update"] if besides else []),  # the columns may be others by now
            f"CREATE TRIGGER IF NOT EXISTS {table}_no_update BEFORE UPDATE ON {table} {_when(fixed, 'IS NOT')}"
            f"BEGIN SELECT RAISE(ABORT, '{message}'); END",
            f"CREATE TRIGGER IF NOT EXISTS {table}_no_delete BEFORE DELETE ON {table} "
            f"WHEN NOT EXISTS (SELECT 1 FROM {permit}) BEGIN SELECT RAISE(ABORT, '{message}'); END",
        ),
        postgresql=(
            f"""CREATE OR REPLACE FUNCTION {table}_append_only() RETURNS trigger AS $$ BEGIN
                IF TG_OP = 'DELETE' AND EXISTS (SELECT 1 FROM {permit}) THEN RETURN OLD; END IF;
                RAISE EXCEPTION '{message}' USING ERRCODE = 'restrict_violation'; END $$ LANGUAGE plpgsql""",
            f"DROP TRIGGER IF EXISTS {table}_append_only ON {table}",
            f"DROP TRIGGER IF EXISTS {table}_no_delete ON {table}",
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE ON {table} FOR EACH ROW "
            f"{_when(fixed, 'IS DISTINCT FROM')}EXECUTE FUNCTION {table}_append_only()",
            f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION {table}_append_only()",
        ),
    )


def _when(columns, differs):
    """The condition that one of these columns changes; none where every change counts."""
    changes = " OR ".join(f'OLD."{column}" {differs} NEW."{column}"' for column in columns)
    return f"WHEN ({changes}) " if changes else ""
