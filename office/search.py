"""Finds rows by folded words, the same rows on both databases, newest first, streamed from an index.

A model that can be found subclasses `Searchable`; its column `search_text` holds words made by `office.fold`. SQLite
reads them from an FTS5 table kept by triggers, PostgreSQL from a generated tsvector with a GIN index; both divide the
text at its blanks and nothing else, so no parser, stemmer or extension of the database has a say. Why not
`pk IN (... MATCH ...)` or `EXISTS`: they gather every hit before the first row is shown.
"""

from dataclasses import dataclass
from enum import Enum
from typing import ClassVar

from django.db import connections, models, router, transaction
from django.db.models.expressions import Col
from django.db.models.lookups import Lookup
from django.db.models.sql.constants import INNER
from django.db.models.sql.datastructures import Join

from office.fold import MAX_WORD, search_text, stripped_forms, words

MAX_WORDS = 8
MAX_TYPED = 4 * MAX_WORDS * MAX_WORD
MIN_PREFIX = 3
CHUNK = 500

# PostgreSQL: a word is current when a page of its hits is among the newest rows. With fewer statistics the planner
# takes a word that three rows hold for a common one, and a table of a million rows for the place to look for it.
PAGE, NEWEST, STATISTICS = 25, 4000, 1000


class Hits(Enum):
    """How a typed word may meet a stored one."""

    WHOLE = "equal"
    PREFIX = "equal, or its beginning"
    PREFIX_ONLY = "its beginning, but not all words equal"


@dataclass(frozen=True)
class Query:
    """What was typed: every group must be met, by any one of its words. Falsy when no word was typed."""

    groups: tuple[tuple[str, ...], ...]

    @classmethod
    def parse(cls, text):
        """Read at most 8 words of `text`, each with its stripped forms; what follows is not looked for."""
        typed = dict.fromkeys(words(text[:MAX_TYPED]))
        return cls(tuple(tuple(sorted(stripped_forms(word))) for word in list(typed)[:MAX_WORDS]))

    def __bool__(self):
        return bool(self.groups)

    @property
    def has_prefix(self):
        return any(len(word) >= MIN_PREFIX for group in self.groups for word in group)

    def fts5(self, hits):
        """The MATCH string. Words hold letters, digits and -./_@: only, so quotes are all they need."""
        if hits is Hits.PREFIX_ONLY:
            return f"({self.fts5(Hits.PREFIX)}) NOT ({self.fts5(Hits.WHOLE)})"
        return self._render('"%s"', '"%s"*', " OR ", " AND ", hits)

    def tsquery(self, hits):
        if hits is Hits.PREFIX_ONLY:
            return f"({self.tsquery(Hits.PREFIX)}) & !({self.tsquery(Hits.WHOLE)})"
        return self._render("'%s'", "'%s':*", " | ", " & ", hits)

    def _render(self, whole, prefix, either, both, hits):
        def term(word):
            return (prefix if hits is Hits.PREFIX and len(word) >= MIN_PREFIX else whole) % word

        return both.join(f"({either.join(map(term, group))})" for group in self.groups)


class Searchable(models.Model):
    """A row that can be found by what `search_fields` says. Lists should `defer("search_text")`: it may be long."""

    search_text = models.TextField(editable=False, blank=True, default="")

    search_sources: ClassVar[tuple[str, ...]] = ()
    """Names of the fields that `search_fields` reads; a save of other fields alone leaves the index be."""

    class Meta:
        abstract = True

    def save(self, *args, update_fields=None, **kwargs):
        if update_fields is None:
            self.fill_search_text()
        else:
            update_fields = set(update_fields)
            sources = {"search_text", *self.search_sources, *(f"{name}_id" for name in self.search_sources)}
            if update_fields & sources:
                self.fill_search_text()
                update_fields.add("search_text")
        super().save(*args, update_fields=update_fields, **kwargs)

    def search_fields(self):
        """The texts this row is found by, the most telling first: number, tag, serial, then title, then the rest."""
        raise NotImplementedError

    def fill_search_text(self):
        """Set `search_text` without saving; for those who write in bulk, which passes `save` by."""
        self.search_text = search_text(*(str(field) for field in self.search_fields() if field))

    def index(self):
        """Write the index anew, when something changed that the row is found by but that is not its own field."""
        self.fill_search_text()
        type(self)._base_manager.using(self._state.db).filter(pk=self.pk).update(search_text=self.search_text)


def search(queryset, text, *, prefix=False):
    """Narrow `queryset` to the rows that hold every word of `text`, newest first; nothing without a word.

    `prefix` also takes rows that hold a word beginning with a typed one of at least 3 letters. Keep the order, which
    is that of the index, and page by `filter(found__lt=last.pk)`. PostgreSQL is asked one question beforehand.
    """
    return _matching(queryset, Query.parse(text), Hits.PREFIX if prefix else Hits.WHOLE)


