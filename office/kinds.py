"""What the outbox page and the movement log know of the rows of other rooms: what they are called, who may see them.

A room registers its kinds in `apps.py`, in `ready()`; events of a kind that nobody registered are not shown:

    register_kind("assets.asset", _("Asset"), lambda user: Asset.objects.visible_to(user).select_related("category"))
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q


def nothing_hidden(user):
    return ()


@dataclass(frozen=True)
class Kind:
    """visible(user) -> queryset whose rows need no query for `str`; hidden(user) -> names in `changes` to leave out."""

    label: str
    title: Any
    visible: Callable
    hidden: Callable = nothing_hidden


_kinds = {}


def register_kind(label, title, visible, hidden=nothing_hidden):
    """Say what rows of `label` ("assets.asset") are called and who may see them."""
    _kinds[label] = Kind(label, title, visible, hidden)


def all_kinds():
    return list(_kinds.values())


def kind_of(label):
    return _kinds.get(label)


def about_visible(user, kind_field, id_field):
    """A condition: the row speaks of something that this user may see."""
    condition = Q(pk__in=())
    for kind in _kinds.values():
        seen = kind.visible(user).order_by().filter(pk=OuterRef(id_field))
        condition |= Q(**{kind_field: kind.label}) & Exists(seen.select_related(None))
    return condition


def things(user, pairs):
    """{(label, id): row} of those of `pairs` that this user may see; one statement a kind."""
    wanted = defaultdict(set)
    for label, pk in pairs:
        if label in _kinds and pk is not None:
            wanted[label].add(pk)
    return {
        (label, row.pk): row for label, pks in wanted.items() for row in _kinds[label].visible(user).filter(pk__in=pks)
    }
