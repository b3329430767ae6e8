"""What was typed, and how either database is told; pure, no Django."""

from dataclasses import dataclass
from enum import Enum

from office.fold import MAX_WORD, stripped_forms, words

MAX_WORDS = 8
MAX_TYPED = 4 * MAX_WORDS * MAX_WORD
MIN_PREFIX = 3


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
