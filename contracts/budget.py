"""Spend against budget: what a year's lines allot, and what instalments have committed and spent of it.

Spent is what went out of paid instalments: with tax, without retention and penalties. Committed is what is still owed:
the others with tax, and what is retained of the paid ones. Each instalment counts in its fiscal year, whatever its day.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from urllib.parse import urlencode

from django.urls import reverse

from contracts.choices import PenaltyState
from contracts.dues import HUNDRED, payable
from contracts.models import BudgetLine, Contract, Instalment, Penalty

PAID = Instalment.State.PAID
TAKEN_OFF = (PenaltyState.AGREED, PenaltyState.APPLIED)


@dataclass
class Spending:
    """One budget line of a year, or a code that no line allots anything for (`line` None), in one currency."""

    code: str
    currency: str
    year: int
    line: BudgetLine | None = None
    committed: Decimal = field(default_factory=Decimal)
    spent: Decimal = field(default_factory=Decimal)

    @property
    def allocated(self):
        return self.line.allocated if self.line else None

    @property
    def left(self):
        return self.allocated - self.committed - self.spent if self.line else None

    @property
    def is_over(self):
        return self.line is not None and self.left < 0

    @property
    def bar(self):
        """(per cent spent, per cent committed) of what is allotted, together at most 100."""
        if not self.allocated:
            return (100, 0) if self.spent else (0, 100 if self.committed else 0)
        spent = min(int(HUNDRED * self.spent / self.allocated), 100)
        return spent, min(int(HUNDRED * self.committed / self.allocated), 100 - spent)

    def url(self, **narrow):
        """The instalments that make a figure."""
        asked = {"fiscal_year": self.year, "budget_line": self.code or "-", "currency": self.currency} | narrow
        return f"{reverse('payments')}?{urlencode(asked)}"


def spending_of(user, year):
    """[Spending] of the fiscal year `year` in the contracts that `user` may see, by code; three queries."""
    found = {}
    for line in BudgetLine.objects.filter(institution=user.institution_id, fiscal_year=year):
        key = (_key(line.code), line.currency)
        found[key] = Spending(line.code, line.currency, year, line)
    rows = Instalment.objects.filter(fiscal_year=year, term__contract__in=Contract.objects.visible_to(user))
    taken = defaultdict(Decimal)
    for pk, amount in Penalty.objects.filter(instalment__in=rows, state__in=TAKEN_OFF).values_list(
        "instalment", "amount"
    ):
        taken[pk] += amount
    names = ("pk", "budget_line", "term__contract__currency", "amount", "tax_percent", "retention_percent", "state")
    for pk, code, currency, amount, tax, retention, state in rows.order_by().values_list(*names):
        one = found.setdefault((_key(code), currency), Spending(code.strip(), currency, year))
        due = payable(amount, tax, retention, taken[pk])
        if state == PAID:
            one.spent += due.total
            one.committed += due.retained
        else:
            one.committed += due.net + due.tax
    shown = [one for one in found.values() if one.spent or one.committed or (one.line and one.line.is_active)]
    return sorted(shown, key=lambda one: (one.currency, one.line is None, _key(one.code)))


def totals_of(rows):
    """{currency: (allocated, committed, spent, left)} of many; what no line allots counts as nothing allotted."""
    sums = defaultdict(lambda: [Decimal(0)] * 4)
    for one in rows:
        figures = (one.allocated or Decimal(0), one.committed, one.spent)
        figures = (*figures, figures[0] - figures[1] - figures[2])
        sums[one.currency] = [before + more for before, more in zip(sums[one.currency], figures, strict=True)]
    return dict(sums)


def _key(code):
    return code.strip().casefold()
