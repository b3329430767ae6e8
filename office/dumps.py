"""How each engine gives its tables away in one consistent moment and takes them back.

Both dialects stand side by side: `of(connection)` is the only place that asks for the engine. PostgreSQL is read and
written by COPY over the open connection, so that no client program of a fitting version is needed.
"""

import hashlib
import sqlite3
from contextlib import closing
from pathlib import Path

from django.core.management import call_command
from django.db import connections, transaction

NOT_KEPT = ("office_cache",)  # sign-in limits and other things that may be forgotten


def of(connection):
    return {"sqlite": SQLite, "postgresql": PostgreSQL}[connection.vendor](connection)


def migrations_of(connection):
    """The applied migrations, as sorted `app.name` strings."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT app, name FROM django_migrations ORDER BY app, name")
        return [f"{app}.{name}" for app, name in cursor.fetchall()]


class SQLite:
    """One file, copied page by page by SQLite itself while others write."""

    suffix = "sqlite3"

    def __init__(self, connection):
        self.connection = connection

    def dump(self, folder):
        """Write the database into `folder`; returns `{table: [rows, hash]}` of exactly what was written."""
        self.connection.ensure_connection()
        target = folder / f"database.{self.suffix}"
        with sqlite3.connect(target) as copy:
            self.connection.connection.backup(copy)  # in one step: a writer would start it anew
        copy.execute("PRAGMA journal_mode=DELETE")
        tables = self._tables(copy)
        applied = [
            f"{app}.{name}" for app, name in copy.execute("SELECT app, name FROM django_migrations ORDER BY 1, 2")
        ]
        copy.close()
        return tables, applied

    def check(self, folder):
        """Whether the dumped file is whole; returns a sentence for what is wrong, or ""."""
        with sqlite3.connect(f"file:{folder / f'database.{self.suffix}'}?mode=ro", uri=True) as copy:
            answer = copy.execute("PRAGMA integrity_check").fetchone()[0]
        return "" if answer == "ok" else answer

    def is_empty(self):
        path = Path(self.connection.settings_dict["NAME"])
        if not path.exists() or not path.stat().st_size:
            return True
        return not _count_users(self.connection)

    def load(self, folder, applied):
        """Put the dumped file where the database was; returns its tables as `dump` would."""
        self.connection.close()
        path = Path(self.connection.settings_dict["NAME"])
        path.parent.mkdir(parents=True, exist_ok=True)
        for suffix in ("-wal", "-shm", ""):
            path.with_name(path.name + suffix).unlink(missing_ok=True)
        with sqlite3.connect(f"file:{folder / f'database.{self.suffix}'}?mode=ro", uri=True) as copy:
            with sqlite3.connect(path) as target:
                copy.backup(target)
            target.close()
        copy.close()
        return self.tables()

    def tables(self):
        """Read past Django's connection, which turns values into Python's before they could be compared."""
        with closing(sqlite3.connect(self.connection.settings_dict["NAME"], timeout=20)) as link:
            return self._tables(link)

    def _tables(self, link):
        names = link.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' "
            "AND name NOT LIKE '%\\_fts%' ESCAPE '\\' ORDER BY name"
        ).fetchall()
        found = {}
        for (name,) in names:
            if name in NOT_KEPT:
                continue
            digest, count = hashlib.sha256(), 0
            for row in link.execute(f'SELECT * FROM "{name}" ORDER BY rowid'):
                digest.update(repr(tuple(row)).encode("utf-8", "surrogatepass"))
                count += 1
            found[name] = [count, digest.hexdigest()]
        return found


class PostgreSQL:
    """A file of COPY lines per table, all read in one repeatable-read transaction."""

    suffix = "copy"

    def __init__(self, connection):
        self.connection = connection

    def dump(self, folder):
        with transaction.atomic(using=self.connection.alias):
            with self.connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            tables = {name: self._copy_out(name, folder / f"{name}.{self.suffix}") for name in self._names()}
            return tables, migrations_of(self.connection)

    def check(self, folder):
        return "" if (folder / f"django_migrations.{self.suffix}").exists() else "django_migrations"

    def is_empty(self):
        return "people_user" not in self.connection.introspection.table_names() or not _count_users(self.connection)

    def load(self, folder, applied):
        """Bring the empty database to the migrations of the dump and fill it in one transaction."""
        _migrate_to(self.connection, applied)
        names = self._names()
        with transaction.atomic(using=self.connection.alias), self.connection.cursor() as cursor:
            cursor.execute(f"TRUNCATE {', '.join(names)} RESTART IDENTITY CASCADE")
            for name in names:
                cursor.execute(f'ALTER TABLE "{name}" DISABLE TRIGGER USER')
            for name in names:
                self._copy_in(cursor, name, folder / f"{name}.{self.suffix}")
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # all is there: check it now, else nothing may be altered
            for name in names:
                cursor.execute(f'ALTER TABLE "{name}" ENABLE TRIGGER USER')
            self._set_sequences(cursor, names)
        return self.tables()

    def tables(self):
        return {name: self._copy_out(name, None) for name in self._names()}

    def _names(self):
        with self.connection.cursor() as cursor:
            cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = current_schema() ORDER BY 1")
            return [name for (name,) in cursor.fetchall() if name not in NOT_KEPT]

    def _columns(self, cursor, name):
        cursor.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_schema = current_schema() "
            "AND table_name = %s AND is_generated = 'NEVER' ORDER BY ordinal_position",
            [name],
        )
        return ", ".join(f'"{column}"' for (column,) in cursor.fetchall())

    def _copy_out(self, name, path):
        digest, count = hashlib.sha256(), 0
        file = path.open("wb") if path else None
        with self.connection.cursor() as cursor:
            columns = self._columns(cursor, name)
            query = f'COPY (SELECT {columns} FROM "{name}" ORDER BY 1) TO STDOUT'
            with cursor.copy(query) as stream:
                for block in stream:
                    digest.update(bytes(block))
                    count += bytes(block).count(b"\n")
                    if file:
                        file.write(block)
        if file:
            file.close()
        return [count, digest.hexdigest()]

    def _copy_in(self, cursor, name, path):
        with (
            cursor.copy(f'COPY "{name}" ({self._columns(cursor, name)}) FROM STDIN') as stream,
            path.open("rb") as file,
        ):
            while block := file.read(1 << 20):
                stream.write(block)

    def _set_sequences(self, cursor, names):
        for name in names:
            cursor.execute(
                "SELECT pg_get_serial_sequence(%s, a.attname), a.attname FROM pg_attribute a "
                "WHERE a.attrelid = %s::regclass AND a.attnum > 0 AND a.attidentity <> ''",
                [name, name],
            )
            for sequence, column in cursor.fetchall():
                cursor.execute(
                    f'SELECT setval(%s, COALESCE((SELECT MAX("{column}") FROM "{name}"), 0) + 1, false)', [sequence]
                )


def _count_users(connection):
    if "people_user" not in connection.introspection.table_names():
        return 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM people_user")
        return cursor.fetchone()[0]


def _migrate_to(connection, applied):
    """Run exactly the migrations that the dump had; what came later is run after the data is in."""
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    wanted = {tuple(name.split(".", 1)) for name in applied}
    graph = executor.loader.graph
    targets = [
        node
        for node in wanted
        if node in graph.nodes and not any(child.key in wanted for child in graph.node_map[node].children)
    ]
    executor.migrate(sorted(targets))


def migrate_forward(alias="default"):
    call_command("migrate", interactive=False, verbosity=0, database=alias)
    call_command("createcachetable", verbosity=0, database=alias)


def known_migrations(alias="default"):
    from django.db.migrations.loader import MigrationLoader

    return {f"{app}.{name}" for app, name in MigrationLoader(connections[alias]).graph.nodes}
