"""Pages that cost the same at the top of a list and a million rows down: each starts behind the last row before it.

Rows without a value come last in either direction, on both engines; ties are broken by primary key. The position
travels in the address as a signed word, so a page can be entered only where we sent somebody.
"""

import datetime
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from operator import attrgetter

from django.core import signing
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.db.models.expressions import Func, OrderBy

SALT = "ui.keyset"


class BadCursor(Exception):
    """The word in the address is not one of ours, or belongs to another order."""


@dataclass(frozen=True)
class Term:
    """One thing that rows are sorted by."""

    path: str
    descending: bool
    field: models.Field
    nullable: bool
    empty_last: bool = True

    @property
    def reverse(self):
        return replace(self, descending=not self.descending, empty_last=not self.empty_last)

    def of(self, record):
        return attrgetter(self.path.replace("__", "."))(record)

    @property
    def order(self):
        """As SQL; where a value may be missing, its place is said, because the engines differ."""
        nulls = {"nulls_last" if self.empty_last else "nulls_first": True} if self.nullable else {}
        return F(self.path).desc(**nulls) if self.descending else F(self.path).asc(**nulls)


class After(Func):
    """(a, b) > (x, y) as one comparison of rows, which both engines answer from an index on a, b."""

    output_field = models.BooleanField()
    conditional = True

    def __init__(self, *expressions, operator=">"):
        super().__init__(*expressions)
        self.operator = operator

    def as_sql(self, compiler, connection, **extra):
        half = len(self.source_expressions) // 2
        sql, params = [], []
        for expression in self.source_expressions:
            one, its = compiler.compile(expression)
            sql.append(one)
            params.extend(its)
        return f"({', '.join(sql[:half])}) {self.operator} ({', '.join(sql[half:])})", params


@dataclass
class Page:
    """rows of one page; previous and next are cursors, None at an end."""

    rows: list
    previous: str | None
    next: str | None


@dataclass
class Written:
    """A list whose busiest part is asked by a query that was written before, and the rest as it was asked ever.

    ask(position, wanted): up to `wanted` rows in order that have a value in the first term, behind `position`, from the
    top where it is None. whole(): the queryset of all. Only for an order whose first term may be empty.
    """

    model: type
    ask: Callable
    whole: Callable

    @property
    def query(self):
        return self.model._default_manager.all().query

    def filter(self, **conditions):
        return self.whole().filter(**conditions)


def terms_of(queryset, ordering):
    """Terms of an ordering such as ("-due_at", "vendor__name"), ended by the primary key."""
    terms = [_term(queryset, path) for path in ordering]
    if not any(term.path == "pk" for term in terms):
        pk = queryset.model._meta.pk
        descending = bool(terms) and terms[-1].descending
        terms.append(Term("pk", descending, pk, False))
    return terms


def _term(queryset, path):
    if isinstance(path, OrderBy):
        path = ("-" if path.descending else "") + path.expression.name
    descending, path = path.startswith("-"), path.lstrip("-")
    if path in queryset.query.annotations:
        return Term(path, descending, queryset.query.annotations[path].output_field, True)
    model, nullable, field = queryset.model, False, None
    for name in path.split("__"):
        field = model._meta.pk if name == "pk" else model._meta.get_field(name)
        nullable = nullable or field.null
        model = field.related_model
    return Term(path, descending, field, nullable)


def reversed_ordering(ordering):
    return tuple(path[1:] if path.startswith("-") else f"-{path}" for path in ordering)


def page(queryset, ordering, size, *, cursor=None, before=False, name=""):
    """One page of at most `size` rows behind `cursor` (in front of it with before=True).

    queryset: or `Written`. name: of the order, so that a cursor of one is refused by another. Raises BadCursor.
    """
    terms = terms_of(queryset, ordering)
    position = _read(cursor, terms, name) if cursor else None
    walked = [term.reverse for term in terms] if before else terms
    rows = _walk(queryset, walked, position, size + 1, backwards=before)
    more, rows = len(rows) > size, rows[:size]
    if before and not more:
        return page(queryset, ordering, size, name=name)  # the top again, and full
    if before:
        rows.reverse()
    has_previous = more if before else cursor is not None
    has_next = cursor is not None if before else more
    return Page(
        rows,
        _write(rows[0], terms, name) if rows and has_previous else None,
        _write(rows[-1], terms, name) if rows and has_next else None,
    )


