"""What the manager's home fetches after it is shown: money of two years, what is due, leaks, vendors by score."""

from datetime import timedelta
from urllib.parse import urlencode

from django.conf import settings
from django.core.cache import cache
from django.db.models import Count
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from contracts.choices import ObligationState
from contracts.forecast import Sureness
from contracts.leaks import leaks_of
from contracts.models import Contract, Instalment, Obligation
from contracts.outlook import outlook_of
from contracts.scorecards import cards_of, vendors_of, weights_of
from contracts.views.forecast import SURENESS, TONES
from contracts.views.reports import admit_reader
from contracts.views.scores import periods
from office.calendars import today
from ui import text

AHEAD = timedelta(days=30)
VENDORS = 5
KEPT_SECONDS = 600  # leaks and scores are looked at many times a day and change a few times


@require_safe
def money_part(request):
    """Part of the home page of whoever reads the reports."""
    admit_reader(request.user)
    day = today()
    context = {
        "years": [_year(request.user, year) for year in (day.year, day.year + 1)],
        "due": _due(request.user, day),
        "leaks": _kept(request.user, "leaks", lambda: _leaks(request.user, day)),
        "vendors": _kept(request.user, "vendors", lambda: _vendors(request.user, day)),
    }
    return render(request, "contracts/_money_part.html", context)


def _kept(user, name, make):
    """The same for ten minutes, for one person with the rights she has now, in her language."""
    rights = f"{user.is_manager:d}{user.is_auditor:d}{user.is_administrator:d}{user.is_technician:d}"
    key = f"contracts.home.{name}.{user.pk}.{user.institution_id}.{rights}.{get_language()}.{today()}"
    return cache.get_or_set(key, make, KEPT_SECONDS)


def _year(user, year):
    """The sums of a year in the house's currency, each with its words and tone."""
    found = outlook_of(user, year, with_tax=True).in_currency(settings.CURRENCY)
    sums = [(TONES[kind], SURENESS[kind][0], found.sums[kind]) for kind in Sureness]
    total = sum(amount for _tone, _words, amount in sums)
    shares = []
    for tone, words, amount in sums:
        width = round(100 * amount / total) if total else 0
        shares.append({"tone": tone, "words": words, "amount": amount, "width": width})
    at = 0
    for share in shares:
        share["x"], at = at, at + share["width"]
    url = f"{reverse('forecast')}?year={year}"
    return {"year": year, "shares": shares, "total": total, "currency": settings.CURRENCY, "url": url}


def _due(user, day):
    """[(icon, words, address)] of the payments and visits of the next days, the overdue ones named."""
    contracts = Contract.objects.visible_to(user)
    payments = Instalment.objects.filter(term__contract__in=contracts, due__lte=day + AHEAD)
    payments = payments.exclude(state__in=[Instalment.State.PAID, Instalment.State.WITHHELD])
    sums, count, late = {}, 0, 0
    for currency, amount, due in payments.order_by().values_list("term__contract__currency", "amount", "due"):
        sums[currency] = sums.get(currency, 0) + amount
        count, late = count + 1, late + (due < day)
    money = _(", ").join(text.money(amount, currency) for currency, amount in sorted(sums.items()))
    visits = Obligation.objects.filter(term__contract__in=contracts, state=ObligationState.SCHEDULED)
    counted = visits.filter(due__lte=day + AHEAD).order_by().aggregate(all=Count("pk"))["all"]
    overdue = visits.filter(due__lt=day).count()
    narrow = urlencode({"state": "open", "due_before": (day + AHEAD).isoformat()})
    said = {"count": count, "late": late, "money": money}
    lines = []
    if count:
        words = _("Payments within 30 days: %(count)d, of which overdue: %(late)d; %(money)s") % said
        lines.append(("receipt", words, f"{reverse('payments')}?{narrow}"))
    if counted:
        words = _("Visits and reports within 30 days: %(count)d, of which overdue: %(late)d")
        lines.append(("tool", words % {"count": counted, "late": overdue}, reverse("contract_month")))
    return lines


def _leaks(user, day):
    """[(title, how many, money, address)] of the questions that found something."""
    url = reverse("contract_leaks")
    found = [one for one in leaks_of(user, day) if one.count]
    return [(str(one.title), one.count, str(one.money), f"{url}#{one.name}") for one in found]


def _vendors(user, day):
    """[(name, score, address)] of the vendors with the lowest scores of the last 12 months, the lowest first."""
    _words, start, end = periods(day)["12m"]
    cards = cards_of(vendors_of(user, start, end), start, end, user, weights_of(user.institution_id)).values()
    scored = sorted((card for card in cards if card.score is not None), key=lambda card: card.score)
    return [
        (card.thing.name, card.score, reverse("vendor_scorecard", args=[card.thing.pk])) for card in scored[:VENDORS]
    ]
