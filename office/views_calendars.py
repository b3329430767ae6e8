"""Set-up of working calendars: the list, one calendar month by month, its hours, its days, the proposed holidays."""

import calendar as months
import re
from datetime import date, timedelta

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from office import calendar_actions as actions
from office import calendars
from office.calendar_forms import CalendarForm, DayForm, PeriodForm
from office.history import history_of
from office.models import DayOverride, WeeklyPeriod, WorkingCalendar
from office.models.calendars import WEEKDAYS, DayKind
from office.once import once
from office.permissions import can_change_calendars, sees_calendars
from office.proposals import proposals
from ui import markup, text
from ui.lists import ListPage
from ui.pages import FormPage, admit
from ui.registry import uses_of
from ui.tables import BaseTable, Column, MachineColumn, StateColumn

SETUP = (_("Set-up"), "/setup/")
CALENDARS = (_("Working calendars"), "/setup/calendars/")
FIRST_YEAR, LAST_YEAR = 2000, 2099


def look_of(row):
    if row.is_default:
        return gettext("the ministry's own"), "green", "star"
    return (gettext("in use"), "azure", "check") if row.is_active else (gettext("out of use"), "secondary", "ban")


class CalendarTable(BaseTable):
    name = Column(_("Name"), link=True)
    zone = MachineColumn(_("Time zone"))
    state = StateColumn(_("State"), look=look_of)


class CalendarList(ListPage):
    name = "calendars"
    title = _("Working calendars")
    breadcrumbs = [SETUP]
    table_class = CalendarTable
    orderings = {"name": ("name_en", "name_ar")}
    empty_icon = "calendar-time"
    empty_text = _("The hours by which promises are counted will stand here.")

    def allowed(self, request):
        return sees_calendars(request.user)

    def get_queryset(self):
        return WorkingCalendar.objects.all()

    def get_create(self):
        return (reverse("new_calendar"), _("New calendar")) if can_change_calendars(self.request.user) else None


@require_safe
def calendar_page(request, pk):
    """One calendar: a month of it with the hours of each day, its weekly hours, the days that differ."""
    row = _calendar(request, pk)
    first = _month(request.GET.get("month", ""))
    days = list(row.overrides.filter(date__year=first.year).order_by("date"))
    may = can_change_calendars(request.user)
    context = {
        "title": row.name,
        "object": row,
        "state": look_of(row),
        "breadcrumbs": [SETUP, CALENDARS],
        "month": month_of(row, first, {day.date: day for day in days}),
        "month_name": f"{text.MONTHS[text.language()][first.month - 1]} {first.year}",
        "weekdays": [name for _number, name in WEEKDAYS],
        "previous": (first - timedelta(days=1)).strftime("%Y-%m"),
        "next": (first + timedelta(days=31)).strftime("%Y-%m"),
        "year": first.year,
        "periods": [{"row": period, "hours": hours_in_words(period)} for period in _periods(row)],
        "days": days,
        "unconfirmed": sum(not day.confirmed for day in days),
        "uses": uses_of(row, request.user),
        "history": history_of(row, limit=20),
        "can_change": may,
    }
    return render(request, "office/calendar.html", context)


def _periods(row):
    """The usual hours first, then those of a time."""
    rows = row.periods.prefetch_related("slots")
    return sorted(rows, key=lambda period: (period.valid_from is not None, period.valid_from or date.min))


def _calendar(request, pk):
    if not sees_calendars(request.user):
        raise Http404
    return get_object_or_404(WorkingCalendar, pk=pk)


def _month(asked):
    """The first day of the month that was asked for ("2026-03"), this month for anything else."""
    try:
        year, month = (int(part) for part in asked.split("-")) if re.fullmatch(r"[0-9]{4}-[0-9]{2}", asked) else (0, 0)
        if FIRST_YEAR <= year <= LAST_YEAR:
            return date(year, month, 1)
    except ValueError:  # there is no thirteenth month
        pass
    return calendars.today().replace(day=1)


def month_of(row, first, overrides):
    """Weeks of days of the month, Sunday first; a day outside the month is None."""
    hours = calendars.load(row)
    today = calendars.today()
    weeks = months.Calendar(firstweekday=6).monthdatescalendar(first.year, first.month)
    return [
        [_day(day, hours, overrides, today) if day.month == first.month else None for day in week] for week in weeks
    ]


