"""What many rows share: two names, being in use or not, and a version for two people on one record."""

from django.db import models
from django.db.models import QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class Named(models.Model):
    """A row everyone reads: it has a name in both languages, each the fallback of the other."""

    name_ar = models.CharField(_("Arabic name"), max_length=120, blank=True)
    name_en = models.CharField(_("English name"), max_length=120, blank=True)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(name_ar="", name_en=""), name="%(app_label)s_%(class)s_has_a_name"
            )
        ]

    def __str__(self):
        return self.name

    @property
    def name(self):
        arabic_first = (get_language() or "en").startswith("ar")
        return (self.name_ar or self.name_en) if arabic_first else (self.name_en or self.name_ar)


class ActivatableQuerySet(QuerySet):
    def in_use(self):
        return self.filter(is_active=True)


class Activatable(models.Model):
    """A row that is put out of use instead of being deleted; what points at it keeps pointing."""

    is_active = models.BooleanField(_("in use"), default=True)

    objects = ActivatableQuerySet.as_manager()

    class Meta:
        abstract = True


class Versioned(models.Model):
    """Counts its changes, so that the second of two people saving one record is asked, not ignored."""

    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        abstract = True
