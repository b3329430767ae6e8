"""What counts how much when vendors are judged."""

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from office.models import Versioned


def _weight(words, default):
    return models.PositiveSmallIntegerField(words, default=default, validators=[MaxValueValidator(100)])


class ScoreWeights(Versioned):
    """The weights of one institution's scorecards; without a row of its own the defaults hold."""

    institution = models.OneToOneField("people.Unit", on_delete=models.PROTECT, related_name="+")
    response = _weight(_("answered in time"), 30)
    restore = _weight(_("repaired in time"), 30)
    repeat = _weight(_("faults that did not come back"), 15)
    visits = _weight(_("promised visits and reports"), 15)
    satisfaction = _weight(_("satisfaction of the employees"), 10)

    class Meta:
        verbose_name_plural = "score weights"
        constraints = [
            models.CheckConstraint(
                condition=Q(response__gt=0)
                | Q(restore__gt=0)
                | Q(repeat__gt=0)
                | Q(visits__gt=0)
                | Q(satisfaction__gt=0),
                name="something_counts",
            )
        ]

    def __str__(self):
        return str(_("Weights of the scorecards"))

    def get_absolute_url(self):
        return reverse("score_weights")

    def as_dict(self):
        return {name: getattr(self, name) for name in MEASURES}


MEASURES = ("response", "restore", "repeat", "visits", "satisfaction")
