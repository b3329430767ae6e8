"""How the desk is set up: queues and their teams, categories, the priority matrix."""

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from assets.choices import CategoryKind
from helpdesk.choices import Level, Priority
from helpdesk.querysets import CategoryQuerySet, QueueQuerySet
from office.models import Activatable, Named, Versioned


class Queue(Named, Activatable, Versioned):
    """A work queue: one team's tickets of certain categories. A restricted one is seen by its team only."""

    institution = models.ForeignKey("people.Unit", on_delete=models.PROTECT, related_name="+")
    team = models.ForeignKey("people.Team", on_delete=models.PROTECT, related_name="queues", verbose_name=_("team"))
    is_restricted = models.BooleanField(
        _("restricted"), default=False, help_text=_("Seen by the members of its team only; every reading is logged.")
    )
    is_default = models.BooleanField(_("takes what no category sends elsewhere"), default=False)
    calendar = models.ForeignKey(
        "office.WorkingCalendar",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("working calendar"),
    )
    close_after_days = models.PositiveSmallIntegerField(_("closes itself after working days"), default=5)
    outside_number = models.CharField(max_length=60, blank=True, editable=False)

    objects = QueueQuerySet.as_manager()

    class Meta(Named.Meta):
        ordering = ["name_en", "name_ar"]
        constraints = [
            *Named.Meta.constraints,
            models.UniqueConstraint(
                fields=["institution"], condition=models.Q(is_default=True), name="one_default_queue"
            ),
        ]

    def get_absolute_url(self):
        return reverse("queue", args=[self.pk])


class Category(Named, Activatable, Versioned):
    """What a ticket is about; it decides the queue."""

    institution = models.ForeignKey("people.Unit", on_delete=models.PROTECT, related_name="+")
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("belongs to")
    )
    queue = models.ForeignKey(Queue, on_delete=models.PROTECT, related_name="categories", verbose_name=_("queue"))
    asset_kind = models.CharField(
        _("kind of device"),
        max_length=12,
        blank=True,
        choices=CategoryKind.choices,
        help_text=_("A fault of such a device falls here by itself."),
    )

    objects = CategoryQuerySet.as_manager()

    class Meta(Named.Meta):
        ordering = ["name_en", "name_ar"]

    def get_absolute_url(self):
        return reverse("category", args=[self.pk])


class PriorityCell(models.Model):
    """One cell of the matrix: impact and urgency make a priority."""

    institution = models.ForeignKey("people.Unit", on_delete=models.PROTECT, related_name="+")
    impact = models.PositiveSmallIntegerField(_("impact"), choices=Level.choices)
    urgency = models.PositiveSmallIntegerField(_("urgency"), choices=Level.choices)
    priority = models.PositiveSmallIntegerField(_("priority"), choices=Priority.choices)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["institution", "impact", "urgency"], name="one_priority_per_cell")
        ]

    def __str__(self):
        return f"{self.impact},{self.urgency} -> {self.priority}"

    @property
    def in_words(self):
        """Which cell it is."""
        return f"{self.get_impact_display()} × {self.get_urgency_display()}"
