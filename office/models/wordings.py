"""The words that an institution put in the place of the house's own in its mails."""

from django.db import models

from office.models.base import Versioned


class MailWording(Versioned):
    """The changed words of one kind of mail of one institution: {"ar": {"subject": "..."}, "en": {...}}."""

    scope = models.PositiveBigIntegerField()
    topic = models.CharField(max_length=60)
    words = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scope", "topic"], name="one_wording_per_kind_of_mail")]

    def __str__(self):
        return self.topic

    @property
    def institution_id(self):
        """Of whom it is, for the trail."""
        return self.scope
