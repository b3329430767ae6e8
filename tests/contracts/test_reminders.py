"""The engine: what is due becomes rows once, silence climbs, a decision silences, an outage makes no flood."""

from datetime import date, timedelta

import pytest

from contracts import actions, reminders
from contracts.models import Contract, Reminder, ReminderRule, Term
from office.models import OutboxRow
from people.models import Absence
from tests import factories
from tests.contracts.oracle import days_between

FIRST = date(2026, 6, 4)  # 180 days before Tuesday 1 Dec 2026; a Thursday
DECIDE_BY = date(2026, 12, 1)


def climb_through(first, last):
    return sum(reminders.climb(day) for day in days_between(first, last))


def test_the_owner_is_reminded_on_the_day_of_the_rung(contract, sent):
    made = [reminders.climb(FIRST - timedelta(days=1)), reminders.climb(FIRST)]

    assert made == [0, 1]
    assert sent() == [(FIRST, 180, "omar")]


def test_running_again_on_the_same_day_makes_nothing_more(contract, sent):
    reminders.climb(FIRST)

    assert reminders.climb(FIRST) == 0
    assert OutboxRow.objects.count() == 1


def test_silence_climbs_one_person_every_five_working_days(contract, sent):
    climb_through(FIRST, FIRST + timedelta(days=29))

    assert sent() == [
        (date(2026, 6, 4), 180, "omar"),
        (date(2026, 6, 11), 180, "dana"),
        (date(2026, 6, 18), 180, "huda"),
        (date(2026, 6, 25), 180, "daoud"),
        (date(2026, 7, 2), 180, "admin"),
    ]


def test_the_next_rung_goes_to_everybody_the_silence_has_reached(contract, sent):
    climb_through(FIRST, FIRST + timedelta(days=10))

    reminders.climb(DECIDE_BY - timedelta(days=120))

    assert sorted(name for _day, _rung, name in sent(rung=120)) == ["dana", "huda", "omar"]


def test_nothing_moves_after_a_decision(contract, owner, sent):
    reminders.climb(FIRST)

    actions.record_decision(contract, by=owner, decision="retender", reason="Too dear.")

    assert climb_through(FIRST, DECIDE_BY + timedelta(days=60)) == 0


def test_a_decision_silences_what_has_not_left(contract, owner):
    reminders.climb(FIRST)

    actions.record_decision(contract, by=owner, decision="expire", reason="Not needed.")

    assert list(Reminder.objects.values_list("state", flat=True)) == ["silenced"]


def test_an_outage_of_twenty_days_makes_one_late_message(contract, sent):
    climb_through(FIRST, DECIDE_BY - timedelta(days=178))

    reminders.climb(DECIDE_BY - timedelta(days=5))

    (row,) = Reminder.objects.filter(made_on=DECIDE_BY - timedelta(days=5))
    assert (row.rung, row.is_late, row.due_on) == (7, True, DECIDE_BY - timedelta(days=7))
    assert row.missed == ["2026-08-03", "2026-09-02", "2026-10-02", "2026-11-01", "2026-11-17"]


def test_a_late_reminder_starts_the_silence_anew(contract, sent):
    reminders.climb(FIRST)

    climb_through(date(2026, 9, 6), date(2026, 9, 13))  # a Sunday to a Sunday

    assert sent()[1:] == [(date(2026, 9, 6), 90, "omar"), (date(2026, 9, 13), 90, "dana")]


def test_a_contract_imported_late_gets_the_most_urgent_passed_rung_only(contract, sent):
    reminders.climb(DECIDE_BY - timedelta(days=20))

    assert sent() == [(DECIDE_BY - timedelta(days=20), 30, "omar")]


def test_reminders_go_on_after_the_date_and_after_the_end(contract, sent):
    climb_through(DECIDE_BY, DECIDE_BY + timedelta(days=80))

    rungs = [rung for _day, rung, name in sent() if name == "omar"]
    assert rungs == [0, -1, -8, -15, -22, -29, -36, -43, -50]


def test_all_reminders_of_one_person_of_one_day_are_one_mail(contract, ministry, owner, section):
    second = factories.make_contract(ministry, unit=section, owner=owner)
    actions.refresh_dates(second)

    reminders.climb(FIRST)

    assert Reminder.objects.count() == 2
    assert list(OutboxRow.objects.values_list("key", flat=True)) == [f"reminders:{owner.pk}:2026-06-04:1"]


def test_what_is_due_after_the_mail_has_left_makes_a_second_one(contract, ministry, owner, section):
    reminders.climb(FIRST)
    OutboxRow.objects.update(state="sent")
    second = factories.make_contract(ministry, unit=section, owner=owner)
    actions.refresh_dates(second)

    reminders.climb(FIRST)

    keys = sorted(OutboxRow.objects.values_list("key", flat=True))
    assert keys == [f"reminders:{owner.pk}:2026-06-04:{number}" for number in (1, 2)]


def test_an_absent_owner_is_replaced_by_the_deputy_at_once(contract, owner, sent):
    Absence.objects.create(person=owner, from_date=FIRST, to_date=FIRST)

    reminders.climb(FIRST)

    assert sent() == [(FIRST, 180, "dana")]
    assert Reminder.objects.get().instead == "absent"


def test_an_inactive_owner_is_replaced_by_the_deputy_at_once(contract, owner, sent):
    owner.is_active = False
    owner.save()

    reminders.climb(FIRST)

    assert sent() == [(FIRST, 180, "dana")]


