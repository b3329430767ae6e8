"""What a year's contracts will cost, month by month; pure, in fils, no Django.

Committed is what is agreed already: the terms of contracts in force or approved, by their instalments where those are
planned, else spread over the days of the term. Likely are the terms that begin by themselves unless notice is given.
Optional is what costs nothing until somebody decides it: renewals that need a decision, and drafts. A price scenario
in per cent raises each further term once more. Amounts exclude tax, or hold it: an instalment at its own rate, whatever
is not planned at that of its contract. (Spec B13.)
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise

from contracts.dues import HUNDRED, NOTHING, fils
from contracts.terms import ONE_DAY, anchor_after, months_until, next_term

MONTHS = 12
MOST = 200  # terms that are counted ahead: a contract renewed monthly for sixteen years


class Sureness(StrEnum):
    """How sure it is that the money will be needed."""

    COMMITTED = "committed"
    LIKELY = "likely"
    OPTIONAL = "optional"


@dataclass(frozen=True, slots=True)
class Part:
    """A planned instalment: due on a local date, net of tax, out of a budget line ("" for none); tax in per cent."""

    due: date
    amount: Decimal
    budget_line: str = ""
    tax: Decimal = NOTHING


@dataclass(frozen=True, slots=True)
class Span:
    """A term, `start` to `end` inclusive, its value (None: not written down) and its instalments, if planned."""

    start: date
    end: date
    value: Decimal | None = None
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True)
class Terms:
    """A contract as the forecast sees it.

    spans: its terms in order, at least one. agreed: how sure they are. ahead: how sure further terms are, None where
    none will come. months: of a further term. left: how many more there may be, None without a limit. limit: the last
    possible end. stopped: the first day on which nothing is owed any more.
    """

    spans: tuple[Span, ...]
    agreed: Sureness = Sureness.COMMITTED
    ahead: Sureness | None = None
    months: int | None = None
    left: int | None = None
    limit: date | None = None
    stopped: date | None = None
    budget_line: str = ""
    tax: Decimal = NOTHING
    """In per cent, of what is not planned by instalments."""


@dataclass(slots=True)
class Line:
    """Money of one contract in the year, of one sureness out of one budget line: twelve amounts."""

    sureness: Sureness
    budget_line: str
    months: list[Decimal] = field(default_factory=lambda: [Decimal(0)] * MONTHS)
    begins: date | None = None
    """Of likely and optional money: the day on which its first term would begin."""

    @property
    def total(self) -> Decimal:
        return sum(self.months, Decimal(0))


def spread(start: date, end: date, value: Decimal, year: int, until: date | None = None) -> list[Decimal]:
    """Return the twelve monthly shares of `value` in `year`, by days, of a term from `start` to `end` inclusive.

    The shares of all months of the term make `value` to the fils. Nothing from the day `until` on.
    """
    days = (end - start).days + 1

    def up_to(day: date) -> Decimal:
        """What the days before `day` cost."""
        day = min(day, until) if until else day
        return fils(value * min(max((day - start).days, 0), days) / days)

    firsts = [date(year, month, 1) for month in range(1, MONTHS + 1)] + [date(year + 1, 1, 1)]
    return [up_to(after) - up_to(first) for first, after in pairwise(firsts)]


def further(terms: Terms, until: date) -> Iterator[tuple[date, date]]:
    """Yield the (start, end) of the terms that would follow, up to the one that includes `until`. (C3.)"""
    spans = [(span.start, span.end) for span in terms.spans]
    months = terms.months or _length(spans) or MONTHS
    for number in range(MOST):
        if terms.left is not None and number >= terms.left:
            return
        start, end = next_term(spans, months)
        if start > until or (terms.limit and start > terms.limit):
            return
        end = min(end, terms.limit) if terms.limit else end
        yield start, end
        spans.append((start, end))


def taxed(amount: Decimal, percent: Decimal) -> Decimal:
    """Return an amount with its tax, in fils as an invoice has it."""
    return amount + fils(amount * percent / HUNDRED)


def lines_of(terms: Terms, year: int, percent: Decimal = NOTHING, *, with_tax: bool = False) -> list[Line]:
    """Return the lines of one contract in `year`, further terms dearer by `percent` each."""
    rate = terms.tax if with_tax else NOTHING
    lines: dict[tuple[Sureness, str], Line] = {}

    def line(sureness: Sureness, budget_line: str) -> Line:
        return lines.setdefault((sureness, budget_line), Line(sureness, budget_line))

    for span in terms.spans:
        for part in span.parts:
            if part.due.year == year and not (terms.stopped and part.due >= terms.stopped):
                line(terms.agreed, part.budget_line).months[part.due.month - 1] += (
                    taxed(part.amount, part.tax) if with_tax else part.amount
                )
        if not span.parts and span.value:
            shares = spread(span.start, span.end, taxed(span.value, rate), year, terms.stopped)
            if any(shares):
                _add(line(terms.agreed, terms.budget_line), shares)
    if terms.ahead is not None and terms.stopped is None:
        value, last = terms.spans[-1].value, (terms.spans[-1].start, terms.spans[-1].end)
        for start, end in further(terms, date(year, MONTHS, 31)):
            value = _next_value(value, last, (start, end), percent)
            last = (start, end)
            shares = spread(start, end, taxed(value, rate), year) if value else []
            if any(shares):
                found = line(terms.ahead, terms.budget_line)
                found.begins = found.begins or start
                _add(found, shares)
    return list(lines.values())


def has_unknown(terms: Terms, year: int) -> bool:
    """Whether a term of the year, or one that would follow, has no value written down."""
    first, last = date(year, 1, 1), date(year, MONTHS, 31)
    without = [span for span in terms.spans if not span.value and not span.parts]
    if any(span.start <= last and span.end >= first for span in without):
        return True
    ahead = terms.ahead is not None and terms.stopped is None and not terms.spans[-1].value
    return ahead and any(end >= first for _start, end in further(terms, last))


def _add(line: Line, shares: Sequence[Decimal]) -> None:
    for month, share in enumerate(shares):
        line.months[month] += share


def _length(spans: Sequence[tuple[date, date]]) -> int | None:
    """How many whole months the last term has; None where it has an odd end."""
    start, end = spans[-1]
    if len(spans) > 1 and start == spans[-2][1] + ONE_DAY:
        before = anchor_after(spans[:-1])
        whole = months_until(before.start, end + ONE_DAY)
        return whole - before.months if whole is not None and whole > before.months else None
    return months_until(start, end + ONE_DAY) or None


def _next_value(
    value: Decimal | None, last: tuple[date, date], span: tuple[date, date], percent: Decimal
) -> Decimal | None:
    """What the next term costs: as much a month as the last one, by days where either has an odd end, and dearer."""
    if value is None:
        return None
    before, after = _length([last]), _length([span])
    if before and after:
        share = value * after / before
    else:
        share = value * _days(span) / _days(last)
    return fils(share * (HUNDRED + percent) / HUNDRED)


def _days(span: tuple[date, date]) -> int:
    return (span[1] - span[0] + timedelta(days=1)).days
