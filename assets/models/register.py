"""The asset itself: what it is, where it belongs, what it cost, how long its warranty runs."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from assets.choices import GONE, AssetState, Criticality
from assets.querysets import AssetQuerySet
from office.fold import fold
from office.models import Versioned
from office.search import Searchable


class Asset(Searchable, Versioned):
    """One device, licence, system or website of an institution. Who holds it stands in its custody rows."""

    institution = models.ForeignKey("people.Unit", on_delete=models.PROTECT, related_name="+")
    tag = models.CharField(_("asset tag"), max_length=60, blank=True)
    name = models.CharField(_("name"), max_length=200, blank=True)
    category = models.ForeignKey(
        "assets.AssetCategory", on_delete=models.PROTECT, related_name="assets", verbose_name=_("category")
    )
    model = models.ForeignKey(
        "assets.AssetModel",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="assets",
        verbose_name=_("model"),
    )
    serial_number = models.CharField(_("serial number"), max_length=120, blank=True)
    serial_key = models.CharField(max_length=120, blank=True, editable=False, db_index=True)
    state = models.CharField(_("state"), max_length=14, choices=AssetState.choices, default=AssetState.IN_STORE)
    criticality = models.CharField(
        _("criticality"), max_length=8, choices=Criticality.choices, default=Criticality.MEDIUM
    )
    unit = models.ForeignKey(
        "people.Unit", on_delete=models.PROTECT, null=True, blank=True, related_name="assets", verbose_name=_("unit")
    )
    location = models.ForeignKey(
        "assets.Location",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="assets",
        verbose_name=_("location"),
    )
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="parts", verbose_name=_("part of")
    )
    supplier = models.ForeignKey(
        "people.Vendor", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("supplier")
    )
    order_number = models.CharField(_("purchase order"), max_length=60, blank=True)
    purchase_date = models.DateField(_("purchase date"), null=True, blank=True)
    in_service_date = models.DateField(_("in service since"), null=True, blank=True)
    purchase_cost = models.DecimalField(_("purchase cost"), max_digits=14, decimal_places=3, null=True, blank=True)
    currency = models.CharField(_("currency"), max_length=3, default=settings.CURRENCY)
    warranty_start = models.DateField(_("warranty from"), null=True, blank=True)
    warranty_end = models.DateField(_("warranty until"), null=True, blank=True, help_text=_("That day included."))
    needs_support = models.BooleanField(_("needs support"), default=False)
    notes = models.TextField(_("notes"), max_length=4000, blank=True)
    outside_number = models.CharField(max_length=60, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    held = None  # the open custody, where the query asked for it (`with_holder`)

    objects = AssetQuerySet.as_manager()
    search_sources = ("tag", "name", "serial_number", "model", "category")  # not the notes: a custodian sees none

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["institution", "tag"], condition=~Q(tag=""), name="one_asset_per_tag"),
            models.CheckConstraint(
                condition=Q(warranty_start=None) | Q(warranty_end=None) | Q(warranty_end__gte=F("warranty_start")),
                name="warranty_ends_after_it_begins",
            ),
            models.CheckConstraint(condition=Q(purchase_cost=None) | Q(purchase_cost__gte=0), name="cost_not_negative"),
        ]
        indexes = [
            models.Index(fields=["institution", "tag", "id"], name="asset_by_tag"),
            models.Index(fields=["institution", "-id"], name="asset_newest"),
            models.Index(fields=["institution", "warranty_end", "id"], name="asset_by_warranty"),
        ]

    def __str__(self):
        return " · ".join(part for part in (self.tag, self.title) if part)

    def save(self, *args, **kwargs):
        self.serial_key = fold(self.serial_number)[:120]
        super().save(*args, **kwargs)

    def search_fields(self):
        model = [self.model.manufacturer.name, self.model.name, self.model.part_number] if self.model_id else []
        return [
            self.tag,
            self.name,
            self.serial_number,
            self.category.name_ar,
            self.category.name_en,
            *model,
        ]

    def get_absolute_url(self):
        return reverse("asset", args=[self.pk])

    @property
    def title(self):
        """What people call it: its own name, else its model, else its category."""
        return self.name or (str(self.model) if self.model_id else self.category.name)

    @property
    def is_gone(self):
        return self.state in GONE

    def has_warranty_on(self, day):
        """Whether the maker's warranty holds on the local date `day`; both ends inclusive."""
        started = self.warranty_start or self.purchase_date
        return bool(self.warranty_end and self.warranty_end >= day and (started is None or started <= day))
