"""Narrows a queryset to its hits, and lets each database read them in the order they are shown.

Why not `pk IN (... MATCH ...)` or `EXISTS`: SQLite gathers every hit before the first row is shown, or asks the index
for each row. Why not a plain `search_vec @@ ...`: PostgreSQL's planner walks along the order for any word it takes for
common, and reads the whole table, for seconds, when the word's rows are old or out of the reader's sight.
"""

from collections.abc import Callable
from dataclasses import dataclass
from operator import attrgetter

from django.core.exceptions import EmptyResultSet
from django.db import connections, models
from django.db.models.expressions import Col, F, Func, OrderBy
from django.db.models.lookups import Lookup
from django.db.models.query import ModelIterable
from django.db.models.sql.constants import INNER
from django.db.models.sql.datastructures import Join
from django.db.models.sql.where import AND

from office.search.index import fts_table
from office.search.query import Hits, Query

FEW, FEW_OF_THOUSAND = 2000, 3
"""So many hits, and so many more of each thousand rows, are gathered and sorted within milliseconds. The planner takes
words that it has no statistics of, all of them rare, for two in a thousand."""

NEAR = 4000
"""So many rows are read in the order they are shown to fill a page, before the hits are gathered after all."""

TASTE, FAR = 1000, 24_000
"""Where rows stream in their order, so many are read before anything is asked, and so many at most where the first ones
held enough hits to say that these fill the page."""


@dataclass(frozen=True)
class Manner:
    """How a page of hits is read on PostgreSQL, which finds their keys first.

    shown(rows) -> rows joins what is shown of a hit. fetch(keys) -> the hits of these keys in any order, as they are
    shown, by a query that was written before; for pages in the order of the key. streams: an index yields the rows of
    the queryset in the order they are asked for, so that the first thousand of them cost less than a question.
    """

    shown: Callable | None = None
    fetch: Callable | None = None
    streams: bool = False


def search(queryset, text, *, prefix=False, manner=None):
    """Narrow `queryset` to the rows that hold every word of `text`, newest first; nothing without a word.

    `prefix` also takes rows that hold a word beginning with a typed one of at least 3 letters. More filters, another
    order, a slice may follow; slices ordered by an index are cheap. PostgreSQL is asked one question more than usual.
    """
    found = _matching(queryset, Query.parse(text), Hits.PREFIX if prefix else Hits.WHOLE)
    if manner is None or found._iterable_class is not AlongTsvector:
        return manner.shown(found) if manner and manner.shown else found
    found.query.manner = manner  # what stands on the query is copied with it
    return found


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
    found, model = queryset.order_by("-pk"), queryset.model
    table = found.query.get_initial_alias()
    if connections[found.db].vendor == "sqlite":
        index = found.query.join(IndexJoin(model, table), reuse=set())
        found = found.filter(Match(_column(model, index, fts_table(model)), query.fts5(hits)))
        found._iterable_class = AlongFTS5
    else:
        found = found.filter(Match(_column(model, table, "search_vec"), query.tsquery(hits)))
        found._iterable_class = AlongTsvector
    return found


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
        """The words stand in the statement itself: a plan made once for any words would be the wrong one for most."""
        left, params = self.process_lhs(compiler, connection)
        return f"{left} @@ {_literal(self.rhs)}::tsquery", params

    def _compare(self, template, compiler, connection):
        left, left_params = self.process_lhs(compiler, connection)
        right, right_params = self.process_rhs(compiler, connection)
        return template.format(left, right), [*left_params, *right_params]


def _literal(words):
    """A string as PostgreSQL reads it between quotes, in a statement that has parameters beside it."""
    from psycopg import sql

    return sql.quote(words).replace("%", "%%")


class AlongFTS5(ModelIterable):
    """Reads hits newest or oldest first as FTS5 yields them: SQLite does not see that its rowid is the key."""

    def __iter__(self):
        self.queryset = along_rowid(self.queryset)
        return super().__iter__()


def along_rowid(rows):
    """The same rows, ordered by the rowid of the index when they were ordered by the key."""
    descending = _down_the_key(rows)
    if descending is None:
        return rows
    index = next(alias for alias, join in rows.query.alias_map.items() if isinstance(join, IndexJoin))
    rows = rows._chain()
    rowid = _column(rows.model, index, "rowid", models.BigIntegerField())
    rows.query.order_by = (OrderBy(rowid, descending=descending),)
    return rows


def _down_the_key(rows):
    """True for newest first, False for oldest first, None for any other order."""
    query = rows.query
    if len(query.order_by) != 1 or not query.standard_ordering or query.combinator:
        return None
    order = _as_expression(query.order_by[0])
    by_key = isinstance(order.expression, F) and order.expression.name in ("pk", rows.model._meta.pk.name)
    return order.descending if by_key else None


