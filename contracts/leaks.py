"""Where money leaks out of the contracts: seven questions, each answered by rows with what is at stake.

Needed support that nobody gives, what is paid for and gone, covered twice, covered beside the maker's free warranty,
contracts that cover nothing live, gaps before the successor, payments without their proof. Shares of cost are those of
the days that are left from today; a line without one is taken for an equal part of the value of its term. None where
no amount is written down.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from django.db.models import CharField, Exists, ExpressionWrapper, F, OuterRef, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from assets.choices import GONE, LIVE
from assets.models import Asset
from contracts.actions.instalments import SETTLED
from contracts.choices import RUNNING, ContractState
from contracts.continuity import gap_days, last_day
from contracts.dues import fils
from contracts.models import Contract, Coverage, Instalment, Obligation
from contracts.terms import ONE_DAY
from contracts.words import gap as gap_words
from ui import text

CANCELLED = ContractState.CANCELLED
MOST = 200  # rows shown of one question


@dataclass
class Leak:
    """One line: about what, in words, where to look, and the amount at stake (None where none is known)."""

    what: str
    url: str
    words: str
    amount: Decimal | None = None
    currency: str = "JOD"
    asset: Asset | None = None  # the device a line of a contract is about


@dataclass
class Question:
    """One kind of leak with its lines, the dearest first, how many there are, and their sums by currency."""

    name: str
    title: str
    lines: list
    count: int
    sums: dict

    @property
    def shown(self):
        return self.lines[:MOST]

    @property
    def more(self):
        return max(self.count - MOST, 0)

    @property
    def money(self):
        return _(", ").join(text.money(total, currency) for currency, total in sorted(self.sums.items()) if total)


def leaks_of(user, today, whole=False):
    """[Question] about the contracts and assets that `user` may see, on the local date `today`; eleven queries.

    whole: with all lines of the assets that nobody supports, as a sheet wants them, not only the dearest.
    """
    contracts = Contract.objects.visible_to(user)
    every = list(
        Coverage.objects.in_force_on(today)
        .filter(term__contract__in=contracts)
        .select_related("asset__category", "asset__model__manufacturer", "asset__location", "location")
        .with_contract()
        .defer("asset__search_text", "asset__notes")
        .order_by("pk")
    )
    _share(every)
    lines = [line for line in every if line.asset_id]
    found = [
        ("gone", _("Paid for, but not in service any more"), _gone(lines, today)),
        ("twice", _("Covered twice"), _twice(every, today)),
        ("warranty", _("Paid for beside the maker's free warranty"), _beside_warranty(lines, today)),
        ("empty", _("Contracts that cover nothing live"), _empty(contracts, today)),
        ("gap", _("Days without cover before the successor"), _gaps(contracts)),
        ("unproved", _("Paid without its proof"), _unproved(contracts)),
    ]
    return [_uncovered(user, today, whole), *(_question(*one) for one in found)]


def _share(lines):
    """Set `share` of each line: its share of cost, or else an equal part of what the others leave of the term's value.

    One query, only where some line of a term with a value has no share of its own.
    """
    without = {line.term_id: line.term.value for line in lines if line.cost_share is None and line.term.value}
    shared, count = defaultdict(Decimal), defaultdict(int)
    if without:
        for term, share in Coverage.objects.filter(term__in=without).values_list("term", "cost_share"):
            shared[term] += share or 0
            count[term] += share is None
    for line in lines:
        line.is_estimate = line.cost_share is None and line.term_id in without
        line.share = line.cost_share
        if line.is_estimate:
            line.share = fils(max(without[line.term_id] - shared[line.term_id], Decimal(0)) / count[line.term_id])


def _question(name, title, lines):
    figures = [(line.currency, line.amount) for line in lines]
    return Question(name, title, sorted(lines, key=lambda leak: -(leak.amount or 0)), len(lines), _sums(figures))


def _sums(figures):
    """{currency: sum}, counted in Decimal: SQLite would add floats."""
    sums = defaultdict(Decimal)
    for currency, amount in figures:
        sums[currency] += amount or 0
    return sums


def _uncovered(user, today, whole):
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
    figures = list(assets.values_list("currency", "purchase_cost"))
    rows = assets.select_related("category", "model__manufacturer").defer("search_text", "notes")
    rows = rows.order_by(F("purchase_cost").desc(nulls_last=True), "pk")
    words = _("purchase cost of what is at risk")
    leaks = [
        Leak(str(asset), asset.get_absolute_url(), words, asset.purchase_cost, asset.currency)
        for asset in (rows if whole else rows[:MOST])
    ]
    return Question("uncovered", _("Needs support, and nobody gives it"), leaks, len(figures), _sums(figures))


def _gone(lines, today):
    return [
        _of_line(line, line.asset.get_state_display(), _left(line, today)) for line in lines if line.asset.state in GONE
    ]


def _twice(lines, today):
    """Of an asset under several contracts, all but the dearest line are at stake; none where a line names none.

    A contract for all devices of a model, or of a place, covers each of them: what is paid for one by name is double.
    """
    by_asset, by_model, by_place = defaultdict(list), defaultdict(list), defaultdict(list)
    for line in lines:
        if line.asset_id:
            by_asset[line.asset_id].append(line)
        elif line.model_id:
            by_model[line.model_id].append(line)
        else:
            by_place[line.location.path].append(line)
    leaks = []
    for named in by_asset.values():
        asset = named[0].asset
        keeps, *others = sorted(named, key=lambda line: -(line.share or 0))
        around = by_model[asset.model_id] + _at_places(by_place, asset)
        wide = next((line for line in around if line.term.contract_id != keeps.term.contract_id), None)
        doubles = [(line, keeps) for line in others if line.term.contract_id != keeps.term.contract_id]
        doubles += [(keeps, wide)] if wide else []
        for line, other in doubles:
            also = _("also covered by %(contract)s") % {"contract": text.isolate(other.term.contract.number)}
            leaks.append(_of_line(line, also, _left(line, today)))
    return leaks


def _at_places(by_place, asset):
    """The lines of the place an asset stands at and of those around it."""
    if not asset.location_id:
        return []
    return [line for path, some in by_place.items() if asset.location.path.startswith(path) for line in some]


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
    """Successors that begin later than the day after the one before ended, with what stood there without cover.

    The end of one that was terminated is the day before its termination took effect, whatever its term says. (C8.)
    """
    rows = contracts.filter(predecessor__current_end__isnull=False, terms__sequence=1).exclude(state=CANCELLED)
    rows = rows.select_related("predecessor").defer("search_text", "notes")
    rows = rows.annotate(begins=F("terms__start"), ended=Coalesce("predecessor__ended_on", "predecessor__current_end"))
    rows = [(row, last_day(row.predecessor)) for row in rows.filter(begins__gt=F("ended")).order_by("pk")]
    gaps = [(row, last, days) for row, last in rows if (days := gap_days(last, row.begins))]
    stood = _stood_on({row.predecessor_id: last for row, last, _days in gaps})
    leaks = []
    for row, _last, days in gaps:
        amount, what = stood.get(row.predecessor_id), f"{row.predecessor.number} → {row.number}"
        leaks.append(Leak(what, row.get_absolute_url(), gap_words(days), amount, row.currency))
    return leaks


def _stood_on(days):
    """{contract: purchase cost, in its currency, of the live assets that its lines covered on its last day}."""
    lines = Coverage.objects.filter(term__contract__in=days, asset__state__in=LIVE).filter(
        asset__currency=F("term__contract__currency"), asset__purchase_cost__isnull=False
    )
    sums, seen = defaultdict(Decimal), set()
    names = ("term__contract", "asset", "from_date", "to_date", "asset__purchase_cost")
    for contract, asset, start, end, cost in lines.values_list(*names):
        if start <= days[contract] <= end and (contract, asset) not in seen:
            seen.add((contract, asset))
            sums[contract] += cost
    return sums


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
    if line.share is None:
        return None
    days, whole = ((until or line.to_date) - today) + ONE_DAY, (line.to_date - line.from_date) + ONE_DAY
    return fils(line.share * max(days, timedelta(0)).days / whole.days)


def _of_line(line, words, amount):
    contract = line.term.contract
    what = f"{line.asset} · {contract.number}"
    if line.is_estimate:
        words = _("%(words)s · an equal part of the value") % {"words": words}
    return Leak(what, contract.get_absolute_url(), words, amount, contract.currency, line.asset)
