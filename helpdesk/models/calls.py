"""What ties a ticket to the vendor's call, and what the requester thought of the help."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class TicketCall(models.Model):
    """A call to a vendor that a ticket was escalated by. The call itself knows no ticket."""

    ticket = models.ForeignKey("helpdesk.Ticket", on_delete=models.PROTECT, related_name="calls")
    call = models.OneToOneField("contracts.ServiceCall", on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["id"]

    def __str__(self):
        return f"{self.ticket_id}: {self.call_id}"


class Rating(models.Model):
    """How content the requester is with a ticket, in one to five; hers to change for a week."""

    ticket = models.OneToOneField("helpdesk.Ticket", on_delete=models.PROTECT, related_name="rating")
    stars = models.PositiveSmallIntegerField(
        _("rating"), validators=[MinValueValidator(1), MaxValueValidator(5)], help_text="5 is the best"
    )
    comment = models.TextField(_("comment"), max_length=2000, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(stars__gte=1, stars__lte=5), name="one_to_five_stars")]

    def __str__(self):
        return f"{self.ticket_id}: {self.stars}"
