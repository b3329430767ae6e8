"""The address by which a person's own calendar program reads what is to be decided and what ends."""

import hashlib
import secrets

from django.conf import settings
from django.db import models
from django.utils import timezone


def digest(token):
    return hashlib.sha256(token.encode()).hexdigest()


class CalendarFeed(models.Model):
    """One secret address of one person; only its digest is kept, so it is shown once. Revoked, it leads nowhere."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="calendar_feeds")
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(default=timezone.now)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self):
        return f"{self.user_id} {self.made_at:%Y-%m-%d}"

    @classmethod
    def make(cls, user):
        """(feed, token): the token is not kept and cannot be had again."""
        token = secrets.token_urlsafe(32)
        return cls.objects.create(user=user, digest=digest(token)), token

    @classmethod
    def by_token(cls, token):
        """The living feed of this token whose person is still active, else None."""
        found = cls.objects.filter(digest=digest(token), revoked_at=None, user__is_active=True)
        return found.select_related("user__unit").first()
