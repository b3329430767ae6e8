"""Who is away, and who stands in."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class AbsenceQuerySet(models.QuerySet):
    def on(self, day):
        """Absences that include the local date `day`."""
        return self.filter(from_date__lte=day, to_date__gte=day)

    def visible_to(self, user):
        return self.filter(person__institution=user.institution_id) if user.institution_id else self.none()


class Absence(models.Model):
    """Somebody is away from one date to another, both inclusive; the substitute acts meanwhile."""

    person = models.ForeignKey(
        "people.User", on_delete=models.CASCADE, related_name="absences", verbose_name=_("person")
    )
    from_date = models.DateField(_("from date"))
    to_date = models.DateField(_("to date"))
    substitute = models.ForeignKey(
        "people.User",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="stands_in",
        verbose_name=_("substitute"),
    )

    objects = AbsenceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(to_date__gte=F("from_date")), name="absence_ends_after_it_begins"),
            models.CheckConstraint(
                condition=Q(substitute=None) | ~Q(substitute=F("person")), name="nobody_stands_in_for_oneself"
            ),
        ]

    def __str__(self):
        return f"{self.person}: {self.from_date} - {self.to_date}"
