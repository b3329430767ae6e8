"""Rounds of approval: nobody puts into force alone what he wrote."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from contracts.choices import Answer


class Approval(models.Model):
    """One time that a draft was sent for approval: who asked, who answered what, and why."""

    contract = models.ForeignKey("contracts.Contract", on_delete=models.CASCADE, related_name="approvals")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    answer = models.CharField(_("answer"), max_length=10, choices=Answer.choices, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(null=True)
    remark = models.TextField(_("reason"), max_length=4000, blank=True)

    class Meta:
        ordering = ["contract", "id"]
        constraints = [
            models.UniqueConstraint(fields=["contract"], condition=Q(answer=""), name="one_approval_at_a_time"),
        ]

    def __str__(self):
        return f"{self.contract_id}: {self.answer or 'asked'}"
