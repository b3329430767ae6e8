"""Amendments: the only way in which value, dates, conditions, levels and coverage of a contract in force change."""

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ui import text


class Amendment(models.Model):
    """A numbered, dated paper of both parties. What it changed stands in the contract's events, which name it."""

    contract = models.ForeignKey("contracts.Contract", on_delete=models.CASCADE, related_name="amendments")
    number = models.PositiveSmallIntegerField(_("amendment"))
    dated = models.DateField(_("dated"))
    effective = models.DateField(_("in effect from"))
    reason = models.TextField(_("reason"), max_length=4000)
    document = models.ForeignKey(
        "office.Attachment", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("paper")
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["contract", "-number"]
        constraints = [models.UniqueConstraint(fields=["contract", "number"], name="one_amendment_per_number")]

    def __str__(self):
        return gettext("Amendment %(number)d, in effect from %(day)s") % {
            "number": self.number,
            "day": text.day(self.effective),
        }

    def get_absolute_url(self):
        return reverse("contract_amendment", args=[self.contract_id, self.number])
