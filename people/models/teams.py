"""Teams: who works which queues."""

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from office.models import Activatable, Named, Versioned
from office.models.base import ActivatableQuerySet


class TeamQuerySet(ActivatableQuerySet):
    def visible_to(self, user):
        return self.filter(institution=user.institution_id) if user.institution_id else self.none()


class Team(Named, Activatable, Versioned):
    """Technicians who share queues."""

    institution = models.ForeignKey("people.Unit", on_delete=models.PROTECT, related_name="+")
    members = models.ManyToManyField("people.User", blank=True, related_name="teams", verbose_name=_("members"))
    outside_number = models.CharField(max_length=60, blank=True, editable=False)

    objects = TeamQuerySet.as_manager()

    class Meta(Named.Meta):
        ordering = ["name_en", "name_ar"]

    def get_absolute_url(self):
        return reverse("team", args=[self.pk])
