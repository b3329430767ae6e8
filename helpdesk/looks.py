"""How states, priorities and due times look: a word, a colour and an icon together."""

from functools import lru_cache

from django.utils.translation import gettext

from helpdesk import promise
from helpdesk.choices import LOOKS, Priority, Status, WaitingFor
from ui import markup, text

PRIORITY_LOOKS = {
    Priority.CRITICAL: ("red", "flag"),
    Priority.HIGH: ("orange", "flag"),
    Priority.MODERATE: ("azure", "flag"),
    Priority.LOW: ("secondary", "flag"),
}


def state_words(status, waiting_for=""):
    return str(WaitingFor(waiting_for).label if waiting_for else Status(status).label)


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
    look = promise.due_look(due, now)
    if look is None:
        return markup.EMPTY
    words, colour, icon = look
    return markup.tag(
        "time",
        markup.badge(words, colour, icon),
        datetime=text.local(due).isoformat(timespec="minutes"),
        title=text.isolate_text(text.day_time(due)),
        tabindex="0" if focusable else None,
        class_="due",
    )


def device_title(row):
    """What a device of a list row is called: its own name, else maker and model, else its kind."""
    if row.asset_name:
        return row.asset_name
    if row.model_name:
        return f"{row.maker_name} {row.model_name}"
    arabic, english = row.kind_ar, row.kind_en
    return (arabic or english if text.language() == "ar" else english or arabic) or gettext("Device")
