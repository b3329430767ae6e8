"""The cards of the set-up page: every room puts its own screens on it.

An app registers its cards in `apps.py`, in `ready()`:

    from office.setup import register_card

    register_card(_("Work queues"), "inbox", "queues", sees_setup, _("Which team works what."), count=queues_of)
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet, Value

from office.fold import fold


@dataclass(frozen=True)
class Card:
    """One screen of the set-up: `allowed(user)` decides who has it, `count(user)` how many rows stand behind it."""

    title: Any
    icon: str
    url_name: str
    allowed: Callable
    description: Any
    count: Callable | None = None
    order: int = 100


_cards = {}


def register_card(title, icon, url_name, allowed, description, count=None, order=100):
    """Put a card on the set-up page; registering the same `url_name` again replaces it.

    title, description: lazy translations. icon: a name of the sprite. url_name: a URL name without arguments.
    allowed(user) -> bool. count(user) -> queryset (all cards are counted in one statement) or a number.
    order: the smaller, the further in front.
    """
    _cards[url_name] = Card(title, icon, url_name, allowed, description, count, order)


def cards_of(user, words=""):
    """[(card, count or None)] this user may open, in order; `words` keeps those whose text holds every word typed."""
    asked = fold(words).split()
    cards = [card for card in _cards.values() if card.allowed(user)]
    cards = [card for card in cards if _holds(card, asked)]
    cards.sort(key=lambda card: (card.order, str(card.title)))
    counts = _count(cards, user)
    return [(card, counts.get(card.url_name)) for card in cards]


def _holds(card, asked):
    text = fold(f"{card.title} {card.description}")
    return all(word in text for word in asked)


def _count(cards, user):
    answers = {card.url_name: card.count(user) for card in cards if card.count}
    asked = {name: rows for name, rows in answers.items() if isinstance(rows, QuerySet)}
    return answers | dict.fromkeys(asked, 0) | dict(_in_one_statement(asked))


def _in_one_statement(asked):
    """SELECT 'queues', COUNT(*) … UNION ALL SELECT 'teams', COUNT(*) …"""
    selects = [
        rows.order_by().annotate(card=Value(name)).values("card").annotate(rows=Count("pk")).values_list("card", "rows")
        for name, rows in asked.items()
    ]
    return selects[0].union(*selects[1:], all=True) if selects else []
