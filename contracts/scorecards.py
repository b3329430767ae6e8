"""How well vendors, or their contracts, did in a period: measures in per cent, credits, and the weighted score.

A measure without anything to measure is left out, and its weight with it: the score is the mean of what is known. What
tickets say comes down through the registry of report figures; without it their measures are unknown.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal
from urllib.parse import urlencode

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from contracts import call_figures, permissions
from contracts.choices import DONE, CallState, ObligationState, PenaltyState, VendorClock
from contracts.models import Contract, Obligation, Penalty, ScoreWeights, Term
from contracts.models.scores import MEASURES
from office.calendars import today
from people.models import Vendor
from ui import registry

TENTH, HUNDRED = Decimal("0.1"), Decimal(100)
OWED = (PenaltyState.AGREED, PenaltyState.APPLIED)
WORDS = {
    "response": _("Answered in time"),
    "restore": _("Repaired in time"),
    "repeat": _("Did not come back"),
    "visits": _("Visits and reports done"),
    "satisfaction": _("Satisfaction"),
}
OF_TICKETS = {"repeat": "repeat_failures", "satisfaction": "satisfaction"}
ALL_TICKETS = "tickets_per_device"  # what stands behind a figure of repeats where there was none
STARS = 5


@dataclass(frozen=True)
class Measure:
    """One measure: per cent (None: nothing to measure), the figures behind it as words, and where its rows are."""

    name: str
    percent: Decimal | None = None
    shown: str = ""
    url: str = ""

    @property
    def words(self):
        return WORDS[self.name]


@dataclass
class Card:
    """The scorecard of one vendor or contract. credits: {currency: sum}, None for who may not see amounts."""

    thing: object
    measures: dict = field(default_factory=dict)
    credits: dict | None = None
    calls: int = 0
    calls_url: str = ""
    score: Decimal | None = None

    @property
    def listed(self):
        return [self.measures[name] for name in MEASURES]


def weights_of(institution):
    """{measure: weight} of an institution. One query."""
    row = ScoreWeights.objects.filter(institution=institution).first()
    return (row or ScoreWeights()).as_dict()


def weighted(percents, weights):
    """Return the weighted mean of what is known, to a tenth; None where nothing that counts is known.

    percents: {measure: Decimal of 0 to 100, or None}; weights: {measure: whole number}.
    """
    known = {name: percent for name, percent in percents.items() if percent is not None and weights.get(name)}
    if not known:
        return None
    total = sum(percent * weights[name] for name, percent in known.items())
    return (Decimal(total) / sum(weights[name] for name in known)).quantize(TENTH, ROUND_HALF_UP)


def cards_of(things, start, end, user, weights):
    """{pk: Card} of vendors, or of contracts, from the local date `start` to `end`, both inclusive.

    Five queries, and what the figures of the rooms above take. Only rows that `user` may see count.
    """
    things = list(things)
    if not things:
        return {}
    path = "contract" if isinstance(things[0], Contract) else "contract__vendor"
    calls = call_figures.figures_of(things, start, end, user)
    tickets = _of_tickets(things, start, end, user)
    visits = _visits(things, path, start, end, user)
    credits = _credits(things, path, start, end, user) if permissions.sees_amounts(user) else None
    cards = {}
    for thing in things:
        found, narrow = calls[thing.pk], _narrow(thing, start, end)
        card = Card(thing, calls=found.count, calls_url=_calls(narrow))
        card.measures = {
            "response": _of_calls("response", found.response, VendorClock.RESPONSE, narrow),
            "restore": _of_calls("restore", found.restore, VendorClock.RESTORE, narrow),
            "repeat": tickets["repeat"](thing),
            "visits": _of_visits(thing, *visits[thing.pk]),
            "satisfaction": tickets["satisfaction"](thing),
        }
        card.credits = credits and dict(credits[thing.pk]) if credits is not None else None
        card.score = weighted({name: measure.percent for name, measure in card.measures.items()}, weights)
        cards[thing.pk] = card
    return cards


def vendors_of(user, start, end):
    """The vendors of contracts that `user` may see and that ran in the period."""
    running = Term.objects.filter(
        contract__in=Contract.objects.visible_to(user), start__lte=end, end__gte=start
    ).exclude(contract__state__in=["draft", "in_approval", "approved", "cancelled"])
    rows = Vendor.objects.visible_to(user).filter(pk__in=running.values("contract__vendor"))
    return rows.defer("search_text", "notes").order_by("sort_key", "pk")


def _narrow(thing, start, end):
    """What narrows the list of calls to those of a thing in the period."""
    of = {"contract": thing.number} if isinstance(thing, Contract) else {"vendor": thing.pk}
    counted = [CallState.OPEN.value, CallState.CLOSED.value]  # those that were called off never are
    return of | {"state": counted, "opened_after": start.isoformat(), "opened_before": end.isoformat()}


def _calls(narrow):
    return f"{reverse('calls')}?{urlencode(narrow, doseq=True)}"


def _of_calls(name, share, clock, narrow):
    """With the broken ones behind the figure, where there are any."""
    if not share.of:
        return Measure(name)
    url = _calls(narrow | ({"late": clock.value} if share.broken else {}))
    return Measure(name, share.percent, f"{len(share.kept)}/{share.of}", url)


def _of_tickets(things, start, end, user):
    """{measure: function of a thing} out of what the rooms above know."""
    found = {figure.name: (figure, data) for figure, data in _figures(things, start, end, user)}

    def measure(name):
        figure, data = found.get(OF_TICKETS[name], (None, {}))

        def of(thing):
            if thing.pk not in data or figure.number is None:
                return Measure(name)
            number = figure.number(data[thing.pk])
            if number is None:
                return Measure(name)
            percent = HUNDRED - number if name == "repeat" else Decimal(number) * HUNDRED / STARS
            behind = figure if number or name != "repeat" else found.get(ALL_TICKETS, (figure,))[0]
            url = behind.rows(thing, start, end) if behind.rows else ""
            return Measure(name, percent.quantize(TENTH, ROUND_HALF_UP), figure.shown(data[thing.pk]), url)

        return of

    return {name: measure(name) for name in OF_TICKETS}


def _figures(things, start, end, user):
    return registry.figures_of(things[0]._meta.label_lower, things, start, end, user)


def _visits(things, path, start, end, user):
    """{pk: (how many were done, how many were due)} of what was due in the period and by today; one query."""
    seen = Contract.objects.visible_to(user)
    last = min(end, today() - timedelta(days=1))
    rows = Obligation.objects.filter(term__contract__in=seen, due__range=(start, last))
    rows = rows.filter(**{f"term__{path}__in": things})
    rows = rows.exclude(state=ObligationState.WAIVED).order_by()
    counts = defaultdict(lambda: [0, 0])
    for pk, state in rows.values_list(f"term__{path}", "state"):
        counts[pk][0] += state in DONE
        counts[pk][1] += 1
    return counts


def _of_visits(thing, done, due):
    if not due:
        return Measure("visits")
    url = reverse("contract_obligations", args=[thing.pk]) if isinstance(thing, Contract) else "#contracts"
    return Measure("visits", (Decimal(100 * done) / due).quantize(TENTH, ROUND_HALF_UP), f"{done}/{due}", url)


def _credits(things, path, start, end, user):
    """{pk: {currency: sum}} of penalties agreed for calls opened, and obligations due, in the period; one query."""
    seen = Contract.objects.visible_to(user)
    calls = call_figures.calls_between(start, end, user).order_by().values("pk")
    when = Q(call__in=calls) | Q(obligation__due__range=(start, end))
    rows = Penalty.objects.filter(when, term__contract__in=seen, state__in=OWED)
    rows = rows.filter(**{f"term__{path}__in": things})
    sums = defaultdict(lambda: defaultdict(Decimal))
    for pk, currency, amount in rows.order_by().values_list(f"term__{path}", "term__contract__currency", "amount"):
        sums[pk][currency] += amount
    return sums
