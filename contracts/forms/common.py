"""What the forms of this room share: amounts in one currency, the amendment they belong to, what may be chosen."""

from django import forms
from django.utils.translation import gettext_lazy as _

from ui.forms import HouseForm, MoneyField

CURRENCIES = ["JOD", "USD", "EUR", "GBP", "SAR", "AED", "KWD", "IQD", "EGP"]


class Amended:
    """Base of the forms by which a contract in force changes: they name the amendment.

    amendments: those to choose from, the newest first; None for a draft, which needs none.
    """

    def __init__(self, *args, amendments=None, **kwargs):
        super().__init__(*args, **kwargs)
        if amendments is None:
            for name in ("amendment", "changes_value"):
                self.fields.pop(name, None)
            return
        newest = amendments.first()
        field = forms.ModelChoiceField(amendments, label=_("By amendment"), initial=newest, empty_label=None)
        self.fields = {"amendment": field, **self.fields}


class InCurrency(HouseForm):
    """Base of the forms with amounts of one contract; currency: its code."""

    def __init__(self, *args, currency, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, MoneyField):
                field.currency = currency


def currencies_of(contract):
    known = [contract.currency] if contract.currency not in CURRENCIES else []
    return [(code, code) for code in [*CURRENCIES, *known]]


def choosable(queryset, pk):
    """What may be chosen, and what is chosen already though it is out of use by now."""
    return queryset | queryset.model._default_manager.filter(pk=pk) if pk else queryset
