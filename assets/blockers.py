"""What stands in the way of retiring an asset; upper rooms name what they know of.

A room registers its part in `apps.py`, in `ready()`:

    blockers.register("tickets", lambda asset: [Blocker(str(ticket), ticket.get_absolute_url()) for ticket in ...])
"""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Blocker:
    """One thing that must be settled first: in words, and where."""

    text: Any
    url: str = ""


_providers = {}


def register(name, blockers):
    """blockers(asset) -> list of Blocker; a name registered again replaces the former."""
    _providers[name] = blockers


def unregister(name):
    _providers.pop(name, None)


def blockers_of(asset):
    """Everything that stands in the way, in the order in which the rooms registered."""
    return [blocker for provider in _providers.values() for blocker in provider(asset)]
