"""Set-up of working calendars."""

from datetime import date, time

import pytest
from django.urls import reverse

from office import calendars
from office.models import DayOverride, Event, WeeklyPeriod, WorkingCalendar
from office.proposals import proposals
from office.signals import calendar_changed
from tests.factories import make_calendar


@pytest.fixture
def calendar(ministry):
    return WorkingCalendar.objects.get(is_default=True)


@pytest.fixture
def heard():
    """The calendars that were said to have changed."""
    told = []

    def listen(calendar, **rest):
        told.append(calendar)

    calendar_changed.connect(listen)
    yield told
    calendar_changed.disconnect(listen)


def hours(**spans):
    """Form values of weekly hours: hours(day_6="10:00-15:00")."""
    values = {}
    for key, span in spans.items():
        weekday, _sep, part = key.removeprefix("day_").partition("_")
        start, end = span.split("-")
        values |= {f"start_{weekday}_{part or 1}": start, f"end_{weekday}_{part or 1}": end}
    return values


def spans_on(calendar, day):
    calendar.refresh_from_db()
    return [(span.start, span.end) for span in calendars.load(calendar).hours_on(day)]


def test_the_month_shows_the_hours_of_each_day(sign_in, basil, calendar):
    DayOverride.objects.create(calendar=calendar, date=date(2026, 1, 1), reason="New year")
    page = sign_in(basil).get(f"{calendar.get_absolute_url()}?month=2026-01")

    words = page.content.decode()
    days = [day for week in page.context["month"] for day in week if day]
    assert len(days) == 31
    assert [day["is_open"] for day in days[:4]] == [False, False, False, True]
    assert "New year" in words
    assert "not confirmed" in words
    assert "08:30" in words


@pytest.mark.parametrize("month", ["", "2026-13", "2026-00", "99999-1", "x", "2026-3", "٢٠٢٦-٠١"])
def test_an_odd_month_is_this_month(month, sign_in, basil, calendar):
    assert sign_in(basil).get(calendar.get_absolute_url(), {"month": month}).status_code == 200


def test_ramadan_hours_hold_in_their_time_only(sign_in, administrator, calendar, heard):
    address = reverse("new_calendar_hours", args=[calendar.pk])
    form = {"label": "Ramadan", "valid_from": "2026-02-18", "valid_to": "2026-03-19"}
    sign_in(administrator).post(f"{address}?kind=ramadan", form | hours(day_6="09:00-14:30", day_0="09:00-14:30"))

    assert spans_on(calendar, date(2026, 3, 1)) == [(time(9), time(14, 30))]
    assert spans_on(calendar, date(2026, 3, 29)) == [(time(8, 30), time(15, 30))]
    assert heard == [calendar]


def test_ramadan_hours_need_their_dates(sign_in, administrator, calendar):
    answer = sign_in(administrator).post(
        f"{reverse('new_calendar_hours', args=[calendar.pk])}?kind=ramadan", hours(day_6="09:00-14:30")
    )

    assert sorted(answer.context["form"].errors) == ["valid_from", "valid_to"]


def test_a_day_may_have_a_break(sign_in, administrator, calendar):
    address = reverse("edit_calendar_hours", args=[calendar.pk, calendar.periods.get().pk])
    sign_in(administrator).post(address, hours(day_6="08:00-12:00", day_6_2="13:00-16:00"))

    assert spans_on(calendar, date(2026, 3, 1)) == [(time(8), time(12)), (time(13), time(16))]
    assert spans_on(calendar, date(2026, 3, 2)) == []


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"start_6_1": "08:00"}, "end_6_1"),
        (hours(day_6="15:00-08:00"), "end_6_1"),
        (hours(day_6="08:00-12:00", day_6_2="11:00-16:00"), "end_6_2"),
        (hours(day_6="08:00-00:00", day_6_2="11:00-16:00"), "end_6_2"),
        ({}, "__all__"),
        (hours(day_6="08:00-12:00") | {"valid_from": "2026-05-01", "valid_to": "2026-04-01"}, "valid_to"),
    ],
)
def test_hours_that_cannot_be_are_told_at_their_place(form, field, sign_in, administrator, calendar):
    answer = sign_in(administrator).post(reverse("new_calendar_hours", args=[calendar.pk]), form)

    assert list(answer.context["form"].errors) == [field]
    assert calendar.periods.count() == 1


