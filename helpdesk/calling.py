""" "Whom do I call now": asks the contracts room which contract or warranty covers the device at this minute."""

from importlib import import_module
from importlib.util import find_spec

from django.template import TemplateDoesNotExist
from django.template.loader import get_template


def call_now(ticket, reader, at):
    """What `contracts/_call_now.html` draws, None for a ticket without a device."""
    if ticket.asset_id is None or not _there():
        return None
    return import_module("contracts.coverage").call_now(ticket.asset, at, reader)


def _there():
    try:
        return find_spec("contracts.coverage") and get_template("contracts/_call_now.html")
    except TemplateDoesNotExist:
        return None
