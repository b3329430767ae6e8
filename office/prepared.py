"""Queries whose SQL is written once a process: writing a small one takes Django longer than the database needs for it.

    @prepared
    def messages_of(ticket, *, public):
        messages = Message.objects.filter(ticket=ticket)
        return (messages.public() if public else messages).order_by("id")

    messages_of(5, public=True)  # a list of messages

What stands before the `*` are keys of rows, whole numbers that differ from call to call; `at: datetime` and `key: str`
say that it is an instant or a text instead, and `*keys` takes several, of which each number has a plan of its own. What
stands behind it is the shape of the query, hashable values of which there are few. The function is run once for each
shape, with stand-ins for the keys, so it must not look at them. Rows come out as the queryset yields them: instances
with what is joined and annotated, or values. What a queryset may say stays where it was, in its words; here it is only
remembered.
"""

import copy
import inspect
from datetime import UTC, datetime, timedelta
from functools import update_wrapper
from types import SimpleNamespace

from django.db import DEFAULT_DB_ALIAS, connections

FIRST = 2**62  # fits a bigint, and no row is ever numbered so high
LATE = datetime(9000, 1, 1, tzinfo=UTC)  # nothing ever happens then
MOST_SHAPES = 200


def prepared(build):
    """Decorator of a function that builds a queryset; calling it runs the query and returns a list."""
    return update_wrapper(Prepared(build), build)


class Prepared:
    def __init__(self, build):
        found = inspect.signature(build).parameters.values()
        keys = [each for each in found if each.kind is not each.KEYWORD_ONLY]
        self.build = build
        self.takes_several = bool(keys) and keys[-1].kind is keys[-1].VAR_POSITIONAL
        self.names = [each.name for each in keys[: -1 if self.takes_several else None]]
        self.kinds = [_KINDS.get(each.annotation, _Number) for each in keys[: len(self.names)]]
        self.plans = {}

    def __call__(self, *keys, **shape):
        connection = connections[DEFAULT_DB_ALIAS]
        form = (connection.vendor, len(keys), *sorted(shape.items()))
        plan = self.plans.get(form)
        if plan is None:
            if len(self.plans) >= MOST_SHAPES:
                self.plans.clear()
            plan = self.plans[form] = self._plan(connection, len(keys), shape)
        return plan.run(connection, keys)

    def _plan(self, connection, count, shape):
        if count < len(self.names) or (count > len(self.names) and not self.takes_several):
            raise TypeError(f"{len(self.names)} keys are needed, {count} were given.")
        kinds = [*self.kinds, *[_Number] * (count - len(self.names))]
        slots = [kind(number) for number, kind in enumerate(kinds)]
        return Plan(self.build(*(slot.stand_in for slot in slots), **shape), connection, slots)


class _Number:
    """A slot for the key of a row."""

    def __init__(self, place):
        self.stand_in = FIRST + place

    def stands_for(self, value, connection):
        """How a value is given in the place of the parameter `value`; None when that is another's."""
        if not isinstance(value, int) or value != self.stand_in:
            return None
        kind = type(value)  # a driver may have a kind of integers of its own for each width of a column
        return lambda given: kind(int(given))


class _Instant(_Number):
    def __init__(self, place):
        self.stand_in = LATE + timedelta(days=place)

    def stands_for(self, value, connection):
        adapt = connection.ops.adapt_datetimefield_value
        return adapt if value == adapt(self.stand_in) else None


class _Text(_Number):
    def __init__(self, place):
        self.stand_in = f"\x1a{place}\x1a"

    def stands_for(self, value, connection):
        return str if value == self.stand_in else None


_KINDS = {datetime: _Instant, "datetime": _Instant, str: _Text, "str": _Text}


class Plan:
    """A queryset with its SQL, and which of the parameters are keys."""

    def __init__(self, queryset, connection, slots):
        self.queryset = queryset
        self.compiler = queryset.query.get_compiler(connection=connection)
        self.sql, self.parameters = self.compiler.as_sql()
        self.places = [  # (place among the parameters, place among the keys, how it is given)
            (place, key, give)
            for place, value in enumerate(self.parameters)
            for key, slot in enumerate(slots)
            if (give := slot.stands_for(value, connection))
        ]
        if missing := {*range(len(slots))} - {key for _place, key, _give in self.places}:
            raise TypeError(f"{len(missing)} keys are not part of the query, so it cannot be prepared for others.")
        select = getattr(self.compiler, "select", None) or ()
        self.converters = self.compiler.get_converters([each[0] for each in select])

    def run(self, connection, keys):
        parameters = list(self.parameters)
        for place, key, give in self.places:
            parameters[place] = give(keys[key])
        parameters = tuple(parameters)
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
