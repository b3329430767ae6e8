"""The renewal file: what a contract cost and what it delivered, as figures, each from rows that a link leads to.

`figures_of` makes a plain dictionary (text, whole numbers, lists) that a page and a paper put into words. The same
rows, the same day and the same reader make the same figures. Amounts stand in it only for those who may see them:
their keys are missing otherwise, so that nothing downstream can show them by mistake.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from urllib.parse import urlencode

from django.db.models import Count, DateField, DateTimeField, DecimalField, Q, Subquery, Value
from django.urls import reverse
from django.utils import timezone

from assets.models import Asset
from contracts import call_figures, offers, permissions
from contracts.choices import DONE, CallState, ObligationState, PenaltyState, VendorClock
from contracts.covered import alike, as_of, covered_on
from contracts.dues import fils, payable
from contracts.models import Instalment, Obligation, Penalty
from ui.registry import figures_of as figures_from_above

YEAR = Decimal(365)
SHOWN = 20  # lines of a list of assets; the rest is counted
TAKEN = (PenaltyState.AGREED, PenaltyState.APPLIED)


@dataclass(frozen=True)
class _Instalment:
    pk: int
    term: int
    amount: Decimal
    state: str
    tax_percent: Decimal
    retention_percent: Decimal
    paid_on: date | None


@dataclass(frozen=True)
class _Penalty:
    instalment: int | None
    term: int
    amount: Decimal
    state: str
    at: datetime


def figures_of(contract, on, user):
    """The figures of `contract` on the local date `on` for one reader; None before its first term has begun.

    Service is judged over the latest term that has begun, from its first day to `on` or its last; cost over all terms.
    A constant number of queries: eleven at most.
    """
    related = ("decision", "renewal_case__recommended_offer__vendor")
    sealed = ("renewal_case__recommended_offer__price_per_year", "renewal_case__recommended_offer__vendor__search_text")
    begun = contract.terms.filter(start__lte=on).select_related(*related).defer(*sealed).order_by("sequence")
    begun = list(begun)
    if not begun:
        return None
    term = begun[-1]
    term.contract = contract
    end = min(on, term.end)
    case, covered = getattr(term, "renewal_case", None), covered_on(term, end, on)
    if case is not None:
        case.term = term
    dearest = _dearest(contract, covered) if permissions.sees_amounts(user) else []
    names, missing = _named(covered, [asset for *_amounts, asset in dearest])
    found = {
        "on": on.isoformat(),
        "number": contract.number,
        "title": contract.title,
        "vendor": contract.vendor.name,
        "unit": contract.unit.name,
        "owner": contract.owner.name if contract.owner else "",
        "currency": contract.currency,
        "term": {"sequence": term.sequence, "start": term.start.isoformat(), "end": term.end.isoformat()},
        "period": {"start": term.start.isoformat(), "end": end.isoformat()},
        "decision": _decision(contract, term, case),
        "covers": _covers(covered, names, missing),
        "calls": _calls(contract, term.start, end, user),
        "obligations": _obligations(term, end),
        "from_above": _from_above(contract, term.start, end, user),
    }
    if permissions.sees_amounts(user):
        instalments, penalties = _money_of(begun)
        found["cost"] = _cost(begun, on, instalments, penalties)
        found["devices"] = _devices(contract, term, covered, dearest, names)
        found["penalties"] = _penalties([row for row in penalties if row.term == term.pk], on)
    found["offers"] = _offers(case, user, on, found["covers"]["live"])
    return found


def _decision(contract, term, case):
    """What is asked for: by when, and what is on the table."""
    decision = getattr(term, "decision", None)
    recommended = case and case.recommended_offer
    return {
        "decide_by": term.decide_by and term.decide_by.isoformat(),
        "notice_deadline": term.notice_deadline and term.notice_deadline.isoformat(),
        "renewal": contract.renewal,
        "decided": decision.decision if decision else "",
        "case": case.pk if case else None,
        "case_state": case.state if case else "",
        "recommended": recommended.vendor.name if recommended else "",
    }


def _named(covered, dearest):
    """({key: asset} of what the file names, [the first assets that are like those covered, and are not]).

    How many such there are stands at each of them as `missing`. One statement, none where nothing is covered. dearest:
    keys of assets.
    """
    if not covered.devices:
        return {}, []
    like = alike(covered)
    keys = [device.pk for device in covered.gone[:SHOWN]] + dearest
    count = like.order_by().values("institution").annotate(n=Count("pk")).values("n")
    rows = as_of(Asset.objects.filter(Q(pk__in=keys) | Q(pk__in=like.values("pk")[:SHOWN])), covered.at)
    rows = rows.annotate(missing=Subquery(count)).select_related("category", "model__manufacturer")
    found = {row.pk: row for row in rows.defer("search_text", "notes").order_by("tag", "pk")}
    ours = {device.pk for device in covered.devices}
    return found, [row for pk, row in found.items() if pk not in ours]


def _covers(covered, names, missing):
    """How many live assets are covered, which covered ones left service, and which like them are not covered."""
    return {
        "live": len(covered.live),
        "gone": len(covered.gone),
        "missing": missing[0].missing if missing else 0,
        "gone_assets": [_name(names[device.pk]) for device in covered.gone[:SHOWN]],
        "missing_assets": [_name(row) for row in missing],
    }


def _name(row):
    return {"pk": row.pk, "name": str(row), "state": row.state_then}


def _calls(contract, start, end, user):
    """The calls of the period: how many, and how often each promise was kept."""
    rows = call_figures.calls_between(start, end, user).filter(term__contract=contract).order_by("opened_at", "pk")
    made = call_figures.figures(tuple(rows.prefetch_related(None)), amounts=False)
    return {
        "count": made.count,
        "unfinished": len(made.unfinished),
        "breaches": len(made.breaches),
        "response": _share(made.response),
        "on_site": _share(made.on_site),
        "restore": _share(made.restore),
        "numbers": [call.number for call in made.calls],
    }


def _share(share):
    return {
        "kept": len(share.kept),
        "of": share.of,
        "percent": None if share.percent is None else str(share.percent),
    }


def _obligations(term, day):
    """Promises of the term: how often each is promised, fell due so far, was done or not; and what is open."""
    rows = list(Obligation.objects.filter(term=term).select_related("promise").order_by("due", "pk"))
    by_promise = {}
    is_open = []
    for row in rows:
        line = by_promise.setdefault(
            row.promise_id,
            {"kind": row.promise.kind, "title": row.promise.title}
            | dict.fromkeys(("promised", "due", "done", "waived", "not_met", "overdue"), 0),
        )
        done = row.state in DONE and row.met_on <= day
        waived = row.state == ObligationState.WAIVED
        line["promised"] += 1
        line["due"] += row.due <= day
        line["done"] += done
        line["waived"] += waived
        line["not_met"] += row.state == ObligationState.NOT_MET
        line["overdue"] += _is_overdue(row, day)
        if not done and not waived:
            is_open.append(row)
    return {
        "promises": list(by_promise.values()),
        "open": [
            {
                "due": row.due.isoformat(),
                "kind": row.promise.kind,
                "title": row.promise.title,
                "state": ObligationState.SCHEDULED.value if row.state in DONE else row.state,
                "overdue": _is_overdue(row, day),
            }
            for row in is_open[:SHOWN]
        ],
        "open_count": len(is_open),
    }


def _is_overdue(row, day):
    """Whether an obligation was past its day and neither done nor answered otherwise on that day."""
    late = row.state == ObligationState.SCHEDULED or (row.state in DONE and row.met_on > day)
    return late and row.due < day


def _from_above(contract, start, end, user):
    """What the room of the tickets counts: [{name, title, words, number, url}], in the language of the reader."""
    found = []
    for figure, data in figures_from_above("contracts.contract", [contract], start, end, user):
        one = data.get(contract.pk)
        if one is not None:
            number = figure.number(one) if figure.number else None
            found.append(
                {
                    "name": figure.name,
                    "title": str(figure.title),
                    "words": str(figure.shown(one)),
                    "number": None if number is None else str(number),
                    "url": figure.rows(contract, start, end) if figure.rows else "",
                }
            )
    return found


def _money_of(terms):
    """([_Instalment], [_Penalty]) of these terms, by their numbers and keys; one statement."""
    rate, day, instant = DecimalField(), DateField(), DateTimeField()
    paid = Instalment.objects.filter(term__in=terms).order_by().annotate(part=Value("i"), made=Value(None, instant))
    taken = Penalty.objects.filter(term__in=terms).order_by()
    taken = taken.annotate(part=Value("p"), tax=Value(None, rate), kept=Value(None, rate), paid=Value(None, day))
    same = ("part", "pk"), ("part", "instalment_id")
    more = ("tax_percent", "retention_percent", "paid_on", "made"), ("tax", "kept", "paid", "at")
    both = [(*first, "term_id", "amount", "state", *last) for first, last in zip(same, more, strict=True)]
    rows = paid.values_list(*both[0]).union(taken.values_list(*both[1]), all=True)
    instalments, penalties = [], []
    for part, key, term, amount, state, tax, kept, on, at in rows:
        if part == "i":
            instalments.append(_Instalment(key, term, amount, state, tax, kept, on))
        else:
            penalties.append(_Penalty(key, term, amount, state, at))
    return instalments, penalties


def _cost(terms, on, instalments, penalties):
    """What each term that has begun is worth, what was paid of it by `on`, and what is held back or still to pay."""
    by_term = {term.pk: [] for term in terms}
    for row in instalments:
        by_term[row.term].append(row)
    taken = defaultdict(Decimal)
    for penalty in penalties:
        if penalty.state in TAKEN:
            taken[penalty.instalment] += penalty.amount
    lines = [_term_cost(term, by_term[term.pk], taken, on) for term in terms]
    total = {name: _sum(line[name] for line in lines) for name in ("value", "paid", "retained", "to_pay", "withheld")}
    return {"terms": lines, **total}


def _term_cost(term, rows, penalties, on):
    """paid: with tax, less retention and penalties, by instalments paid until `on`; to_pay: their value, untaxed."""
    paid, retained, to_pay, withheld = Decimal(0), Decimal(0), Decimal(0), Decimal(0)
    for row in rows:
        if row.paid_on and row.paid_on <= on:
            due = payable(row.amount, row.tax_percent, row.retention_percent, penalties[row.pk])
            paid, retained = paid + due.total, retained + due.retained
        elif row.state == Instalment.State.WITHHELD:
            withheld += row.amount
        else:
            to_pay += row.amount
    return {
        "sequence": term.sequence,
        "start": term.start.isoformat(),
        "end": term.end.isoformat(),
        "value": None if term.value is None else _money(term.value),
        "paid": _money(paid),
        "retained": _money(retained),
        "to_pay": _money(to_pay),
        "withheld": _money(withheld),
    }


def _devices(contract, term, covered, dearest, names):
    """What a year costs for each live device, against what devices cost to buy; the dearest lines first.

    yearly: the value of the term for 365 of its days. replacement: purchase costs, in the currency of the contract, of
    the live assets covered that have one. dearest: by their share of the cost in a year, of the purchase cost.
    """
    days = (term.end - term.start).days + 1
    yearly = None if term.value is None else fils(term.value * YEAR / days)
    alive = covered.live
    costs = [device.cost for device in alive if device.cost and device.currency == contract.currency]
    return {
        "yearly": None if yearly is None else _money(yearly),
        "per_device": None if yearly is None or not alive else _money(yearly / len(alive)),
        "replacement": _money(sum(costs, Decimal(0))),
        "with_cost": len(costs),
        "percent": str(_percent(yearly, sum(costs))) if yearly and costs else None,
        "dearest": [
            {
                "pk": asset,
                "name": str(names[asset]),
                "share": _money(cost),
                "purchase_cost": _money(bought),
                "percent": str(percent),
            }
            for percent, cost, bought, asset in dearest
        ],
    }


def _dearest(contract, covered):
    """[(per cent, share of the cost in a year, purchase cost, asset)] of the lines of live assets, the dearest first.

    By their share of the cost in a year, of what their asset cost to buy.
    """
    live = {device.pk: device for device in covered.live if device.currency == contract.currency and device.cost}
    found = []
    for line in covered.lines:
        if line.share is not None and line.asset in live:
            bought = live[line.asset].cost
            cost = fils(line.share * YEAR / ((line.last - line.first).days + 1))
            found.append((_percent(cost, bought), cost, bought, line.asset))
    return sorted(found, key=lambda one: (-one[0], one[3]))[:SHOWN]


def _penalties(rows, on):
    """Sums of what breaches of the term cost, by their state, proposed until the end of `on`."""
    sums = {state.value: Decimal(0) for state in PenaltyState}
    count = 0
    for row in rows:
        if timezone.localdate(row.at) <= on:
            sums[row.state] += row.amount
            count += 1
    return {"count": count} | {state: _money(total) for state, total in sums.items()}


def _offers(case, user, on, live):
    """The offers side by side, as this reader may see them; [] without a case. live: covered assets on that day."""
    if case is None:
        return []
    return [_offer(line) for line in offers.lines_of(case, user, on, count=live) if not line.offer.is_excluded]


def _offer(line):
    offer = line.offer
    told = {
        "vendor": offer.vendor.name,
        "level": offer.level,
        "response_minutes": offer.response_minutes,
        "restore_minutes": offer.restore_minutes,
        "visits_per_year": offer.visits_per_year,
        "exclusions": offer.exclusions,
        "valid_until": offer.valid_until.isoformat(),
    }
    if line.technical is not None:
        told["technical"] = str(line.technical)
    if line.price is not None:
        told["price"] = _money(line.price)
        told["per_asset"] = None if line.per_asset is None else _money(line.per_asset)
        told["total"], told["place"] = str(line.score.total), line.score.place
    return told


def links_of(contract, figures):
    """{figure: address of the rows behind it}, as they are known in this house.

    Of a promised time: the calls that broke it.
    """
    case, period = figures["decision"]["case"], figures["period"]
    own = {
        "cost": reverse("contract_money", args=[contract.pk]),
        "covers": f"{reverse('contract_coverage', args=[contract.pk])}?when=now",
        "obligations": reverse("contract_obligations", args=[contract.pk]),
        "penalties": reverse("contract_money", args=[contract.pk]),
        "devices": f"{reverse('contract_coverage', args=[contract.pk])}?kind=asset",
    }
    if case:
        own["offers"] = own["decision"] = reverse("renewal_case", args=[case])
    made = {"contract": contract.number, "opened_after": period["start"], "opened_before": period["end"]}
    late = {clock.value: {"late": clock.value} for clock in VendorClock} | {"breaches": {"late": "any"}}
    for figure, more in {"calls": {}, "unfinished": {"state": CallState.OPEN.value}, **late}.items():
        counted = {"state": [CallState.OPEN.value, CallState.CLOSED.value]} | more
        own[figure] = f"{reverse('calls')}?{urlencode(made | counted, doseq=True)}"
    return own


def _sum(amounts):
    return _money(sum((Decimal(one) for one in amounts if one is not None), Decimal(0)))


def _money(amount):
    return str(fils(amount))


def _percent(part, whole):
    return (part * 100 / whole).quantize(Decimal("0.1"))
