"""The sentence on top of a ticket, in both languages."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.utils.translation import override

from helpdesk import promise
from helpdesk.choices import Status, WaitingFor
from helpdesk.models import Ticket

NOW = datetime(2026, 11, 15, 7, 0, tzinfo=UTC)  # Sunday, 10:00 in Amman


def sentence(now=NOW, language="en", yours=True, **fields):
    with override(language):
        return promise.sentence(Ticket(**fields), now, yours=yours)


def test_a_question_after_the_first_answer_has_a_promise_of_its_own():
    said = sentence(
        status=Status.IN_PROGRESS,
        responded_at=NOW,
        next_response_due=NOW + timedelta(hours=1),
        resolution_due=NOW + timedelta(days=2),
    )

    assert said == "We answer by 11:00 today."


def test_a_new_ticket_promises_the_answer():
    said = sentence(response_due=NOW + timedelta(hours=2), resolution_due=NOW + timedelta(days=2))

    assert said == "We answer by 12:00 today."


def test_after_the_answer_it_promises_the_solution():
    said = sentence(
        status=Status.IN_PROGRESS, responded_at=NOW, response_due=NOW, resolution_due=NOW + timedelta(days=2)
    )

    assert said == "We are working on it. It should be solved by Tuesday 10:00."


def test_a_broken_promise_is_admitted_without_a_time():
    said = sentence(response_due=NOW - timedelta(hours=2), resolution_due=NOW - timedelta(hours=1))

    assert said == "It takes longer than we promised, and we are sorry. We are on it."


def test_a_late_answer_names_only_what_is_still_to_come():
    said = sentence(response_due=NOW - timedelta(hours=2), resolution_due=NOW + timedelta(days=1))

    assert said == "Our answer is late, and we are sorry. It should be solved by 10:00 tomorrow."


def test_while_it_waits_nothing_is_promised():
    said = sentence(
        status=Status.WAITING,
        waiting_for=WaitingFor.VENDOR,
        waiting_since=NOW - timedelta(days=5),
        resolution_due=NOW + timedelta(days=1),
    )

    assert said == "Waiting for: the vendor, since Tuesday."


def test_who_is_waited_for_is_told_so():
    waiting = {"status": Status.WAITING, "waiting_for": WaitingFor.REQUESTER, "waiting_since": NOW - timedelta(days=1)}

    assert sentence(**waiting) == "We need your answer to go on; we wait for it since yesterday."
    assert sentence(**waiting, yours=False) == "Waiting for: whoever asked, since yesterday."


def test_a_resolved_ticket_says_until_when_to_object():
    said = sentence(status=Status.RESOLVED, close_due=NOW + timedelta(days=10))

    assert said.startswith("We believe it is solved. If it is not, tell us by 25 Nov 2026 10:00;")


@pytest.mark.parametrize("status", Status.values)
@pytest.mark.parametrize("language", ["en", "ar"])
def test_no_state_ever_promises_a_time_gone_by(status, language):
    gone = NOW - timedelta(days=30)
    dates = dict.fromkeys(("response_due", "resolution_due", "close_due", "resolved_at", "closed_at"), gone)

    said = sentence(language=language, status=status, **dates)

    assert said
    assert not re.search(r"\d", said)


def test_the_chip_says_how_long_is_left_or_how_late_it_is():
    assert promise.due_look(NOW + timedelta(minutes=12), NOW) == ("in 12 min", "orange", "clock")
    assert promise.due_look(NOW - timedelta(hours=3), NOW) == ("3 h late", "red", "alert-triangle")
    assert promise.due_look(None, NOW) is None
