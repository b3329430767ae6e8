"""The query string of a page, and its variations, written once and cheaply."""

from urllib.parse import quote, urlencode


class Query:
    """`url(sort="tag", after=None)` is this page's address with one parameter changed and one left out."""

    def __init__(self, get, path="", empty=""):
        """empty: the query of an address that would have none."""
        self.path, self.empty = path, empty
        self._pairs = [(name, value) for name, values in get.lists() for value in values if value != ""]
        self._written = {}

    def url(self, **changes):
        """Each parameter replaced; None leaves it out."""
        gone = frozenset(changes)
        kept = self._written.get(gone)
        if kept is None:
            kept = self._written[gone] = urlencode([pair for pair in self._pairs if pair[0] not in gone])
        added = "&".join(f"{name}={quote(str(value))}" for name, value in changes.items() if value is not None)
        return self._join(kept, added)

    def without(self, names):
        names = set(names) | {"after", "before"}
        return self._join(urlencode([pair for pair in self._pairs if pair[0] not in names]))

    def only(self, *names):
        return self._join(urlencode(self.pairs(*names)))

    def pairs(self, *names):
        return [pair for pair in self._pairs if pair[0] in names]

    def without_pairs(self, *names):
        return [pair for pair in self._pairs if pair[0] not in names]

    def _join(self, *parts):
        query = "&".join(part for part in parts if part) or self.empty
        return f"{self.path}?{query}" if query else self.path
