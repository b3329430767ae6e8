"""The IT companies the ministry deals with, and whom to call there."""

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from office.fold import fold, sort_key
from office.models import Activatable, Versioned
from office.models.base import ActivatableQuerySet
from office.search import Searchable


class VendorQuerySet(ActivatableQuerySet):
    def visible_to(self, user):
        """Vendors belong to the installation; employees do not see them."""
        return self.all() if user.is_active and user.works_at_desk else self.none()

    def called(self, name):
        return self.filter(folded_name=fold(name))


class Vendor(Activatable, Searchable, Versioned):
    """A company we buy from or have contracts with, called by the name on its papers."""

    name = models.CharField(_("name"), max_length=200)
    folded_name = models.CharField(max_length=200, unique=True, editable=False)
    sort_key = models.CharField(max_length=200, editable=False, default="", db_index=True)
    tax_number = models.CharField(_("tax number"), max_length=40, blank=True)
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    email = models.EmailField(_("mail address"), blank=True)
    address = models.CharField(_("address"), max_length=250, blank=True)
    website = models.URLField(_("website"), blank=True)
    language = models.CharField(
        _("language"), max_length=2, choices=[("ar", "العربية"), ("en", "English")], default="ar"
    )
    notes = models.TextField(_("notes"), max_length=4000, blank=True)

    objects = VendorQuerySet.as_manager()
    search_sources = frozenset({"name", "tax_number", "phone", "email"})

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tax_number"],
                condition=~models.Q(tax_number=""),
                name="one_vendor_per_tax_number",
                violation_error_message=_("Another vendor has this tax number."),
            )
        ]
        indexes = [models.Index(fields=["sort_key", "id"], name="vendor_order")]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("vendor", args=[self.pk])

    def save(self, *args, **kwargs):
        self.folded_name = fold(self.name)[:200]
        self.sort_key = sort_key(self.name)[:200]
        fields = kwargs.get("update_fields")
        if fields is not None and "name" in fields:
            kwargs["update_fields"] = {*fields, "folded_name", "sort_key"}
        super().save(*args, **kwargs)

    def search_fields(self):
        return [self.name, self.tax_number, self.phone, self.email]


class ContactRole(models.TextChoices):
    SALES = "sales", _("sales")
    SUPPORT = "support", _("support")
    ESCALATION_1 = "escalation_1", _("escalation, first step")
    ESCALATION_2 = "escalation_2", _("escalation, second step")
    ESCALATION_3 = "escalation_3", _("escalation, third step")
    FINANCE = "finance", _("finance")


class VendorContact(Activatable, Versioned):
    """A person or desk at a vendor."""

    vendor = models.ForeignKey(Vendor, on_delete=models.CASCADE, related_name="contacts")
    name = models.CharField(_("name"), max_length=160)
    role = models.CharField(_("role"), max_length=14, choices=ContactRole.choices, default=ContactRole.SUPPORT)
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    email = models.EmailField(_("mail address"), blank=True)
    hours = models.ForeignKey(
        "office.WorkingCalendar",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("can be reached"),
        help_text=_("Hours in which to call here; empty: at any hour."),
    )

    class Meta:
        ordering = ["role", "id"]

    def __str__(self):
        return self.name
