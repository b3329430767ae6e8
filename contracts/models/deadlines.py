"""Whatever else somebody must decide about before it ends: securities and guarantees now, other kinds by the registry.

A deadline is reminded of by the same engine as a term: the same ladder, climbing, silence and mail.
"""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from contracts.choices import SecurityKind, SecurityState


class Deadline(models.Model):
    """Something that ends on a day and is to be decided before; who answers for it is copied from what it is about."""

    institution = models.ForeignKey("people.Unit", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20, help_text="name of its kind in contracts.deadlines")
    object_id = models.PositiveBigIntegerField(help_text="of the row of that kind")
    contract = models.ForeignKey(
        "contracts.Contract", on_delete=models.CASCADE, null=True, blank=True, related_name="deadlines"
    )
    title = models.CharField(_("title"), max_length=300)
    unit = models.ForeignKey("people.Unit", on_delete=models.PROTECT, related_name="+")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    deputy = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    ends_on = models.DateField(_("ends on"))
    decide_by = models.DateField(_("decide by"))
    remind_on = models.DateField(null=True, help_text="as of a term; empty: nothing waits for a decision")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "object_id"], name="one_deadline_each")]
        indexes = [models.Index(fields=["remind_on", "id"], name="deadline_by_reminder")]

    def __str__(self):
        return self.title

    @property
    def type(self):
        """By what its reminder rule is looked up: that of all contracts."""
        return ""


class Security(models.Model):
    """Money a vendor lodged, or a bank for him, so that he keeps his word; it is extended, given back or called."""

    contract = models.ForeignKey("contracts.Contract", on_delete=models.CASCADE, related_name="securities")
    kind = models.CharField(_("kind"), max_length=12, choices=SecurityKind.choices, default=SecurityKind.PERFORMANCE)
    percent = models.DecimalField(
        _("per cent of the value"),
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )
    amount = models.DecimalField(_("amount"), max_digits=14, decimal_places=3)
    bank = models.CharField(_("bank"), max_length=120, blank=True)
    number = models.CharField(_("number of the guarantee"), max_length=60, blank=True)
    valid_until = models.DateField(_("valid until"))
    state = models.CharField(_("state"), max_length=10, choices=SecurityState.choices, default=SecurityState.HELD)
    reason = models.TextField(_("reason"), max_length=4000, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["valid_until", "id"]
        verbose_name_plural = "securities"
        constraints = [models.CheckConstraint(condition=Q(amount__gt=0), name="security_of_something")]

    def __str__(self):
        return f"{self.get_kind_display()} {self.number}".strip()
