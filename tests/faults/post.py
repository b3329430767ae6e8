"""A mail server that misbehaves as told: greylists, refuses, hangs, hangs up, asks for a password, is away."""

import asyncio
import socket
import ssl
import time

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from tests.faults.house import Sink
from tests.servers import free_port

PASSWORD = b"open"


class Post(Sink):
    """`grey` {address: until when}, `unknown` addresses, `drops` addresses whose first mail it cuts off after the data.

    `at` is (monotonic, address) of every attempt that reached RCPT; `sign_ins` counts who asked to come in.
    """

    def __init__(self, tls=None):
        super().__init__()
        self.port, self.tls = free_port(), tls
        self.grey, self.unknown, self.drops, self.at = {}, set(), set(), []
        self.password, self.sign_ins, self.silent = None, 0, None
        self.controller = self
        self._controller = None

    @property
    def url(self):
        who = "desk:open@" if self.password is not None else ""
        return f"{'smtps' if self.tls else 'smtp'}://{who}127.0.0.1:{self.port}"

    # The controller's part, so that it may go away and come back at the same port

    def start(self):
        options = {"ssl_context": self.tls} if self.tls else {}
        if self.password is not None:
            options |= {"authenticator": self._authenticate, "auth_required": True, "auth_require_tls": False}
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port, **options)
        self._controller.start()

    def stop(self):
        if self._controller:
            self._controller.stop()
            self._controller = None
        if self.silent:
            self.silent.close()
            self.silent = None

    def be_silent(self):
        """Take connections and never say a word."""
        self.stop()
        self.silent = socket.socket()
        self.silent.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.silent.bind(("127.0.0.1", self.port))
        self.silent.listen(50)

    # What it says

    def _authenticate(self, server, session, envelope, mechanism, data):
        self.sign_ins += 1
        return AuthResult(success=data.password == self.password, handled=False)

    async def handle_RCPT(self, server, session, envelope, address, options):
        self.at.append((time.monotonic(), address))
        if address in self.unknown:
            return "550 5.1.1 nobody here has this name"
        if time.monotonic() < self.grey.get(address, 0):
            return "451 4.7.1 greylisted, try again later"
        envelope.rcpt_tos.append(address)
        return "250 taken"

    async def handle_DATA(self, server, session, envelope):
        answer = await super().handle_DATA(server, session, envelope)
        if envelope.rcpt_tos[0] in self.drops:
            self.drops.discard(envelope.rcpt_tos[0])
            server.transport.abort()
            await asyncio.sleep(0)
        return answer

    def attempts_of(self, address):
        return [moment for moment, who in self.at if who == address]


def self_signed(folder):
    """(context of a server, path of its certificate): signed by itself, for 127.0.0.1."""
    import subprocess

    key, certificate = folder / "key.pem", folder / "certificate.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1"]
    command += ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(certificate)]
    subprocess.run(command, check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context, certificate
