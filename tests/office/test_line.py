"""The line to the mail server: one connection for many mails, and what is done when the server had enough of it."""

import pytest
from aiosmtpd.controller import Controller

from office import outbox
from office.models import OutboxRow
from tests.servers import free_port

pytestmark = pytest.mark.django_db


class Server:
    """Counts connections; hangs up after `most` mails in one, or says 421 to the next instead."""

    def __init__(self):
        self.connections, self.most, self.says_so, self.mails = 0, None, False, []
        self.controller = Controller(self, hostname="127.0.0.1", port=free_port())

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
    server.controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.controller.port
    monkeypatch.setitem(outbox._topics, "test.line", lambda row: outbox.Mail("A mail", "Words."))
    yield server
    server.controller.stop()


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
