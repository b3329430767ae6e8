"""The index behind `search_text`: made where it is missing, after each migrate."""

from django.db import connections, router

from office.search.models import Searchable

STATISTICS = 300
"""With the usual 100 PostgreSQL knows too few words; with more, each look at a word costs more than the word."""


def ensure_all(sender, using="default", **kwargs):
    """Put the index of every searchable model of the migrated app in place; called after each migrate."""
    connection = connections[using]
    for model in sender.get_models():
        if issubclass(model, Searchable) and router.allow_migrate_model(using, model):
            ensure_search(connection, model)


def ensure_search(connection, model):
    """Make what is missing of the index of `model`, and fill it; may be repeated, and asks little when all is there.

    A migration that remakes a table on SQLite silently drops its triggers; after one, the index is filled anew.
    """
    with connection.cursor() as cursor:
        columns = _columns(connection, cursor, model._meta.db_table)
        if "search_text" not in columns:  # migrated only half the way, or back
            return
        if connection.vendor == "sqlite":
            _ensure_sqlite(cursor, model)
        else:
            _ensure_postgresql(cursor, model._meta.db_table)


def _columns(connection, cursor, table):
    if table not in connection.introspection.table_names(cursor):
        return set()
    return {column.name for column in connection.introspection.get_table_description(cursor, table)}


def fts_table(model):
    return f"{model._meta.db_table}_fts"


def _ensure_sqlite(cursor, model):
    wanted = _sqlite_statements(model._meta.db_table, model._meta.pk.column, fts_table(model))
    marks = ", ".join(["%s"] * len(wanted))
    cursor.execute(f"SELECT name, type, sql FROM sqlite_master WHERE name IN ({marks})", list(wanted))  # noqa: S608
    there = {name: (kind, sql) for name, kind, sql in cursor.fetchall()}
    wrong = [name for name, sql in wanted.items() if there.get(name, ("", ""))[1] != sql]
    if not wrong:
        return
    for name in wrong:
        if name in there:
            cursor.execute(f'DROP {there[name][0]} "{name}"')
    for name in wrong:
        cursor.execute(wanted[name])
    cursor.execute(f'INSERT INTO "{fts_table(model)}" ("{fts_table(model)}") VALUES (\'rebuild\')')  # noqa: S608


def _sqlite_statements(table, pk, fts):
    """The FTS5 table and its three triggers by name. `ascii` leaves every other script as the fold wrote it."""
    forget = f'INSERT INTO "{fts}" ("{fts}", rowid, search_text) VALUES (\'delete\', old."{pk}", old.search_text);'  # noqa: S608
    learn = f'INSERT INTO "{fts}" (rowid, search_text) VALUES (new."{pk}", new.search_text);'  # noqa: S608
    return {
        fts: (
            f"CREATE VIRTUAL TABLE \"{fts}\" USING fts5(search_text, content='{table}', content_rowid='{pk}', "
            "tokenize=\"ascii tokenchars '-./_@:'\", prefix='3 4 5', detail=none)"
        ),
        f"{fts}_insert": f'CREATE TRIGGER "{fts}_insert" AFTER INSERT ON "{table}" BEGIN {learn} END',
        f"{fts}_delete": f'CREATE TRIGGER "{fts}_delete" AFTER DELETE ON "{table}" BEGIN {forget} END',
        f"{fts}_update": (
            f'CREATE TRIGGER "{fts}_update" AFTER UPDATE OF search_text ON "{table}" '
            f"WHEN old.search_text IS NOT new.search_text BEGIN {forget} {learn} END"
        ),
    }


def _ensure_postgresql(cursor, table):
    cursor.execute(
        "SELECT attstattarget, to_regclass(%s) IS NOT NULL FROM pg_attribute "
        "WHERE attrelid = %s::regclass AND attname = 'search_vec' AND NOT attisdropped",
        [f'"{table}_search"', f'"{table}"'],
    )
    row = cursor.fetchone()
    if row is None:
        cursor.execute(
            f'ALTER TABLE "{table}" ADD COLUMN search_vec tsvector GENERATED ALWAYS AS '
            "(array_to_tsvector(array_remove(string_to_array(search_text, ' '), ''))) STORED"
        )
    if row is None or not row[1]:
        cursor.execute(
            f'CREATE INDEX IF NOT EXISTS "{table}_search" ON "{table}" USING gin (search_vec) '
            "WITH (gin_pending_list_limit = 256)"  # kB: a longer list slows down each search, and now and then a save
        )
    if row is None or row[0] != STATISTICS:
        cursor.execute(f'ALTER TABLE "{table}" ALTER COLUMN search_vec SET STATISTICS {STATISTICS}')
