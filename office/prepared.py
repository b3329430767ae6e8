"""Queries whose SQL is written once a process: writing a small one takes Django longer than the database needs for it.

    @prepared
    def messages_of(ticket, *, public):
        messages = Message.objects.filter(ticket=ticket)
        return (messages.public() if public else messages).order_by("id")

    messages_of(5, public=True)  # a list of messages

What stands before the `*` are keys of rows, whole numbers that differ from call to call; what stands behind it is the
shape of the query, hashable values of which there are few. The function is run once for each shape, with stand-ins for
the keys, so it must not look at them. Rows come out as the queryset yields them: instances with what is joined and
annotated, or values. What a queryset may say stays where it was, in its words; here it is only remembered.
"""

import copy
import inspect
from functools import update_wrapper
from itertools import count
from types import SimpleNamespace

from django.db import DEFAULT_DB_ALIAS, connections

FIRST = 2**62  # fits a bigint, and no row is ever numbered so high
MOST_SHAPES = 200


def prepared(build):
    """Decorator of a function that builds a queryset; calling it runs the query and returns a list."""
    return update_wrapper(Prepared(build), build)


class Prepared:
    def __init__(self, build):
        kinds = inspect.signature(build).parameters.values()
        self.build = build
        self.slots = dict(zip((p.name for p in kinds if p.kind is not p.KEYWORD_ONLY), count(FIRST), strict=False))
        self.plans = {}

    def __call__(self, *keys, **shape):
        connection = connections[DEFAULT_DB_ALIAS]
        form = (connection.vendor, *sorted(shape.items()))
        plan = self.plans.get(form)
        if plan is None:
            if len(self.plans) >= MOST_SHAPES:
                self.plans.clear()
            plan = self.plans[form] = Plan(self.build(**self.slots, **shape), connection, list(self.slots.values()))
        return plan.run(connection, keys)


class Plan:
    """A queryset with its SQL, and which of the parameters are keys."""

    def __init__(self, queryset, connection, slots):
        self.queryset = queryset
        self.compiler = queryset.query.get_compiler(connection=connection)
        self.sql, self.parameters = self.compiler.as_sql()
        self.slots = slots
        # A driver may have a kind of integers of its own for each width of a column.
        self.kinds = [type(value) if isinstance(value, int) and value in slots else None for value in self.parameters]
        self.converters = self.compiler.get_converters([each[0] for each in self.compiler.select])
        if missing := [slot for slot in slots if slot not in self.parameters]:
            raise TypeError(f"{len(missing)} keys are not part of the query, so it cannot be prepared for others.")

    def run(self, connection, keys):
        if len(keys) != len(self.slots):
            raise TypeError(f"{len(self.slots)} keys are needed, {len(keys)} were given.")
        given = dict(zip(self.slots, map(int, keys), strict=True))
        places = zip(self.parameters, self.kinds, strict=True)
        parameters = tuple(kind(given[value]) if kind else value for value, kind in places)
        compiler = copy.copy(self.compiler)
        compiler.connection = connection
        compiler.as_sql = lambda *args, **options: (self.sql, parameters)
        compiler.get_converters = lambda expressions: self.converters
        query = copy.copy(self.queryset.query)
        query.get_compiler = lambda *args, **options: compiler
        stand_in = SimpleNamespace(
            db=DEFAULT_DB_ALIAS,
            model=self.queryset.model,
            query=query,
            _fields=self.queryset._fields,
            _known_related_objects={},
        )
        return list(self.queryset._iterable_class(stand_in))
