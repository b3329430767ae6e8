"""The history of one object in words: its events, with codes and ids turned into what the reader calls them."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime

from django.core.exceptions import FieldDoesNotExist
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from office.models import Event
from ui import text

_verbs = {
    "created": _("Created"),
    "changed": _("Changed"),
    "deactivated": _("Put out of use"),
    "reactivated": _("Put back into use"),
    "undone": _("Import undone"),
}
_names = {}
_models = {}
_values = {}
_parts = {}
_currencies = {}
FILS = 3  # decimals of an amount of money, and of nothing else in this house


@dataclass(frozen=True)
class Line:
    """One event. changes: [(what, old, new)] in words, "" where there was nothing or nothing changed."""

    event: Event
    words: str
    changes: list


def register_words(verbs=None, names=None, models=None, values=None):
    """Say what verbs, and names in `changes` that are no fields, are called: {"left": _("Left"), ...}.

    A verb that means something else for one kind of object is told as "helpdesk.ticket:transferred".
    models: {name: model} of the names whose values are primary keys. values: {name: {code: words}},
    or {name: function of the code}.
    """
    _add(_verbs, verbs or {})
    _add(_names, names or {})
    _models.update(models or {})
    _values.update(values or {})


def _add(known, words):
    """Two rooms that call one thing differently would change each other's histories: ValueError."""
    for key, said in words.items():
        if _source(known.setdefault(key, said)) != _source(said):
            raise ValueError(f"{key} is called {_source(known[key])} and {_source(said)}")


def _source(words):
    """The English of words that are not translated yet; nothing can be, while the rooms open."""
    return getattr(words, "_proxy____args", words)


def register_parts(model, *parts):
    """Say that events of `model` name fields of these models too: those of a contract name fields of its terms."""
    _parts[model] = parts


def register_currency(model, path="currency"):
    """Say where an object of `model` has the currency of the amounts in its events."""
    _currencies[model] = path


def history_of(thing, limit=100, hidden=()):
    """The newest `limit` events of an object as `Line`s; one statement, and one for each kind of thing they name.

    hidden: names in `changes` that this reader may not see.
    """
    events = list(Event.objects.about(thing).select_related("actor").order_by("-pk")[:limit])
    return _told(type(thing), events, hidden, lambda: {thing.pk: _currency_of(thing)})


def lines_of(model, events, hidden=()):
    """Events of objects of one model as `Line`s, in their order; the newest first, for the sake of the currencies."""
    return _told(model, events, hidden, lambda: _currencies_of(model, {event.object_id for event in events}))


def _told(model, events, hidden, ask_currencies):
    fields = _fields(model, events)
    found = _named(fields, events)
    money = any(_is_money(name, field) for name, field in fields.items() if name not in hidden)
    currencies = ask_currencies() if money and model in _currencies else {}
    lines = []
    for event in events:
        now = currencies.get(event.object_id, "")
        old, new = event.changes.get("currency") or (now, now)
        currencies[event.object_id] = before = old or new
        changes = [
            (_label(fields[name], name), *_pair(fields[name], name, pair, found, (before, new)))
            for name, pair in _in_order(event.changes, fields)
            if name not in hidden
        ]
        lines.append(Line(event, verb_words(event.verb, event.kind), changes))
    return lines


def _is_money(name, field):
    return name == "amount" if field is None else getattr(field, "decimal_places", None) == FILS


def _currency_of(thing):
    for name in _currencies[type(thing)].split("__"):
        thing = getattr(thing, name, None)
    return thing or ""


def _currencies_of(model, pks):
    """{pk: currency}; one statement."""
    return dict(model._base_manager.filter(pk__in=pks).values_list("pk", _currencies[model]))


def _in_order(changes, fields):
    """As the fields stand in their models, the others after them: a database keeps no order of names."""
    return sorted(changes.items(), key=lambda item: (*_place(fields[item[0]]), item[0]))


def _place(field):
    return (1, 0) if field is None else (0, getattr(field, "creation_counter", 0))


def _pair(field, name, pair, found, currencies):
    """(old, new) in words. An event that only says what it is about writes the same down twice: that is no change."""
    if _is_money(name, field):
        old, new = (_money(value, currency) for value, currency in zip(pair, currencies, strict=True))
    else:
        old, new = (_words(field, _model(field, name), value, found, name) for value in pair)
    return "" if old == new and pair[0] == pair[1] else old, new


def is_strange(event, reader):
    """Done by somebody of another institution, whose name is not for this reader; operators stand above them all."""
    home = event.actor.institution_id if event.actor_id else None
    return home is not None and home != reader.institution_id


def verb_words(verb, kind=""):
    return str(_verbs.get(f"{kind}:{verb}") or _verbs.get(verb) or verb.replace("_", " "))


def _fields(thing, events):
    """{name in changes: field of the model, or None}."""
    fields = {}
    for event in events:
        for name in event.changes:
            if name not in fields:
                fields[name] = _field(thing, name)
    return fields


def _field(model, name):
    for known in (model, *_parts.get(model, ())):
        try:
            return known._meta.get_field(name)
        except FieldDoesNotExist:
            continue
    return None


def _named(fields, events):
    """{model: {pk: row}} of whatever the events point at."""
    wanted = defaultdict(set)
    for event in events:
        for name, pair in event.changes.items():
            if model := _model(fields[name], name):
                wanted[model].update(pk for pk in pair if isinstance(pk, int))
    return {model: _with_names(model).in_bulk(pks) for model, pks in wanted.items()}


def _with_names(model):
    """Rows whose `str` asks nothing more: a model called by another row says so in `named_by`."""
    rows = model._base_manager.all()
    return rows.select_related(*model.named_by) if hasattr(model, "named_by") else rows


def _model(field, name):
    return _models.get(name) if field is None else field.related_model


def _label(field, name):
    """What the field is called; of one that no form shows, and that nobody named, what its room registered."""
    own = getattr(field, "verbose_name", name)
    unnamed = own in {name, name.replace("_", " ")}
    return capfirst(str(_names.get(name, own) if unnamed else own))


def _words(field, model, value, found, name):
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return gettext("Yes") if value else gettext("No")
    if model:
        return str(found[model].get(value, value))
    if field is None:
        return _coded(name, value) or _as_day(value) or str(value)
    if getattr(field, "choices", None):
        return str(dict(field.flatchoices).get(value, value))
    return _moment(field, value) or str(value)


def _money(value, currency):
    """An amount as pages show it; the figure alone where nobody knows its currency."""
    try:
        return "" if value in (None, "") else text.money(value, currency) if currency else text.amount(value)
    except (ArithmeticError, TypeError, ValueError):
        return str(value)


def _coded(name, value):
    """What a room registered for values of this name; "" when it did not."""
    known = _values.get(name, {})
    return str(known(value) if callable(known) else known.get(value, ""))


def _as_day(value):
    """A date written as a value of no field; "" for anything else."""
    try:
        return text.day(date.fromisoformat(value)) if len(value) == 10 else ""
    except (TypeError, ValueError):
        return ""


def _moment(field, value):
    kind = field.get_internal_type()
    try:
        if kind == "DateTimeField":
            return text.day_time(datetime.fromisoformat(value))
        if kind == "DateField":
            return text.day(date.fromisoformat(value))
    except (TypeError, ValueError):
        return str(value)
    return ""
