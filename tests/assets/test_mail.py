"""Mails about custody."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from assets import actions
from office import outbox
from office.models import OutboxRow
from tests.factories import make_asset, make_unit


@pytest.fixture
def laptop(ministry):
    return make_asset(ministry, tag="PC-0042", name="Laptop")


def sent():
    outbox.drain()
    return mail.outbox


def test_the_receiver_is_asked_to_confirm(laptop, basil, amal):
    actions.hand_over(laptop, to=amal, by=basil)

    (message,) = sent()
    assert message.to == [amal.email]
    assert "PC-0042" in message.subject
    assert "/my-devices/" in message.body


def test_an_arabic_reader_is_asked_in_her_direction(laptop, basil, amal):
    amal.language = "ar"
    amal.save()
    actions.hand_over(laptop, to=amal, by=basil)

    (message,) = sent()
    assert 'dir="rtl"' in message.alternatives[0][0]


def test_who_confirmed_meanwhile_is_not_asked(laptop, basil, amal):
    actions.accept(actions.hand_over(laptop, to=amal, by=basil), by=amal)

    assert sent() == []
    assert OutboxRow.objects.get().state == "suppressed"


def test_a_dispute_reaches_who_handed_it_over(laptop, basil, amal):
    custody = actions.hand_over(laptop, to=amal, by=basil)
    sent().clear()
    actions.decline(custody, by=amal, note="It is another laptop")

    (message,) = sent()
    assert message.to == [basil.email]
    assert "It is another laptop" in message.body


def test_what_is_entered_afterwards_or_for_a_unit_asks_nobody(laptop, basil, amal, ministry):
    actions.hand_over(laptop, to=amal, by=basil, at=timezone.now() - timedelta(days=9))
    actions.transfer(laptop, to=make_unit(ministry), by=basil)

    assert not OutboxRow.objects.exists()


def test_nobody_is_asked_about_what_she_handed_to_herself(laptop, basil):
    actions.hand_over(laptop, to=basil, by=basil)

    assert not OutboxRow.objects.exists()
