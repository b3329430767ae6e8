"""The outbox when parts of the world fail: what is tried again, what is given up, and who is not held up by it."""

import smtplib
from datetime import timedelta

import pytest
import time_machine
from django.core.mail.backends import locmem
from django.utils import timezone

from office import health, outbox
from office.models import OutboxRow
from office.models.outbox import OutboxState

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def topic(monkeypatch):
    """A kind of mail that does what its row says."""

    def make(row):
        if row.payload.get("raises"):
            raise ValueError("cannot be made")
        return outbox.Mail("A mail", "Words.")

    monkeypatch.setitem(outbox._topics, "test.outbox", make)


@pytest.fixture
def server(settings, monkeypatch):
    """A mail server that answers as told: `server.answers[address]` is raised, `server.asked` counts."""

    class Server(locmem.EmailBackend):
        answers, asked = {}, 0

        def send_messages(self, messages):
            Server.asked += 1
            error = Server.answers.get(messages[0].to[0]) or Server.answers.get("*")
            if error:
                raise error
            return super().send_messages(messages)

    Server.answers, Server.asked = {}, 0
    monkeypatch.setattr(locmem, "Server", Server, raising=False)
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.Server"
    return Server


def owe(address, **payload):
    return OutboxRow.objects.create(key=address, topic="test.outbox", address=address, payload=payload)


def states():
    return dict(OutboxRow.objects.order_by("pk").values_list("address", "state"))


def later(**by):
    return time_machine.travel(timezone.now() + timedelta(**by), tick=False)


def test_a_server_that_refuses_the_sign_in_is_asked_once_however_much_is_owed(server, mailoutbox):
    OutboxRow.objects.bulk_create(
        OutboxRow(key=f"k{n}", topic="test.outbox", address=f"p{n}@x.example") for n in range(150)
    )
    server.answers["*"] = smtplib.SMTPAuthenticationError(535, b"wrong password")

    outbox.drain()

    assert server.asked == 1
    assert set(OutboxRow.objects.values_list("state", "attempts")) == {("queued", 0)}
    assert "535" in health.report()["mail_server"]
    assert health.report()["healthy"] is False
    server.answers.clear()
    with later(minutes=2):
        outbox.drain()
        assert len(mailoutbox) == 150
        assert health.report()["mail_server"] == ""


def test_a_server_that_hangs_holds_up_the_round_once_and_burns_one_attempt(server):
    first, second = owe("a@x.example"), owe("b@x.example")
    server.answers["*"] = TimeoutError("timed out")

    outbox.drain()

    assert server.asked == 1
    assert [OutboxRow.objects.get(pk=row.pk).attempts for row in (first, second)] == [1, 0]


def test_greylisting_of_one_address_delays_no_other(server, mailoutbox):
    owe("grey@x.example")
    owe("b@x.example")
    server.answers["grey@x.example"] = smtplib.SMTPRecipientsRefused({"grey@x.example": (451, b"try later")})

    outbox.drain()

    assert [mail.to for mail in mailoutbox] == [["b@x.example"]]
    assert states() == {"grey@x.example": "queued", "b@x.example": "sent"}
    assert health.report()["mail_server"] == ""


def test_each_attempt_waits_longer(server):
    row = owe("grey@x.example")
    server.answers["*"] = smtplib.SMTPDataError(452, b"no room")
    waits = []
    for _attempt in range(4):
        row.refresh_from_db()
        with time_machine.travel(max(row.not_before, timezone.now()), tick=False):
            outbox.drain()
            row.refresh_from_db()
            waits.append((row.not_before - timezone.now()) / timedelta(minutes=1))

    spans = [(0.8, 1.2), (1.6, 2.4), (4, 6), (8, 12)]
    assert all(low <= wait <= high for wait, (low, high) in zip(waits, spans, strict=True))


def test_a_mail_that_cannot_be_made_is_given_up_after_five_attempts_and_holds_up_nobody(server, mailoutbox):
    row = owe("a@x.example", raises=True)
    owe("b@x.example")
    for hours in range(0, 30, 5):
        with later(hours=hours):
            outbox.drain()

    row.refresh_from_db()
    assert (row.state, row.attempts, row.error_class) == (OutboxState.FAILED, 5, "made")
    assert len(mailoutbox) == 1


def die_at(address):
    """A process takes a batch, comes to this address, and is no more."""
    for row in outbox.lease(outbox.BATCH):
        assert outbox._begin(row)
        if row.address == address:
            return
        outbox._finish(row, OutboxState.SENT)


def test_a_mail_that_kills_whoever_sends_it_is_given_up_and_its_neighbours_are_sent():
    poison = owe("poison@x.example")
    neighbours = [owe(f"n{n}@x.example") for n in range(3)]
    die_at("poison@x.example")
    with later(minutes=10):
        die_at("poison@x.example")  # taken up again, last of all
        assert {OutboxRow.objects.get(pk=row.pk).state for row in neighbours} == {"sent"}
    for round_ in range(2, 9):
        with later(hours=round_ * 5):
            die_at("poison@x.example")

    poison.refresh_from_db()
    assert (poison.state, poison.attempts, poison.error_class) == (OutboxState.FAILED, 5, "died")


def test_whoever_died_once_in_the_middle_is_taken_up_at_once(server, mailoutbox):
    owe("a@x.example")
    die_at("a@x.example")

    with later(minutes=6):
        outbox.drain()

    assert len(mailoutbox) == 1


def test_what_expired_meanwhile_is_not_sent(server, mailoutbox):
    row = owe("a@x.example")
    OutboxRow.objects.filter(pk=row.pk).update(expires_at=timezone.now() + timedelta(hours=1))

    with later(hours=2):
        outbox.drain()

    assert states() == {"a@x.example": "expired"}


def test_one_of_three_is_refused_for_good_and_the_others_arrive(server, mailoutbox):
    for name in ("a", "b", "c"):
        owe(f"{name}@x.example")
    server.answers["b@x.example"] = smtplib.SMTPRecipientsRefused({"b@x.example": (550, b"no such user")})

    outbox.drain()
    with later(days=1):
        outbox.drain()

    assert states() == {"a@x.example": "sent", "b@x.example": "failed", "c@x.example": "sent"}
    assert len(mailoutbox) == 2
