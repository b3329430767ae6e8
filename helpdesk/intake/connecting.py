"""Connections to mail servers, as the settings of the installation name them; secrets stay in the environment."""

import imaplib
import json
import logging
import ssl
from pathlib import Path

from django.conf import settings
from imap_tools import MailBox, MailBoxStartTls, MailBoxUnencrypted

from helpdesk.models.mail import TOKEN_REFUSED

log = logging.getLogger(__name__)
TIMEOUT = 30  # seconds
LOOPBACK = {"127.0.0.1", "localhost", "::1"}


class NoConnection(Exception):
    """A sentence for the administrator: why nobody can be asked for mail."""


def names():
    """The connections there are."""
    return sorted(settings.MAILBOXES)


def connect(name):
    """A signed-in `imap_tools.MailBox` of the connection called `name`, no folder chosen yet."""
    facts = settings.MAILBOXES.get(name)
    if facts is None:
        raise NoConnection(f"MAILBOX_{name.upper()}_URL is not set.")
    if facts["scheme"] == "imap" and facts["host"] not in LOOPBACK:
        raise NoConnection("imap:// without encryption is for the machine itself; use imaps:// or imap+tls://.")
    box = _open(facts)
    if facts["token_file"] or facts["token"]:
        token = Path(facts["token_file"]).read_text().strip() if facts["token_file"] else facts["token"]
        _show_token(box, facts["user"], token)
    else:
        box.login(facts["user"], facts["password"], initial_folder=None)
    return box


def _show_token(box, user, token):
    """Sign in by OAuth2; a token that expired or was withdrawn is a sentence, whatever the server makes of it."""
    showing = _Showing(user, token)
    try:
        box.client.authenticate("XOAUTH2", showing)
    except imaplib.IMAP4.error as refusal:
        part(box)
        if showing.refusal:
            raise NoConnection(f"{TOKEN_REFUSED}: {showing.refusal}; {refusal}") from refusal
        raise


class _Showing:
    """What is said at the sign-in: the token, and an empty line to a server that refuses it, which then says no."""

    def __init__(self, user, token):
        self.token, self.refusal = f"user={user}\1auth=Bearer {token}\1\1", ""

    def __call__(self, challenge):
        if not challenge:
            return self.token
        self.refusal = _status(challenge)
        return ""


def _status(challenge):
    """The reason in the answer to a refused token: JSON with a status, as a rule."""
    words = challenge.decode(errors="replace")[:200]
    try:
        return f"status {json.loads(words)['status']}"
    except (ValueError, KeyError, TypeError):
        return words


def part(box):
    """Leave, whatever the server makes of it."""
    try:
        box.logout()
    except Exception:  # a broken connection is closed enough
        log.debug("Leaving the mail server failed", exc_info=True)


def _open(facts):
    where = {"host": facts["host"], "port": facts["port"], "timeout": TIMEOUT}
    if facts["scheme"] == "imaps":
        return MailBox(**where, ssl_context=ssl.create_default_context())
    if facts["scheme"] == "imap+tls":
        return MailBoxStartTls(**where, ssl_context=ssl.create_default_context())
    return MailBoxUnencrypted(**where)
