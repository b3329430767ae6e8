"""What happens here when something changes in a room below."""

from django.db.models.signals import post_save
from django.dispatch import receiver

from assets.signals import asset_gone
from contracts.models import Contract, Coverage
from office import calendars
from office.events import record_event
from people.models import Vendor


@receiver(post_save, sender=Vendor, dispatch_uid="contracts.vendor_renamed")
def find_contracts_by_the_new_name(sender, instance, created, update_fields=None, raw=False, **kwargs):
    """Contracts are found by the name of their vendor."""
    if created or raw or (update_fields is not None and "name" not in update_fields):
        return
    stale = []
    for contract in Contract.objects.filter(vendor=instance).select_related("vendor"):
        before = contract.search_text
        contract.fill_search_text()
        if contract.search_text != before:
            stale.append(contract)
    Contract.objects.bulk_update(stale, ["search_text"], batch_size=200)


@receiver(asset_gone, dispatch_uid="contracts.asset_gone")
def flag_what_is_paid_for_but_gone(sender, asset, previous, by, **kwargs):
    """Contracts that cover an asset note the same day that it left service: it is paid for and not live. (C7.)"""
    lines = Coverage.objects.in_force_on(calendars.today()).filter(asset=asset)
    for contract in Contract.objects.filter(terms__coverages__in=lines).distinct().defer("search_text", "notes"):
        record_event(contract, "covered_gone", by=by, changes={"asset": [asset.pk, asset.pk]})
