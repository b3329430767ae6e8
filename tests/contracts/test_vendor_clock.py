"""The vendor's clock, in cases counted by hand: every instant below was written down before the code was run.

Hours of the contract: Sunday to Thursday 8:00 to 16:00 in Amman (UTC+3 all year). 2026: 18 Feb to 19 Mar is Ramadan,
9:00 to 14:00; Wednesday 1 April is a holiday.
"""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from contracts.vendor_clock import Pause, Promised, Step, days_late, hours_late, read
from office.servicetime import State
from office.worktime import Calendar, DayOverride, Span, WeeklyHours

AMMAN = ZoneInfo("Asia/Amman")
WEEK = (6, 0, 1, 2, 3)
OFFICE = Calendar(
    AMMAN,
    (
        WeeklyHours(None, None, dict.fromkeys(WEEK, (Span(time(8), time(16)),))),
        WeeklyHours(date(2026, 2, 18), date(2026, 3, 19), dict.fromkeys(WEEK, (Span(time(9), time(14)),))),
    ),
    {date(2026, 4, 1): DayOverride(date(2026, 4, 1), ())},
)
ALWAYS = Calendar(AMMAN, (WeeklyHours(None, None, dict.fromkeys(range(7), (Span(time(0), time(0)),))),))
FOUR, EIGHT, SIXTEEN = 240, 480, 960


def local(words):
    return datetime.fromisoformat(words).replace(tzinfo=AMMAN)


def told(reading):
    """(due, breached at) on the wall clock of Amman, and the state."""

    def words(instant):
        return instant and instant.astimezone(AMMAN).strftime("%m-%d %H:%M")

    return words(reading.due), words(reading.breached_at), reading.state


def steps(*pairs):
    return [Step(kind, local(at)) for kind, at in pairs]


def test_over_friday_and_saturday_nothing_is_counted():
    opened = local("2026-11-19 15:00")  # Thursday: one hour is left of it

    time_of = read(opened, (), Promised(FOUR, EIGHT, SIXTEEN), OFFICE, local("2026-11-19 15:30"))

    assert told(time_of.response) == ("11-22 11:00", None, State.RUNNING)  # Sunday
    assert told(time_of.on_site) == ("11-22 15:00", None, State.RUNNING)
    assert told(time_of.restore) == ("11-23 15:00", None, State.RUNNING)
    assert time_of.breaks_at == local("2026-11-22 11:00")


def test_answered_at_the_very_instant_is_in_time_and_a_second_later_is_late():
    opened, promised = local("2026-11-22 08:00"), Promised(response=FOUR)

    in_time = read(opened, steps(("received", "2026-11-22 12:00")), promised, OFFICE, local("2026-11-25 08:00"))
    late = read(opened, steps(("received", "2026-11-22 12:00:01")), promised, OFFICE, local("2026-11-25 08:00"))

    assert told(in_time.response) == ("11-22 12:00", None, State.MET)
    assert in_time.response.difference == timedelta(0)
    assert told(late.response) == ("11-22 12:00", "11-22 12:00", State.LATE)
    assert late.response.difference == timedelta(seconds=-1)
    assert hours_late(late.response) == 1
    assert days_late(late.response, AMMAN) == 1


def test_in_ramadan_the_hours_of_ramadan_count():
    opened = local("2026-02-17 14:00")  # Tuesday, the last day of the usual hours: two of them are left

    time_of = read(opened, (), Promised(restore=EIGHT), OFFICE, local("2026-02-17 15:00"))

    assert told(time_of.restore)[0] == "02-19 10:00"  # 2 h Tuesday, 5 h Wednesday, 1 h Thursday from 9:00


def test_a_holiday_is_not_counted():
    opened = local("2026-03-31 12:00")  # Tuesday; Wednesday is a holiday

    time_of = read(opened, (), Promised(restore=EIGHT), OFFICE, local("2026-03-31 13:00"))

    assert told(time_of.restore)[0] == "04-02 12:00"


def test_day_and_night_counts_fridays_holidays_and_the_night():
    opened = local("2026-11-19 22:00")  # Thursday night

    time_of = read(opened, (), Promised(FOUR, None, SIXTEEN), ALWAYS, local("2026-11-21 00:00"))

    assert told(time_of.response) == ("11-20 02:00", "11-20 02:00", State.RUNNING)
    assert told(time_of.restore) == ("11-20 14:00", "11-20 14:00", State.RUNNING)
    assert time_of.restore.difference == timedelta(hours=-10)
    assert hours_late(time_of.restore) == 10
    assert days_late(time_of.restore, AMMAN) == 1


