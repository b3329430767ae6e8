"""How states, priorities and due times look: a word, a colour and an icon together."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache

from django.utils.translation import gettext

from assets.choices import AssetState
from helpdesk import promise
from helpdesk.choices import LOOKS, Level, Priority, Status, WaitingFor
from ui import markup, text

PRIORITY_LOOKS = {
    Priority.CRITICAL: ("red", "flag"),
    Priority.HIGH: ("orange", "flag"),
    Priority.MODERATE: ("azure", "flag"),
    Priority.LOW: ("secondary", "flag"),
}


def state_words(status, waiting_for=""):
    return _words(WaitingFor if waiting_for else Status, waiting_for or status, text.language())


def level_words(level):
    return _words(Level, level, text.language())


def asset_state(state):
    return _words(AssetState, state, text.language())


@lru_cache(maxsize=256)
def _words(choices, value, language):
    return str(choices(value).label)


def words_of(ticket):
    """The state of a ticket, or of its line in a list, in a word."""
    return gettext("Merged") if ticket.merged_into_id else state_words(ticket.status, ticket.waiting_for)


def badge_of(ticket):
    """The same as a badge."""
    if ticket.merged_into_id:
        return markup.badge(gettext("Merged"), "secondary", "git-merge")
    return state_badge(ticket.status, ticket.waiting_for)


def state_badge(status, waiting_for=""):
    return _state_badge(status, waiting_for, text.language())


@lru_cache(maxsize=64)
def _state_badge(status, waiting_for, language):
    return markup.badge(state_words(status, waiting_for), *LOOKS[Status(status)])


def priority_badge(priority):
    return _priority_badge(priority, text.language())


@lru_cache(maxsize=16)
def _priority_badge(priority, language):
    return markup.badge(Priority(priority).label, *PRIORITY_LOOKS[Priority(priority)])


def due_chip(due, now, focusable=True):
    """The chip of a promise, with the exact time on hover and, if focusable, on focus; empty where nothing is due."""
    if due is None:
        return markup.EMPTY
    seconds = int((due - now).total_seconds())
    chip = _due_badge(seconds // 60 if seconds >= 0 else -(-seconds // 60) - 1, text.language())
    at = text.local(due).replace(tzinfo=None)  # naive: it is local now, and nobody has to ask again
    exact = text.isolate_text(text.day_time(at))
    return markup.moment(at.isoformat(timespec="minutes"), exact, chip) if focusable else markup.titled(chip, exact)


@lru_cache(maxsize=4096)
def _due_badge(minutes, language):
    """The badge of so many whole minutes; the late ones count from -1."""
    now = datetime.now(UTC)
    left = timedelta(minutes=minutes) if minutes >= 0 else timedelta(minutes=minutes + 1, seconds=-1)
    return markup.badge(*promise.due_look(now + left, now))


def when(instant, now):
    """How long ago, for a cell: the exact time on hover, and no stop of the tab key."""
    at = text.local(instant).replace(tzinfo=None)
    exact = text.isolate_text(text.day_time(at))
    return markup.moment(at.isoformat(timespec="minutes"), exact, text.ago(instant, now), False)


def device_title(row):
    """What a device of a list row is called: its own name, else maker and model, else its kind."""
    if row.asset_name:
        return row.asset_name
    if row.model_name:
        return f"{row.maker_name} {row.model_name}"
    arabic, english = row.kind_ar, row.kind_en
    return (arabic or english if text.language() == "ar" else english or arabic) or gettext("Device")
