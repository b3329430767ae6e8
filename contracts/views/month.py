"""The calendar by month: decisions, ends, visits and payments, as a grid, on a telephone as an agenda."""

from datetime import timedelta

from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from contracts import permissions
from contracts.month import KINDS, entries_of, weeks_of
from contracts.views.register import register_crumbs
from contracts.views.reports import Asked
from office.calendars import today
from ui import text
from ui.pages import admit

WEEKEND = (4, 5)  # Friday and Saturday
MOST = 6  # entries of a day shown at once; the others open below


@require_safe
def month_page(request):
    """One month of all contracts, or of one's own."""
    user = request.user
    sees = permissions.sees_register(user)
    admit(sees or bool(user.institution_id and user.headed_units))
    asked, day = Asked(request), today()
    first = asked.month(_("Month"), day)
    mine = not sees or asked.one_of(_("Whose"), "whose", ("all", "mine"), "all") == "mine"
    weeks = weeks_of(first)
    found = entries_of(user, weeks[0][0], weeks[-1][-1], day, mine)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    whose = "mine" if mine else "all"
    context = {
        "title": f"{text.MONTHS[text.language()][first.month - 1]} {first.year}",
        "lead": _lead(found, first, last),
        "breadcrumbs": register_crumbs(user),
        "weeks": [[_day(one, first, day, found.get(one, [])) for one in week] for week in weeks],
        "weekdays": [text.WEEKDAYS[text.language()][one.weekday()] for one in weeks[0]],
        "kinds": list(KINDS.values()),
        "previous_url": _url(first - timedelta(days=1), whose),
        "next_url": _url(last + timedelta(days=1), whose),
        "today_url": _url(day, whose),
        "other": (_("All contracts"), _url(first, "all")) if mine else (_("Only mine"), _url(first, "mine")),
        "may_choose": sees,
        "warnings": asked.warnings,
        "feed_url": reverse("own_calendar"),
    }
    return render(request, "contracts/month.html", context)


def _url(day, whose):
    return f"{reverse('contract_month')}?month={day:%Y-%m}&whose={whose}"


def _day(day, first, now, entries):
    return {
        "day": day,
        "is_inside": day.month == first.month,
        "is_today": day == now,
        "is_weekend": day.weekday() in WEEKEND,
        "entries": entries[:MOST],
        "more": entries[MOST:],
        "words": text.day(day, weekday=True),
    }


def _lead(found, first, last):
    """How much of what there is in the month itself."""
    counts = dict.fromkeys(KINDS, 0)
    for day, entries in found.items():
        if first <= day <= last:
            for entry in entries:
                counts[entry.kind] += 1
    said = [f"{KINDS[kind][0]}: {count}" for kind, count in counts.items() if count]
    return _(", ").join(said) if said else _("Nothing falls into this month.")