def test_an_owner_who_falls_ill_later_is_replaced_on_that_day(contract, owner, sent):
    reminders.climb(FIRST)
    Absence.objects.create(person=owner, from_date=FIRST + timedelta(days=1), to_date=FIRST + timedelta(days=9))

    reminders.climb(FIRST + timedelta(days=1))

    assert sent()[1:] == [(FIRST + timedelta(days=1), 180, "dana")]


def test_without_a_deputy_the_substitute_stands_in(contract, owner, manager, sent):
    Contract.objects.update(deputy=None)
    Absence.objects.create(person=owner, from_date=FIRST, to_date=FIRST, substitute=manager)

    reminders.climb(FIRST)

    assert sent() == [(FIRST, 180, "manar")]


def test_nobody_left_means_the_administrators(contract, owner, deputy, section, sent):
    Contract.objects.update(deputy=None)
    for person in (owner, section.head, section.parent.head):
        person.is_active = False
        person.save()

    reminders.climb(FIRST)

    assert sent() == [(FIRST, 180, "admin")]


def test_a_new_owner_is_told_once_and_the_old_one_no_more(contract, manager, sent):
    reminders.climb(FIRST)
    actions.change_contract(contract, by=contract.owner, values={"owner": manager})

    climb_through(FIRST, FIRST + timedelta(days=3))
    reminders.climb(date(2026, 8, 3))

    assert [line[2] for line in sent()][:2] == ["omar", "manar"]
    assert sent(rung=120, step=0) == [(date(2026, 8, 3), 120, "manar")]


def test_a_moved_date_cancels_what_has_not_left_and_arms_the_ladder_anew(contract, owner, sent):
    reminders.climb(FIRST)

    actions.change_contract(contract, by=owner, values={"lead_days": 60})
    reminders.climb(FIRST)

    assert list(Reminder.objects.order_by("pk").values_list("anchor_date", "rung", "state")) == [
        (date(2026, 12, 1), 180, "cancelled"),
        (date(2026, 11, 1), 180, "owed"),
    ]


def test_a_date_that_moves_away_and_back_owes_the_same_reminder_again(contract, owner):
    reminders.climb(FIRST)
    actions.change_contract(contract, by=owner, values={"lead_days": 60})
    actions.change_contract(contract, by=owner, values={"lead_days": 30})

    reminders.climb(FIRST)

    assert list(Reminder.objects.values_list("anchor_date", "rung", "state")) == [(DECIDE_BY, 180, "owed")]


def test_what_left_before_the_date_moved_stays_in_the_ledger(contract, owner):
    reminders.climb(FIRST)
    OutboxRow.objects.update(state="sent")

    actions.change_contract(contract, by=owner, values={"lead_days": 60})

    assert Reminder.objects.get().state == "owed"


def test_a_rule_of_the_type_is_followed(contract, ministry, sent):
    Term.objects.update(end=date(2026, 12, 30))  # what ends with the year is reminded of in July, too
    ReminderRule.objects.create(institution=ministry, type="maintenance", rungs=[10], repeat_at_most=0)

    climb_through(DECIDE_BY - timedelta(days=30), DECIDE_BY + timedelta(days=3))

    assert [(line[1], line[2]) for line in sent()][:2] == [(10, "omar"), (10, "dana")]


def test_a_rule_of_the_contract_comes_before_that_of_its_type(contract, ministry, owner, sent):
    Term.objects.update(end=date(2026, 12, 30))  # what ends with the year is reminded of in July, too
    ReminderRule.objects.create(institution=ministry, type="maintenance", rungs=[10])
    actions.save_rule(ReminderRule(contract=contract, institution=ministry), by=owner, values={"rungs": [20]})

    climb_through(DECIDE_BY - timedelta(days=30), DECIDE_BY - timedelta(days=19))

    assert sent() == [(DECIDE_BY - timedelta(days=20), 20, "omar")]


def test_a_changed_rule_is_followed_on_the_next_run(contract, ministry, manager, sent):
    reminders.climb(FIRST)

    actions.save_rule(ReminderRule(institution=ministry), by=manager, values={"rungs": [180, 179]})
    reminders.climb(FIRST + timedelta(days=1))

    assert sent() == [(FIRST, 180, "omar"), (FIRST + timedelta(days=1), 179, "omar")]


@pytest.mark.parametrize("state", ["draft", "cancelled", "terminated", "renewed"])
def test_only_contracts_that_wait_are_reminded(ministry, manager, state):
    contract = factories.make_contract(ministry, owner=manager, state=state)
    actions.refresh_dates(contract)

    assert climb_through(FIRST, FIRST + timedelta(days=5)) == 0


def test_a_day_without_anything_due_costs_one_query_for_each_kind(contract, django_assert_num_queries):
    reminders.climb(FIRST)

    with django_assert_num_queries(2):
        reminders.climb(FIRST + timedelta(days=1))


def test_the_number_of_queries_does_not_follow_the_number_of_contracts(
    contract, ministry, owner, section, django_assert_max_num_queries
):
    for _ in range(9):
        actions.refresh_dates(factories.make_contract(ministry, unit=section, owner=owner))

    with django_assert_max_num_queries(22):
        assert reminders.climb(FIRST) == 10


def test_a_term_that_waits_no_more_is_looked_at_no_more(contract, owner):
    actions.record_decision(contract, by=owner, decision="expire", reason="Not needed.")

    assert list(Term.objects.values_list("remind_on", flat=True)) == [None]