def test_without_a_calendar_every_hour_counts():
    time_of = read(local("2026-11-20 22:00"), (), Promised(response=60), None, local("2026-11-20 22:30"))

    assert told(time_of.response)[0] == "11-20 23:00"


def test_what_is_reported_first_answers_and_a_repair_makes_coming_needless():
    opened = local("2026-11-22 08:00")

    time_of = read(
        opened,
        steps(("coming", "2026-11-22 09:00"), ("restored", "2026-11-22 10:00")),
        Promised(FOUR, EIGHT, SIXTEEN),
        OFFICE,
        local("2026-11-30 08:00"),
    )

    assert time_of.response.at == local("2026-11-22 09:00")
    assert time_of.response.difference == timedelta(hours=3)
    assert (time_of.on_site.state, time_of.on_site.at, time_of.on_site.breached_at) == (State.DROPPED, None, None)
    assert told(time_of.restore) == ("11-23 16:00", None, State.MET)
    assert time_of.breaks_at is None


def test_a_repair_from_afar_after_the_visit_was_due_leaves_the_visit_broken():
    opened = local("2026-11-22 08:00")

    time_of = read(
        opened, steps(("restored", "2026-11-23 10:00")), Promised(on_site=EIGHT), OFFICE, local("2026-11-30 08:00")
    )

    assert told(time_of.on_site) == ("11-22 16:00", "11-22 16:00", State.DROPPED)
    assert time_of.on_site.end == local("2026-11-23 10:00")
    assert hours_late(time_of.on_site) == 2


def test_a_pause_moves_what_is_due_by_the_hours_of_the_vendor_that_lie_in_it():
    opened = local("2026-11-22 08:00")
    told_steps = [
        Step("received", local("2026-11-22 09:00")),
        Step("pause", local("2026-11-22 10:00"), "access"),  # Sunday, to Monday 10:00: 6 h + 2 h of his hours
        Step("resume", local("2026-11-23 10:00")),
    ]

    standing = read(opened, told_steps, Promised(restore=SIXTEEN), OFFICE, local("2026-11-22 18:00"))
    after = read(opened, told_steps, Promised(restore=SIXTEEN), OFFICE, local("2026-11-23 12:00"))

    assert (standing.restore.due, standing.restore.state, standing.stands) == (None, State.STANDING, "access")
    assert told(after.restore) == ("11-24 16:00", None, State.RUNNING)
    assert (after.stands, after.paused) == ("", timedelta(hours=24))


def test_a_pause_after_the_breach_does_not_heal_it_and_is_not_charged():
    opened = local("2026-11-22 08:00")
    told_steps = [
        Step("pause", local("2026-11-22 14:00"), "us"),
        Step("resume", local("2026-11-23 14:00")),
        Step("restored", local("2026-11-23 15:00")),
    ]

    time_of = read(opened, told_steps, Promised(restore=FOUR), OFFICE, local("2026-11-30 08:00"))

    assert told(time_of.restore) == ("11-22 12:00", "11-22 12:00", State.LATE)
    assert hours_late(time_of.restore) == 3  # 12 to 14 on Sunday, 14 to 15 on Monday


def test_a_disputed_step_never_happened():
    opened = local("2026-11-22 08:00")
    disputed = Step("restored", local("2026-11-22 10:00"), counts=False)
    again = Step("restored", local("2026-11-22 13:00"))

    before = read(opened, [disputed], Promised(FOUR, None, FOUR), OFFICE, local("2026-11-22 11:00"))
    after = read(opened, [disputed, again], Promised(FOUR, None, FOUR), OFFICE, local("2026-11-30 08:00"))

    assert [told(before.response), told(before.restore)] == [("11-22 12:00", None, State.RUNNING)] * 2
    assert told(after.restore) == ("11-22 12:00", "11-22 12:00", State.LATE)
    assert after.restore.at == local("2026-11-22 13:00")


