"""Writing into the trail: the one way anything gets into an object's history."""

from office.models.events import Channel, Event


def record_event(thing, verb, *, by=None, changes=None, channel=Channel.PAGE, at=None, batch=None):
    """Write that `by` (a person, or None for the clock) did `verb` to `thing`.

    `changes` maps field names to `[old, new]`, as codes, ids and ISO dates, never as translated words.
    """
    return Event.objects.create(**event_values(thing, verb, by, changes, channel, batch, at))


def event_values(thing, verb, by=None, changes=None, channel=Channel.PAGE, batch=None, at=None):
    values = {
        "actor": by,
        "scope": scope_of(thing),
        "kind": thing._meta.label_lower,
        "object_id": thing.pk,
        "verb": verb,
        "changes": changes or {},
        "channel": channel,
        "batch": batch,
    }
    return values | ({"at": at} if at else {})


def scope_of(thing):
    """The institution a row belongs to, as a key; None for rows of the whole installation."""
    return getattr(thing, "institution_id", None)


def changes_between(before, after):
    """`{field: [old, new]}` of two dictionaries of plain values; only what differs."""
    return {name: [before.get(name), value] for name, value in after.items() if before.get(name) != value}


def snapshot(thing, names):
    """The named fields of a row as plain, storable values."""
    return {name: plain(getattr(thing, thing._meta.get_field(name).attname)) for name in names}


def plain(value):
    if value is None or isinstance(value, bool | int | str):
        return value
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return str(value)
