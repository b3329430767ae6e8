"""The signed links by which somebody stops mails of one kind without signing in: `user-kind-key~signature`.

A room says what its kinds are called and what stopping does, in `apps.py`, in `ready()`:

    stopping.register("ticket", words=_("No more mails about this ticket:"), about=_number, stop=_mute, start=_unmute)
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.urls import reverse

_signer = Signer(salt="office.stopping", sep="~")
_kinds = {}


@dataclass(frozen=True)
class Kind:
    """words: the line before the link. about(person, key) -> what it is about, None where it is gone.

    stop(person, key) and start(person, key) do it and take it back; doing it twice is doing it once.
    """

    words: Any
    about: Callable
    stop: Callable
    start: Callable


def register(kind, *, words, about, stop, start):
    _kinds[kind] = Kind(words, about, stop, start)


def words(kind):
    return str(_kinds[kind].words)


def link(person_pk, kind, key=0):
    """The address for this person, on SITE_URL whatever a request said."""
    return settings.SITE_URL + reverse("stop_mail", args=[_signer.sign(f"{person_pk}-{kind}-{key}")])


def read(token):
    """(person's key, Kind, key) of a link, or None for one that we never made."""
    try:
        person, kind, key = _signer.unsign(token).split("-")
        return int(person), _kinds[kind], int(key)
    except (BadSignature, ValueError, KeyError):
        return None
