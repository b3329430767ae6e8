"""What comes in about a renewal case: criteria, members, offers, marks, recommendation, votes, the successor."""

from decimal import Decimal

from crispy_forms.layout import Fieldset, Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from contracts.choices import CriterionKind, Decision, Vote
from contracts.forms.common import InCurrency
from contracts.forms.promises import percent
from contracts.models import Offer
from contracts.pickers import VendorField
from people.models import Vendor
from people.picker import PersonField
from ui.forms import DayField, HouseForm, MoneyField, PictureField

FIL = Decimal("0.001")
LONG = {"max_length": 4000, "widget": forms.Textarea(attrs={"rows": 3})}


class CriterionForm(HouseForm):
    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=CriterionKind.choices,
        initial=CriterionKind.TECHNICAL,
        widget=forms.RadioSelect,
        help_text=_("Members mark the technical ones; the financial one is computed from the price."),
    )
    name_ar = forms.CharField(label=_("Arabic name"), max_length=120, required=False)
    name_en = forms.CharField(label=_("English name"), max_length=120, required=False)
    weight = percent(_("Weight, per cent"))

    def get_values(self):
        return {name: self.cleaned_data[name] for name in ("kind", "name_ar", "name_en", "weight")}


class MemberForm(HouseForm):
    """A seat on the committee; `by` is who gives it."""

    submit_label = _("Add the member")
    person = PersonField(label=_("Member"), help_text=_("Type a name, an employee number or an extension."))
    is_chair = forms.BooleanField(label=_("Chairs the committee"), required=False)

    def __init__(self, *args, by, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["person"].offer(by)


class OfferForm(InCurrency):
    """An offer as it comes in; sealed: it is in already, and its price is typed only to be corrected."""

    submit_label = _("Enter the offer")
    vendor = VendorField(Vendor.objects.in_use(), label=_("Vendor"), help_text=_("Type the first letters of the name."))
    received_on = DayField(label=_("Received on"))
    valid_until = DayField(label=_("Valid until"))
    level = forms.CharField(label=_("Service level"), max_length=200, required=False)
    response_minutes = forms.IntegerField(
        label=_("Response within minutes"), required=False, min_value=1, max_value=1_000_000
    )
    restore_minutes = forms.IntegerField(
        label=_("Restored within minutes"), required=False, min_value=1, max_value=1_000_000
    )
    visits_per_year = forms.IntegerField(label=_("Preventive visits a year"), required=False, min_value=0, max_value=52)
    on_site = forms.BooleanField(label=_("On site"), required=False)
    parts_included = forms.BooleanField(label=_("Spare parts included"), required=False)
    exclusions = forms.CharField(label=_("Exclusions"), required=False, **LONG)
    document = PictureField(label=_("Technical offer"), required=False)
    price_per_year = MoneyField(label=_("Price a year"), min_value=FIL)
    price_document = PictureField(label=_("Financial offer"), required=False)

    technical = (
        "vendor",
        "received_on",
        "valid_until",
        "level",
        "response_minutes",
        "restore_minutes",
        "visits_per_year",
        "on_site",
        "parts_included",
        "exclusions",
        "document",
    )
    financial = ("price_per_year", "price_document")

    def __init__(self, *args, sealed=False, **kwargs):
        super().__init__(*args, **kwargs)
        price = self.fields["price_per_year"]
        price.required = not sealed
        price.help_text = _(
            "Sealed as soon as you save: nobody sees it, you neither, until every member has locked the marks."
        )
        if sealed:
            price.help_text = _("It is sealed. Leave this empty, or type the price anew to correct it.")
        self.helper.layout = Layout(
            Fieldset(_("Technical offer"), *self.technical), Fieldset(_("Financial offer"), *self.financial), "form_key"
        )

    def get_act(self):
        cleaned = {name: value for name, value in self.cleaned_data.items() if name != "form_key"}
        apart = {name: cleaned.pop(name) for name in ("document", *self.financial)}
        return {"values": cleaned, **apart}


class MarksForm(HouseForm):
    """The points of one member: a box for each offer by each technical criterion, named `p<offer>_<criterion>`."""

    submit_label = _("Keep the marks")

    def __init__(self, *args, offers, criteria, given, **kwargs):
        self.offers, self.criteria = offers, criteria
        super().__init__(*args, **kwargs)
        for offer in offers:
            for criterion in criteria:
                name = self.box(offer, criterion)
                field = percent(f"{offer} · {criterion}", required=False)
                field.initial = given.get((offer.pk, criterion.pk))
                self.fields[name] = field
                self._prepare(name, field)

    @staticmethod
    def box(offer, criterion):
        return f"p{offer.pk}_{criterion.pk}"

    def rows(self):
        """[(criterion, [(offer, its bound box)])]."""
        return [(one, [(offer, self[self.box(offer, one)]) for offer in self.offers]) for one in self.criteria]

    def get_points(self):
        return {
            (offer.pk, criterion.pk): self.cleaned_data.get(self.box(offer, criterion))
            for offer in self.offers
            for criterion in self.criteria
        }


class RecommendForm(HouseForm):
    """offers: those in the study."""

    submit_label = _("Recommend")
    offer = forms.ModelChoiceField(
        Offer.objects.none(), label=_("Recommended offer"), widget=forms.RadioSelect, empty_label=None
    )
    reason = forms.CharField(label=_("Reason"), **LONG)
    minutes = forms.CharField(
        label=_("Minutes of the committee"),
        max_length=20000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("As text, as a signed paper, or both."),
    )
    document = PictureField(label=_("Signed minutes"), required=False)

    def __init__(self, *args, offers, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["offer"].queryset = offers

    def get_act(self):
        return {name: self.cleaned_data[name] for name in ("offer", "reason", "minutes", "document")}


class VoteForm(HouseForm):
    submit_label = _("Vote")
    vote = forms.ChoiceField(label=_("Your vote"), choices=Vote.choices, widget=forms.RadioSelect)
    remark = forms.CharField(label=_("Remark"), required=False, **LONG)


class AwardForm(HouseForm):
    """decides: whether the contract still waits for its decision, which the award is then."""

    submit_label = _("Award")
    decision = forms.ChoiceField(
        label=_("What does that decide about the contract?"),
        choices=[(one.value, one.label) for one in (Decision.RENEW, Decision.RENEGOTIATE, Decision.RETENDER)],
        widget=forms.RadioSelect,
    )

    def __init__(self, *args, decides, **kwargs):
        super().__init__(*args, **kwargs)
        if not decides:
            del self.fields["decision"]


class SuccessorForm(InCurrency):
    """The draft that follows an award: its first term, and what it covers, line by line.

    lines, gone, additions: [(key, words)] of what goes over, of what left service, and of what would fit.
    """

    submit_label = _("Make the draft")
    identifiers = ("number",)
    number = forms.CharField(
        label=_("Contract number"),
        max_length=60,
        required=False,
        help_text=_("As on the paper; left empty, it takes the next one of the year."),
    )
    title = forms.CharField(label=_("Title"), max_length=300)
    start = DayField(label=_("Start date"))
    end = DayField(label=_("End date"), help_text=_("The last day, included."))
    value = MoneyField(label=_("Contract value"), required=False)
    carry = forms.MultipleChoiceField(
        label=_("Goes over; untick what to drop"), required=False, widget=forms.CheckboxSelectMultiple
    )
    carry_gone = forms.MultipleChoiceField(
        label=_("Dropped, not in service any more; tick what to cover all the same"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    take_in = forms.MultipleChoiceField(
        label=_("Like what is covered, and not covered yet; tick what to add"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args, lines, gone, additions, **kwargs):
        super().__init__(*args, **kwargs)
        for name, choices in (("carry", lines), ("carry_gone", gone), ("take_in", additions)):
            self.fields[name].choices = choices
            if not choices:
                del self.fields[name]
        if "carry" in self.fields:
            self.fields["carry"].initial = [key for key, _words in lines]

    def chosen(self, name):
        """The keys ticked in one of the lists."""
        return {int(key) for key in self.cleaned_data.get(name, ())}

    def get_values(self):
        return {name: self.cleaned_data[name] for name in ("number", "title", "start", "end", "value")}
