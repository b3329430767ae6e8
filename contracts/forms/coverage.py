"""What comes in about service levels and what is covered at them."""

import re
from decimal import Decimal

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from assets.forms import InTree
from assets.models import Asset, AssetModel, Location
from assets.picker import ModelField
from contracts.choices import CreditFor, CreditUnit
from contracts.forms.common import Amended, InCurrency
from contracts.forms.promises import percent
from contracts.models import ServiceLevel
from office.models import WorkingCalendar
from ui import text
from ui.forms import DayField, HouseForm, MoneyField

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


class LevelForm(Amended, InCurrency):
    """What the vendor promises at one level, in its own hours."""

    name_ar = forms.CharField(label=_("Arabic name"), max_length=120, required=False)
    name_en = forms.CharField(label=_("English name"), max_length=120, required=False)
    calendar = forms.ModelChoiceField(WorkingCalendar.objects.none(), label=_("Hours of the vendor"))
    response_minutes = HoursField(
        label=_("Answers within hours"), required=False, help_text=_("Counted in the hours above; 0.5 is half an hour.")
    )
    on_site_minutes = HoursField(label=_("Comes within hours"), required=False)
    restore_minutes = HoursField(label=_("Restores within hours"), required=False)
    on_site = forms.BooleanField(label=_("On site"), required=False)
    parts_included = forms.BooleanField(label=_("Spare parts included"), required=False)
    credit_amount = MoneyField(
        label=_("Credit for being late"),
        required=False,
        help_text=_("What the vendor owes for each hour or day by which a call is late; proposed, never charged."),
    )
    credit_unit = forms.ChoiceField(
        label=_("Credit for"), choices=CreditUnit.choices, initial=CreditUnit.HOUR, required=False
    )
    credit_for = forms.ChoiceField(
        label=_("Charged for"), choices=CreditFor.choices, initial=CreditFor.RESTORE, required=False
    )
    credit_cap = percent(_("At most per cent of the term's value, each call"), required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["calendar"].queryset = WorkingCalendar.objects.in_use()

    def clean(self):
        cleaned = super().clean()
        if not cleaned.get("name_ar") and not cleaned.get("name_en"):
            self.add_error("name_ar", ValidationError(_("Give it a name in one language at least."), code="name"))
        return cleaned

    def get_values(self):
        values = {name: value for name, value in self.cleaned_data.items() if name not in ("form_key", "amendment")}
        return values | {
            "credit_unit": values["credit_unit"] or CreditUnit.HOUR,
            "credit_for": values["credit_for"] or CreditFor.RESTORE,
        }


class CoverageForm(Amended, InCurrency):
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
    cost_share = MoneyField(
        label=_("Share of cost of each"),
        required=False,
        help_text=_("For a whole term; what begins later costs the part of it that is left."),
    )
    changes_value = forms.BooleanField(
        label=_("The value of the contract grows by as much"), required=False, initial=True
    )

    identifiers = ("tags",)
    ABOUT = ("level", "from_date", "to_date", "cost_share", "amendment", "changes_value")

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
        rest = {name: cleaned[name] for name in self.ABOUT if name in cleaned}
        return rest | {"things": [thing for thing in things if thing]}


class EndCoverageForm(Amended, HouseForm):
    submit_label = _("End the coverage")
    last_day = DayField(label=_("Last day covered"), help_text=_("It stays in the ledger up to this day."))
    changes_value = forms.BooleanField(
        label=_("The value of the contract falls by the part that is left"), required=False, initial=True
    )
