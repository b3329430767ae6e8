"""What comes in about promises, obligations, instalments and penalties."""

from decimal import Decimal

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from contracts.choices import ObligationKind, ObligationState, SecurityKind, SecurityState
from contracts.forms.common import Amended, InCurrency
from ui import text
from ui.forms import DayField, HouseForm, MoneyField, PictureField

OUTCOMES = (ObligationState.MET, ObligationState.PARTIALLY_MET, ObligationState.NOT_MET)


def percent(label, **options):
    """A box for a rate between 0 and 100."""
    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "dir": "ltr"})
    return forms.DecimalField(
        label=label, min_value=0, max_value=100, max_digits=5, decimal_places=2, widget=widget, **options
    )


class PromiseForm(Amended, InCurrency):
    submit_label = _("Write the promise down")
    kind = forms.ChoiceField(label=_("Kind"), choices=ObligationKind.choices)
    title = forms.CharField(label=_("Title"), max_length=200, required=False)
    per_year = forms.IntegerField(label=_("Times a year"), min_value=1, max_value=52, initial=4)
    penalty_per_day = MoneyField(label=_("Penalty for each day late"), required=False)
    penalty_cap = percent(_("At most per cent of the term's value"), required=False, initial=10)

    def get_act(self):
        cleaned = {name: value for name, value in self.cleaned_data.items() if name != "form_key"}
        amendment = cleaned.pop("amendment", None)
        return {"values": cleaned, "amendment": amendment}


class MeetForm(HouseForm):
    submit_label = _("Record it")
    state = forms.ChoiceField(
        label=_("What came of it?"),
        choices=[(state.value, state.label) for state in OUTCOMES],
        widget=forms.RadioSelect,
        initial=ObligationState.MET,
    )
    met_on = DayField(label=_("Done on"), required=False)
    evidence = PictureField(
        label=_("Evidence"), required=False, help_text=_("The signed report of the visit, or a picture.")
    )
    remark = forms.CharField(
        label=_("Remark"), max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


class ReasonForm(HouseForm):
    """Whatever asks for a reason and nothing else."""

    reason = forms.CharField(label=_("Reason"), max_length=4000, widget=forms.Textarea(attrs={"rows": 3}))


class InstalmentsForm(HouseForm):
    submit_label = _("Plan the instalments")
    count = forms.IntegerField(label=_("Number of instalments"), min_value=1, max_value=60, initial=4)
    tax_percent = percent(_("Tax rate, per cent"))
    retention_percent = percent(_("Retention, per cent"), help_text=_("Kept back of each until the final acceptance."))
    budget_line = forms.CharField(label=_("Budget item"), max_length=60, required=False)
    depends = forms.BooleanField(
        label=_("Each is paid only when what falls due before it is met"), required=False, initial=True
    )
    identifiers = ("budget_line",)

    def __init__(self, *args, lines=(), **kwargs):
        super().__init__(*args, **kwargs)
        if lines:
            known = ", ".join(f"{text.isolate(line.code)} {text.isolate_text(line.title)}" for line in lines)
            self.fields["budget_line"].help_text = _("Of the budget: %(lines)s") % {"lines": known}
        self.fields["tax_percent"].initial = Decimal(settings.CONTRACT_TAX_PERCENT)
        self.fields["retention_percent"].initial = Decimal(settings.CONTRACT_RETENTION_PERCENT)


class InvoiceForm(HouseForm):
    submit_label = _("Record the invoice")
    identifiers = ("invoice_number", "e_invoice_number")
    invoice_number = forms.CharField(label=_("Invoice number"), max_length=60)
    e_invoice_number = forms.CharField(label=_("National e-invoice number"), max_length=60, required=False)


class SecurityForm(InCurrency):
    """A security as it is lodged."""

    submit_label = _("Lodge the security")
    identifiers = ("number",)
    kind = forms.ChoiceField(label=_("Kind"), choices=SecurityKind.choices, initial=SecurityKind.PERFORMANCE)
    amount = MoneyField(
        label=_("Amount"),
        required=False,
        help_text=_("Left empty: bid 3, performance 10, maintenance 5 per cent of the value, as set for this house."),
    )
    bank = forms.CharField(label=_("Bank"), max_length=120, required=False)
    number = forms.CharField(label=_("Number of the guarantee"), max_length=60, required=False)
    valid_until = DayField(label=_("Valid until"))


class ExtendForm(HouseForm):
    submit_label = _("Extend")
    valid_until = DayField(label=_("Valid until"))


class SettleForm(HouseForm):
    submit_label = _("Settle")
    state = forms.ChoiceField(
        label=_("What becomes of it?"),
        choices=[(state.value, state.label) for state in (SecurityState.RETURNED, SecurityState.CALLED)],
        widget=forms.RadioSelect,
        initial=SecurityState.RETURNED,
    )
    reason = forms.CharField(label=_("Reason"), max_length=4000, widget=forms.Textarea)


class PayForm(HouseForm):
    submit_label = _("Record the payment")
    paid_on = DayField(label=_("Paid on"))
