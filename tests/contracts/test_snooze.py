"""Reminders put off, the first one by 1 July, the proof of a notice, and the page that says why."""

from datetime import date, timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from contracts import actions, ladder, reminders
from contracts.ladder import Rule
from contracts.models import Contract, RenewalDecision, Term
from tests.contracts.oracle import days_between

FIRST = date(2026, 6, 4)  # 180 days before Tuesday 1 Dec 2026


def on(day):
    return time_machine.travel(f"{day.isoformat()}T09:00:00Z", tick=True)


def climb_through(first, last):
    for day in days_between(first, last):
        reminders.climb(day)


def test_put_off_nobody_hears_anything_until_that_day(contract, owner, sent):
    reminders.climb(FIRST)
    with on(FIRST):
        actions.snooze_reminders(contract, by=owner, until=FIRST + timedelta(days=14))

    climb_through(FIRST, FIRST + timedelta(days=14))

    assert sent() == [(FIRST, 180, "omar"), (FIRST + timedelta(days=14), 166, "omar")]


def test_silence_is_counted_from_the_new_day(contract, owner, sent):
    reminders.climb(FIRST)
    with on(FIRST):
        actions.snooze_reminders(contract, by=owner, until=date(2026, 6, 14))

    climb_through(FIRST, date(2026, 6, 21))

    assert sent()[1:] == [(date(2026, 6, 14), 170, "omar"), (date(2026, 6, 21), 170, "dana")]


@pytest.mark.parametrize(
    ("today", "until"),
    [
        (date(2026, 9, 1), date(2026, 9, 1)),  # not at all
        (date(2026, 9, 1), date(2026, 9, 16)),  # fifteen days
        (date(2026, 11, 25), date(2026, 12, 2)),  # past decide-by
        (date(2026, 12, 1), date(2026, 12, 2)),  # on the day itself
    ],
)
def test_put_off_too_long_is_refused(contract, owner, today, until):
    with on(today), pytest.raises(ValidationError) as refusal:
        actions.snooze_reminders(contract, by=owner, until=until)

    assert "until" in refusal.value.error_dict
    assert Term.objects.get().snoozed_until is None


@pytest.mark.parametrize("days", [1, 14])
def test_up_to_fourteen_days_are_granted(contract, owner, days):
    with on(date(2026, 9, 1)):
        actions.snooze_reminders(contract, by=owner, until=date(2026, 9, 1) + timedelta(days=days))

    assert Term.objects.get().snoozed_until == date(2026, 9, 1) + timedelta(days=days)


def test_a_technician_may_not_put_them_off(contract, basil):
    with pytest.raises(PermissionDenied):
        actions.snooze_reminders(contract, by=basil, until=date(2026, 9, 2))


def test_a_decision_ends_what_was_put_off(contract, owner, sent):
    with on(date(2026, 9, 1)):
        actions.snooze_reminders(contract, by=owner, until=date(2026, 9, 10))
        actions.record_decision(contract, by=owner, decision="retender", reason="Dear.")

    climb_through(date(2026, 9, 1), date(2026, 9, 30))

    assert sent() == []


LATE = Rule(rungs=(30, 7, 0))


@pytest.mark.parametrize(
    ("rule", "start", "end", "rungs"),
    [
        (LATE, date(2026, 1, 1), date(2026, 12, 31), {30, 7, 0, 153}),  # 1 July is 153 days before 1 Dec
        (Rule(), date(2026, 1, 1), date(2026, 12, 31), set(Rule().rungs)),  # reminded in June already
        (LATE, date(2026, 1, 1), date(2026, 12, 30), {30, 7, 0}),
        (LATE, date(2026, 7, 2), date(2026, 12, 31), {30, 7, 0}),  # it had not begun by then
    ],
)
def test_a_term_that_ends_with_the_year_is_reminded_of_by_the_first_of_july(rule, start, end, rungs):
    assert set(ladder.of_term(rule, date(2026, 12, 1), start, end).rungs) == rungs


def test_what_is_to_be_decided_before_july_needs_no_reminder_in_july():
    assert ladder.of_term(LATE, date(2026, 6, 15), date(2026, 1, 1), date(2026, 12, 31)) == LATE


def test_the_reminder_of_july_is_sent(contract, owner, sent):
    actions.save_rule(
        reminders.ReminderRule(institution=contract.institution, type=""),
        by=owner,
        values={"rungs": [30, 0]},
    )

    climb_through(date(2026, 6, 28), date(2026, 7, 2))

    assert sent() == [(date(2026, 7, 1), 153, "omar")]


def proof():
    return SimpleUploadedFile("notice.pdf", b"%PDF-1.4 notice", content_type="application/pdf")


def test_the_proof_of_the_notice_is_kept_with_the_decision(sign_in, contract, owner):
    form = {"decision": "terminate", "reason": "Slow.", "notice_sent_on": "2026-11-18", "proof": proof()}

    with on(date(2026, 11, 20)):
        sign_in(owner).post(reverse("contract_decide", args=[contract.pk]), form)

    assert RenewalDecision.objects.get().proof.name == "notice.pdf"


def test_a_proof_without_its_day_is_refused(contract, owner):
    with pytest.raises(ValidationError) as refusal:
        actions.record_decision(contract, by=owner, decision="terminate", reason="Slow.", proof=proof())

    assert "notice_sent_on" in refusal.value.error_dict


def read(sign_in, person, contract, query=""):
    response = sign_in(person).get(reverse("contract_reminders", args=[contract.pk]) + query)
    assert response.status_code == 200
    return response.content.decode()


def test_the_page_says_to_whom_by_which_run_and_what_kept_the_others_silent(sign_in, contract, owner):
    with on(date(2026, 8, 1)):
        reminders.climb(date(2026, 8, 1))
        actions.snooze_reminders(contract, by=owner, until=date(2026, 8, 4))

    with on(date(2026, 8, 3)):
        page = read(sign_in, owner, contract)

    assert "Written by the run of" in page
    assert "You were reminded 1 times" in page
    assert "Who is in line today" in page
    assert "Huda Head" in page


def test_a_rung_that_was_put_off_says_by_whom(sign_in, contract, owner):
    with on(date(2026, 8, 30)):
        actions.snooze_reminders(contract, by=owner, until=date(2026, 9, 10))
    with on(date(2026, 9, 11)):
        page = read(sign_in, owner, contract)  # 2 Sep, 90 days before, lay in between

    assert "put the reminders off until 10 Sep 2026" in page


@pytest.mark.parametrize("language", ["en", "ar"])
def test_who_is_not_in_line_reads_that(sign_in, contract, auditor, language):
    auditor.language = language
    auditor.save()

    page = read(sign_in, auditor, contract)

    assert ("You get none" in page) == (language == "en")


@pytest.mark.parametrize("query", ["?term=9", "?term=x", "?term=-1"])
def test_a_term_that_is_not_there_is_not_found(sign_in, contract, owner, query):
    assert sign_in(owner).get(reverse("contract_reminders", args=[contract.pk]) + query).status_code == 404


def test_the_page_costs_at_most_fifteen_queries(sign_in, contract, owner):
    from tests.contracts.test_pages import queries_of

    actions.add_term(contract, by=owner, end=date(2027, 12, 31))
    reminders.climb(date(2027, 6, 10))
    client = sign_in(owner)
    client.get(contract.get_absolute_url())

    assert queries_of(client, reverse("contract_reminders", args=[contract.pk])) <= 15
    assert Contract.objects.count() == 1
