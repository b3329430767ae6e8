"""The words of mails that an institution may choose itself, with named places for what the mail is about.

A room says which sentences of its mails may be put otherwise, in `apps.py`, in `ready()`:

    subject = mailtexts.subject(_("Ticket %(number)s"), number=_("its number"))
    mailtexts.register("ticket.received", [subject], sample)

and asks for them when it makes the mail: `mailtexts.say(row, "subject", number=...)`. What was chosen is text and
nothing else: a name in braces becomes its value, there is no other way to reach anything, and HTML stays characters.
Every kind of mail has besides an opening and a closing, which are empty until somebody writes them.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from office.models import MailWording
from ui import text

LANGUAGES = ("ar", "en")
MOST_LETTERS = {"subject": 150}  # of a text; others 1,000
PLACE = re.compile(r"\{([^{}]*)\}")
_OURS = re.compile(r"%\(([a-z_]+)\)s")


@dataclass(frozen=True)
class Piece:
    """One text of a mail. default: lazy, with %(name)s; places: {name: what stands there}; needed: what must stand."""

    name: str
    title: Any
    default: Any = ""
    places: dict = field(default_factory=dict)
    needed: tuple = ()

    @property
    def most(self):
        return MOST_LETTERS.get(self.name, 1000)

    def in_braces(self, language):
        """The default in that language, as it would be typed."""
        with override(language):
            return _OURS.sub(r"{\1}", str(self.default))


READER = {"name": _("name of the reader"), "house": _("name of the institution")}
OPENING = Piece("opening", _("Opening"), places=READER)
CLOSING = Piece("closing", _("Closing"), places=READER)


@dataclass(frozen=True)
class Kind:
    topic: str
    pieces: list
    sample: Callable | None


_kinds: dict[str, Kind] = {}


def subject(default, needed=(), **places):
    return Piece("subject", _("Subject"), default, places, needed)


def lead(default, **places):
    return Piece("lead", _("First sentence"), default, places)


def register(topic, pieces, sample=None):
    """pieces: the texts of its own. sample(row) -> office.outbox.Mail with made-up facts, in the active language."""
    _kinds[topic] = Kind(topic, pieces, sample)


def pieces_of(topic):
    """All texts of a kind of mail that may be changed, in the order in which they are read."""
    own = _kinds[topic].pieces if topic in _kinds else []
    first = [piece for piece in own if piece.name == "subject"]
    return [*first, OPENING, *(piece for piece in own if piece not in first), CLOSING]


# Writing mails


def say(row, name, /, **values):
    """The text `name` of the mail of an outbox row, in the active language: as chosen, else the house's own.

    values: what stands at the places; already isolated, and escaped by whoever puts it into HTML.
    """
    piece = next(piece for piece in pieces_of(row.topic) if piece.name == name)
    chosen = _chosen(row).get(text.language(), {}).get(name, "")
    if chosen:
        return PLACE.sub(lambda match: str(values.get(match[1], match[0])), chosen)
    return str(piece.default) % values if piece.default else ""


def _chosen(row):
    """Asked once a mail, kept with its row."""
    if not hasattr(row, "chosen_words"):
        kept = MailWording.objects.filter(scope=row.scope, topic=row.topic).values_list("words", flat=True)
        row.chosen_words = (kept.first() if row.scope else None) or {}
    return row.chosen_words


# Looking at them


def sample_row(topic, reader):
    """What stands for a row of the outbox where a mail is only looked at."""
    now = timezone.now()
    facts = {"pk": 0, "key": f"sample:{topic}", "topic": topic, "payload": {}, "about_id": None}
    people = {"recipient": reader, "recipient_id": reader.pk, "address": reader.email, "scope": reader.institution_id}
    return SimpleNamespace(**facts, **people, queued_at=now, not_before=now)


def sample(topic, row):
    """A `Mail` with made-up facts in the active language, None where nobody gave one."""
    kind = _kinds.get(topic)
    return kind.sample(row) if kind and kind.sample else None


# Taking in what was typed


def check(piece, words):
    """Refuse a text with a place that is not there, a brace on its own, or without a place that it needs."""
    if not words:
        return
    for name in PLACE.findall(words):
        if name not in piece.places:
            raise ValidationError(
                gettext("There is no place called {%(name)s} in this text.") % {"name": text.isolate(name[:40])},
                code="place",
            )
    if set("{}") & set(PLACE.sub("", words)):
        raise ValidationError(gettext("A brace stands alone. Places are written like {name}."), code="brace")
    missing = [name for name in piece.needed if f"{{{name}}}" not in words]
    if missing:
        raise ValidationError(
            gettext("{%(name)s} must stand in this text, so that answers find their way.") % {"name": missing[0]},
            code="needed",
        )
