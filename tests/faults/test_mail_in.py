"""Received mail when fetchers die, the mail server dies or is restored, copies come, poison comes, and mail goes in
circles (Z26 to Z30, Z32); with a real Dovecot and fetchers as processes.
"""

import json
import shutil
import signal
import time
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from tests.dovecot import Dovecot
from tests.faults.house import House, Sink
from tests.helpdesk.letters import MALFORMED, letter
from tests.servers import wait_until

pytestmark = [
    pytest.mark.processes,
    pytest.mark.slow,
    pytest.mark.skipif(not (shutil.which("dovecot") or Path("/usr/sbin/dovecot").exists()), reason="no Dovecot here"),
]
TOLD = """
import django, json; django.setup()
from collections import Counter
from helpdesk.models import Mailbox, Message, ReceivedMail, Ticket
said = Counter(Ticket.objects.values_list("description", flat=True))
print(json.dumps({
    "tickets": sum(said.values()),
    "twice": sum(n > 1 for n in said.values()),
    "messages": Message.objects.count(),
    "states": Counter(ReceivedMail.objects.values_list("state", flat=True)),
    "repeats": sum(ReceivedMail.objects.values_list("repeats", flat=True)),
    "paused": list(Mailbox.objects.exclude(paused_because="").values_list("paused_because", flat=True)),
    "errors": list(Mailbox.objects.exclude(error="").values_list("error", flat=True)),
}))
"""


class Desk(House):
    """A house whose mailbox lies on a Dovecot."""

    def __init__(self, folder, server, times, **environment):
        clock = {"MAIL_LEASE_SECONDS": str(times.mailbox), "MAIL_SECONDS": str(times.fetch)}
        super().__init__(folder, times, redis=False, MAILBOX_DESK_URL=server.url, **clock, **environment)
        self.server, self.n = server, 0

    def told(self):
        return json.loads(self.python(TOLD))

    def fetcher(self):
        self.n += 1
        return self.start(f"fetcher{self.n}", "manage.py", "fetch_mail")

    def fetch(self):
        assert self.fetcher().wait(timeout=180) == 0

    def taken_in(self):
        """How many messages lie raw under var/media."""
        folder = self.folder / "var" / "media"
        return len(list(folder.glob("??/??/*"))) if folder.exists() else 0


@pytest.fixture
def server():
    with Dovecot() as server:
        yield server


@pytest.fixture
def desk(tmp_path, server, times):
    with Desk(tmp_path, server, times) as desk:
        yield desk


def letters(count, start=0):
    senders = [f"P{n} <p{n}@vendor.example>" for n in range(start, start + count)]
    return [
        letter(f"Number {start + n}", sender=sender, message_id=f"<{start + n}@x.example>")
        for n, sender in enumerate(senders)
    ]


def test_z26_copies_by_two_folders_and_under_another_id_are_one_message(desk, server):
    first, second, third = letters(3)
    desk.python(SECOND_FOLDER)
    altered = second.replace(b"<1@x.example>", b"<relayed-1@x.example>")
    server.deliver(first, first, second, altered)
    server.deliver(first, third, folder=".Copies")

    desk.fetch()

    told = desk.told()
    assert (told["tickets"], told["twice"], told["states"], told["repeats"]) == (3, 0, {"done": 3}, 3)
    desk.audit(doubles=0)


SECOND_FOLDER = """
import django; django.setup()
from helpdesk.models import Mailbox
box = Mailbox.objects.get()
box.pk, box.name, box.address, box.folder = None, "Copies", "copies@ministry.example", "Copies"
box.save()
"""


def test_z27_fetchers_and_the_server_killed_in_mid_fetch_cost_nothing(desk, server, times):
    server.deliver(*letters(100))
    for goal in (25, 60):
        fetcher = desk.fetcher()
        wait_until(lambda goal=goal: desk.taken_in() >= goal, seconds=120, every=0.02)
        fetcher.send_signal(signal.SIGKILL)
        fetcher.wait()
        time.sleep(times.mailbox + 0.1)  # its lease
    fetcher = desk.fetcher()
    wait_until(lambda: desk.taken_in() >= 80, seconds=120, every=0.02)
    server.kill()
    fetcher.wait(timeout=120)
    server.start()

    desk.fetch()

    told = desk.told()
    assert (told["tickets"], told["twice"], told["states"], told["errors"]) == (100, 0, {"done": 100}, [])
    desk.audit(doubles=0)


RESUME = "import django; django.setup(); from helpdesk.models import Mailbox as m; m.objects.update(paused_because='')"