def test_midnight_closes_a_day(sign_in, administrator, calendar):
    address = reverse("edit_calendar_hours", args=[calendar.pk, calendar.periods.get().pk])
    sign_in(administrator).post(address, hours(day_6="16:00-00:00"))

    assert "24:00" in sign_in(administrator).get(calendar.get_absolute_url()).content.decode()


def test_the_only_hours_stay(sign_in, administrator, calendar):
    period = calendar.periods.get()
    sign_in(administrator).post(reverse("remove_calendar_hours", args=[calendar.pk, period.pk]))

    assert WeeklyPeriod.objects.filter(pk=period.pk).exists()


def test_other_hours_are_taken_out_with_a_history(sign_in, administrator, calendar):
    other = WeeklyPeriod.objects.create(calendar=calendar, label="Summer")
    sign_in(administrator).post(reverse("remove_calendar_hours", args=[calendar.pk, other.pk]))

    assert not WeeklyPeriod.objects.filter(pk=other.pk).exists()
    assert Event.objects.about(calendar).get().verb == "hours_removed"


def test_a_late_start_changes_one_day(sign_in, administrator, calendar, heard):
    form = {
        "date": "2026-01-27",
        "kind": "late",
        "start": "10:00",
        "end": "15:30",
        "reason": "Snow",
        "source": "12/2026",
    }
    sign_in(administrator).post(reverse("new_calendar_day", args=[calendar.pk]), form | {"confirmed": "on"})

    assert spans_on(calendar, date(2026, 1, 27)) == [(time(10), time(15, 30))]
    assert heard == [calendar]
    assert "Snow" in sign_in(administrator).get(f"{calendar.get_absolute_url()}?month=2026-01").content.decode()


def test_a_closed_day_has_no_hours_whatever_was_typed(sign_in, administrator, calendar):
    form = {"date": "2026-01-27", "kind": "closed", "start": "10:00", "end": "15:30", "reason": "Snow"}
    sign_in(administrator).post(reverse("new_calendar_day", args=[calendar.pk]), form)

    day = DayOverride.objects.get()
    assert (day.start, day.end) == (None, None)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"kind": "short", "start": "", "end": ""}, "end"),
        ({"kind": "short", "start": "12:00", "end": "09:00"}, "end"),
        ({"date": "2026-02-31"}, "date"),
        ({"date": "2026-01-01"}, "date"),
        ({"reason": ""}, "reason"),
        ({"kind": "holiday"}, "kind"),
    ],
)
def test_a_day_that_cannot_be_is_told_at_its_field(change, field, sign_in, administrator, calendar):
    DayOverride.objects.create(calendar=calendar, date=date(2026, 1, 1), reason="New year")
    form = {"date": "2026-01-27", "kind": "closed", "reason": "Snow"} | change
    answer = sign_in(administrator).post(reverse("new_calendar_day", args=[calendar.pk]), form)

    assert field in answer.context["form"].errors
    assert DayOverride.objects.count() == 1


def test_a_day_is_changed_confirmed_and_taken_out(sign_in, administrator, calendar):
    day = DayOverride.objects.create(calendar=calendar, date=date(2026, 1, 1), reason="New year")
    browser, arguments = sign_in(administrator), [calendar.pk, day.pk]
    form = {"date": "2026-01-01", "kind": "closed", "reason": "New Year's Day"}
    browser.post(reverse("edit_calendar_day", args=arguments), form)
    browser.post(reverse("confirm_calendar_day", args=arguments), {"month": "2026-01"})
    day.refresh_from_db()
    browser.post(reverse("remove_calendar_day", args=arguments), {"month": "2026-01"})

    assert (day.reason, day.confirmed) == ("New Year's Day", True)
    assert not DayOverride.objects.exists()
    verbs = [event.verb for event in Event.objects.about(calendar).order_by("pk")]
    assert verbs == ["day_changed", "day_changed", "day_removed"]


def test_the_package_only_proposes(calendar):
    found = proposals(calendar, 2026)

    assert {(p.date, p.is_estimated) for p in found} >= {(date(2026, 5, 25), False), (date(2026, 3, 20), True)}
    assert all(p.name_ar and p.name_en for p in found)
    assert not DayOverride.objects.exists()


def test_a_proposal_is_taken_over_by_itself(sign_in, administrator, calendar):
    address = reverse("accept_proposal", args=[calendar.pk, 2026])
    sign_in(administrator).post(address, {"date": "2026-05-25", "source": "7/2026", "confirmed": "1"})
    sign_in(administrator).post(address, {"date": "2026-03-20"})

    kept = list(DayOverride.objects.order_by("date").values_list("date", "source", "confirmed"))
    assert kept == [(date(2026, 3, 20), "", False), (date(2026, 5, 25), "7/2026", True)]
    assert "Independence Day" in DayOverride.objects.get(confirmed=True).reason


