"""Connections to mail servers, as the settings of the installation name them; secrets stay in the environment."""

import ssl
from pathlib import Path

from django.conf import settings
from imap_tools import MailBox, MailBoxStartTls, MailBoxUnencrypted

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
        box.xoauth2(facts["user"], token, initial_folder=None)
    else:
        box.login(facts["user"], facts["password"], initial_folder=None)
    return box


def _open(facts):
    where = {"host": facts["host"], "port": facts["port"], "timeout": TIMEOUT}
    if facts["scheme"] == "imaps":
        return MailBox(**where, ssl_context=ssl.create_default_context())
    if facts["scheme"] == "imap+tls":
        return MailBoxStartTls(**where, ssl_context=ssl.create_default_context())
    return MailBoxUnencrypted(**where)
