"""The line to the mail server: one connection for many mails, and what is done when the server had enough of it."""

import pytest
from aiosmtpd.controller import Controller

from office import health, outbox
from office.models import OutboxRow
from tests.servers import free_port

pytestmark = pytest.mark.django_db


class Server:
    """Counts connections; hangs up after `most` mails in one, or says 421 to the next instead."""

    def __init__(self):
        self.connections, self.most, self.says_so, self.mails = 0, None, False, []
        self.port = free_port()

    def start(self):
        self.controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self.controller.start()

    def stop(self):
        self.controller.stop()

    async def handle_EHLO(self, server, session, envelope, hostname, responses):
        self.connections += 1
        session.count, session.host_name = 0, hostname
        return responses

    async def handle_MAIL(self, server, session, envelope, address, options):
        if self.says_so and session.count == self.most:
            return "421 4.7.0 too many mails in one connection"
        envelope.mail_from = address
        return "250 so far"

    async def handle_DATA(self, server, session, envelope):
        self.mails.append(envelope.rcpt_tos[0])
        session.count += 1
        return "250 taken"

    async def handle_NOOP(self, server, session, envelope, argument):
        if session.count == self.most and not self.says_so:
            server.transport.abort()
        return "250 here"


@pytest.fixture
def server(settings, monkeypatch):
    server = Server()
    server.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    monkeypatch.setitem(outbox._topics, "test.line", lambda row: outbox.Mail("A mail", "Words."))
    yield server
    server.stop()


def owe(count):
    rows = [OutboxRow(key=f"k{n}", topic="test.line", address=f"p{n}@x.example") for n in range(count)]
    OutboxRow.objects.bulk_create(rows)
    return [row.address for row in rows]


def ends():
    return set(OutboxRow.objects.values_list("state", "attempts"))


def test_the_mails_of_a_batch_leave_over_one_connection(server):
    owed = owe(12)

    outbox.drain()

    assert sorted(server.mails) == sorted(owed)
    assert server.connections == 1


@pytest.mark.parametrize("says_so", [True, False], ids=["by 421", "by hanging up"])
def test_a_server_that_takes_four_mails_a_connection_costs_no_attempt_and_no_second_copy(server, says_so):
    server.most, server.says_so = 4, says_so
    owed = owe(10)

    outbox.drain()

    assert sorted(server.mails) == sorted(owed)
    assert server.connections == 3
    assert ends() == {("sent", 1)}


def test_after_an_outage_what_is_urgent_leaves_first_and_no_attempt_is_burnt(server):
    owe(70)
    OutboxRow.objects.filter(key__in=["k68", "k69"]).update(urgency=0)
    server.stop()
    for _round in range(3):
        outbox.drain()
    assert ends() == {("queued", 0)}
    assert health.report()["mail_server"]

    server.start()
    outbox.drain()

    assert server.mails[:2] == ["p68@x.example", "p69@x.example"]
    assert ends() == {("sent", 1)}
    assert health.report()["mail_server"] == ""


def test_a_mail_whose_file_is_gone_holds_up_nobody(server, monkeypatch, tmp_path):
    gone = outbox.Mail("A mail", "Words.", files=(("a.pdf", "application/pdf", tmp_path / "gone"),))
    monkeypatch.setitem(outbox._topics, "test.gone", lambda row: gone)
    owe(2)
    OutboxRow.objects.filter(key="k0").update(topic="test.gone", urgency=0)

    outbox.drain()

    assert server.mails == ["p1@x.example"]
    assert OutboxRow.objects.get(key="k0").error_class == "made"
