"""Where money leaks out of the contracts: seven questions, each answered by rows with what is at stake.

Needed support that nobody gives, what is paid for and gone, covered twice, covered beside the maker's free warranty,
contracts that cover nothing live, gaps before the successor, payments without their proof. Shares of cost are those of
the days that are left from today; None where no amount is written down.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from django.db.models import CharField, Exists, ExpressionWrapper, F, OuterRef, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assets.choices import GONE, LIVE
from assets.models import Asset
from contracts.actions.instalments import SETTLED
from contracts.choices import RUNNING
from contracts.dues import fils
from contracts.models import Contract, Coverage, Instalment, Obligation
from contracts.terms import ONE_DAY
from ui import text

MOST = 200  # rows shown of one question


@dataclass
class Leak:
    """One line: about what, in words, where to look, and the amount at stake (None where none is known)."""

    what: str
    url: str
    words: str
    amount: Decimal | None = None
    currency: str = "JOD"


@dataclass
class Question:
    """One kind of leak with its lines, the dearest first, and their sums by currency."""

    name: str
    title: str
    lines: list

    @property
    def shown(self):
        return self.lines[:MOST]

    @property
    def money(self):
        sums = defaultdict(Decimal)
        for line in self.lines:
            sums[line.currency] += line.amount or 0
        return _(", ").join(text.money(total, currency) for currency, total in sorted(sums.items()) if total)


def leaks_of(user, today):
    """[Question] about the contracts and assets that `user` may see, on the local date `today`; eight queries."""
    contracts = Contract.objects.visible_to(user)
    lines = list(
        Coverage.objects.in_force_on(today)
        .filter(term__contract__in=contracts, asset__isnull=False)
        .select_related("asset__category", "asset__model__manufacturer")
        .with_contract()
        .order_by("pk")
    )
    found = [
        ("uncovered", _("Needs support, and nobody gives it"), _uncovered(user, today)),
        ("gone", _("Paid for, but not in service any more"), _gone(lines, today)),
        ("twice", _("Covered twice"), _twice(lines, today)),
        ("warranty", _("Paid for beside the maker's free warranty"), _beside_warranty(lines, today)),
        ("empty", _("Contracts that cover nothing live"), _empty(contracts, today)),
        ("gap", _("Days without cover before the successor"), _gaps(contracts)),
        ("unproved", _("Paid without its proof"), _unproved(contracts)),
    ]
    return [Question(*one[:2], sorted(one[2], key=lambda leak: -(leak.amount or 0))) for one in found]


def _uncovered(user, today):
    """Live assets that need support and that no line in force and no warranty covers."""
    rows = Coverage.objects.in_force_on(today).filter(term__contract__institution=OuterRef("institution"))
    place = ExpressionWrapper(OuterRef("location__path"), output_field=CharField())
    around = rows.alias(place=place).filter(place__startswith=F("location__path"))
    warranty = Q(warranty_end__gte=today) & (Q(warranty_start=None) | Q(warranty_start__lte=today))
    assets = Asset.objects.visible_to(user).filter(
        Q(needs_support=True) | Q(category__requires_support=True),
        ~warranty,
        ~Exists(rows.filter(asset=OuterRef("pk"))),
        ~Exists(rows.filter(model=OuterRef("model"))),
        ~Exists(around),
        state__in=LIVE,
    )
    assets = assets.select_related("category", "model__manufacturer").defer("search_text", "notes").order_by("pk")
    return [
        Leak(
            str(asset),
            asset.get_absolute_url(),
            _("purchase cost of what is at risk"),
            asset.purchase_cost,
            asset.currency,
        )
        for asset in assets[: MOST * 5]
    ]


def _gone(lines, today):
    return [
        _of_line(line, line.asset.get_state_display(), _left(line, today)) for line in lines if line.asset.state in GONE
    ]


def _twice(lines, today):
    """Of an asset under several contracts, all but the dearest line are at stake."""
    by_asset = defaultdict(list)
    for line in lines:
        by_asset[line.asset_id].append(line)
    leaks = []
    for several in by_asset.values():
        if len({line.term.contract_id for line in several}) > 1:
            keeps, *others = sorted(several, key=lambda line: -(line.cost_share or 0))
            also = _("also covered by %(contract)s") % {"contract": text.isolate(keeps.term.contract.number)}
            leaks += [_of_line(line, also, _left(line, today)) for line in others]
    return leaks


def _beside_warranty(lines, today):
    leaks = []
    for line in lines:
        asset = line.asset
        if asset.has_warranty_on(today):
            until = min(asset.warranty_end, line.to_date)
            words = _("warranty until %(day)s") % {"day": text.day(asset.warranty_end)}
            leaks.append(_of_line(line, words, _left(line, today, until)))
    return leaks


def _empty(contracts, today):
    """Running contracts none of whose lines covers anything alive today; a model or a place counts as alive."""
    alive = Coverage.objects.on(today).filter(term__contract=OuterRef("pk")).exclude(asset__state__in=GONE)
    rows = contracts.filter(~Exists(alive), state__in=RUNNING, terms__start__lte=today, terms__end__gte=today)
    rows = rows.select_related("vendor").defer("search_text", "notes").annotate(current=F("terms__value"))
    return [
        Leak(str(row), row.get_absolute_url(), row.vendor.name, row.current, row.currency)
        for row in rows.order_by("pk")
    ]


def _gaps(contracts):
    """Successors that begin later than the day after the one before ended."""
    rows = contracts.filter(predecessor__current_end__isnull=False, terms__sequence=1).select_related("predecessor")
    rows = rows.annotate(begins=F("terms__start")).filter(begins__gt=F("predecessor__current_end") + ONE_DAY)
    leaks = []
    for row in rows.defer("search_text", "notes").order_by("pk"):
        ended = row.predecessor.ended_on - ONE_DAY if row.predecessor.ended_on else row.predecessor.current_end
        days = (row.begins - ended).days - 1
        words = ngettext("%(count)d day without cover", "%(count)d days without cover", days) % {"count": days}
        leaks.append(Leak(f"{row.predecessor.number} → {row.number}", row.get_absolute_url(), words))
    return leaks


def _unproved(contracts):
    """Instalments paid though something they depend on is neither met nor waived by now."""
    missing = Obligation.objects.filter(instalments=OuterRef("pk")).exclude(state__in=SETTLED)
    paid = Instalment.objects.filter(Exists(missing), state=Instalment.State.PAID, term__contract__in=contracts)
    return [
        Leak(
            str(row.term.contract),
            row.term.contract.get_absolute_url(),
            _("instalment %(number)d, paid on %(day)s") % {"number": row.number, "day": text.day(row.paid_on)},
            row.amount,
            row.term.contract.currency,
        )
        for row in paid.select_related("term__contract").order_by("pk")
    ]


def _left(line, today, until=None):
    """The part of the line's share of cost from `today` to `until` (its end), both inclusive."""
    if line.cost_share is None:
        return None
    days, whole = ((until or line.to_date) - today) + ONE_DAY, (line.to_date - line.from_date) + ONE_DAY
    return fils(line.cost_share * max(days, timedelta(0)).days / whole.days)


def _of_line(line, words, amount):
    contract = line.term.contract
    what = f"{line.asset} · {contract.number}"
    return Leak(what, contract.get_absolute_url(), words, amount, contract.currency)
