"""What happens here when something changes in a room below."""

from django.db.models.signals import post_save
from django.dispatch import receiver

from contracts.models import Contract
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