@pytest.mark.parametrize("day", ["2026-05-24", "", "x"])
def test_what_was_not_proposed_is_not_taken_over(day, sign_in, administrator, calendar):
    answer = sign_in(administrator).post(reverse("accept_proposal", args=[calendar.pk, 2026]), {"date": day})

    assert answer.status_code == 404


def test_a_proposal_taken_twice_is_there_once(sign_in, administrator, calendar):
    address = reverse("accept_proposal", args=[calendar.pk, 2026])
    answers = [sign_in(administrator).post(address, {"date": "2026-05-25"}) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert DayOverride.objects.count() == 1


def test_a_new_calendar_of_a_vendor(sign_in, administrator, calendar):
    form = {"name_en": "Vendor hours", "zone": "Asia/Amman"}
    sign_in(administrator).post(reverse("new_calendar"), form)
    wrong = sign_in(administrator).post(reverse("new_calendar"), form | {"zone": "Asia/Atlantis"})

    assert WorkingCalendar.objects.filter(name_en="Vendor hours").count() == 1
    assert list(wrong.context["form"].errors) == ["zone"]


def test_there_is_one_calendar_of_the_ministry(sign_in, administrator, calendar):
    other = make_calendar()
    form = {"name_en": "Other", "zone": "Asia/Amman", "is_default": "on", "version": other.version}
    sign_in(administrator).post(reverse("edit_calendar", args=[other.pk]), form)
    refused = sign_in(administrator).post(
        reverse("edit_calendar", args=[other.pk]), {"name_en": "Other", "zone": "Asia/Amman", "version": 2}
    )

    assert list(WorkingCalendar.objects.filter(is_default=True)) == [other]
    assert "is_default" in refused.context["form"].errors


def pages_of(calendar):
    day = DayOverride.objects.create(calendar=calendar, date=date(2026, 1, 1), reason="New year")
    pk, period = calendar.pk, calendar.periods.get().pk
    return [
        reverse("new_calendar"),
        reverse("edit_calendar", args=[pk]),
        reverse("new_calendar_hours", args=[pk]),
        reverse("edit_calendar_hours", args=[pk, period]),
        reverse("new_calendar_day", args=[pk]),
        reverse("edit_calendar_day", args=[pk, day.pk]),
    ]


@pytest.mark.parametrize(("who", "status"), [("basil", 403), ("auditor", 403), ("manager", 404), ("dina", 404)])
def test_only_an_administrator_changes_a_calendar(who, status, sign_in, calendar, request):
    browser = sign_in(request.getfixturevalue(who))
    answers = [browser.get(page).status_code for page in pages_of(calendar)]
    posted = browser.post(reverse("accept_proposal", args=[calendar.pk, 2026]), {"date": "2026-05-25"})

    assert {*answers, posted.status_code} == {status}
    assert DayOverride.objects.count() == 1


@pytest.mark.parametrize(("who", "status"), [("basil", 200), ("auditor", 200), ("manager", 404), ("dina", 404)])
def test_the_desk_and_the_auditor_read_calendars(who, status, sign_in, calendar, request):
    browser = sign_in(request.getfixturevalue(who))
    addresses = [
        reverse("calendars"),
        calendar.get_absolute_url(),
        reverse("proposed_holidays", args=[calendar.pk, 2026]),
    ]

    assert {browser.get(address).status_code for address in addresses} == {status}


def test_the_pages_speak_arabic(sign_in, administrator, calendar):
    administrator.language = "ar"
    administrator.save()
    browser = sign_in(administrator)
    reading = [
        reverse("calendars"),
        calendar.get_absolute_url(),
        reverse("proposed_holidays", args=[calendar.pk, 2026]),
    ]

    for address in reading + pages_of(calendar):
        assert 'dir="rtl"' in browser.get(address).content.decode()


def test_the_page_costs_the_same_however_many_days(sign_in, administrator, calendar, django_assert_max_num_queries):
    for number in range(1, 29):
        DayOverride.objects.create(calendar=calendar, date=date(2026, 1, number), reason="Closed")
    browser, address = sign_in(administrator), f"{calendar.get_absolute_url()}?month=2026-01"
    browser.get(address)

    with django_assert_max_num_queries(15):
        browser.get(address)
