"""Whatever must leave the house later: one row per mail, written in the transaction of the act."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class OutboxState(models.TextChoices):
    QUEUED = "queued", _("queued")
    LEASED = "leased", _("being sent")
    SENT = "sent", _("sent")
    FAILED = "failed", _("failed")
    SUPPRESSED = "suppressed", _("not sent: no longer entitled")
    EXPIRED = "expired", _("expired before it could be sent")


class OutboxRow(models.Model):
    """A mail that is owed: to whom, about what, and how far it got. Its text is made when it is sent."""

    key = models.CharField(max_length=200, unique=True)
    topic = models.CharField(max_length=60)
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="outbox_rows"
    )
    address = models.EmailField(blank=True)
    scope = models.PositiveBigIntegerField(null=True)
    about_kind = models.CharField(max_length=60, blank=True)
    about_id = models.PositiveBigIntegerField(null=True)
    payload = models.JSONField(default=dict)
    urgency = models.PositiveSmallIntegerField(default=5, help_text="0 leaves first, 9 last")

    state = models.CharField(_("state"), max_length=12, choices=OutboxState.choices, default=OutboxState.QUEUED)
    queued_at = models.DateTimeField(default=timezone.now)
    not_before = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(null=True)
    lease_until = models.DateTimeField(null=True)
    lease_token = models.UUIDField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    error_class = models.CharField(max_length=20, blank=True)
    error = models.CharField(max_length=500, blank=True)
    message_id = models.CharField(max_length=200, blank=True)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["urgency", "not_before", "id"],
                name="outbox_waiting",
                condition=models.Q(state__in=["queued", "leased"]),
            ),
            models.Index(fields=["scope", "-id"], name="outbox_of_scope"),
            models.Index(fields=["about_kind", "about_id"], name="outbox_about"),
        ]

    def __str__(self):
        return self.key


class MailHold(models.Model):
    """While this row exists no mail leaves: after a restore, or because an administrator said so."""

    since = models.DateTimeField(default=timezone.now)
    reason = models.CharField(max_length=200)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")


class Heartbeat(models.Model):
    """When a part of the machinery last did its round; old ones turn the status page red."""

    name = models.CharField(max_length=40, unique=True)
    at = models.DateTimeField()
    note = models.CharField(max_length=200, blank=True)
