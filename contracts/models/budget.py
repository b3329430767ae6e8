"""What the budget of a fiscal year allots; what is committed and spent follows from the instalments."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from office.models import Activatable, Versioned


class BudgetLine(Activatable, Versioned):
    """A line of the institution's budget for one fiscal year; instalments name it by its code."""

    institution = models.ForeignKey("people.Unit", on_delete=models.PROTECT, related_name="+")
    fiscal_year = models.PositiveSmallIntegerField(
        _("fiscal year"), validators=[MinValueValidator(2000), MaxValueValidator(2199)]
    )
    code = models.CharField(_("budget item"), max_length=60)
    title = models.CharField(_("title"), max_length=200)
    allocated = models.DecimalField(_("allocated"), max_digits=14, decimal_places=3)
    currency = models.CharField(_("currency"), max_length=3, default=settings.CURRENCY)

    class Meta:
        ordering = ["-fiscal_year", "code"]
        constraints = [
            models.UniqueConstraint(fields=["institution", "fiscal_year", "code"], name="one_budget_line_per_code"),
            models.CheckConstraint(condition=Q(allocated__gte=0), name="allocated_something"),
        ]
        indexes = [models.Index(fields=["institution", "-fiscal_year", "code", "id"], name="budget_line_order")]

    def __str__(self):
        return f"{self.fiscal_year} · {self.code} · {self.title}"

    def get_absolute_url(self):
        return reverse("budget_line", args=[self.pk])
