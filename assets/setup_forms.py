"""Forms of the catalogue: categories, manufacturers, models, locations."""

from django.utils.translation import gettext_lazy as _

from assets.forms import InTree
from assets.models import AssetCategory, AssetModel, Location, Manufacturer
from ui.forms import DayField, VersionedForm


class SetupForm(VersionedForm):
    """Base; `by` is who edits."""

    def __init__(self, *args, by, **kwargs):
        super().__init__(*args, **kwargs)
        self.by = by
        self.offer()

    def offer(self):
        """Say what may be chosen."""

    def get_values(self):
        return {name: self.cleaned_data[name] for name in self.Meta.fields}


class CategoryForm(SetupForm):
    class Meta:
        model = AssetCategory
        fields = ("name_ar", "name_en", "kind", "parent", "icon", "requires_support")

    def offer(self):
        self.fields["parent"].queryset = AssetCategory.objects.in_use().exclude(pk=self.instance.pk)


class ManufacturerForm(SetupForm):
    class Meta:
        model = Manufacturer
        fields = ("name",)


class ModelForm(SetupForm):
    identifiers = ("part_number",)
    end_of_sale = DayField(label=_("End of sale"), required=False)
    end_of_support = DayField(label=_("End of support"), required=False)

    class Meta:
        model = AssetModel
        fields = (
            "manufacturer",
            "name",
            "part_number",
            "category",
            "warranty_months",
            "useful_life_months",
            "end_of_sale",
            "end_of_support",
        )

    def offer(self):
        self.fields["manufacturer"].queryset = Manufacturer.objects.in_use()
        self.fields["category"].queryset = AssetCategory.objects.in_use()


class LocationForm(SetupForm):
    identifiers = ("code",)
    parent = InTree(Location.objects.none(), label=_("Belongs to"), required=False)

    class Meta:
        model = Location
        fields = ("name_ar", "name_en", "kind", "parent", "code")

    def offer(self):
        places = Location.objects.visible_to(self.by).in_use()
        inside = Location.objects.below(self.instance).values("pk") if self.instance.pk else []
        self.fields["parent"].queryset = places.exclude(pk__in=inside)
