"""Whether the machinery says so when one of its rounds is not made."""

from datetime import timedelta

import pytest
from django.utils import timezone

from contracts.tasks import climb
from office import health
from office.models import Heartbeat

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
