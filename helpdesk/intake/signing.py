"""Message-IDs of ours: each names the ticket, the message and the mail it was, and proves that we wrote it."""

import re
from dataclasses import dataclass

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

_OURS = re.compile(r"<t(\d{1,18})\.m(\d{1,18})\.r(\d{1,18})\.([0-9a-f]{32})@[^<>\s@]{1,200}>")
_LOOKS_OURS = re.compile(r"<t\d+\.m\d+\.r\d+\b")
_SALT = "helpdesk.intake.message-id"


@dataclass(frozen=True)
class Signed:
    """What one of our Message-IDs names. message 0: the ticket itself. row: the row of the outbox."""

    ticket: int
    message: int
    row: int


def message_id(ticket: int, message: int | None, row: int, host: str) -> str:
    """The Message-ID of the mail that outbox row `row` sends about a ticket; the same at every try."""
    told = f"t{ticket}.m{message or 0}.r{row}"
    return f"<{told}.{_mac(told, settings.SECRET_KEY)}@{host}>"


def verify(text: str) -> Signed | None:
    """What a Message-ID names if we wrote it; None for anything else, also for a proof that is short or wrong."""
    match = _OURS.fullmatch(text.strip().lower())
    if match is None:
        return None
    told = f"t{match[1]}.m{match[2]}.r{match[3]}"
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    if not any(constant_time_compare(_mac(told, key), match[4]) for key in keys):
        return None
    return Signed(int(match[1]), int(match[2]), int(match[3]))


def is_forged(text: str) -> bool:
    """Looks like one of ours and is not."""
    return bool(_LOOKS_OURS.match(text.strip().lower())) and verify(text) is None


def find(text: str) -> list[str]:
    """Message-IDs of ours that stand anywhere in a text, as in the copy that a bounce encloses."""
    return [match[0] for match in _OURS.finditer(text.lower()) if verify(match[0])]


def _mac(told: str, key: str) -> str:
    return salted_hmac(_SALT, told, secret=key, algorithm="sha256").hexdigest()[:32]