def test_z28_a_restored_mailbox_brings_nothing_twice_and_says_so(desk, server):
    server.deliver(*letters(60))
    desk.fetch()
    server.restore_from_backup()
    server.deliver(*letters(5, start=60))

    desk.fetch()

    told = desk.told()
    assert (told["tickets"], told["twice"], told["paused"]) == (60, 0, ["restored"])
    desk.python(RESUME)
    desk.fetch()  # somebody looked and let it go on
    assert desk.told()["tickets"] == 65
    desk.audit(doubles=0)


def test_z29_two_fetchers_at_once_take_each_message_once(desk, server):
    server.deliver(*letters(60))
    fetchers = [desk.fetcher(), desk.fetcher()]
    for fetcher in fetchers:
        fetcher.wait(timeout=180)
    desk.fetch()

    told = desk.told()
    assert (told["tickets"], told["twice"], told["states"]) == (60, 0, {"done": 60})
    desk.audit(doubles=0)


CRASHERS = [
    "a thousand nested parts",
    "a line end hidden in the sender",
    "an address that is half a network",
    "a charset nobody knows",
]
AGAIN = """
import django, json; django.setup()
from helpdesk.intake import handling, receiving
from helpdesk.models import ReceivedMail
from people.models import User
User.objects.filter(username="huda").update(is_administrator=True)
huda, (failed,) = User.objects.get(username="huda"), ReceivedMail.objects.filter(state="failed")
raw = receiving.raw_of(failed)
handling.process_again(failed, by=huda)
print(json.dumps([failed.state, len(raw)]))
"""


def test_z30_poison_in_front_of_a_hundred_is_kept_raw_and_stops_nobody(desk, server):
    poison = [MALFORMED[name] for name in CRASHERS]
    server.deliver(*poison, *letters(99))
    began = time.monotonic()

    desk.fetch()

    took, told = time.monotonic() - began, desk.told()
    assert took < 60
    assert told["tickets"] >= 99
    assert told["twice"] == 0
    assert told["states"]["failed"] == 1
    assert json.loads(desk.python(AGAIN)) == ["failed", len(poison[0])]
    desk.audit(doubles=0)


# Z32: two installations that answer each other


class Wire(Sink):
    """Carries every mail into the other's mailbox, and loses on the way whatever says that a machine wrote it."""

    LOST = ("auto-submitted", "x-auto-response-suppress", "list-unsubscribe", "list-unsubscribe-post")
    LOST += ("precedence", "in-reply-to", "references", "message-id")

    def __init__(self):
        super().__init__()
        self.other = None
        self.sent, self.last = [], time.monotonic()

    async def handle_DATA(self, server, session, envelope):
        answer = await super().handle_DATA(server, session, envelope)
        mail = message_from_bytes(envelope.content, policy=policy.SMTP)
        self.sent.append(envelope.rcpt_tos[0])
        self.last = time.monotonic()
        for name in self.LOST:
            del mail[name]
        mail["Message-ID"] = f"<{len(self.sent)}.{id(self)}@relay.example>"
        if envelope.rcpt_tos[0] == self.other.takes_mail_as:
            self.other.server.deliver(mail.as_bytes())
        return answer


ROLES = """
import django, sys; django.setup()
from helpdesk.models import Mailbox
from people.models import User
Mailbox.objects.update(address=sys.argv[1])
User.objects.filter(username="amal").update(email=sys.argv[2])
User.objects.exclude(username="amal").update(email="")
"""


def test_z32_two_desks_that_answer_each_other_stop_after_three(tmp_path, times):
    addresses = ("it@ministry.example", "it@other.example")
    wires = [Wire(), Wire()]
    with Dovecot() as left, Dovecot() as right:
        desks = []
        for n, server in enumerate((left, right)):
            folder = tmp_path / str(n)
            folder.mkdir()
            desk = Desk(folder, server, times, MAIL_FROM=addresses[n])
            desk.sink, desk.takes_mail_as = wires[n], addresses[n]
            desks.append(desk)
        wires[0].other, wires[1].other = desks[1], desks[0]
        with desks[0], desks[1]:
            for n, desk in enumerate(desks):
                desk.python(ROLES, addresses[n], addresses[1 - n])
                desk.start_worker()
                desk.start_beat()
            left.deliver(letter("It does not work.", sender=f"Other desk <{addresses[1]}>", to=addresses[0]))

            wait_until(lambda: all(wire.sent for wire in wires), seconds=90 + 2 * times.fetch)
            wait_until(lambda: _are_quiet(wires, 3 * times.fetch + times.sweep), seconds=90 + 20 * times.fetch)

            assert max(len(wire.sent) for wire in wires) <= 3
            for desk in desks:
                assert desk.told()["tickets"] <= 10
                desk.audit(doubles=0)
            assert {to for wire in wires for to in wire.sent} == {*addresses}


def _are_quiet(wires, seconds):
    """Nobody has written anything for so long."""
    return time.monotonic() - max(wire.last for wire in wires) > seconds
