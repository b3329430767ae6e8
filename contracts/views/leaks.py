"""The report of where money leaks, for those who may see amounts."""

from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from contracts.leaks import leaks_of
from contracts.views.register import register_crumbs
from contracts.views.reports import admit_reader, sheet_links, sheet_of
from office.calendars import today


@require_safe
def leaks_page(request):
    """Seven questions, each with its lines and the money at stake; `?export=` gives all lines as a sheet."""
    admit_reader(request.user)
    title = _("Where money leaks")
    if sheet := sheet_of(request, title, _headers, lambda: _lines(request.user)):
        return sheet
    questions = leaks_of(request.user, today())
    context = {
        "title": title,
        "lead": _("Shares of cost are those of the days that are left from today."),
        "breadcrumbs": register_crumbs(request.user),
        "questions": questions,
        "count": sum(question.count for question in questions),
        "sheets": sheet_links(request),
    }
    return render(request, "contracts/leaks.html", context)


def _headers():
    return [_("Kind"), _("What"), _("Why"), _("Amount"), _("Currency")]


def _lines(user):
    for question in leaks_of(user, today(), whole=True):
        for line in question.lines:
            yield [str(question.title), line.what, line.words, line.amount, line.currency]
