"""Boxes to name a vendor or another contract in, with suggestions while one types; they work without scripts too."""

from assets.picker import SUGGESTIONS, PickField
from contracts.models import Contract
from office import search
from office.fold import fold
from people.models import Vendor
from ui import text


class VendorField(PickField):
    """A vendor by its name."""

    source = "pick_vendor"

    def label_of(self, row):
        return row.name

    def find(self, typed):
        return find_vendors(typed, self.queryset)


class ContractField(PickField):
    """Another contract by its number or title."""

    source = "pick_contract"

    def label_of(self, row):
        return str(row)

    def find(self, typed):
        return find_contracts(typed, self.queryset)


def find_vendors(typed, queryset=None):
    rows = (Vendor.objects.in_use() if queryset is None else queryset).defer("search_text", "notes")
    known = list(rows.filter(folded_name=fold(typed)[:200])[:1])
    return known or search.find(rows, typed, SUGGESTIONS)


def find_contracts(typed, queryset):
    rows = queryset.defer("search_text", "notes")
    number = text.ascii_digits(typed.split(" · ")[0]).strip()
    return list(rows.filter(number=number)[:2]) or search.find(rows, typed.replace(" · ", " "), SUGGESTIONS)


def contracts_of(user):
    return Contract.objects.visible_to(user)
