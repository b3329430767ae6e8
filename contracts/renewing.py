"""What a later state of a register says about the terms of a contract: a correction, a renewal or an extension."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from contracts import terms
from contracts.choices import TermOrigin
from ui import text

YEAR = 12


@dataclass(frozen=True)
class NewTerm:
    """The term that a later end means, inclusive of both days."""

    sequence: int
    start: date
    end: date
    origin: str
    value: Decimal | None = None

    def __str__(self):
        return f"{self.sequence}: {self.start}..{self.end} ({self.origin})"

    @property
    def sentence(self):
        """What it is, for the preview."""
        words = {"number": self.sequence, "start": text.day(self.start), "end": text.day(self.end)}
        if self.origin == TermOrigin.RENEWAL:
            return _("the end is later: renewed, as term %(number)d from %(start)s to %(end)s") % words
        return _("the end is later: extended, as term %(number)d from %(start)s to %(end)s") % words


def new_term(contract, last, *, start, end, value, said_value):
    """The NewTerm of a contract whose file says `end`, later than the end of its `last` term.

    It begins on the day after, or on `start` where the file names a later one. It is a renewal where it is as long as
    the contract's renewals are, else a whole number of years; anything else is an extension. A renewal costs what the
    last term did, where the file says no value.
    """
    first = max(start or last.start, last.end + terms.ONE_DAY)
    months = terms.months_until(first, end + terms.ONE_DAY)
    renewal = months and (months == contract.renewal_months or months % YEAR == 0)
    origin = TermOrigin.RENEWAL if renewal else TermOrigin.EXTENSION
    worth = value if said_value else (last.value if renewal else None)
    return NewTerm(last.sequence + 1, first, end, origin, worth)
