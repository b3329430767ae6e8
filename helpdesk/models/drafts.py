"""What somebody writes on a ticket and has not sent yet; it survives the sign-in, the browser and the machine."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Face(models.TextChoices):
    REPLY = "reply", _("reply")
    NOTE = "note", _("internal note")


class Draft(models.Model):
    """One box of one writer on one ticket. With `leaves_at` it is on its way and may be taken back until then."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    ticket = models.ForeignKey("helpdesk.Ticket", on_delete=models.CASCADE, related_name="drafts")
    face = models.CharField(max_length=5, choices=Face.choices)
    text = models.TextField(blank=True, max_length=20000)
    then = models.CharField(max_length=10, blank=True)  # the button: "", "wait" or "resolve"
    call_end = models.CharField(max_length=10, blank=True)  # what becomes of the vendor's call (`CallEnd`)
    saved_at = models.DateTimeField(default=timezone.now)
    leaves_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=300, blank=True)  # why it did not leave

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ticket", "user", "face"], name="one_draft_each")]
        indexes = [
            models.Index(fields=["leaves_at"], name="drafts_to_leave", condition=models.Q(leaves_at__isnull=False))
        ]

    def __str__(self):
        return f"{self.user_id} @ {self.ticket_id}: {self.face}"

    @property
    def institution_id(self):
        """Files on it belong to the ticket's institution."""
        return self.ticket.institution_id
