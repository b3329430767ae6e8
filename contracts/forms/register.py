"""What comes in about contracts and the conditions agreed."""

from crispy_forms.layout import Fieldset, Layout
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from assets.forms import InTree
from contracts import terms
from contracts.actions.register import CONDITIONS
from contracts.choices import BEFORE_FORCE
from contracts.forms.common import Amended, choosable, currencies_of
from contracts.models import Contract
from contracts.pickers import ContractField, VendorField, contracts_of
from office.calendars import today
from people.models import Unit, User, Vendor
from ui.forms import DayField, HouseForm, MoneyField, PictureField, VersionedForm


class ContractForm(VersionedForm):
    """A contract without its terms; `by` is who edits it."""

    identifiers = ("number",)
    number = forms.CharField(
        label=_("Contract number"),
        max_length=60,
        required=False,
        help_text=_("As on the paper; left empty, it takes the next one of the year."),
    )
    vendor = VendorField(Vendor.objects.in_use(), label=_("Vendor"), help_text=_("Type the first letters of the name."))
    unit = InTree(Unit.objects.none(), label=_("Responsible unit"))
    owner = forms.ModelChoiceField(
        User.objects.none(), label=_("Owner"), required=False, help_text=_("Gets the reminders, and decides.")
    )
    deputy = forms.ModelChoiceField(
        User.objects.none(),
        label=_("Deputy"),
        required=False,
        help_text=_("Gets them when the owner is absent or says nothing."),
    )
    currency = forms.ChoiceField(label=_("Currency"))
    signed_on = DayField(label=_("Signed on"), required=False)
    last_possible_end = DayField(
        label=_("Last possible end"), required=False, help_text=_("When every renewal it allows has been used.")
    )
    predecessor = ContractField(Contract.objects.none(), label=_("Predecessor contract"), required=False)

    class Meta:
        model = Contract
        fields = (
            "number",
            "title",
            "vendor",
            "type",
            "unit",
            "owner",
            "deputy",
            "payer",
            "beneficiary",
            "currency",
            "signed_on",
            "renewal",
            "renewal_months",
            "max_renewals",
            "notice_value",
            "notice_unit",
            "lead_days",
            "last_possible_end",
            "predecessor",
            "notes",
        )

    what = ("number", "title", "vendor", "type", "predecessor")
    who = ("unit", "owner", "deputy")
    paid = ("payer", "beneficiary")
    when = ("signed_on",)
    how_it_ends = (
        "renewal",
        "renewal_months",
        "max_renewals",
        "last_possible_end",
        "notice_value",
        "notice_unit",
        "lead_days",
    )

    def __init__(self, *args, by, **kwargs):
        super().__init__(*args, **kwargs)
        fields, contract = self.fields, self.instance
        fields["unit"].queryset = choosable(self._units(by), contract.unit_id)
        managers = User.objects.visible_to(by).active().filter(is_manager=True).order_by("sort_key", "pk")
        for role in ("owner", "deputy"):
            fields[role].queryset = choosable(managers, getattr(contract, f"{role}_id")).defer("search_text")
        fields["vendor"].queryset = choosable(fields["vendor"].queryset, contract.vendor_id)
        fields["predecessor"].queryset = contracts_of(by).exclude(pk=contract.pk)
        fields["currency"].choices = currencies_of(contract)
        if contract.pk and contract.state not in BEFORE_FORCE:
            for name in CONDITIONS:  # by an amendment only
                del fields[name]
        self._lay_out()

    def _lay_out(self):
        parts = (
            (_("What was agreed, and with whom"), self.what),
            (_("Who answers for it"), self.who),
            (_("Term and value"), (*self.when, "currency", *self.paid)),
            (_("How it ends or goes on"), self.how_it_ends),
        )
        rest = ("notes", "version", "form_key")
        self.helper.layout = Layout(
            *[Fieldset(title, *[name for name in names if name in self.fields]) for title, names in parts],
            *[name for name in rest if name in self.fields],
        )

    def _units(self, by):
        """The own unit and what is below it."""
        if by.unit_id is None:
            return Unit.objects.none()
        return Unit.objects.visible_to(by).in_use().below(by.unit)

    def clean_number(self):
        number = self.cleaned_data["number"]
        if not number and self.instance.pk:
            raise ValidationError(_("Give the number."), code="required")
        return number

    def clean(self):
        cleaned = super().clean()
        if "notice_unit" in self.fields and cleaned.get("notice_value") is None:
            cleaned["notice_unit"] = self.instance.notice_unit
        return cleaned

    def get_values(self):
        return {name: self.cleaned_data[name] for name in self.Meta.fields if name in self.cleaned_data}


class NewContractForm(ContractForm):
    """The same for a new contract, with its first term: an end, or so many months."""

    submit_label = _("Enter the contract")
    start = DayField(label=_("Start date"))
    months = forms.IntegerField(label=_("Runs for months"), required=False, initial=12, min_value=1, max_value=600)
    end = DayField(
        label=_("End date"),
        required=False,
        help_text=_("The last day, included. Left empty, it follows from the months."),
    )
    value = MoneyField(label=_("Contract value"), required=False, currency="")
    when = ("start", "months", "end", "value", "signed_on")

    def clean(self):
        cleaned = super().clean()
        start, end, months = (cleaned.get(name) for name in ("start", "end", "months"))
        if not start or "end" in self.errors or "months" in self.errors:
            return cleaned
        if end is None and months is None:
            self.add_error("end", ValidationError(_("Give the end, or for how many months it runs."), code="required"))
        elif end is None:
            cleaned["end"] = terms.term_end(start, months)
        elif end < start:
            self.add_error("end", ValidationError(_("The end must not be before the start."), code="backwards"))
        return cleaned

    def get_term(self):
        return {name: self.cleaned_data[name] for name in ("start", "end", "value")}


class AmendmentForm(HouseForm):
    """The paper of an amendment; what it changes is changed by it afterwards."""

    submit_label = _("Write the amendment")
    dated = DayField(label=_("Dated"), help_text=_("The day on the paper."))
    effective = DayField(label=_("In effect from"), help_text=_("The first day on which it holds."))
    reason = forms.CharField(label=_("Reason"), max_length=4000, widget=forms.Textarea(attrs={"rows": 3}))
    document = PictureField(label=_("Signed paper"))


class ConditionsForm(Amended, VersionedForm):
    """What was agreed besides value, dates, levels and coverage; `by` is who changes it."""

    vendor = VendorField(Vendor.objects.in_use(), label=_("Vendor"), help_text=_("Type the first letters of the name."))
    currency = forms.ChoiceField(label=_("Currency"))
    last_possible_end = DayField(label=_("Last possible end"), required=False)

    class Meta:
        model = Contract
        fields = CONDITIONS

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        contract = self.instance
        self.fields["vendor"].queryset = choosable(self.fields["vendor"].queryset, contract.vendor_id)
        self.fields["currency"].choices = currencies_of(contract)

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("notice_value") is None:
            cleaned["notice_unit"] = self.instance.notice_unit
        return cleaned

    def get_values(self):
        return {name: self.cleaned_data[name] for name in CONDITIONS if name in self.cleaned_data}


class DayForm(HouseForm):
    """One day to look at."""

    has_form_key = False
    submit_label = _("Show")
    day = DayField(label=_("As of"))


class PastDayForm(DayForm):
    """One day to look back from."""

    def clean_day(self):
        day = self.cleaned_data["day"]
        if day > today():
            raise ValidationError(_("This day has not come yet."), code="future")
        return day
