"""The search over everything: hits by kind, a number leads to its page."""

from urllib.parse import urlencode

import pytest

from ui import views
from ui.registry import Hit, Registry, SearchSource


@pytest.fixture
def sources(monkeypatch):
    registry = Registry(SearchSource)
    monkeypatch.setattr(views, "search_sources", registry)
    return registry


@pytest.fixture
def search(request_of, basil):
    """Basil looks for words."""
    return lambda words: views.search(request_of(basil, f"/search/?{urlencode({'q': words})}"))


def find(user, words, limit):
    return [Hit(f"{words} {n}", f"/hit/{n}/", "<b>", number=f"N-{n}") for n in range(limit)]


def test_hits_stand_under_their_kind(sources, search):
    sources.register(SearchSource(name="assets", title="Assets", find=find))

    page = search("printer").content.decode()

    assert page.count('class="hit"') == 8
    assert '<bdi dir="ltr">N-0</bdi>' in page
    assert "&lt;b&gt;" in page


def test_a_number_leads_to_its_page(sources, search):
    sources.register(SearchSource(name="assets", title="Assets", find=find, exact=lambda user, text: f"/a/{text}/"))

    assert search(" AST-1 ").url == "/a/AST-1/"


def test_a_source_that_is_not_ours_is_not_asked(sources, search):
    sources.register(SearchSource(name="assets", title="Assets", find=find, allowed=lambda user: False))

    assert "No results" in search("printer").content.decode()


def test_nothing_typed_asks_for_words(sources, search):
    assert "Type a number" in search("").content.decode()
