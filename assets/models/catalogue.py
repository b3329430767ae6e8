"""What kinds of things there are: categories, manufacturers, models; they belong to the installation."""

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from assets.choices import ICONS, CategoryKind
from office.fold import fold
from office.models import Activatable, Named, Versioned
from office.search import Searchable


class AssetCategory(Named, Activatable, Versioned):
    """Printers, servers, licences ...: what an asset is."""

    kind = models.CharField(_("kind"), max_length=12, choices=CategoryKind.choices, default=CategoryKind.HARDWARE)
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("belongs to")
    )
    icon = models.CharField(_("picture"), max_length=40, choices=ICONS, default="device-desktop")
    requires_support = models.BooleanField(_("needs support"), default=False)

    class Meta(Named.Meta):
        ordering = ["name_en", "name_ar"]

    def get_absolute_url(self):
        return reverse("asset_category", args=[self.pk])


class Manufacturer(Activatable, Versioned):
    """Who makes it. The folded name keeps two spellings from becoming two makers."""

    name = models.CharField(_("name"), max_length=120)
    folded_name = models.CharField(max_length=120, unique=True, editable=False)

    class Meta:
        ordering = ["name"]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("manufacturer", args=[self.pk])

    def save(self, *args, **kwargs):
        self.folded_name = fold(self.name)[:120]
        super().save(*args, **kwargs)


class AssetModel(Searchable, Activatable, Versioned):
    """A product of a manufacturer."""

    manufacturer = models.ForeignKey(
        Manufacturer, on_delete=models.PROTECT, related_name="models", verbose_name=_("manufacturer")
    )
    name = models.CharField(_("model"), max_length=160)
    part_number = models.CharField(_("part number"), max_length=120, blank=True)
    category = models.ForeignKey(
        AssetCategory,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="models",
        verbose_name=_("category"),
    )
    warranty_months = models.PositiveSmallIntegerField(_("warranty in months"), null=True, blank=True)
    end_of_sale = models.DateField(_("end of sale"), null=True, blank=True)
    end_of_support = models.DateField(_("end of support"), null=True, blank=True)
    useful_life_months = models.PositiveSmallIntegerField(_("useful life in months"), null=True, blank=True)

    search_sources = ("name", "part_number", "manufacturer")
    named_by = ("manufacturer",)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["manufacturer", "name"], name="one_model_per_maker_and_name")]
        ordering = ["manufacturer__name", "name"]

    def __str__(self):
        return f"{self.manufacturer.name} {self.name}"

    def get_absolute_url(self):
        return reverse("asset_model", args=[self.pk])

    def search_fields(self):
        return [self.manufacturer.name, self.name, self.part_number]
