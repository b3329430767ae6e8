"""Reports of service: which promises were kept, and where the time of tickets went. Each figure opens its tickets."""

from datetime import date, timedelta
from urllib.parse import urlencode

from django import forms
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_safe

from helpdesk import accounts, results
from helpdesk.choices import Priority, Served, StepClock
from helpdesk.desk import desk_of
from helpdesk.filters import MonthsField
from helpdesk.models import Category, ServiceResult
from helpdesk.permissions import works_queues
from office.calendars import today
from office.servicetime import Kind
from people.models import Team
from ui.forms import HouseForm

BY = [
    ("month", gettext_lazy("Month")),
    ("team", gettext_lazy("Team")),
    ("category", gettext_lazy("Category")),
    ("priority", gettext_lazy("Priority")),
]
MOST_MONTHS = 60


class ReportForm(HouseForm):
    """Which months, grouped by what."""

    has_form_key = False
    by = forms.ChoiceField(label=pgettext_lazy("report", "By"), choices=BY, required=False)
    months = MonthsField(
        label=gettext_lazy("Months"), required=False, help_text=gettext_lazy("For example 2026-11, or 2026-06..2026-11")
    )

    def __init__(self, data, *, start, **kwargs):
        data = data.copy()
        data["by"] = data.get("by") or "month"
        data["months"] = data.get("months") or start
        super().__init__(data, **kwargs)


@require_safe
def service_report(request):
    """Promises and time by month, team, category or priority, of the tickets whose notes this reader may see."""
    if not works_queues(request.user):
        raise Http404
    start = _half_a_year()
    form = ReportForm(request.GET, start=start)
    form.is_valid()
    by, months = form.cleaned_data.get("by") or "month", form.cleaned_data.get("months") or start
    rows = ServiceResult.objects.filter(
        institution=request.user.institution_id,
        queue__in=desk_of(request.user).open_ids,
        month__range=results.months_in(months),
    )
    found = results.lines(rows, by)
    names = _names(by, found, request.user)
    shown = [_shown(line, names.get(line.key, _("none")), _narrow(by, line.key, months)) for line in found]
    context = {
        "title": _("Service report"),
        "lead": _("Tickets that were solved or ended in these months: which promises were kept, where the time went."),
        "form": form,
        "clocks": [clock.label for clock in StepClock],
        "kinds": [(accounts.look(*_kind(name)), words) for name, words in results.SPENT_WORDS.items()],
        "by": dict(BY)[by],
        "lines": shown,
        "total": _shown(results.total(found), _("Together"), {"solved_in": months}) if len(found) > 1 else None,
    }
    return render(request, "helpdesk/service_report.html", context)


def _half_a_year():
    last = today().replace(day=1)
    first = last
    for _month in range(5):
        first = (first - timedelta(days=1)).replace(day=1)
    return f"{first:%Y-%m}..{last:%Y-%m}"


def _names(by, found, user):
    """{key of a group: what it is called}"""
    keys = [line.key for line in found if line.key is not None]
    if by == "month":
        return {key: f"{key:%Y-%m}" for key in keys}
    if by == "priority":
        return {key: Priority(key).label for key in keys}
    model = Team if by == "team" else Category
    return {key: str(row) for key, row in model.objects.filter(institution=user.institution_id).in_bulk(keys).items()}


def _narrow(by, key, months):
    """What narrows the list of tickets to one group."""
    if by == "month":
        return {"solved_in": f"{key:%Y-%m}"}
    return {"solved_in": months, by: "null" if key is None else key}


def _shown(line, name, narrow):
    return {
        "name": name,
        "is_machine": isinstance(line.key, date),
        "tickets": (f"{line.tickets:,}", _url(narrow)),
        "served": [_promise(line.served[clock], clock, narrow) for clock in StepClock.values],
        "spent": [_time(line, kind, narrow) for kind in results.SPENT_WORDS],
        "age": accounts.length(timedelta(seconds=line.age)),
        "bar": _bar(line),
    }


def _promise(served, clock, narrow):
    """Of one promise: (kept, url), (late, url), percent kept; None where nothing was owed."""
    owed = served[Served.MET] + served[Served.LATE]
    if not owed:
        return None
    figures = [
        (f"{served[state]:,}", _url({"served": f"{clock}-{state.value}"} | narrow))
        for state in (Served.MET, Served.LATE)
    ]
    return *figures, 100 * served[Served.MET] // owed


def _time(line, kind, narrow):
    """(how long, url, percent of the age) of one kind of time; None where there was none."""
    seconds = line.spent[kind]
    if not seconds:
        return None
    percent = round(100 * seconds / line.age)
    return accounts.length(timedelta(seconds=seconds)), _url({"spent": kind} | narrow), percent


def _bar(line):
    lengths = [(_kind(kind), timedelta(seconds=seconds)) for kind, seconds in line.spent.items() if seconds]
    return accounts.pieces(lengths, timedelta(seconds=line.age)) if line.age else []


def _kind(name):
    """(kind, waiting) of a column of results."""
    return (Kind(name), "") if name in list(Kind) else (Kind.PAUSED, name)


def _url(narrow):
    return f"{reverse('tickets_view', args=['all'])}?{urlencode(narrow)}"
