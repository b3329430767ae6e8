"""Whether the machinery says so when one of its rounds is not made."""

import threading
from datetime import timedelta
from unittest.mock import Mock

import pytest
from django.utils import timezone

from contracts.tasks import climb
from office import bell, health
from office.models import Heartbeat, OutboxRow

pytestmark = pytest.mark.django_db


@pytest.fixture
def all_rounds():
    for name in health._rounds:
        Heartbeat.objects.create(name=name, at=timezone.now())


def test_all_is_well_while_every_round_is_made(all_rounds):
    assert health.report()["healthy"] is True


@pytest.mark.parametrize("name", ["sweep", "tend", "reminders"])
def test_a_round_that_never_came_is_late(all_rounds, name):
    Heartbeat.objects.filter(name=name).delete()

    report = health.report()

    assert (report["healthy"], report["late"]) == (False, [name])


def test_a_round_made_seldom_has_that_much_longer(all_rounds, settings):
    beats = Heartbeat.objects.filter(name="reminders")
    just_right = timezone.now() - health.STALE - timedelta(seconds=settings.REMINDER_SECONDS - 5)
    beats.update(at=just_right)

    assert health.report()["late"] == []

    beats.update(at=just_right - timedelta(seconds=10))
    assert health.report()["late"] == ["reminders"]


def test_the_round_of_the_reminders_leaves_its_mark(ministry):
    climb()

    assert Heartbeat.objects.filter(name="reminders").exists()


def test_a_mail_sent_after_a_process_died_over_it_is_counted(all_rounds):
    for key, error_class in (("one", ""), ("two", "died")):
        OutboxRow.objects.create(key=key, topic="test", state="sent", error_class=error_class)
    OutboxRow.objects.create(key="three", topic="test", state="failed", error_class="died")

    report = health.report()

    assert report["maybe_twice"] == 1
    assert report["outbox"] == {"sent": 2, "failed": 1}


def test_the_status_page_says_why_the_broker_takes_no_bell(all_rounds, administrator, sign_in, monkeypatch):
    monkeypatch.setattr(bell.current_app, "send_task", Mock(side_effect=ConnectionError("out of memory")))

    response = sign_in(administrator).get("/status/")

    assert (response.status_code, response.json()["healthy"]) == (503, False)
    assert response.json()["broker"] == "ConnectionError: out of memory"


def test_the_status_page_does_not_wait_for_a_broker_that_says_nothing(all_rounds, administrator, sign_in, monkeypatch):
    says_something = threading.Event()
    monkeypatch.setattr(bell.current_app, "send_task", lambda *args, **rest: says_something.wait(20))

    response = sign_in(administrator).get("/status/")
    says_something.set()

    assert response.json()["broker"] == "no answer within 2 s"


def test_the_status_page_is_green_while_rounds_are_made_and_bells_taken(
    all_rounds, administrator, sign_in, monkeypatch
):
    monkeypatch.setattr(bell.current_app, "send_task", Mock())

    response = sign_in(administrator).get("/status/")

    assert (response.status_code, response.json()["broker"]) == (200, "")
