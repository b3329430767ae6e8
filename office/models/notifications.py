"""What somebody is told: one row per person and act, written with the act; the page shows them, mails gather them."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Relation(models.TextChoices):
    """How the reader stands to the thing; the strongest comes first."""

    MENTION = "mention", _("I am mentioned")
    MINE = "mine", _("mine")
    WATCHED = "watched", _("followed by me")
    TEAM = "team", _("of my team")


class NotificationQuerySet(models.QuerySet):
    def unread(self):
        return self.filter(read_at=None)

    def about(self, thing):
        return self.filter(about_kind=thing._meta.label_lower, about_id=thing.pk)


class Notification(models.Model):
    """That something happened which concerns the recipient. Its words are made when it is shown, by `notifying`."""

    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notifications")
    kind = models.CharField(max_length=40)
    relation = models.CharField(max_length=8, choices=Relation.choices)
    about_kind = models.CharField(max_length=60)
    about_id = models.PositiveBigIntegerField()
    event = models.PositiveBigIntegerField(help_text="key of the event that it tells of")
    part = models.PositiveBigIntegerField(null=True, help_text="the message of a ticket that it tells of")
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True)
    outbox_key = models.CharField(max_length=200, blank=True, help_text="of the mail or digest that holds it")

    objects = NotificationQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["recipient", "-id"], name="notifications_of"),
            models.Index(fields=["recipient", "about_id"], name="notifications_unread", condition=Q(read_at=None)),
            models.Index(fields=["about_kind", "about_id"], name="notifications_about"),
            models.Index(fields=["outbox_key"], name="notifications_of_mail", condition=~Q(outbox_key="")),
        ]

    def __str__(self):
        return f"{self.kind} → {self.recipient_id}"
