"""Vendors and the people to call there."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from office.events import record_event
from office.models.events import Channel
from people.actions.saving import create, demand, lock, save, write
from people.models import Vendor, VendorContact
from people.permissions import can_edit_vendors

FIELDS = ("name", "tax_number", "phone", "email", "address", "website", "language", "notes")
CONTACT_FIELDS = ("name", "role", "phone", "email")


class KnownVendor(ValidationError):
    """There is this vendor already; `vendor` is who."""

    def __init__(self, message, vendor, field):
        super().__init__({field: ValidationError(message, code="known")})
        self.vendor = vendor


@transaction.atomic
def create_vendor(*, by, channel=Channel.PAGE, **details):
    """Add a company; one of the same name (however written) or tax number is refused with `KnownVendor`."""
    demand(by is None or can_edit_vendors(by))
    vendor = Vendor(**details)
    refuse_known(vendor)
    return create(vendor, FIELDS, by=by, channel=channel)


@transaction.atomic
def change_vendor(vendor, *, by, channel=Channel.PAGE, **details):
    vendor = lock(vendor)
    demand(can_edit_vendors(by, vendor))
    refuse_known(Vendor(pk=vendor.pk, **{name: getattr(vendor, name) for name in ("name", "tax_number")} | details))
    write(vendor, details, by=by, channel=channel)
    return vendor


def refuse_known(vendor):
    """Raise `KnownVendor` when another vendor has this name or this tax number."""
    others = Vendor.objects.exclude(pk=vendor.pk)
    if known := others.called(vendor.name).first():
        raise KnownVendor(_("There is a vendor of this name already."), known, "name")
    if vendor.tax_number and (known := others.filter(tax_number=vendor.tax_number).first()):
        raise KnownVendor(_("Another vendor has this tax number."), known, "tax_number")


@transaction.atomic
def retire_vendor(vendor, *, by, channel=Channel.PAGE):
    """Put a vendor out of use: no longer offered in forms; contracts and devices keep pointing at it."""
    vendor = lock(vendor)
    demand(can_edit_vendors(by, vendor))
    write(vendor, {"is_active": False}, by=by, verb="deactivated", channel=channel)
    return vendor


@transaction.atomic
def revive_vendor(vendor, *, by, channel=Channel.PAGE):
    vendor = lock(vendor)
    demand(can_edit_vendors(by, vendor))
    write(vendor, {"is_active": True}, by=by, verb="reactivated", channel=channel)
    return vendor


@transaction.atomic
def add_contact(vendor, *, by, channel=Channel.PAGE, **details):
    """Add a person or desk to call at a vendor; its history is the vendor's."""
    vendor = lock(vendor)
    demand(can_edit_vendors(by, vendor))
    contact = VendorContact(vendor=vendor, **details)
    save(contact)
    record_event(vendor, "contact_added", by=by, changes={"contact": [None, contact.name]}, channel=channel)
    return contact


@transaction.atomic
def change_contact(contact, *, by, channel=Channel.PAGE, **details):
    return _write_contact(contact, details, by, "contact_changed", channel)


@transaction.atomic
def retire_contact(contact, *, by, channel=Channel.PAGE):
    """Whom nobody should call any more; stays in the history."""
    return _write_contact(contact, {"is_active": False}, by, "contact_removed", channel)


@transaction.atomic
def revive_contact(contact, *, by, channel=Channel.PAGE):
    return _write_contact(contact, {"is_active": True}, by, "contact_revived", channel)


def _write_contact(contact, details, by, verb, channel):
    contact = lock(contact)
    demand(can_edit_vendors(by, contact.vendor))
    if write(contact, details, by=by, channel=channel):
        record_event(contact.vendor, verb, by=by, changes={"contact": [contact.name, None]}, channel=channel)
    return contact
