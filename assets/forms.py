"""What comes in about assets and their custody."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from assets.actions.custody import AFTER_RETURN
from assets.actions.register import INITIAL
from assets.choices import TRANSITIONS, AssetState
from assets.models import Asset, AssetCategory, AssetModel, Location
from assets.permissions import can_edit_cost
from assets.picker import AssetField, ModelField
from people.models import Unit, Vendor
from people.picker import PersonField
from ui.forms import DayField, HouseForm, MoneyField, VersionedForm

RECEIVERS = [("person", _("A person")), ("unit", _("A unit")), ("vendor", _("A vendor"))]


class InTree(forms.ModelChoiceField):
    """A place or unit; what belongs to another stands below it, a step further in."""

    def label_from_instance(self, row):
        return f"{'   ' * max(0, row.path.strip('/').count('/'))}{row}"


class AssetForm(VersionedForm):
    """An asset; `by` is who edits it. The cost shows to those who may set it."""

    identifiers = ("tag", "serial_number", "order_number")
    model = ModelField(AssetModel.objects.in_use(), label=_("Model"), required=False)
    unit = InTree(Unit.objects.none(), label=_("Unit"), required=False)
    location = InTree(Location.objects.none(), label=_("Location"), required=False)
    parent = AssetField(Asset.objects.none(), label=_("Part of"), required=False)
    purchase_date = DayField(label=_("Purchase date"), required=False)
    in_service_date = DayField(label=_("In service since"), required=False)
    purchase_cost = MoneyField(label=_("Purchase cost"), required=False)
    warranty_start = DayField(label=_("Warranty from"), required=False)
    warranty_end = DayField(label=_("Warranty until"), required=False, help_text=_("That day included."))

    class Meta:
        model = Asset
        fields = (
            "category",
            "model",
            "name",
            "tag",
            "serial_number",
            "criticality",
            "unit",
            "location",
            "parent",
            "supplier",
            "order_number",
            "purchase_date",
            "in_service_date",
            "purchase_cost",
            "warranty_start",
            "warranty_end",
            "needs_support",
            "notes",
        )

    def __init__(self, *args, by, **kwargs):
        super().__init__(*args, **kwargs)
        fields = self.fields
        fields["category"].required = False  # the model may know it
        fields["category"].queryset = _and_chosen(AssetCategory.objects.in_use(), self.instance.category_id)
        fields["model"].queryset = _and_chosen(fields["model"].queryset, self.instance.model_id)
        fields["unit"].queryset = _and_chosen(Unit.objects.visible_to(by).in_use(), self.instance.unit_id)
        places = Location.objects.visible_to(by).in_use()
        fields["location"].queryset = _and_chosen(places, self.instance.location_id)
        fields["supplier"].queryset = _and_chosen(
            Vendor.objects.in_use().order_by("sort_key"), self.instance.supplier_id
        )
        fields["parent"].queryset = Asset.objects.visible_to(by).exclude(pk=self.instance.pk)
        if not can_edit_cost(by):
            del fields["purchase_cost"]

    def clean(self):
        cleaned = super().clean()
        model = cleaned.get("model")
        if not cleaned.get("category") and "category" not in self.errors:
            cleaned["category"] = model and model.category
            if not cleaned["category"]:
                self.add_error("category", ValidationError(_("Choose a category."), code="required"))
        return cleaned

    def get_values(self):
        return {name: self.cleaned_data[name] for name in self.Meta.fields if name in self.cleaned_data}


class NewAssetForm(AssetForm):
    """The same for a new asset, with the state it enters the register in."""

    submit_label = _("Register the asset")
    field_order = ("category", "model", "name", "state", "tag", "serial_number")
    state = forms.ChoiceField(
        label=_("State"), initial=AssetState.IN_STORE, choices=[(s.value, s.label) for s in AssetState if s in INITIAL]
    )


class HandOverForm(HouseForm):
    """Who receives an asset: one person, one unit or one vendor."""

    submit_label = _("Hand over")
    kind = forms.ChoiceField(label=_("Who receives it?"), choices=RECEIVERS, initial="person", widget=forms.RadioSelect)
    person = PersonField(
        label=_("Person"), required=False, help_text=_("Type a name, an employee number or an extension.")
    )
    unit = InTree(Unit.objects.none(), label=_("Unit"), required=False)
    vendor = forms.ModelChoiceField(Vendor.objects.none(), label=_("Vendor"), required=False)
    loan = forms.BooleanField(label=_("On loan: it comes back soon"), required=False)
    reason = forms.CharField(label=_("Reason"), max_length=200, required=False)
    condition = forms.CharField(
        label=_("Condition"), max_length=200, required=False, help_text=_("What one sees: scratches, missing parts …")
    )

    def __init__(self, *args, by, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["person"].offer(by)
        self.fields["unit"].queryset = Unit.objects.visible_to(by).in_use()
        self.fields["vendor"].queryset = Vendor.objects.visible_to(by).in_use().order_by("sort_key")

    def clean(self):
        cleaned = super().clean()
        kind = cleaned.get("kind")
        if kind and kind not in self.errors and not cleaned.get(kind):
            self.add_error(kind, ValidationError(_("Choose who receives it."), code="required"))
        return cleaned

    def get_act(self):
        """Arguments of the action."""
        chosen = {name: self.cleaned_data[name] for name in ("reason", "condition")}
        kind = self.cleaned_data["kind"]
        return chosen | {"to": self.cleaned_data[kind], "loan": self.cleaned_data["loan"] and kind != "vendor"}


class TakeBackForm(HouseForm):
    """How an asset came back, and what it is now."""

    submit_label = _("Take back")
    condition = forms.CharField(label=_("Condition"), max_length=200, required=False)
    state = forms.ChoiceField(label=_("Afterwards it is"), widget=forms.RadioSelect)

    def __init__(self, *args, asset, **kwargs):
        super().__init__(*args, **kwargs)
        possible = [s for s in AFTER_RETURN if s == asset.state or s in TRANSITIONS[asset.state]]
        possible = possible or [AssetState(asset.state)]
        self.fields["state"].choices = [(s.value, s.label) for s in possible]
        self.fields["state"].initial = asset.state if asset.state == AssetState.LOST else possible[0]


class StateForm(HouseForm):
    """The next state of an asset, among those that may follow."""

    submit_label = _("Change the state")
    state = forms.ChoiceField(label=_("The asset is now"), widget=forms.RadioSelect)

    def __init__(self, *args, asset, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["state"].choices = [(s.value, s.label) for s in AssetState if s in TRANSITIONS[asset.state]]


class DeclineForm(HouseForm):
    """Why a receiver does not confirm."""

    submit_label = _("I do not have it")
    note = forms.CharField(
        label=_("What is not right?"),
        max_length=200,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The store reads this and settles it with you."),
    )


def _and_chosen(queryset, pk):
    """What may be chosen, and what is chosen already though it is out of use by now."""
    return queryset | queryset.model._default_manager.filter(pk=pk) if pk else queryset
