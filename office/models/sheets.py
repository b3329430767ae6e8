"""Exports too large for a request: what was asked, how far it is, and for how long it waits."""

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class SheetState(models.TextChoices):
    WAITING = "waiting", _("waiting")
    RUNNING = "running", _("being written")
    READY = "ready", _("ready")
    FAILED = "failed", _("failed")


class Sheet(models.Model):
    """A CSV or workbook that a worker writes for one reader from a list, as the list stood in the address."""

    key = models.UUIDField(default=uuid.uuid4, unique=True)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="sheets")
    rights = models.CharField(max_length=64, help_text="hash of the rights it was written with")
    title = models.CharField(max_length=200)
    path = models.TextField(help_text="address of the list with its filter, order and columns")
    kind = models.CharField(max_length=4)
    language = models.CharField(max_length=2)
    state = models.CharField(_("state"), max_length=8, choices=SheetState.choices, default=SheetState.WAITING)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    asked_at = models.DateTimeField(default=timezone.now)
    lease_until = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["owner", "-id"], name="sheets_of"),
            models.Index(fields=["id"], name="sheets_unfinished", condition=models.Q(state__in=["waiting", "running"])),
        ]

    def __str__(self):
        return f"{self.title}.{self.kind}"
