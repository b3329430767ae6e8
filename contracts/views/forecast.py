"""The forecast of a year: chart, months, units, budget lines, contracts; with a scenario of the price; as a sheet."""

import json
from decimal import Decimal
from urllib.parse import urlencode

from django.conf import settings
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from django.views.decorators.http import require_safe

from contracts.forecast import MONTHS, Sureness
from contracts.outlook import outlook_of, usual_tax, warranties_ending
from contracts.views.register import register_crumbs
from contracts.views.reports import Asked, admit_reader, sheet_links, sheet_of
from office.calendars import today
from ui import text

SURENESS = {
    Sureness.COMMITTED: (pgettext_lazy("forecast", "committed"), gettext_lazy("Agreed in terms that exist.")),
    Sureness.LIKELY: (pgettext_lazy("forecast", "likely"), gettext_lazy("Renews itself unless notice is given.")),
    Sureness.OPTIONAL: (
        pgettext_lazy("forecast", "optional"),
        gettext_lazy("Needs a decision first: express renewals and drafts."),
    ),
}
TAXES = {"with": gettext_lazy("including tax"), "without": gettext_lazy("excluding tax")}
MOST = 200
TONES = {Sureness.COMMITTED: "accent", Sureness.LIKELY: "warm", Sureness.OPTIONAL: "pale"}


@require_safe
def forecast_page(request):
    """What the contracts of a year will cost, committed, likely and optional."""
    admit_reader(request.user)
    asked, day = Asked(request), today()
    year = asked.year(_("Year"), day.year + 1)
    percent = asked.percent(_("Price scenario"))
    tax = asked.one_of(_("Tax"), "tax", TAXES, "with")
    whole = outlook_of(request.user, year, percent, with_tax=tax == "with")
    currencies = whole.currencies or [settings.CURRENCY]
    usual = settings.CURRENCY if settings.CURRENCY in currencies else currencies[0]
    currency = asked.one_of(_("Currency"), "currency", currencies, usual)
    found = whole.in_currency(currency)
    title = _("Forecast for %(year)s") % {"year": year}
    if sheet := sheet_of(request, title, _headers, lambda: _lines(found, str(TAXES[tax]))):
        return sheet
    rows, narrowed = _narrow(found.rows, asked)
    kept = {"year": year, "price": percent.normalize() or 0, "currency": currency, "tax": tax}
    context = {
        "title": title,
        "lead": _lead(found, currency, tax),
        "breadcrumbs": register_crumbs(request.user),
        "year": year,
        "years": range(day.year - 1, day.year + 5),
        "percent": f"{percent.normalize():f}" if percent else "0",
        "currency": currency,
        "currencies": currencies,
        "tax": tax,
        "taxes": TAXES.items(),
        "usual_tax": usual_tax(),
        "warnings": asked.warnings,
        "sheets": sheet_links(request),
        "chart": json.dumps(_chart(found, currency)),
        "heads": [(words, hint) for words, hint in SURENESS.values()],
        "months": _months(found),
        "total": _figures(found.sums),
        "units": _groups(found, lambda row: row.contract.unit, lambda unit: unit.name, "unit", kept),
        "budget": _groups(found, lambda row: row.line.budget_line, lambda code: code, "line", kept),
        "rows": [_row(row) for row in rows[:MOST]],
        "more": max(len(rows) - MOST, 0),
        "narrowed": narrowed,
        "all_url": f"{reverse('forecast')}?{urlencode(kept)}#rows",
        "unknown": found.unknown,
        "warranties": _warranties(request.user, year, day),
    }
    return render(request, "contracts/forecast.html", context)


def _lead(found, currency, tax):
    sums = {sureness.value: text.money(amount, currency) for sureness, amount in found.sums.items()}
    if tax == "with":
        return _("Committed %(committed)s, likely %(likely)s, optional %(optional)s. Amounts include tax.") % sums
    return _("Committed %(committed)s, likely %(likely)s, optional %(optional)s. Amounts exclude tax.") % sums


def _figures(sums):
    return [*sums.values(), sum(sums.values(), Decimal(0))]


def _months(found):
    """[(name of the month, [committed, likely, optional, together])]"""
    return [(_month(number), _figures(sums)) for number, sums in enumerate(found.months, 1)]


def _month(number):
    return text.MONTHS[text.language()][number - 1]


def _chart(found, currency):
    months = found.months
    sets = [
        {"label": str(words), "tone": TONES[sureness], "data": [float(month[sureness]) for month in months]}
        for sureness, (words, _hint) in SURENESS.items()
    ]
    return {"labels": [_month(number + 1) for number in range(MONTHS)], "sets": sets, "unit": currency, "stacked": True}


def _groups(found, group, name, parameter, kept):
    """[(name, [figures], the address that shows its rows)]"""
    rows = []
    for key, sums in found.by(group):
        value = key.pk if hasattr(key, "pk") else key or "-"
        rows.append((name(key), _figures(sums), f"?{urlencode({**kept, parameter: value})}#rows"))
    return rows


def _narrow(rows, asked):
    """The rows of one unit or one budget line, and what they are narrowed to ("" for nothing)."""
    unit, line = asked.number(_("Unit"), "unit"), asked.words.get("line", "")
    if unit is not None:
        rows = [row for row in rows if row.contract.unit_id == unit]
        return rows, rows[0].contract.unit.name if rows else ""
    if line:
        rows = [row for row in rows if row.line.budget_line == ("" if line == "-" else line)]
        return rows, rows[0].line.budget_line or _("no budget item") if rows else ""
    return rows, ""


def _row(row):
    return {
        "contract": row.contract,
        "sureness": SURENESS[row.sureness][0],
        "tone": TONES[row.sureness],
        "begins": row.line.begins,
        "line": row.line.budget_line,
        "total": row.total,
    }


def _warranties(user, year, day):
    """Devices that will need paid cover: how many, and the first of them with the end of their warranty."""
    rows = warranties_ending(user, year, day).select_related("category", "model__manufacturer")
    rows = list(rows.defer("search_text", "notes").order_by("warranty_end", "pk")[: MOST + 1])
    return {"rows": rows[:MOST], "more": len(rows) > MOST}


def _headers():
    names = [_("Contract number"), _("Title"), _("Vendor"), _("Responsible unit"), _("Budget item")]
    months = [f"{number:02}" for number in range(1, MONTHS + 1)]
    return [*names, pgettext("forecast", "How sure"), _("Currency"), _("Tax"), *months, _("Together")]


def _lines(found, tax):
    for row in found.rows:
        contract = row.contract
        names = [contract.number, contract.title, contract.vendor.name, contract.unit.name, row.line.budget_line]
        yield [*names, str(SURENESS[row.sureness][0]), contract.currency, tax, *row.line.months, row.total]
