"""What narrows the list of assets."""

from datetime import timedelta

import django_filters
from django.utils.translation import gettext_lazy as _

from assets.choices import AssetState, CategoryKind, Criticality
from assets.models import AssetCategory, AssetModel, Location, Manufacturer
from office.calendars import today
from people import directory
from people.models import Unit, User, Vendor
from ui.filtering import ListFilter

WARRANTY = [
    ("ended", _("ended")),
    ("30", _("ends within 30 days")),
    ("60", _("ends within 60 days")),
    ("90", _("ends within 90 days")),
    ("180", _("ends within 180 days")),
    ("none", _("not known")),
]
CUSTODY = [
    ("none", _("nobody holds it")),
    ("unsigned", _("not signed yet")),
    ("dispute", _("in dispute")),
]


def _units(request):
    return Unit.objects.visible_to(request.user)


def _places(request):
    return Location.objects.visible_to(request.user)


class AssetFilter(ListFilter):
    category = django_filters.ModelChoiceFilter(label=_("Category"), queryset=AssetCategory.objects.all())
    kind = django_filters.ChoiceFilter(label=_("Kind"), field_name="category__kind", choices=CategoryKind.choices)
    state = django_filters.MultipleChoiceFilter(label=_("State"), choices=AssetState.choices)
    manufacturer = django_filters.ModelChoiceFilter(
        label=_("Manufacturer"), field_name="model__manufacturer", queryset=Manufacturer.objects.all()
    )
    unit = django_filters.ModelChoiceFilter(label=_("Unit and below"), queryset=_units, method="of_unit")
    location = django_filters.ModelChoiceFilter(label=_("Location and below"), queryset=_places, method="within")
    holder = django_filters.CharFilter(label=_("Holder"), method="held_by")
    custody = django_filters.ChoiceFilter(label=_("Custody"), choices=CUSTODY, method="by_custody")
    supplier = django_filters.ModelChoiceFilter(
        label=_("Supplier"), queryset=Vendor.objects.order_by("sort_key"), field_name="supplier"
    )
    warranty = django_filters.ChoiceFilter(label=_("Warranty"), choices=WARRANTY, method="by_warranty")
    criticality = django_filters.ChoiceFilter(label=_("Criticality"), choices=Criticality.choices)

    def of_unit(self, assets, name, unit):
        return assets.of_unit(unit)

    def within(self, assets, name, location):
        return assets.within(location)

    def held_by(self, assets, name, words):
        user = self.request.user
        people = directory.narrow(User.objects.visible_to(user), user, words)
        return assets.held_by_any_of(people.order_by().values("pk"))

    def by_custody(self, assets, name, value):
        if value == "none":
            return assets.filter(held=None)
        return assets.unsigned() if value == "unsigned" else assets.in_dispute()

    def by_warranty(self, assets, name, value):
        day = today()
        if value == "none":
            return assets.filter(warranty_end=None)
        if value == "ended":
            return assets.filter(warranty_end__lt=day)
        return assets.filter(warranty_end__range=(day, day + timedelta(days=int(value))))


class ModelFilter(ListFilter):
    manufacturer = django_filters.ModelChoiceFilter(label=_("Manufacturer"), queryset=Manufacturer.objects.all())
    category = django_filters.ModelChoiceFilter(label=_("Category"), queryset=AssetCategory.objects.all())
    is_active = django_filters.BooleanFilter(label=_("In use"))

    class Meta:
        model = AssetModel
        fields = ()
