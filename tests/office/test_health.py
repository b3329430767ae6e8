"""Whether the machinery says so when one of its rounds is not made."""

import threading
from datetime import timedelta
from unittest.mock import Mock

import pytest
from django.utils import timezone

from contracts.tasks import climb
from helpdesk.intake import fetching
from helpdesk.models import Mailbox
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


# A part out of order


@pytest.fixture
def mailbox(ministry, queue):
    return Mailbox.objects.create(
        institution=ministry, name="Desk", address="it@ministry.example", queue=queue, connection="desk"
    )


def unread_for(mailbox, minutes, **values):
    since = timezone.now() - timedelta(minutes=minutes)
    Mailbox.objects.filter(pk=mailbox.pk).update(**{"error": "no route to host", "unread_since": since} | values)


def told(report):
    return report["healthy"], report["degraded"], report["late"]


def test_a_mailbox_that_cannot_be_read_is_named_while_the_house_is_up(all_rounds, mailbox, administrator, sign_in):
    unread_for(mailbox, 14)

    response = sign_in(administrator).get("/status/")

    assert (response.status_code, response.json()["degraded"]) == (200, ["mailboxes"])
    assert response.json()["mailboxes"] == {"it@ministry.example": "no route to host"}


@pytest.mark.parametrize("values", [{}, {"error": "", "paused_because": "restored"}])
def test_a_mailbox_unread_for_longer_than_it_may_makes_the_whole_red(all_rounds, mailbox, values):
    unread_for(mailbox, 16, **values)

    assert told(health.report()) == (False, ["mailboxes"], ["mailboxes"])


def test_one_mailbox_that_is_read_does_not_hide_another_that_is_not(all_rounds, mailbox, ministry, queue):
    Mailbox.objects.create(
        institution=ministry, name="Well", address="well@ministry.example", queue=queue, connection="well"
    )
    unread_for(mailbox, 16)

    assert told(health.report()) == (False, ["mailboxes"], ["mailboxes"])


def test_how_long_it_is_unread_counts_from_the_first_failure_and_a_good_round_ends_it(
    mailbox, monkeypatch, settings, time_machine
):
    settings.MAILBOXES = {}
    first = timezone.now().replace(microsecond=0)
    for minutes in (0, 1, 20):
        time_machine.move_to(first + timedelta(minutes=minutes), tick=False)
        fetching.fetch(mailbox.pk)
    mailbox.refresh_from_db()
    assert mailbox.unread_since == first

    monkeypatch.setattr(fetching._Round, "go", lambda round_: None)
    fetching.fetch(mailbox.pk)

    mailbox.refresh_from_db()
    assert (mailbox.error, mailbox.unread_since) == ("", None)
