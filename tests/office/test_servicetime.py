"""The ledger and the clocks of service time: the rules by hand, on the ministry's calendar of 2026."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from office.servicetime import (
    History,
    Kind,
    Phase,
    State,
    Step,
    Target,
    Targets,
    Turn,
    Unit,
    clocks,
    instant_of,
    ledger,
    next_due,
    passed,
    stretches,
)
from office.worktime import Calendar, DayOverride, EmptyCalendar, Span, WeeklyHours

AMMAN, BERLIN = ZoneInfo("Asia/Amman"), ZoneInfo("Europe/Berlin")
HOUR = timedelta(hours=1)
DAY = (Span(time(8, 30), time(15, 30)),)
MINISTRY = Calendar(AMMAN, (WeeklyHours(None, None, dict.fromkeys((6, 0, 1, 2, 3), DAY)),))
PROMISES = Targets(Target(2, Unit.HOURS), Target(1, Unit.HOURS), Target(14, Unit.HOURS))


def at(day, clock, month=11, zone=AMMAN):
    """15 November 2026 is a Sunday."""
    hour, minute = map(int, clock.split(":"))
    return datetime(2026, month, day, hour, minute, tzinfo=zone)


def pause(start, end, waiting="vendor"):
    return Turn(start, Phase.PAUSED, waiting), Turn(end, Phase.RUNNING)


def resolution(history, until, target=PROMISES.resolution, calendar=MINISTRY):
    return clocks(history, Targets(resolution=target), calendar, until).resolution


def test_the_intervals_follow_each_other_and_their_sum_is_the_age():
    history = History(at(15, "14:00"), pause(at(16, "9:00"), at(16, "10:00")))

    found = ledger(history, MINISTRY, at(16, "11:00"))

    kinds = [interval.kind for interval in found.intervals]
    assert kinds == [Kind.COUNTED, Kind.OUTSIDE, Kind.COUNTED, Kind.PAUSED, Kind.COUNTED]
    assert found.age == 21 * HOUR
    assert found.total(Kind.COUNTED) == 3 * HOUR


def test_a_closed_day_is_a_holiday_from_midnight_to_midnight():
    closed = Calendar(AMMAN, MINISTRY.weekly, {date(2026, 11, 16): DayOverride(date(2026, 11, 16))})

    found = ledger(History(at(15, "15:30")), closed, at(17, "8:30"))

    assert [(each.kind, each.start, each.end) for each in found.intervals] == [
        (Kind.OUTSIDE, at(15, "15:30"), at(16, "0:00")),
        (Kind.CLOSED, at(16, "0:00"), at(17, "0:00")),
        (Kind.OUTSIDE, at(17, "0:00"), at(17, "8:30")),
    ]


def test_a_pause_is_one_interval_that_says_how_much_working_time_it_holds():
    history = History(at(19, "15:00"), pause(at(19, "15:00"), at(22, "9:00"), "parts"))

    found = ledger(history, MINISTRY, at(22, "9:00"))

    assert [(each.kind, each.waiting, each.working) for each in found.intervals] == [(Kind.PAUSED, "parts", HOUR)]
    assert (found.total(Kind.PAUSED, "parts"), found.stood_still) == (66 * HOUR, HOUR)


def test_the_last_of_several_turns_at_one_instant_holds():
    noon = at(15, "12:00")
    history = History(at(15, "10:00"), (Turn(noon, Phase.SOLVED), Turn(noon, Phase.PAUSED, "vendor")))

    phases = [each.phase for each in stretches(history, at(15, "13:00"))]

    assert phases == [Phase.RUNNING, Phase.PAUSED]


def test_the_age_ends_with_the_end_and_goes_on_when_it_is_taken_up_again():
    turns = (Turn(at(15, "11:00"), Phase.SOLVED), Turn(at(15, "12:00"), Phase.ENDED))
    ended = History(at(15, "10:00"), turns)
    reopened = History(at(15, "10:00"), (*turns, Turn(at(15, "13:00"), Phase.RUNNING)))

    assert ledger(ended, MINISTRY, at(15, "15:00")).age == 2 * HOUR
    assert ledger(reopened, MINISTRY, at(15, "15:00")).age == 5 * HOUR
    assert ledger(reopened, MINISTRY, at(15, "15:00")).total(Kind.SOLVED) == 2 * HOUR


def test_history_is_told_in_order_and_with_zones():
    with pytest.raises(ValueError, match="in order"):
        History(at(15, "10:00"), (Turn(at(14, "10:00"), Phase.SOLVED),))
    with pytest.raises(ValueError, match="zone"):
        History(datetime(2026, 11, 15))
    with pytest.raises(ValueError, match="before it was opened"):
        ledger(History(at(15, "10:00")), MINISTRY, at(14, "10:00"))


def test_a_calendar_that_never_works_is_refused():
    with pytest.raises(EmptyCalendar):
        ledger(History(at(15, "10:00")), Calendar(AMMAN, ()), at(16, "10:00"))


def test_without_a_calendar_all_time_counts():
    found = ledger(History(at(15, "10:00")), None, at(17, "10:00"))

    assert found.total(Kind.COUNTED) == found.age == 48 * HOUR


def test_a_pause_moves_the_due_time_by_its_working_time_alone():
    history = History(at(15, "10:00"), pause(at(15, "15:00"), at(16, "9:00")))

    clock = resolution(history, at(16, "9:00"))

    assert (clock.first_due, clock.due) == (at(17, "10:00"), at(17, "11:00"))
    assert [(push.waiting, push.working) for push in clock.pushes] == [("vendor", HOUR)]


def test_while_it_waits_nothing_is_promised_but_the_time_left_is_known():
    history = History(at(15, "10:00"), (Turn(at(15, "11:00"), Phase.PAUSED, "parts"),))

    clock = resolution(history, at(16, "11:00"))

    assert (clock.state, clock.due, clock.left) == (State.STANDING, None, 13 * HOUR)


def test_what_is_put_on_hold_at_this_instant_stands_already():
    history = History(at(15, "10:00"), (Turn(at(15, "11:00"), Phase.PAUSED, "parts"),))

    assert resolution(history, at(15, "11:00")).state == State.STANDING


def test_a_pause_after_the_due_time_takes_nothing_back():
    history = History(at(15, "10:00"), (Turn(at(18, "9:00"), Phase.PAUSED, "parts"),))

    clock = resolution(history, at(19, "9:00"))

    assert (clock.due, clock.breached_at) == (at(17, "10:00"), at(17, "10:00"))
    assert clock.left == -(5.5 + 0.5) * HOUR  # the day that it has been waiting since counts for nobody


def test_reopening_goes_on_where_it_stood_and_solved_time_is_neither():
    turns = (Turn(at(15, "11:00"), Phase.SOLVED), Turn(at(16, "11:00"), Phase.RUNNING))
    history = History(at(15, "10:00"), turns)

    clock = resolution(history, at(16, "12:00"))

    assert (clock.state, clock.due) == (State.RUNNING, at(18, "10:00"))
    assert clock.left == 12 * HOUR


def test_solved_in_the_last_instant_is_in_time_and_a_second_later_is_late():
    due = at(17, "10:00")
    met = resolution(History(at(15, "10:00"), (Turn(due, Phase.SOLVED),)), at(18, "9:00"))
    late = resolution(History(at(15, "10:00"), (Turn(due + timedelta(seconds=1), Phase.SOLVED),)), at(18, "9:00"))

    assert (met.state, met.breached_at) == (State.MET, None)
    assert (late.state, late.breached_at) == (State.LATE, due)


def test_what_is_cancelled_is_neither_met_nor_owed():
    clock = resolution(History(at(15, "10:00"), (Turn(at(15, "11:00"), Phase.ENDED),)), at(18, "9:00"))

    assert (clock.state, clock.breached_at) == (State.DROPPED, None)


def test_landing_on_closing_time_stays_that_day():
    assert resolution(History(at(15, "14:30")), at(15, "14:30"), Target(60)).due == at(15, "15:30")


def test_outside_hours_the_count_starts_at_the_next_opening():
    clock = resolution(History(at(19, "16:00")), at(19, "16:00"), Target(1, Unit.HOURS))

    assert (clock.counts_from, clock.due) == (at(22, "8:30"), at(22, "9:30"))


@pytest.mark.parametrize(
    ("opened", "target", "due"),
    [
        (at(15, "10:00"), Target(2, Unit.DAYS), at(17, "10:00")),
        (at(15, "10:00"), Target(2, Unit.DAYS, to_close=True), at(17, "15:30")),
        (at(19, "10:00"), Target(1, Unit.DAYS), at(22, "10:00")),  # Thursday to Sunday
        (at(19, "16:00"), Target(1, Unit.DAYS), at(23, "8:30")),  # the count begins on Sunday morning
        (at(15, "7:00"), Target(1, Unit.DAYS, to_close=True), at(16, "15:30")),
    ],
)
def test_targets_in_days_count_working_days(opened, target, due):
    assert resolution(History(opened), opened, target).due == due


def test_a_day_that_closes_early_ends_a_target_in_days_at_its_close():
    short = DayOverride(date(2026, 11, 16), (Span(time(9), time(13)),))
    calendar = Calendar(AMMAN, MINISTRY.weekly, {date(2026, 11, 16): short})

    assert resolution(History(at(15, "14:00")), at(15, "14:00"), Target(1, Unit.DAYS), calendar).due == at(16, "13:00")


def test_short_pauses_do_not_each_cost_a_target_in_days_a_day():
    turns = (*pause(at(15, "11:00"), at(15, "11:10")), *pause(at(15, "12:00"), at(15, "12:10")))
    target = Target(1, Unit.DAYS, to_close=True)

    assert resolution(History(at(15, "10:00"), turns), at(15, "13:00"), target).due == at(16, "15:30")


@pytest.mark.parametrize(("day", "month", "length"), [(29, 3, 9 * HOUR), (25, 10, 11 * HOUR), (26, 10, 10 * HOUR)])
def test_hours_through_a_change_of_clocks_keep_their_wall_clock_ends(day, month, length):
    nights = Calendar(BERLIN, (WeeklyHours(None, None, dict.fromkeys(range(7), (Span(time(0), time(10)),))),))
    morning = datetime(2026, month, day, tzinfo=BERLIN)

    found = ledger(History(morning), nights, morning.replace(hour=12))

    assert found.total(Kind.COUNTED) == length
    assert found.intervals[0].end == morning.replace(hour=10)


def test_the_first_answer_meets_the_first_response_and_later_ones_change_nothing():
    history = History(at(15, "10:00"), answered=(at(15, "11:00"), at(16, "11:00")))

    clock = clocks(history, PROMISES, MINISTRY, at(17, "9:00")).first_response

    assert (clock.stop, clock.state, clock.left) == (at(15, "11:00"), State.MET, HOUR)


def test_until_the_first_answer_there_is_no_other_response_clock():
    history = History(at(15, "10:00"), asked=(at(15, "10:30"),))

    found = clocks(history, PROMISES, MINISTRY, at(15, "11:00"))

    assert found.next_response == ()
    assert next_due(found) == at(15, "12:00")


def test_the_oldest_unanswered_question_counts_and_an_answer_clears_it():
    said = {"asked": (at(16, "9:00"), at(16, "9:30"), at(17, "9:00")), "answered": (at(15, "11:00"), at(16, "12:00"))}

    cycles = clocks(History(at(15, "10:00"), **said), PROMISES, MINISTRY, at(17, "9:10")).next_response

    assert [(each.start, each.stop, each.state) for each in cycles] == [
        (at(16, "9:00"), at(16, "12:00"), State.LATE),
        (at(17, "9:00"), None, State.RUNNING),
    ]


def test_the_worst_cycle_is_kept_in_mind():
    said = {"asked": (at(16, "9:00"), at(17, "9:00")), "answered": (at(15, "11:00"), at(16, "12:00"), at(17, "9:05"))}

    found = clocks(History(at(15, "10:00"), **said), PROMISES, MINISTRY, at(17, "9:10"))

    assert (found.worst_response.start, found.worst_response.left) == (at(16, "9:00"), -2 * HOUR)
    assert found.open_question is None


def test_stop_beats_pause_and_pause_beats_start():
    noon = at(15, "12:00")
    history = History(
        at(15, "10:00"), (Turn(noon, Phase.PAUSED, "requester"),), asked=(noon,), answered=(at(15, "11:00"), noon)
    )

    found = clocks(history, PROMISES, MINISTRY, at(15, "13:00"))

    assert found.next_response == ()  # asked and answered in one instant
    assert (
        clocks(History(at(15, "10:00"), history.turns, (), (noon,)), PROMISES, MINISTRY, noon).first_response.state
        == "met"
    )


def test_a_question_in_a_pause_has_a_clock_that_stands():
    history = History(
        at(15, "10:00"), (Turn(at(15, "12:00"), Phase.PAUSED, "vendor"),), (at(16, "9:00"),), (at(15, "11:00"),)
    )

    clock = clocks(history, PROMISES, MINISTRY, at(16, "10:00")).open_question

    assert (clock.state, clock.due, clock.left) == (State.STANDING, None, HOUR)


def test_who_serves_herself_is_owed_no_answer():
    found = clocks(History(at(15, "10:00"), expects_answer=False), PROMISES, MINISTRY, at(15, "11:00"))

    assert (found.first_response, found.next_response) == (None, ())
    assert found.resolution.due == at(17, "10:00")


def test_another_level_later_counts_the_pauses_before_it_too():
    history = History(at(15, "10:00"), pause(at(15, "11:00"), at(15, "12:00")))

    before, after = (resolution(history, at(15, "13:00"), Target(hours, Unit.HOURS)) for hours in (14, 4))

    assert (before.due, after.due) == (at(17, "11:00"), at(15, "15:00"))


def test_what_happened_later_is_not_looked_at():
    history = History(at(15, "10:00"), pause(at(15, "12:00"), at(15, "13:00")))

    assert resolution(history, at(15, "11:00")).due == at(17, "10:00")


def test_steps_stand_at_parts_of_the_time_and_at_distances_from_the_due_time():
    clock = resolution(History(at(15, "10:00")), at(15, "10:00"))

    assert instant_of(Step(1, percent=75), clock) == at(16, "13:30")
    assert instant_of(Step(2, percent=100), clock) == clock.due
    assert instant_of(Step(3, offset=-2 * HOUR), clock) == at(16, "15:00")
    assert instant_of(Step(4, offset=HOUR), clock) == at(17, "11:00")


def test_a_clock_that_stopped_or_stands_comes_to_no_further_step():
    stopped = resolution(History(at(15, "10:00"), (Turn(at(15, "12:00"), Phase.SOLVED),)), at(19, "9:00"))
    stands = resolution(History(at(15, "10:00"), (Turn(at(15, "12:00"), Phase.PAUSED),)), at(19, "9:00"))

    assert instant_of(Step(1, percent=50), stopped) is None
    assert instant_of(Step(1, percent=50), stands) is None
    assert instant_of(Step(1, percent=10), stands) == at(15, "11:24")


def test_passed_steps_come_in_order_with_their_own_instants():
    clock = resolution(History(at(15, "10:00")), at(30, "9:00"))
    steps = (Step(1, percent=100), Step(2, percent=50), Step(3, offset=1000 * HOUR))

    assert passed(steps, clock, at(30, "9:00")) == [(steps[1], at(16, "10:00")), (steps[0], at(17, "10:00"))]


def test_a_step_is_one_of_two_things():
    with pytest.raises(ValueError, match="either"):
        Step(1)
    with pytest.raises(ValueError, match="takes time"):
        Target(0)


def test_answers_come_in_utc():
    clock = resolution(History(at(15, "10:00")), at(15, "10:00"))

    assert {instant.tzinfo for instant in (clock.start, clock.due, clock.counts_from, clock.first_due)} == {UTC}
