"""Where things stand: site, building, floor, room, rack."""

from django.db import models, transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from assets.choices import LocationKind
from office.models import Activatable, Named, Versioned
from office.models.base import ActivatableQuerySet


class LocationQuerySet(ActivatableQuerySet):
    def visible_to(self, user):
        return self.filter(institution=user.institution_id) if user.institution_id else self.none()

    def below(self, location):
        """The location itself and everything in it."""
        return self.filter(path__startswith=location.path)


class Location(Named, Activatable, Versioned):
    """A place of one institution."""

    institution = models.ForeignKey("people.Unit", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(_("kind"), max_length=10, choices=LocationKind.choices, default=LocationKind.ROOM)
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("belongs to")
    )
    path = models.CharField(max_length=200, editable=False, default="", db_index=True)
    code = models.CharField(_("code"), max_length=40, blank=True)

    objects = LocationQuerySet.as_manager()

    class Meta(Named.Meta):
        ordering = ["path"]
        constraints = [
            *Named.Meta.constraints,
            models.UniqueConstraint(
                fields=["institution", "code"], condition=~models.Q(code=""), name="one_code_per_location"
            ),
        ]

    def get_absolute_url(self):
        return reverse("location", args=[self.pk])

    @property
    def depth(self):
        """0 for what belongs to nothing else."""
        return max(0, self.path.strip("/").count("/"))

    @transaction.atomic
    def save(self, *args, **kwargs):
        """Keep `path` ("/1/5/9/") in step with the parent, also for everything below."""
        old_path = self.path
        super().save(*args, **kwargs)
        path = f"{self.parent.path if self.parent_id else '/'}{self.pk}/"
        if path != old_path:
            self.path = path
            Location.objects.filter(pk=self.pk).update(path=path)
            if old_path:
                for child in Location.objects.filter(parent=self):
                    child.parent = self
                    child.save()