def _day(day, hours, overrides, today):
    spans = hours.hours_on(day)
    return {
        "date": day,
        "is_today": day == today,
        "spans": [_span(span.start, span.end) for span in spans],
        "is_open": bool(spans),
        "override": overrides.get(day),
    }


def _span(start, end):
    """08:30-15:30, left to right wherever it stands; midnight as an end is 24:00."""
    closes = "24:00" if (end.hour, end.minute) in ((0, 0), (23, 59)) else f"{end:%H:%M}"
    return markup.machine(f"{start:%H:%M}\N{EN DASH}{closes}")


def hours_in_words(period):
    """[(weekdays in words, [hours])]: days of equal hours in one line."""
    slots = {}
    for slot in sorted(period.slots.all(), key=lambda slot: slot.start):
        slots.setdefault(slot.weekday, []).append(_span(slot.start, slot.end))
    lines = []
    for number, name in WEEKDAYS:
        spans = slots.get(number)
        if spans and lines and lines[-1][1] == spans:
            lines[-1][0].append(str(name))
        elif spans:
            lines.append(([str(name)], spans))
    return [(gettext(", ").join(names), spans) for names, spans in lines]


class CalendarForms(FormPage):
    """Base of the forms about calendars."""

    def allowed(self, request):
        return admit(sees_calendars(request.user), can_change_calendars(request.user))

    def get_calendar(self):
        return get_object_or_404(WorkingCalendar, pk=self.kwargs["pk"])

    def get_breadcrumbs(self):
        crumbs = [SETUP, CALENDARS]
        row = getattr(self, "calendar", None)
        return [*crumbs, (row.name, row.get_absolute_url())] if row else crumbs

    def get_success_url(self, outcome):
        return getattr(outcome, "calendar", outcome).get_absolute_url()


class CalendarCreate(CalendarForms):
    title, form_class = _("New calendar"), CalendarForm
    success_message = _("The calendar is made. Give it hours now.")

    def act(self, form):
        def create():
            return actions.create_calendar(form.get_values(), by=self.request.user)

        pk, _made = once(form.form_key, user=self.request.user, kind="calendar", act=create)
        return WorkingCalendar.objects.get(pk=pk)


class CalendarEdit(CalendarForms):
    title, form_class = _("Edit the calendar"), CalendarForm

    def get_object(self):
        self.calendar = self.get_calendar()
        return self.calendar

    def get_context(self, **context):
        return super().get_context(**context) | {
            "used": [words for words, _url in uses_of(self.object, self.request.user)]
        }

    def act(self, form):
        return actions.change_calendar(
            self.object, form.get_values(), by=self.request.user, version=form.current_version
        )


class PeriodPage(CalendarForms):
    """Weekly hours: new ones (`?kind=ramadan` begins with those of Ramadan), or those of `period`."""

    title, form_class, template_name = _("Weekly hours"), PeriodForm, "office/period_form.html"
    success_message = _("The hours are saved. What is promised from now on is counted by them.")

    def get_object(self):
        self.calendar = self.get_calendar()
        period = self.kwargs.get("period")
        return get_object_or_404(WeeklyPeriod, calendar=self.calendar, pk=period) if period else None

    def get_form_arguments(self):
        return {"period": self.object, "ramadan": not self.object and self.request.GET.get("kind") == "ramadan"}

    def act(self, form):
        values = {name: form.cleaned_data[name] for name in ("label", "valid_from", "valid_to")}

        def save():
            return actions.save_period(
                self.calendar, by=self.request.user, hours=form.get_hours(), period=self.object, **values
            )

        pk, _made = once(form.form_key, user=self.request.user, kind="period", act=save)
        return WeeklyPeriod.objects.get(pk=pk)