def ordered(queryset, ordering):
    """The whole queryset in that order, for an export."""
    return queryset.order_by(*(term.order for term in terms_of(queryset, ordering)))


def _walk(queryset, terms, position, wanted, backwards):
    """Up to `wanted` rows behind `position`.

    A first term that may be empty parts the rows into those that have it and those that have not. Each part is asked
    for alone: one plain range of an index, where `x > v OR x IS NULL` would read the table.
    """
    first = terms[0]
    if not first.nullable:
        return list(_behind(queryset, terms, position)[:wanted])
    parts = [True, False] if backwards else [False, True]
    if position:
        parts = parts[parts.index(position[0] is None) :]
    rows = []
    for part, empty in enumerate(parts):
        start = position if part == 0 else None
        if isinstance(queryset, Written) and not empty and not backwards:
            rows += queryset.ask(start, wanted)
        elif empty:
            some = queryset.filter(**{f"{first.path}__isnull": True})
            rows += _behind(some, terms[1:], start and start[1:])[: wanted - len(rows)]
        else:
            some = queryset.filter(**{f"{first.path}__isnull": False})
            rows += _behind(some, [replace(first, nullable=False), *terms[1:]], start)[: wanted - len(rows)]
        if len(rows) >= wanted:
            break
    return rows


def _behind(queryset, terms, position):
    queryset = queryset.order_by(*(term.order for term in terms))
    if not position:
        return queryset
    alike = len({term.descending for term in terms}) == 1 and not any(term.nullable for term in terms)
    if alike:
        values = [
            models.Value(value, output_field=_plain(term.field)) for term, value in zip(terms, position, strict=True)
        ]
        operator = "<" if terms[0].descending else ">"
        return queryset.filter(After(*(F(term.path) for term in terms), *values, operator=operator))
    return queryset.filter(_first_bound(terms[0], position[0]), _step(terms, position))


def _plain(field):
    """The type a value is bound as: for a foreign key, that of the key it holds."""
    while field.is_relation:
        field = field.target_field
    return field


def _first_bound(term, value):
    """Says nothing new, but lets the engine start at the right place of the index."""
    if value is None or term.nullable:
        return Q()
    return Q(**{f"{term.path}__{'lte' if term.descending else 'gte'}": value})


def _step(terms, position):
    """a > x, or a = x and (b > y, or b = y and ...), each term in its own direction and with its own empty values."""
    (term, *later), (value, *values) = terms, position
    if value is None:
        beyond = Q(pk__in=[]) if term.empty_last else Q(**{f"{term.path}__isnull": False})
        equal = Q(**{f"{term.path}__isnull": True})
    else:
        beyond = Q(**{f"{term.path}__{'lt' if term.descending else 'gt'}": value})
        if term.nullable and term.empty_last:
            beyond |= Q(**{f"{term.path}__isnull": True})
        equal = Q(**{term.path: value})
    return beyond | (equal & _step(later, values)) if later else beyond


def _write(record, terms, name):
    return signing.Signer(salt=SALT).sign_object([name, [_as_text(term.of(record)) for term in terms]], compress=True)


def _as_text(value):
    if isinstance(value, models.Model):
        return value.pk
    if isinstance(value, datetime.datetime | datetime.date | datetime.time):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def _read(cursor, terms, name):
    try:
        written, values = signing.Signer(salt=SALT).unsign_object(cursor)
        if written != name or len(values) != len(terms):
            raise BadCursor
        return [
            None if value is None else term.field.to_python(value) for term, value in zip(terms, values, strict=True)
        ]
    except (signing.BadSignature, ValidationError, ValueError, TypeError) as error:
        raise BadCursor from error
