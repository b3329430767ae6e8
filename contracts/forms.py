"""What comes in about contracts, their terms, levels, coverage and decisions."""

import re
from decimal import Decimal

from crispy_forms.layout import Fieldset, Layout
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from assets.forms import InTree
from assets.models import Asset, AssetModel, Location
from assets.picker import ModelField
from contracts import terms
from contracts.choices import Decision, TermOrigin
from contracts.ladder import EARLIEST
from contracts.models import Contract, ReminderRule, ServiceLevel
from contracts.pickers import ContractField, VendorField, contracts_of
from office.models import WorkingCalendar
from people.models import Unit, User, Vendor
from ui import text
from ui.forms import DayField, HouseForm, MoneyField, PictureField, VersionedForm

CURRENCIES = ["JOD", "USD", "EUR", "GBP", "SAR", "AED", "KWD", "IQD", "EGP"]
MOST_TAGS = 500


class HoursField(forms.DecimalField):
    """A time typed in hours, as 4 or 0.5; cleaned to whole minutes."""

    def __init__(self, **options):
        super().__init__(min_value=Decimal("0.1"), max_value=8760, max_digits=6, decimal_places=2, **options)
        self.widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "dir": "ltr"})

    def clean(self, value):
        hours = super().clean(value)
        return None if hours is None else round(hours * 60)

    def prepare_value(self, value):
        return f"{Decimal(value) / 60:.2f}".rstrip("0").rstrip(".") if isinstance(value, int) else value


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
        fields["unit"].queryset = _with(self._units(by), contract.unit_id)
        managers = User.objects.visible_to(by).active().filter(is_manager=True).order_by("sort_key", "pk")
        for role in ("owner", "deputy"):
            fields[role].queryset = _with(managers, getattr(contract, f"{role}_id")).defer("search_text")
        fields["vendor"].queryset = _with(fields["vendor"].queryset, contract.vendor_id)
        fields["predecessor"].queryset = contracts_of(by).exclude(pk=contract.pk)
        known = [contract.currency] if contract.currency not in CURRENCIES else []
        fields["currency"].choices = [(code, code) for code in [*CURRENCIES, *known]]
        self.helper.layout = Layout(
            Fieldset(_("What was agreed, and with whom"), *self.what),
            Fieldset(_("Who answers for it"), *self.who),
            Fieldset(_("Term and value"), *self.when, "currency", *self.paid),
            Fieldset(_("How it ends or goes on"), *self.how_it_ends),
            "notes",
            *[name for name in ("version", "form_key") if name in fields],
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
        if cleaned.get("notice_value") is None:
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


class InCurrency(HouseForm):
    """Base of the forms with amounts of one contract; currency: its code."""

    def __init__(self, *args, currency, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, MoneyField):
                field.currency = currency


class TermForm(InCurrency):
    """The dates and the value of a term that is there."""

    start = DayField(label=_("Start date"))
    end = DayField(label=_("End date"), help_text=_("The last day, included."))
    value = MoneyField(label=_("Contract value"), required=False)


class NextTermForm(InCurrency):
    """The term that follows the last one."""

    submit_label = _("Add the term")
    origin = forms.ChoiceField(
        label=_("What is it?"),
        choices=[(one.value, one.label) for one in (TermOrigin.RENEWAL, TermOrigin.EXTENSION)],
        widget=forms.RadioSelect,
        initial=TermOrigin.RENEWAL,
    )
    end = DayField(label=_("End date"), help_text=_("The last day, included."))
    value = MoneyField(label=_("Contract value"), required=False)


class DecisionForm(InCurrency):
    """What is decided about the latest term, and why. may_add_term: whether a renewal may add the next term at once."""

    submit_label = _("Record the decision")
    decision = forms.ChoiceField(label=_("Decision"), choices=Decision.choices, widget=forms.RadioSelect)
    reason = forms.CharField(label=_("Reason"), max_length=4000, widget=forms.Textarea(attrs={"rows": 4}))
    notice_sent_on = DayField(
        label=_("Notice sent on"),
        required=False,
        help_text=_("When the vendor was told in writing. It stops a contract that renews itself."),
    )
    new_end = DayField(
        label=_("The new term ends on"), required=False, help_text=_("Left empty, the next term is added later.")
    )
    new_value = MoneyField(label=_("Value of the new term"), required=False)

    def __init__(self, *args, may_add_term, **kwargs):
        super().__init__(*args, **kwargs)
        if not may_add_term:
            del self.fields["new_end"], self.fields["new_value"]

    def get_act(self):
        """Arguments of the action; a new term belongs to the decision to renew only."""
        cleaned = dict(self.cleaned_data)
        cleaned.pop("form_key", None)
        if cleaned["decision"] != Decision.RENEW:
            cleaned.pop("new_end", None)
            cleaned.pop("new_value", None)
        return cleaned


class LevelForm(HouseForm):
    """What the vendor promises at one level, in its own hours."""

    name_ar = forms.CharField(label=_("Arabic name"), max_length=120, required=False)
    name_en = forms.CharField(label=_("English name"), max_length=120, required=False)
    calendar = forms.ModelChoiceField(WorkingCalendar.objects.none(), label=_("Hours of the vendor"))
    response_minutes = HoursField(
        label=_("Answers within hours"), required=False, help_text=_("Counted in the hours above; 0.5 is half an hour.")
    )
    restore_minutes = HoursField(label=_("Restores within hours"), required=False)
    on_site = forms.BooleanField(label=_("On site"), required=False)
    parts_included = forms.BooleanField(label=_("Spare parts included"), required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["calendar"].queryset = WorkingCalendar.objects.in_use()

    def clean(self):
        cleaned = super().clean()
        if not cleaned.get("name_ar") and not cleaned.get("name_en"):
            self.add_error("name_ar", ValidationError(_("Give it a name in one language at least."), code="name"))
        return cleaned

    def get_values(self):
        return {name: value for name, value in self.cleaned_data.items() if name != "form_key"}


class CoverageForm(InCurrency):
    """What is put under a contract: assets by their tags, a model, or a place, at a level, for some days."""

    submit_label = _("Put under the contract")
    level = forms.ModelChoiceField(ServiceLevel.objects.none(), label=_("Service level"))
    tags = forms.CharField(
        label=_("Asset tags"),
        required=False,
        max_length=20000,
        widget=forms.Textarea(attrs={"rows": 5, "dir": "ltr"}),
        help_text=_("One a line, or with commas; a serial number does as well."),
    )
    model = ModelField(
        AssetModel.objects.in_use(), label=_("All of a model"), required=False, help_text=_("Type maker and model.")
    )
    location = InTree(Location.objects.none(), label=_("Everything at a location"), required=False)
    from_date = DayField(label=_("From date"))
    to_date = DayField(label=_("To date"), help_text=_("That day included."))
    cost_share = MoneyField(label=_("Share of cost of each"), required=False)

    def __init__(self, *args, contract, by, **kwargs):
        super().__init__(*args, currency=contract.currency, **kwargs)
        self.by = by
        self.fields["level"].queryset = contract.levels.all()
        self.fields["location"].queryset = Location.objects.visible_to(by).in_use()

    def clean_tags(self):
        """[Asset] of the tags and serial numbers typed; each unknown one is named."""
        typed = [
            text.ascii_digits(text.strip_bidi(word)).strip() for word in re.split(r"[\n,;،]", self.cleaned_data["tags"])
        ]
        typed = list(dict.fromkeys(word for word in typed if word))
        if len(typed) > MOST_TAGS:
            raise ValidationError(_("At most %(most)d tags at once."), code="too_many", params={"most": MOST_TAGS})
        assets = Asset.objects.visible_to(self.by).defer("search_text", "notes")
        known = {asset.tag: asset for asset in assets.filter(tag__in=typed)} if typed else {}
        rest = [word for word in typed if word not in known]
        serials = {asset.serial_number: asset for asset in assets.filter(serial_number__in=rest)} if rest else {}
        if unknown := [word for word in rest if word not in serials]:
            raise ValidationError(
                _("Not in the register: %(tags)s."),
                code="unknown",
                params={"tags": gettext(", ").join(text.isolate(word[:60]) for word in unknown[:10])},
            )
        return list({**known, **serials}.values())

    def clean(self):
        cleaned = super().clean()
        chosen = [*(cleaned.get("tags") or []), cleaned.get("model"), cleaned.get("location")]
        if not any(chosen) and not {"tags", "model", "location"} & set(self.errors):
            self.add_error("tags", ValidationError(_("Say what is to be covered."), code="required"))
        return cleaned

    def get_act(self):
        cleaned = self.cleaned_data
        things = [*cleaned["tags"], cleaned["model"], cleaned["location"]]
        rest = {name: cleaned[name] for name in ("level", "from_date", "to_date", "cost_share")}
        return rest | {"things": [thing for thing in things if thing]}


class EndCoverageForm(HouseForm):
    submit_label = _("End the coverage")
    last_day = DayField(label=_("Last day covered"), help_text=_("It stays in the ledger up to this day."))


class SuspendForm(HouseForm):
    submit_label = _("Suspend the contract")
    reason = forms.CharField(label=_("Reason"), max_length=4000, widget=forms.Textarea(attrs={"rows": 3}))


class RejectForm(HouseForm):
    submit_label = _("Send it back")
    reason = forms.CharField(label=_("Reason"), max_length=4000, widget=forms.Textarea(attrs={"rows": 3}))


class TerminateForm(HouseForm):
    submit_label = _("Terminate the contract")
    on = DayField(label=_("Terminated as of"), help_text=_("The first day on which nothing is covered any more."))
    reason = forms.CharField(label=_("Reason"), max_length=4000, widget=forms.Textarea(attrs={"rows": 3}))


class PaperForm(HouseForm):
    submit_label = _("Attach the paper")
    paper = PictureField(label=_("Paper"), help_text=_("The signed contract, an annex, the notice as it was sent."))


class RuleForm(VersionedForm):
    """The days before decide-by on which somebody is reminded; `rungs` is typed as numbers with commas."""

    rungs = forms.CharField(
        label=_("Days before decide-by"),
        max_length=400,
        help_text=_("Numbers of days with commas, as 180, 120, 90, 60, 30, 14, 7, 0."),
        widget=forms.TextInput(attrs={"dir": "ltr"}),
    )

    class Meta:
        model = ReminderRule
        fields = ("type", "rungs", "repeat_days", "repeat_at_most", "climb_after")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.contract_id:
            del self.fields["type"]
        if isinstance(self.initial.get("rungs"), list):
            self.initial["rungs"] = ", ".join(str(rung) for rung in self.initial["rungs"])

    def clean_rungs(self):
        """Whole numbers from 0 to EARLIEST, the earliest first."""
        typed = re.split(r"[\s,;،]+", text.ascii_digits(text.strip_bidi(self.cleaned_data["rungs"])).strip(" ,;،"))
        if not all(word.isascii() and word.isdigit() and len(word) < 5 and int(word) <= EARLIEST for word in typed):
            raise ValidationError(_("Give whole numbers of days between 0 and 730."), code="rungs")
        if len(typed) > 30:
            raise ValidationError(_("At most %(most)d reminders before the date."), code="many", params={"most": 30})
        return sorted({int(word) for word in typed}, reverse=True)

    def get_values(self):
        names = ("type", "rungs", "repeat_days", "repeat_at_most", "climb_after")
        return {name: self.cleaned_data[name] for name in names if name in self.cleaned_data}


def _with(queryset, pk):
    """What may be chosen, and what is chosen already though it is out of use by now."""
    return queryset | queryset.model._default_manager.filter(pk=pk) if pk else queryset
