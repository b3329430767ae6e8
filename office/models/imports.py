"""Imports: a batch is a file with its map; its rows say what was done, so that it can be undone."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class BatchState(models.TextChoices):
    APPLYING = "applying", _("being applied")
    APPLIED = "applied", _("applied")
    UNDONE = "undone", _("undone")


class ImportBatch(models.Model):
    """One application of one file."""

    kind = models.CharField(_("kind"), max_length=30)
    file_name = models.CharField(_("file name"), max_length=200)
    file_sha256 = models.CharField(max_length=64)
    map_sha256 = models.CharField(max_length=64)
    scope = models.PositiveBigIntegerField(null=True)
    state = models.CharField(_("state"), max_length=10, choices=BatchState.choices, default=BatchState.APPLYING)
    counts = models.JSONField(default=dict)
    progress = models.PositiveIntegerField(default=0, help_text="rows of the file already written")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    started_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)

    def __str__(self):
        return f"{self.kind} {self.file_name}"


class RowAction(models.TextChoices):
    CREATE = "create", _("create")
    UPDATE = "update", _("update")
    UNCHANGED = "unchanged", _("unchanged")
    REJECTED = "rejected", _("rejected")


class ImportRow(models.Model):
    """What one batch did to one object: enough to take it back while nobody touched it since."""

    batch = models.ForeignKey(ImportBatch, on_delete=models.CASCADE, related_name="rows")
    line = models.PositiveIntegerField()
    action = models.CharField(max_length=10, choices=RowAction.choices)
    target_kind = models.CharField(max_length=60, blank=True)
    target_id = models.PositiveBigIntegerField(null=True)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    reasons = models.JSONField(default=list)
    undone = models.BooleanField(null=True, help_text="null: not tried; false: touched since, left alone")

    class Meta:
        indexes = [models.Index(fields=["batch", "line"], name="rows_of_batch")]
