"""Who is away, and who stands in."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from office.models import Versioned


class AbsenceQuerySet(models.QuerySet):
    def on(self, day):
        """Absences that include the local date `day`."""
        return self.filter(from_date__lte=day, to_date__gte=day)

    def visible_to(self, user):
        return self.filter(person__institution=user.institution_id) if user.institution_id else self.none()


class Absence(Versioned):
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
        indexes = [models.Index(fields=["from_date"], name="absence_order")]
        constraints = [
            models.CheckConstraint(
                condition=Q(to_date__gte=F("from_date")),
                name="absence_ends_after_it_begins",
                violation_error_message=_("The last day is before the first."),
            ),
            models.CheckConstraint(
                condition=Q(substitute=None) | ~Q(substitute=F("person")),
                name="nobody_stands_in_for_oneself",
                violation_error_message=_("Nobody stands in for oneself."),
            ),
        ]

    def __str__(self):
        return f"{self.person}: {self.from_date} - {self.to_date}"
