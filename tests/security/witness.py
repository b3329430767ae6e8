"""Sees whether anything was changed: every row of every business table, every file, every mail.

Writing statements are noticed as they pass, which costs nothing; only when there was one are the tables read and
compared, since a transaction may have taken it back.
"""

import hashlib
import re
from contextlib import contextmanager
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.core import mail
from django.db import connection

MACHINERY = {  # the last: files of a refused form are kept for its next try, which is no act
    "django_session",
    "django_content_type",
    "django_migrations",
    "usersessions_usersession",
    "office_keptupload",
}
WRITES = re.compile(r'\s*(?:INSERT INTO|UPDATE|DELETE FROM|REPLACE INTO)\s+"?(\w+)"?', re.IGNORECASE)


def business_tables():
    """Every table of a model but those that hold sessions, caches and the like."""
    tables = {model._meta.db_table for model in apps.get_models(include_auto_created=True) if model._meta.managed}
    return sorted(tables - MACHINERY)


def rows():
    """{table: digest of all its rows}."""
    found = {}
    with connection.cursor() as cursor:
        for table in business_tables():
            cursor.execute(f'SELECT * FROM "{table}" ORDER BY 1')
            found[table] = hashlib.sha256(repr(cursor.fetchall()).encode()).hexdigest()
    return found


def stored_files():
    root = Path(settings.MEDIA_ROOT)
    return sorted(
        (str(path), path.stat().st_size) for path in root.rglob("*") if path.is_file() and "kept-" not in path.name
    )


class Witness:
    """Remembers how everything stood; `changes()` names what differs now."""

    def __init__(self):
        self.remember()
        self.written = set()

    def remember(self):
        self.before = rows(), stored_files(), len(mail.outbox)

    def changes(self):
        """Names of tables, and "files" and "mail", that are not as they were."""
        changed = []
        if self.written:
            now = rows()
            changed += [table for table, digest in self.before[0].items() if now[table] != digest]
            self.written = set()
        if stored_files() != self.before[1]:
            changed.append("files")
        if len(mail.outbox) != self.before[2]:
            changed.append("mail")
        return changed

    def forget_files(self):
        """Take the files as they are now: what was taken back in the database stays on the disk until it is swept."""
        self.before = self.before[0], stored_files(), len(mail.outbox)

    @contextmanager
    def watching(self):
        tables = set(business_tables())

        def notice(execute, sql, params, many, context):
            found = WRITES.match(sql)
            if found and found[1] in tables:
                self.written.add(found[1])
            return execute(sql, params, many, context)

        with connection.execute_wrapper(notice):
            yield self
