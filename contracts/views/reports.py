"""What the reports about money and vendors share: who may read them, what was asked, the same figures as a sheet."""

import re
from datetime import date
from decimal import Decimal, InvalidOperation

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from contracts import permissions
from contracts.views.register import register_crumbs
from ui import export, text

YEARS = range(2000, 2200)
REPORTS = [  # (icon, title, what it answers, name of its address, what follows it)
    (
        "chart-bar",
        gettext_lazy("Forecast of the next year"),
        gettext_lazy("What is committed, what renews itself, what needs a decision; by month, unit and budget item."),
        "forecast",
        "",
    ),
    (
        "cash",
        gettext_lazy("Spend against budget"),
        gettext_lazy("What each budget line allots, and what of it is committed, spent and left."),
        "budget",
        "",
    ),
    (
        "receipt",
        gettext_lazy("Payments due"),
        gettext_lazy("Instalments that are not paid yet, by their day."),
        "payments",
        "?state=open",
    ),
    (
        "gauge",
        gettext_lazy("Vendors compared"),
        gettext_lazy("Scorecards beside each other: answers, repairs, repeats, visits, satisfaction, credits."),
        "vendor_scores",
        "",
    ),
    (
        "coin",
        gettext_lazy("Where money leaks"),
        gettext_lazy("Seven ways in which a contract costs money for nothing, with what is at stake."),
        "contract_leaks",
        "",
    ),
]


def admit_reader(user):
    """Reports name amounts: they are for those of the register who may see amounts, and exist for nobody else."""
    if not permissions.reads_reports(user):
        raise Http404


@require_safe
def reports_page(request):
    """All reports about contracts, each with the question that it answers."""
    admit_reader(request.user)
    cards = [(icon, title, words, reverse(name) + query) for icon, title, words, name, query in REPORTS]
    context = {"title": _("Reports"), "breadcrumbs": register_crumbs(request.user), "cards": cards}
    return render(request, "contracts/reports.html", context)


def sheet_of(request, title, headers, rows):
    """The download that `?export=csv` or `?export=xlsx` asks for; None where none is asked for.

    headers, rows: functions, so that a page that is only looked at does not count them.
    """
    kind = request.GET.get("export")
    if kind not in export.FORMATS:
        return None
    return export.respond(kind, str(title), [str(header) for header in headers()], rows(), str(title))


def sheet_links(request):
    """[(label, icon, address)] of the page at hand as a sheet."""
    asked = request.GET.copy()
    links = []
    for kind, label, icon in (("xlsx", _("Excel sheet"), "file-spreadsheet"), ("csv", _("CSV text"), "file-text")):
        asked["export"] = kind
        links.append((label, icon, f"{request.path}?{asked.urlencode()}"))
    return links


class Asked:
    """What stands in the address of a report; a word that means nothing is left out and told in `warnings`."""

    def __init__(self, request):
        self.words = request.GET
        self.warnings = []

    def _word(self, name):
        return text.plain_number(text.one_line(self.words.get(name, "")))[:40]

    def _odd(self, label, word):
        self.warnings.append({"label": str(label), "value": word[:60]})

    def year(self, label, default):
        word = self._word("year")
        if word.isascii() and word.isdigit() and int(word[:9]) in YEARS:
            return int(word)
        if word:
            self._odd(label, word)
        return default

    def month(self, label, default):
        """The first day of a month written as 2026-11; that of the local date `default` where none is asked for."""
        word = self._word("month")
        if found := re.fullmatch(r"([0-9]{4})-([0-9]{1,2})", word):
            year, month = int(found[1]), int(found[2])
            if year in YEARS and 1 <= month <= 12:
                return date(year, month, 1)
        if word:
            self._odd(label, word)
        return default.replace(day=1)

    def percent(self, label, name="price", least=-90, most=300):
        """A number of per cent, 0 where none is asked for."""
        word = self._word(name).removesuffix("%").strip()
        if not word:
            return Decimal(0)
        try:
            number = Decimal(word)
            if number.is_finite() and least <= number <= most:
                return number.quantize(Decimal("0.01"))
        except InvalidOperation:
            pass
        self._odd(label, word)
        return Decimal(0)

    def number(self, label, name):
        """The key of a row, None where none is asked for."""
        word = self._word(name)
        if word.isascii() and word.isdigit() and len(word) < 19:
            return int(word)
        if word:
            self._odd(label, word)
        return None

    def one_of(self, label, name, known, default=None):
        word = text.one_line(self.words.get(name, ""))
        if word in known:
            return word
        if word:
            self._odd(label, word)
        return default
