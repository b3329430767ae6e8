"""Scorecards of vendors: one with its contracts, all beside each other, and the weights of the set-up."""

import json
from datetime import date, timedelta

from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from contracts import actions, looks, permissions
from contracts.forms import WeightsForm
from contracts.models import Contract, ScoreWeights, Term
from contracts.models.scores import MEASURES
from contracts.scorecards import WORDS, cards_of, vendors_of, weights_of
from contracts.views.register import register_crumbs
from contracts.views.reports import Asked, sheet_links, sheet_of
from office.calendars import today
from office.history import history_of
from people.models import Vendor
from people.views.shared import SETUP
from people.views.vendors import VENDORS
from ui import text
from ui.pages import FormPage, admit

CHARTED = 15
SHOWN = 100
YEARS_BACK = 3


def periods(day):
    """{key: (words, first day, last day)} of what can be asked: a year back, this year and those before, quarters."""
    found = {"12m": (_("the last 12 months"), day.replace(day=1, year=day.year - 1), day)}
    for year in range(day.year, day.year - YEARS_BACK, -1):
        found[str(year)] = (str(year), date(year, 1, 1), date(year, 12, 31))
    for back in range(5):
        number = day.year * 4 + (day.month - 1) // 3 - back
        year, quarter = divmod(number, 4)
        first = date(year, quarter * 3 + 1, 1)
        after = date(year + quarter // 3, quarter * 3 % 9 + 4 if quarter < 3 else 1, 1)
        words = _("quarter %(quarter)d of %(year)d") % {"quarter": quarter + 1, "year": year}
        found[f"{year}-{quarter + 1}"] = (words, first, after - timedelta(days=1))
    return found


def _asked_period(asked):
    known = periods(today())
    key = asked.one_of(_("Period"), "period", known, "12m")
    return key, known, known[key][1:]


@require_safe
def scorecard_page(request, pk):
    """One vendor in a period: the measures, the score, and each contract with what is behind them."""
    admit(permissions.sees_register(request.user))
    vendor = get_object_or_404(Vendor.objects.visible_to(request.user), pk=pk)
    asked = Asked(request)
    key, known, (start, end) = _asked_period(asked)
    weights = weights_of(request.user.institution_id)
    card = cards_of([vendor], start, end, request.user, weights)[vendor.pk]
    contracts = _contracts(vendor, request.user, start, end)
    cards = cards_of(contracts, start, end, request.user, weights)
    context = {
        "title": vendor.name,
        "lead": _("Scorecard, %(from)s to %(to)s") % {"from": text.day(start), "to": text.day(end)},
        "breadcrumbs": [VENDORS, (vendor.name, vendor.get_absolute_url())],
        "object": vendor,
        "card": card,
        "measures": [(measure, weights[measure.name], _tone(measure.percent)) for measure in card.listed],
        "credits": _credits(card),
        "contracts": [{"card": cards[row.pk], "state": looks.state_of(row)} for row in contracts],
        "heads": [WORDS[name] for name in MEASURES],
        "periods": [(name, words[0]) for name, words in known.items()],
        "period": key,
        "warnings": asked.warnings,
        "amounts": permissions.sees_amounts(request.user),
        "compare_url": f"{reverse('vendor_scores')}?period={key}",
    }
    return render(request, "contracts/scorecard.html", context)


@require_safe
def score_part(request, pk):
    """The score of the last 12 months as part of the vendor's page, fetched after it is shown."""
    admit(permissions.sees_register(request.user))
    vendor = get_object_or_404(Vendor.objects.visible_to(request.user), pk=pk)
    _words, start, end = periods(today())["12m"]
    card = cards_of([vendor], start, end, request.user, weights_of(request.user.institution_id))[vendor.pk]
    context = {
        "card": card,
        "measures": [(one, _tone(one.percent)) for one in card.listed],
        "credits": _credits(card),
        "url": reverse("vendor_scorecard", args=[vendor.pk]),
        "object": vendor,
    }
    return render(request, "contracts/_score.html", context)


def _contracts(vendor, user, start, end):
    """Those of a vendor that have a term in the period, the latest end first."""
    inside = Term.objects.filter(start__lte=end, end__gte=start)
    rows = Contract.objects.visible_to(user).filter(vendor=vendor, pk__in=inside.values("contract")).for_list()
    return list(rows.order_by("-current_end", "-pk")[:SHOWN])


def _tone(percent):
    if percent is None:
        return "none"
    return "good" if percent >= 90 else "fair" if percent >= 70 else "poor"


def _credits(card):
    if card.credits is None:
        return None
    sums = [text.money(amount, currency) for currency, amount in sorted(card.credits.items()) if amount]
    return _(", ").join(sums) or _("none")


@require_safe
def compare_page(request):
    """All vendors whose contracts ran in a period, the best first, as a table, as bars and as a sheet."""
    admit(permissions.sees_register(request.user))
    asked = Asked(request)
    key, known, (start, end) = _asked_period(asked)
    weights = weights_of(request.user.institution_id)
    cards = cards_of(vendors_of(request.user, start, end), start, end, request.user, weights).values()
    cards = sorted(cards, key=lambda card: (card.score is None, -(card.score or 0), card.thing.sort_key))
    amounts = permissions.sees_amounts(request.user)
    title = _("Vendors compared")
    if sheet := sheet_of(request, title, lambda: _headers(amounts), lambda: _lines(cards, amounts)):
        return sheet
    scored = [card for card in cards if card.score is not None]
    context = {
        "title": title,
        "lead": _("%(from)s to %(to)s") % {"from": text.day(start), "to": text.day(end)},
        "breadcrumbs": register_crumbs(request.user),
        "rows": [_row(card, key) for card in cards[:SHOWN]],
        "more": max(len(cards) - SHOWN, 0),
        "heads": [(WORDS[name], weights[name]) for name in MEASURES],
        "chart": json.dumps(_chart(scored[:CHARTED])) if scored else "",
        "is_low": len(scored) < 6,
        "periods": [(name, words[0]) for name, words in known.items()],
        "period": key,
        "warnings": asked.warnings,
        "sheets": sheet_links(request),
        "amounts": amounts,
        "weights_url": reverse("score_weights"),
    }
    return render(request, "contracts/scores.html", context)


def _row(card, period):
    url = f"{reverse('vendor_scorecard', args=[card.thing.pk])}?period={period}"
    measures = [(measure, _tone(measure.percent)) for measure in card.listed]
    return {"card": card, "url": url, "measures": measures, "credits": _credits(card), "tone": _tone(card.score)}


def _chart(cards):
    data = [float(card.score) for card in cards]
    sets = [{"label": _("Score"), "tone": "accent", "data": data}]
    return {"labels": [card.thing.name[:40] for card in cards], "sets": sets, "across": True, "most": 100}


def _headers(amounts):
    names = [_("Vendor"), _("Score"), _("Service calls"), *(f"{WORDS[name]} %" for name in MEASURES)]
    return [*names, _("Credits")] if amounts else names


def _lines(cards, amounts):
    for card in cards:
        values = [card.thing.name, card.score, card.calls, *(measure.percent for measure in card.listed)]
        yield [*values, _credits(card)] if amounts else values


class Weights(FormPage):
    """The weights: seen by the desk, changed by managers and administrators."""

    form_class, title = WeightsForm, gettext_lazy("Weights of the scorecards")
    lead = gettext_lazy("How much each measure counts for the score. What is unknown of a vendor counts for nothing.")
    template_name = "contracts/score_weights.html"
    success_message = gettext_lazy("All scorecards are weighed anew.")
    breadcrumbs = [SETUP]

    def allowed(self, request):
        sees = permissions.sees_register(request.user)
        return admit(sees, request.method in ("GET", "HEAD") or permissions.can_change_budget(request.user))

    def get_object(self):
        institution = self.request.user.institution_id
        row = ScoreWeights.objects.filter(institution=institution).first()
        return row or ScoreWeights(institution_id=institution)

    def get_context(self, **context):
        history = history_of(self.object) if self.object.pk else []
        return context | {"history": history, "can_edit": permissions.can_change_budget(self.request.user)}

    def get_cancel_url(self):
        return reverse("setup")

    def act(self, form):
        return actions.save_weights(by=self.request.user, values=form.get_values(), version=form.current_version)
