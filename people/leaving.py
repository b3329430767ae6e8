"""What a person who leaves still holds, and how each kind of it goes over to a named colleague.

The rooms above register what they know of, in `ready()` of their apps.py:

    leaving.register("custody", _("Devices"), holdings=assets_held_by, hand_over=transfer_all)
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from office.history import register_words
from people.models import User


@dataclass(frozen=True)
class Kind:
    """One kind of thing that stands in the way of leaving."""

    kind: str
    title: Any
    holdings: Callable
    hand_over: Callable
    order: int = 100


_kinds = {}


def register(kind, title, holdings, hand_over, order=100):
    """Say what stands in the way of leaving.

    kind: a word for it, used as a field name. title: lazy translation. holdings(user) -> list of objects with `str`
    and, where they have a page, `get_absolute_url`. hand_over(user, to, by): passes every one of them on, in the
    running transaction, and raises ValidationError when `to` cannot take it. Afterwards `holdings(user)` is empty.
    """
    _kinds[kind] = Kind(kind, title, holdings, hand_over, order)
    register_words(names={kind: title}, models={kind: User})


def holdings_of(user):
    """[(Kind, objects)] of the kinds of which this person holds anything."""
    found = ((kind, list(kind.holdings(user))) for kind in sorted(_kinds.values(), key=lambda kind: kind.order))
    return [(kind, things) for kind, things in found if things]
