"""Handing a ticket's fault to a vendor: who covers its device at this minute, and the letter to him in his language.

The letter holds public facts of the ticket alone; whoever sends it looks at it before.
"""

from django.utils.translation import gettext as _
from django.utils.translation import override

from contracts import coverage
from ui import text

WARRANTY = "warranty"
MOST_BYTES = 15 * 1024 * 1024  # of files in one mail, before its encoding makes them longer


def key_of(cover):
    """What an address or a form carries to name one cover of the device."""
    return WARRANTY if cover.is_warranty else f"row-{cover.row.pk}"


def chosen(covers, key):
    """The cover of this key, the best one where the key is empty; None where there is no such cover (any more)."""
    if not key:
        return covers[0] if covers else None
    return next((cover for cover in covers if key_of(cover) == key), None)


def covers_of(ticket, at):
    """[Cover] of the ticket's device at the instant `at`, the best first; [] without a device."""
    return coverage.who_covers(ticket.asset, at) if ticket.asset_id else []


def letter(ticket, cover, by):
    """(subject, text) to the vendor, in his language."""
    with override(cover.vendor.language if cover.vendor else None):
        return _subject(ticket), "\n".join(_lines(ticket, cover, by))


def _subject(ticket):
    tag = f" ({ticket.asset.tag})" if ticket.asset_id else ""
    return f"{ticket.subject[:180]}{tag}"[:200]


def _lines(ticket, cover, by):
    contract = cover.contract
    greeting = _("To the service department of %(vendor)s,") % {"vendor": text.isolate_text(cover.vendor.name)}
    asks = (
        _("we report a fault under contract %(number)s and ask you to repair it.")
        % {"number": text.isolate(contract.number)}
        if contract
        else _("we report a fault of a device that is under your warranty, and ask you to repair it.")
    )
    lines = [greeting, asks, "", text.isolate_text(ticket.subject)]
    if ticket.description and ticket.description.strip() != ticket.subject.strip():
        lines += ["", ticket.description.strip()]
    lines += ["", *_facts(ticket, cover, by)]
    return lines


def _facts(ticket, cover, by):
    asset = ticket.asset
    facts = [
        (_("Device"), text.isolate_text(asset.title)),
        (_("Asset tag"), text.isolate(asset.tag)),
        (_("Serial number"), asset.serial_number and text.isolate(asset.serial_number)),
        (_("Location"), _place(ticket)),
        (_("Answers by"), cover.response_due and text.isolate_text(text.day_time(cover.response_due))),
        (_("Comes by"), cover.on_site_due and text.isolate_text(text.day_time(cover.on_site_due))),
        (_("Restores by"), cover.restore_due and text.isolate_text(text.day_time(cover.restore_due))),
        (_("Our number"), text.isolate(ticket.number)),
        (_("Your contact at the help desk"), _caller(by)),
    ]
    return [f"{label}: {value}" for label, value in facts if value]


def _place(ticket):
    place = ticket.asset.location.name if ticket.asset.location_id else ""
    return _(", ").join(text.isolate_text(part) for part in (place, ticket.room) if part)


def _caller(by):
    number = by.phone or by.extension
    return f"{text.isolate_text(by.name)}{' ' + text.isolate(number) if number else ''}"
