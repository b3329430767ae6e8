"""The line to the mail server: opened once for many mails, and asked before each whether it still stands."""

import logging
import smtplib

from django.core.mail import get_connection
from django.core.mail.backends.smtp import EmailBackend

log = logging.getLogger(__name__)


class Unreachable(Exception):
    """Nobody took the call, or nobody was let in, before any mail was spoken of; the cause says why."""


class Line:
    """Sends mails one after another. Raises what the mail server has against one of them, or `Unreachable`."""

    def __init__(self):
        self.connection = get_connection()
        # The others have nothing to keep open; the one that writes files would put all mails into one.
        self.is_kept = isinstance(self.connection, EmailBackend)

    def send(self, message):
        """A server that has had enough of one connection says so before it is told the mail: then once more, anew."""
        message.connection = self.connection
        is_new = not self.is_kept or self._open()
        try:
            message.send()
        except smtplib.SMTPSenderRefused:
            if is_new:
                raise
            self.close()
            self._open()
            message.send()

    def _open(self):
        """Whether a new connection had to be made."""
        try:
            if self.connection.connection is not None and not self._stands():
                self.close()
            return bool(self.connection.open())
        except Exception as trouble:
            raise Unreachable from trouble

    def _stands(self):
        """Servers hang up on who was quiet for a while, or sent so many mails; that is no mail's fault."""
        try:
            return self.connection.connection.noop()[0] == 250
        except OSError as trouble:  # what smtplib raises is one
            if isinstance(trouble.__context__, TimeoutError):  # it would be waited for once more
                raise
            return False

    def close(self):
        try:
            self.connection.close()
        except Exception:  # a broken connection is closed enough
            log.debug("Closing the mail connection failed", exc_info=True)
