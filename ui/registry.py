"""What the upper rooms of the house hang into pages that lower rooms draw.

An app registers its entries in `apps.py`, in `ready()`:

    from ui.registry import Panel, panels

    panels.register(Panel(on="assets.asset", name="tickets", title=_("Tickets"), order=20, fetch=asset_tickets,
                          template="helpdesk/_asset_tickets.html", query_budget=2))
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


def everybody(user, obj=None):
    return True


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One thing that shows.

    allowed(user) decides for whom, of a panel allowed(user, obj). icon: a name of the sprite. query_budget: how many
    statements its fetch may take, whatever the number of rows; a test holds it to that.
    """

    name: str
    title: Any
    order: int = 100
    allowed: Callable = everybody
    icon: str = ""


@dataclass(frozen=True, kw_only=True)
class Panel(Entry):
    """A card on the page of one object.

    on: model label in lower case ("assets.asset"). fetch(objects, user) -> {pk: data}; an object without data shows no
    panel. template is given `data`, `object` and `panel`.
    """

    on: str
    fetch: Callable
    template: str
    query_budget: int = 1


@dataclass(frozen=True, kw_only=True)
class HomeTile(Entry):
    """A card on the home page. fetch(user) -> data, None for no tile. template is given `data` and `tile`."""

    fetch: Callable
    template: str
    query_budget: int = 1
    wide: bool = False


@dataclass(frozen=True, kw_only=True)
class NavigationEntry(Entry):
    """A line of the side bar.

    url: a URL name without arguments. group: heading it stands under ("" for the top). key: the letter after `g`.
    badge(user) -> int or None, at most one statement, read from a counter.
    """

    url: str
    group: Any = ""
    key: str = ""
    badge: Callable | None = None


@dataclass(frozen=True)
class Hit:
    """One line of the global search."""

    title: str
    url: str
    subtitle: str = ""
    icon: str = ""
    number: str = ""


@dataclass(frozen=True, kw_only=True)
class SearchSource(Entry):
    """find(user, text, limit) -> list of Hit; exact(user, text) -> url of the page with that number, or None."""

    find: Callable
    exact: Callable | None = None
    more: Callable | None = None  # more(text) -> url of the full list of hits
    query_budget: int = 2


@dataclass(frozen=True, kw_only=True)
class ListColumn(Entry):
    """A column that an upper room adds to a list of a lower one.

    on: the list's name. fetch(objects, user) -> {pk: data}, once a page. cell(record, data) -> text or safe html;
    value(record, data) -> what is written into a sheet.
    """

    on: str
    fetch: Callable
    cell: Callable
    value: Callable | None = None
    query_budget: int = 1
    visible: bool = True


@dataclass(frozen=True, kw_only=True)
class ReportFigure(Entry):
    """A figure about rows of a lower room that only an upper room can count: the tickets behind a contract's calls.

    on: model label in lower case ("contracts.contract"). fetch(objects, start, end, user) -> {pk: data}, of rows this
    user may see; both dates are local and inclusive; an object of which there is nothing to tell has no data. shown:
    the data as words for a page or a paper; number: what a chart or a weighted score reckons with, None for nothing to
    tell. rows: (object, start, end) -> address of the list of rows behind it, "" without one. basis: of the arguments
    of fetch, what several figures are counted from; fetch gets it as `basis`, found once for all of them.
    """

    on: str
    fetch: Callable
    basis: Callable | None = None
    shown: Callable = str
    number: Callable | None = None
    rows: Callable | None = None
    query_budget: int = 2


@dataclass(frozen=True, kw_only=True)
class Use(Entry):
    """What points at a row of the set-up, told on its page and above its form before a change is saved.

    on: model label in lower case ("people.team"). count(row, user) -> how many of it this user may see.
    words(count) -> "3 queues". link(row) -> address of their list, "" without one.
    """

    on: str
    count: Callable
    words: Callable
    link: Callable = lambda row: ""
    query_budget: int = 1


class Registry:
    """Entries in their order; a name is taken once (per object they hang on)."""

    def __init__(self, kind):
        self.kind = kind
        self._entries = {}

    def register(self, entry):
        if not isinstance(entry, self.kind):
            raise TypeError(f"{entry!r} is not a {self.kind.__name__}")
        key = (getattr(entry, "on", ""), entry.name)
        if key in self._entries and self._entries[key] is not entry:
            raise ValueError(f"{self.kind.__name__} {key} is registered twice")
        self._entries[key] = entry
        return entry

    def unregister(self, entry):
        self._entries.pop((getattr(entry, "on", ""), entry.name), None)

    def adding(self, **fields):
        """Decorator of a fetch (or find) function: `@panels.adding(on=..., name=..., title=..., template=...)`."""

        def register(function):
            word = "find" if self.kind is SearchSource else "fetch"
            self.register(self.kind(**{word: function}, **fields))
            return function

        return register

    def __iter__(self):
        return iter(sorted(self._entries.values(), key=lambda entry: (entry.order, entry.name)))

    def __len__(self):
        return len(self._entries)

    def on(self, key):
        """Entries that hang on one model or list, in order."""
        return [entry for entry in self if entry.on == key]

    def allowed_to(self, user):
        """Entries this user may see, in order."""
        return [entry for entry in self if entry.allowed(user)]


panels = Registry(Panel)
home_tiles = Registry(HomeTile)
navigation = Registry(NavigationEntry)
search_sources = Registry(SearchSource)
list_columns = Registry(ListColumn)
report_figures = Registry(ReportFigure)
uses = Registry(Use)


def panels_of(obj, user):
    """[(panel, data)] for the page of one object: allowed ones that have something to show, fetched in one go each."""
    drawn = []
    for panel in panels.on(obj._meta.label_lower):
        if panel.allowed(user, obj):
            data = panel.fetch([obj], user).get(obj.pk)
            if data is not None:
                drawn.append((panel, data))
    return drawn


def uses_of(row, user):
    """[(how many, in words, address of their list or "")] of whatever points at a row of the set-up."""
    counted = [(use, use.count(row, user)) for use in uses.on(row._meta.label_lower) if use.allowed(user)]
    return [(use.words(count), use.link(row)) for use, count in counted if count]


def figures_of(label, objects, start, end, user):
    """[(figure, {pk: data})] of every figure on rows of `label` that this user may see, each fetched once for all."""
    figures = [figure for figure in report_figures.on(label) if figure.allowed(user)]
    bases = {basis: basis(objects, start, end, user) for basis in {figure.basis for figure in figures} if basis}
    given = [{"basis": bases[figure.basis]} if figure.basis else {} for figure in figures]
    return [
        (figure, figure.fetch(objects, start, end, user, **more)) for figure, more in zip(figures, given, strict=True)
    ]


def tiles_of(user):
    """[(tile, data)] of the home page for this user."""
    drawn = ((tile, tile.fetch(user)) for tile in home_tiles.allowed_to(user))
    return [(tile, data) for tile, data in drawn if data is not None]