def test_a_contract_that_ends_in_the_middle_owes_no_more_than_was_due_by_then():
    opened, ends = local("2026-12-31 10:00"), local("2027-01-01 00:00")  # Thursday, the last day

    time_of = read(
        opened,
        steps(("restored", "2027-01-03 10:00")),
        Promised(FOUR, None, SIXTEEN),
        OFFICE,
        local("2027-01-10 08:00"),
        ends_at=ends,
    )

    assert told(time_of.response) == ("12-31 14:00", "12-31 14:00", State.DROPPED)
    assert time_of.restore.state == State.DROPPED
    assert (time_of.restore.breached_at, time_of.restore.at) == (None, local("2027-01-03 10:00"))
    assert time_of.restore.end == ends


def test_before_its_end_a_contract_is_counted_as_any_other():
    opened = local("2026-12-31 10:00")

    time_of = read(
        opened,
        steps(("restored", "2026-12-31 12:00")),
        Promised(restore=FOUR),
        OFFICE,
        local("2027-01-10 08:00"),
        ends_at=local("2027-01-01 00:00"),
    )

    assert told(time_of.restore) == ("12-31 14:00", None, State.MET)


def test_days_of_suspension_pause_the_clock():
    opened = local("2026-11-22 08:00")
    days = [(local("2026-11-23 00:00"), local("2026-11-25 00:00"))]  # Monday and Tuesday

    during = read(opened, (), Promised(restore=SIXTEEN), OFFICE, local("2026-11-23 09:00"), suspensions=days)
    after = read(opened, (), Promised(restore=SIXTEEN), OFFICE, local("2026-11-25 09:00"), suspensions=days)

    assert (during.stands, during.restore.state) == ("suspended", State.STANDING)
    assert told(after.restore)[0] == "11-25 16:00"


def test_a_pause_and_a_suspension_over_each_other_count_once():
    opened = local("2026-11-22 08:00")
    pause = [Step("pause", local("2026-11-22 12:00"), "access"), Step("resume", local("2026-11-24 12:00"))]
    days = [(local("2026-11-23 00:00"), local("2026-11-26 00:00"))]

    time_of = read(opened, pause, Promised(restore=SIXTEEN), OFFICE, local("2026-11-29 08:00"), suspensions=days)

    assert time_of.pauses == (
        Pause(local("2026-11-22 12:00"), local("2026-11-24 12:00"), "access"),
        Pause(local("2026-11-24 12:00"), local("2026-11-26 00:00"), "suspended"),
    )
    assert told(time_of.restore)[0] == "11-29 12:00"  # 4 h on Sunday, 8 h on Thursday, 4 h on Sunday


def test_a_repair_ends_an_open_pause():
    opened = local("2026-11-22 08:00")
    pause = [Step("pause", local("2026-11-22 10:00"), "us"), Step("restored", local("2026-11-22 15:00"))]

    time_of = read(opened, pause, Promised(restore=FOUR), OFFICE, local("2026-11-23 12:00"))

    assert (time_of.stands, time_of.restore.state) == ("", State.MET)
    assert time_of.restore.difference == timedelta(hours=2)


def test_what_happens_later_is_not_looked_at():
    opened = local("2026-11-22 08:00")
    later = steps(("received", "2026-11-22 11:00"))

    time_of = read(opened, later, Promised(response=FOUR), OFFICE, local("2026-11-22 10:00"))

    assert (time_of.response.at, time_of.response.state) == (None, State.RUNNING)


def test_a_warranty_promises_nothing_and_a_calendar_without_hours_neither():
    never = Calendar(AMMAN, (WeeklyHours(None, None, {}),))
    opened, reported = local("2026-11-22 08:00"), steps(("restored", "2026-11-22 10:00"))

    for promised, calendar in ((Promised(), OFFICE), (Promised(FOUR, FOUR, FOUR), never)):
        time_of = read(opened, reported, promised, calendar, local("2026-11-23 08:00"))
        assert (time_of.restore.due, time_of.restore.state, time_of.breaks_at) == (None, None, None)
        assert time_of.restore.at == local("2026-11-22 10:00")


def test_lateness_by_the_day_is_counted_in_local_dates():
    opened = local("2026-11-22 08:00")

    time_of = read(
        opened, steps(("restored", "2026-11-25 00:30")), Promised(restore=FOUR), OFFICE, local("2026-11-30 08:00")
    )

    assert days_late(time_of.restore, AMMAN) == 3  # due on the 22nd, fixed on the 25th
    assert days_late(time_of.restore, UTC) == 2


def test_an_instant_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="zone"):
        read(local("2026-11-22 08:00"), (), Promised(60), OFFICE, datetime(2026, 11, 22, 9))