class DayPage(CalendarForms):
    """A day unlike its weekday; `?date=` fills the day in."""

    title, form_class, template_name = _("A day that differs"), DayForm, "office/day_form.html"
    success_message = _("The day is saved. What is promised from now on is counted by it.")

    def get_object(self):
        self.calendar = self.get_calendar()
        day = self.kwargs.get("day")
        return get_object_or_404(DayOverride, calendar=self.calendar, pk=day) if day else None

    def get_form_arguments(self):
        asked = self.request.GET.get("date", "")
        initial = {} if self.object else {"date": asked[:10], "kind": DayKind.CLOSED}
        return {"instance": self.object or DayOverride(calendar=self.calendar), "initial": initial}

    def act(self, form):
        day = DayOverride.objects.get(pk=self.object.pk) if self.object else None

        def save():
            return actions.save_day(self.calendar, form.get_values(), by=self.request.user, day=day)

        pk, _made = once(form.form_key, user=self.request.user, kind="day", act=save)
        return DayOverride.objects.get(pk=pk)

    def get_success_url(self, day):
        return f"{day.calendar.get_absolute_url()}?month={day.date:%Y-%m}"


@require_safe
def proposed(request, pk, year):
    """The holidays that a package computes for a year, to be taken over one by one."""
    row = _calendar(request, pk)
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Http404
    found = proposals(row, year)
    context = {
        "title": gettext("Proposed holidays of %(year)s") % {"year": year},
        "object": row,
        "breadcrumbs": [SETUP, CALENDARS, (row.name, row.get_absolute_url())],
        "proposals": found,
        "open": sum(proposal.accepted is None for proposal in found),
        "year": year,
        "can_change": can_change_calendars(request.user),
    }
    return render(request, "office/proposals.html", context)


@require_POST
def accept_proposal(request, pk, year):
    """Take one proposed day over as closed; sure at once only when the communiqué is out."""
    row = _changeable(request, pk)
    asked = request.POST.get("date", "")
    proposal = next((p for p in proposals(row, year) if p.date.isoformat() == asked), None)
    if proposal is None:
        raise Http404
    values = {
        "date": proposal.date,
        "kind": DayKind.CLOSED,
        "start": None,
        "end": None,
        "reason": proposal.reason,
        "source": text.one_line(request.POST.get("source", ""))[:200],
        "confirmed": "confirmed" in request.POST,
    }
    return _answer(
        request,
        lambda: actions.save_day(row, values, by=request.user),
        _("The day is in the calendar."),
        reverse("proposed_holidays", args=[row.pk, year]),
    )


@require_POST
def confirm_day(request, pk, day):
    row = _changeable(request, pk)
    found = get_object_or_404(DayOverride, calendar=row, pk=day)
    return _answer(
        request, lambda: actions.confirm_day(found, by=request.user), _("The day is confirmed."), _back(request, row)
    )


@require_POST
def remove_day(request, pk, day):
    row = _changeable(request, pk)
    found = get_object_or_404(DayOverride, calendar=row, pk=day)
    return _answer(
        request,
        lambda: actions.remove_day(found, by=request.user),
        _("The day is again like its weekday."),
        _back(request, row),
    )


@require_POST
def remove_period(request, pk, period):
    row = _changeable(request, pk)
    found = get_object_or_404(WeeklyPeriod, calendar=row, pk=period)
    return _answer(
        request,
        lambda: actions.remove_period(found, by=request.user),
        _("These hours are taken out of the calendar."),
        row.get_absolute_url(),
    )


@require_POST
def switch_use(request, pk):
    """Put a calendar out of use, or back into it."""
    row = _changeable(request, pk)
    sentence = _("It is out of use: nothing new can choose it.") if row.is_active else _("It is in use again.")
    change = {"is_active": not row.is_active}
    return _answer(
        request, lambda: actions.change_calendar(row, change, by=request.user), sentence, row.get_absolute_url()
    )


def _changeable(request, pk):
    admit(sees_calendars(request.user), can_change_calendars(request.user))
    return get_object_or_404(WorkingCalendar, pk=pk)


def _back(request, row):
    month = _month(request.POST.get("month", ""))
    return f"{row.get_absolute_url()}?month={month:%Y-%m}"


def _answer(request, act, sentence, url):
    try:
        act()
    except ValidationError as refusal:
        for message in refusal.messages:
            messages.error(request, message)
    else:
        messages.success(request, sentence)
    return HttpResponseRedirect(url)
