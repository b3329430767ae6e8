"""The kinds of things that can be imported; each room registers its own."""

from office.fold import fold
from office.imports.fields import Field

_kinds = {}


class Kind:
    """One kind of import. A room subclasses it, names its fields, and says how rows are found and written.

    All methods are called inside one import of one institution; `begin` comes first and loads in few queries whatever
    finding and comparing the rows needs.
    """

    name = ""
    fields: tuple[Field, ...] = ()
    keys: tuple[tuple[str, ...], ...] = ()
    can_be_undone = True
    reshapes = False  # whether its files are no tables: all of their columns are read, for `reshape`

    def __init__(self, institution, mapping):
        self.institution = institution
        self.mapping = mapping
        self.made_beside = []  # what `create` or `update` had to make besides the row's own object

    @classmethod
    def reshape(cls, source):
        """The rows of a file that is no table of this kind's fields, as one that is."""
        return source

    @property
    def field_names(self):
        return [field.name for field in self.fields]

    def begin(self, rows):
        """Load what finding needs; `rows` are the cleaned dictionaries of the whole file."""

    def key(self, names, values):
        """A comparable key of these fields, or None where the row does not have it (or only a placeholder)."""
        parts = tuple(values.get(name) for name in names)
        return None if None in parts else parts

    def check(self, values):
        """`(reasons to reject, warnings)` beyond what the single cells say."""
        return [], []

    def resolve(self, name, text):
        """The object that a reference's text names, or None; `suggest` is asked next."""
        raise NotImplementedError

    def suggest(self, name, text):
        """What the text may have meant, for the sentence of the rejection."""
        return ""

    def create_reference(self, name, text, batch):
        """Make the referred object, where the map allows it; returns it."""
        raise NotImplementedError

    def find(self, values):
        """The existing objects that the row may mean: none, one, or several (then it is rejected).

        Raises Unreadable where the row contradicts what it means.
        """
        raise NotImplementedError

    def current(self, thing):
        """The object's values by field name, as `create` would take them."""
        raise NotImplementedError

    def same(self, name, old, new):
        """Whether the file says of this field what the object has."""
        if hasattr(old, "_meta") and isinstance(new, str):
            return fold(str(old)) == fold(new)
        return old == new or (old in (None, "") and new in (None, ""))

    def propose(self, plan):
        """Look at a row that was decided: say more about it, or change what it would do; `plan` is a RowPlan."""

    def gone(self, plans):
        """Objects of an earlier import that this file does not name any more, which it ought to."""
        return []

    def end(self, thing):
        """`{field: [old, new]}` that ends an object which is gone from the file; asked for by an option only."""
        raise NotImplementedError

    def create(self, values, batch):
        """Write a new object with its event; returns it."""
        raise NotImplementedError

    def update(self, thing, changes, batch):
        """Write `{field: new value}` into an existing object with its event."""
        raise NotImplementedError

    def restore(self, thing, before, batch):
        """Put `{field: plain old value}` of an import back into an object, with an event of its own."""
        raise NotImplementedError

    def finish(self, things):
        """Called once a chunk is written or restored: dates, search and whatever is cheaper for many."""

    def remove(self, thing):
        """Take a created object away again; may raise ProtectedError where something points at it."""
        thing.delete()


def register(kind):
    _kinds[kind.name] = kind
    return kind


def get(name):
    return _kinds.get(name)


def names():
    return sorted(_kinds)
