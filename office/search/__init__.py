"""Finds rows by folded words, the same rows on both databases, without a parser, stemmer or extension of theirs.

A model that can be found subclasses `Searchable`; its column `search_text` holds words made by `office.fold`. SQLite
reads them from an FTS5 table kept by triggers, PostgreSQL from a generated tsvector with a GIN index; both divide the
text at its blanks and nothing else. `search` narrows a queryset, `find` fetches a few rows for a search box.
"""

from office.search.index import ensure_all, ensure_search
from office.search.models import Searchable, rebuild
from office.search.query import Hits, Query
from office.search.rows import Manner, find, search

__all__ = ["Hits", "Manner", "Query", "Searchable", "ensure_all", "ensure_search", "find", "rebuild", "search"]