class AlongTsvector(ModelIterable):
    """Reads the keys of a page along its order if the first rows in that order fill it, else gathers the hits.

    Then the rows themselves, by key: joins for columns are made for one page only.
    """

    def __iter__(self):
        manner = getattr(self.queryset.query, "manner", None) or Manner()
        if words := _typed(self.queryset.query):
            keys = _page(self.queryset, words, manner)
            descending = _down_the_key(self.queryset)
            if manner.fetch and descending is not None:
                return iter(sorted(manner.fetch(keys), key=attrgetter("pk"), reverse=descending))
            self.queryset = _with_keys(self.queryset, keys)
        if manner.shown:
            self.queryset = manner.shown(self.queryset)
        return super().__iter__()


def _typed(query):
    """The tsquery of a query for one page of plain rows; empty for any other, which the planner reads as it likes."""
    is_plain = query.where.connector == AND and not query.where.negated and query.group_by is None
    if not is_plain or query.high_mark is None or query.distinct or query.combinator or query.select_for_update:
        return ""
    return " & ".join(f"({each.rhs})" for each in query.where.children if isinstance(each, Match))


def _are_few(rows, words):
    """Whether the planner believes that few rows of the whole table hold the words."""
    table = rows.model._meta.db_table
    both = f'SELECT 1 FROM "{table}" WHERE search_vec @@ %s::tsquery UNION ALL SELECT 1 FROM "{table}"'  # noqa: S608
    with connections[rows.db].cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON) {both}", [words])
        [[[plan]]] = cursor.fetchall()
    estimates = [each["Plan Rows"] for each in plan["Plan"].get("Plans", ())]
    if len(estimates) != 2:  # a plan of another shape than one part after the other
        return False
    hits, total = estimates
    return hits <= FEW + total * FEW_OF_THOUSAND / 1000


def _page(rows, words, manner):
    """Keys of the rows of the page."""
    if manner.streams:
        keys = _streamed(rows, words)
    else:
        keys = None if _are_few(rows, words) else _near(rows, words)
    return _gathered(rows) if keys is None else keys


def _streamed(rows, words):
    """Keys of the page if the first rows in its order fill it, else None; nothing is asked of the planner.

    Whether a longer look is worth its while is told by the hits among the first rows. It costs the same however many
    rows the table has, where gathering grows with the hits.
    """
    first, last = rows.query.low_mark, rows.query.high_mark
    keys = _hits_among(rows, words, 0, TASTE, last)
    if len(keys) < last and len(keys) * FAR >= last * TASTE:
        keys += _hits_among(rows, words, TASTE, FAR, last - len(keys))
    return keys[first:] if len(keys) == last else None


def _near(rows, words):
    """Keys of the page if the first rows in its order fill it, else None."""
    first, last = rows.query.low_mark, rows.query.high_mark
    keys = _hits_among(rows, words, 0, NEAR, last)
    return keys[first:] if len(keys) == last else None


def _hits_among(rows, words, start, stop, wanted):
    """Keys of up to `wanted` hits among the rows from `start` to `stop`. A LIMIT keeps the planner to their order."""
    walk, key = _without_match(rows.query), rows.model._meta.pk
    walk.clear_limits()
    walk.set_limits(start, stop)
    # The function behind @@, which the planner does not look up in the statistics: there is nothing left to choose.
    hits = f'SELECT near."{key.column}" FROM ({{}}) AS near WHERE ts_match_vq(near.search_vec, %s::tsquery)'  # noqa: S608
    table = walk.get_initial_alias()
    columns = [Col(table, key), _column(rows.model, table, "search_vec")]
    return _fetch(rows, walk, columns, f"{hits} LIMIT {wanted:d}", words)


def _gathered(rows):
    """Keys of the page, in an order that no index has: so the hits are gathered, or the rows of another filter."""
    query = along_nothing(rows).query
    return _fetch(rows, query, [Col(query.get_initial_alias(), rows.model._meta.pk)])


def _fetch(rows, query, columns, around="{}", *params):
    query.clear_select_clause()
    query.set_select(columns)
    try:
        sql, inner = query.get_compiler(rows.db).as_sql()
    except EmptyResultSet:  # another filter lets nothing through
        return []
    with connections[rows.db].cursor() as cursor:
        cursor.execute(around.format(sql), [*inner, *params])
        return [row[0] for row in cursor.fetchall()]


def _with_keys(rows, keys):
    rows = rows._chain()
    rows.query = _without_match(rows.query)
    rows.query.clear_limits()
    rows.query.add_q(models.Q(pk__in=keys))
    return rows


def _without_match(query):
    query = query.chain()
    query.where.children = [each for each in query.where.children if not isinstance(each, Match)]
    return query


def along_nothing(rows):
    """The same rows in the same order, but one that no index has."""
    rows = rows._chain()
    rows.query.order_by = tuple(_hidden(each) for each in rows.query.order_by)
    return rows


def _hidden(order):
    if isinstance(order, str) and order.lstrip("-") != "pk":
        return order
    order = _as_expression(order)
    order.expression = Func(order.expression, template="(ARRAY[%(expressions)s])[1]")  # the planner sees through NULLIF
    return order


def _as_expression(order):
    if isinstance(order, str):
        return OrderBy(F(order.lstrip("-")), descending=order.startswith("-"))
    return order.copy()


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
        self.model, self.table_name, self.join_field = model, fts_table(model), IndexLink(fts_table(model))
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
