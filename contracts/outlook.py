"""The forecast of the contracts somebody may see: their terms as `contracts.forecast` wants them, and sums of it."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.conf import settings
from django.db.models import Exists, OuterRef, Q

from contracts import forecast
from contracts.choices import BEFORE_FORCE, RENEWALS, RUNNING, ContractState, Decision, Renewal
from contracts.forecast import MONTHS, Part, Span, Sureness, Terms
from contracts.models import Contract, Instalment, RenewalDecision, Term
from contracts.terms import ONE_DAY

S = ContractState
ENDED_FOR_GOOD = {Decision.TERMINATE, Decision.EXPIRE}


@dataclass
class Row:
    """One line of the forecast with the contract it is of."""

    contract: Contract
    line: forecast.Line

    @property
    def sureness(self):
        return self.line.sureness

    @property
    def total(self):
        return self.line.total


@dataclass
class Outlook:
    """A year: its rows, the contracts that say no value, and the currencies there are."""

    year: int
    rows: list
    unknown: list

    def in_currency(self, currency):
        return Outlook(
            self.year,
            [row for row in self.rows if row.contract.currency == currency],
            [contract for contract in self.unknown if contract.currency == currency],
        )

    @property
    def currencies(self):
        return sorted({row.contract.currency for row in self.rows})

    @property
    def months(self):
        """[{sureness: sum}] of the twelve months."""
        return [self._sums((row.sureness, row.line.months[month]) for row in self.rows) for month in range(MONTHS)]

    @property
    def sums(self):
        return self._sums((row.sureness, row.total) for row in self.rows)

    def by(self, group):
        """[(what `group(row)` gives, {sureness: sum})], the dearest first."""
        found = defaultdict(list)
        for row in self.rows:
            found[group(row)].append((row.sureness, row.total))
        groups = [(key, self._sums(figures)) for key, figures in found.items()]
        return sorted(groups, key=lambda one: (-sum(one[1].values()), str(one[0])))

    @staticmethod
    def _sums(figures):
        sums = dict.fromkeys(Sureness, Decimal(0))
        for sureness, amount in figures:
            sums[sureness] += amount
        return sums


def outlook_of(user, year, percent=Decimal(0), contracts=None, *, with_tax=False):
    """The Outlook of `year` over the contracts `user` may see (or those of `contracts`); four queries.

    with_tax: planned instalments at their own rate, the rest at that of the contract's last instalment, or the usual.
    """
    rows = contracts if contracts is not None else Contract.objects.visible_to(user)
    rows = _concerned(rows, year).select_related("vendor", "unit").defer("search_text", "notes", "end_reason")
    rows = rows.order_by("number", "pk")
    rows = list(rows.defer("vendor__search_text", "vendor__notes", "search_text", "notes", "end_reason"))
    terms, found, unknown = _terms_of(rows), [], []
    for contract in rows:
        if known := terms.get(contract.pk):
            found += [Row(contract, line) for line in forecast.lines_of(known, year, percent, with_tax=with_tax)]
            if forecast.has_unknown(known, year):
                unknown.append(contract)
    return Outlook(year, found, unknown)


def _concerned(contracts, year):
    """Those that may cost anything in `year`: running or to come, or with a term or an instalment in it."""
    first, last = date(year, 1, 1), date(year, MONTHS, 31)
    inside = Term.objects.filter(contract=OuterRef("pk"), start__lte=last, end__gte=first)
    due = Instalment.objects.filter(term__contract=OuterRef("pk"), due__range=(first, last))
    followed = Contract.objects.filter(predecessor=OuterRef("pk")).exclude(state=S.CANCELLED)
    ahead = Q(state__in=[*RUNNING, *BEFORE_FORCE]) | Q(decide_by__isnull=False)
    rows = contracts.exclude(state=S.CANCELLED).filter(ahead | Exists(inside) | Exists(due))
    return rows.annotate(is_followed=Exists(followed))


def _terms_of(contracts):
    """{contract pk: Terms}, in three queries."""
    keys = [contract.pk for contract in contracts]
    parts, lines, rates = defaultdict(list), {}, {}
    planned = Instalment.objects.filter(term__contract__in=keys).order_by("due", "pk")
    for term, contract, due, amount, code, tax in planned.values_list(
        "term", "term__contract", "due", "amount", "budget_line", "tax_percent"
    ):
        parts[term].append(Part(due, amount, code.strip(), tax))
        rates[contract] = tax
        lines[contract] = code.strip() or lines.get(contract, "")
    decided = {
        row.term_id: row
        for row in RenewalDecision.objects.filter(term__contract__in=keys).only("term", "decision", "notice_sent_on")
    }
    spans, last, renewed = defaultdict(list), {}, defaultdict(int)
    names = ("pk", "contract", "start", "end", "value", "origin")
    for pk, contract, start, end, value, origin in (
        Term.objects.filter(contract__in=keys).order_by("contract", "sequence").values_list(*names)
    ):
        spans[contract].append(Span(start, end, value, tuple(parts[pk])))
        last[contract] = decided.get(pk)
        renewed[contract] += origin in RENEWALS
    return {
        contract.pk: Terms(
            tuple(spans[contract.pk]),
            agreed=Sureness.OPTIONAL if contract.state in {S.DRAFT, S.IN_APPROVAL} else Sureness.COMMITTED,
            ahead=_ahead(contract, last[contract.pk]),
            months=contract.renewal_months,
            left=None if contract.max_renewals is None else max(contract.max_renewals - renewed[contract.pk], 0),
            limit=contract.last_possible_end,
            stopped=contract.ended_on,
            budget_line=lines.get(contract.pk, ""),
            tax=rates.get(contract.pk, usual_tax()),
        )
        for contract in contracts
        if spans[contract.pk]
    }


def usual_tax():
    """Per cent of sales tax where no instalment of a contract says another rate."""
    return Decimal(settings.CONTRACT_TAX_PERCENT)


def _ahead(contract, decision):
    """How sure the terms after the last one are; None where none will come, or a successor stands for them."""
    if contract.is_followed or contract.renewal == Renewal.NONE:
        return None
    if contract.state not in RUNNING | BEFORE_FORCE and contract.decide_by is None:
        return None
    if decision and decision.decision in ENDED_FOR_GOOD:
        return None
    if contract.state in BEFORE_FORCE or contract.renewal != Renewal.AUTO or (decision and decision.stops_renewal):
        return Sureness.OPTIONAL
    return Sureness.LIKELY


def warranties_ending(user, year, today):
    """Live assets that need support and whose warranty ends from today on, by the end of `year`."""
    from assets.choices import LIVE
    from assets.models import Asset

    until = date(year, MONTHS, 31)
    needs = Q(needs_support=True) | Q(category__requires_support=True)
    first = min(today, until) if today.year <= year else until + ONE_DAY
    return Asset.objects.visible_to(user).filter(needs, state__in=LIVE, warranty_end__range=(first, until))
