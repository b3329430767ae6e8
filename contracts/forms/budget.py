"""What comes in about budget lines."""

from django import forms
from django.utils.translation import gettext_lazy as _

from contracts.forms.common import currencies_of
from contracts.models import BudgetLine
from ui.forms import MoneyField, VersionedForm


class BudgetLineForm(VersionedForm):
    """A line of one fiscal year; instalments find it by its code."""

    identifiers = ("code",)
    allocated = MoneyField(label=_("Allocated"))
    currency = forms.ChoiceField(label=_("Currency"))

    class Meta:
        model = BudgetLine
        fields = ("fiscal_year", "code", "title", "allocated", "currency")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["currency"].choices = currencies_of(self.instance)
        self.fields["allocated"].currency = self.instance.currency

    def get_values(self):
        return {name: self.cleaned_data[name] for name in self._meta.fields}