def find(queryset, text, limit=25):
    """Return up to `limit` rows: those that hold the whole words first, then those that hold their beginnings."""
    query = Query.parse(text)
    rows = list(_matching(queryset, query, Hits.WHOLE)[:limit])
    if query.has_prefix and len(rows) < limit:
        rows += _matching(queryset, query, Hits.PREFIX_ONLY)[: limit - len(rows)]
    return rows


def _matching(queryset, query, hits):
    if not query:
        return queryset.none()
    find_in = _in_fts5 if connections[queryset.db].vendor == "sqlite" else _in_tsvector
    found, newest = find_in(queryset.order_by(), query, hits)
    return found.alias(found=newest).order_by("-found")


def _in_fts5(rows, query, hits):
    model, table = rows.model, rows.query.get_initial_alias()
    index = rows.query.join(IndexJoin(model, table), reuse=set())
    match = Match(_column(model, index, _fts(model)), query.fts5(hits))
    return rows.filter(match), _column(model, index, "rowid", models.BigIntegerField())


def _in_tsvector(rows, query, hits):
    """Let PostgreSQL walk back along the key only when the newest rows are known to fill a page.

    The planner walks for any word it takes for common, and then reads the whole table, for seconds, if the word's rows
    are old or out of the reader's sight. Ordered by `pk + 0` it cannot walk: it gathers the hits, or the few rows of
    another filter, and sorts them.
    """
    match = Match(_column(rows.model, rows.query.get_initial_alias(), "search_vec"), query.tsquery(hits))
    found = rows.filter(match)
    newest = models.Subquery(rows.model._base_manager.using(rows.db).order_by("-pk").values("pk")[:1])
    page = found.filter(pk__gt=newest - NEWEST).order_by("-pk").values_list("pk")[:PAGE]
    return found, models.F("pk") if len(page) == PAGE else models.F("pk") + 0


def _column(model, alias, name, field=None):
    """A column that is in the database but not in the model."""
    field = field or models.TextField()
    field.set_attributes_from_name(name)
    field.model = model
    return Col(alias, field)


class Match(Lookup):
    """The one comparison of both databases: index column on the left, query string on the right."""

    lookup_name = "match"
    prepare_rhs = False

    def as_sqlite(self, compiler, connection):
        return self._compare("{} MATCH {}", compiler, connection)

    def as_postgresql(self, compiler, connection):
        return self._compare("{} @@ {}::tsquery", compiler, connection)

    def _compare(self, template, compiler, connection):
        left, left_params = self.process_lhs(compiler, connection)
        right, right_params = self.process_rhs(compiler, connection)
        return template.format(left, right), [*left_params, *right_params]


@dataclass(frozen=True)
class IndexLink:
    """What Django asks of the field behind a join: the table it leads to."""

    db_table: str

    @property
    def related_model(self):
        return self

    @property
    def _meta(self):
        return self


class IndexJoin(Join):
    """Joins a row with its line in the FTS5 table, which Django knows nothing of."""

    def __init__(self, model, parent_alias, table_alias=None):
        self.model, self.table_name, self.join_field = model, _fts(model), IndexLink(_fts(model))
        self.parent_alias, self.table_alias = parent_alias, table_alias
        self.join_type, self.nullable, self.filtered_relation = INNER, False, None

    def as_sql(self, compiler, connection):
        quote = compiler.quote_name_unless_alias
        alias = "" if self.table_alias == self.table_name else f" {self.table_alias}"
        pk = connection.ops.quote_name(self.model._meta.pk.column)
        # The + keeps SQLite from asking FTS5 row by row, which takes seconds: it must read the hits, then the rows.
        on = f"{quote(self.parent_alias)}.{pk} = +{quote(self.table_alias)}.rowid"
        return f"{self.join_type} {quote(self.table_name)}{alias} ON ({on})", []

    def relabeled_clone(self, change_map):
        parent, alias = (change_map.get(name, name) for name in (self.parent_alias, self.table_alias))
        return type(self)(self.model, parent, alias)


def rebuild(model, using=None):
    """Write the index of all rows anew, in chunks that each hold the database for less than a second; count changes."""
    rows = model._base_manager.using(using or router.db_for_write(model))
    changed, last = 0, None
    while True:
        with transaction.atomic(using=rows.db):
            chunk = rows.order_by("pk") if last is None else rows.order_by("pk").filter(pk__gt=last)
            if not (chunk := list(chunk.select_for_update()[:CHUNK])):
                return changed
            stale = [row for row in chunk if row.search_text != (row.fill_search_text() or row.search_text)]
            rows.bulk_update(stale, ["search_text"], batch_size=100)
        changed, last = changed + len(stale), chunk[-1].pk


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


def _fts(model):
    return f"{model._meta.db_table}_fts"


def _ensure_sqlite(cursor, model):
    wanted = _sqlite_statements(model._meta.db_table, model._meta.pk.column, _fts(model))
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
    cursor.execute(f'INSERT INTO "{_fts(model)}" ("{_fts(model)}") VALUES (\'rebuild\')')  # noqa: S608


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
