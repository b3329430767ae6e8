"""Who has it: one row per stretch of time, from which the holder is derived."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from assets.choices import Acceptance


class CustodyQuerySet(models.QuerySet):
    def current(self):
        return self.filter(ended_at=None)

    def held_by(self, user):
        return self.current().filter(person=user)

    def unsigned(self):
        return self.current().filter(accepted=Acceptance.PENDING)

    def in_dispute(self):
        return self.current().filter(accepted=Acceptance.DECLINED)

    def visible_to(self, user):
        """The desk sees all custody of its institution; an employee her own."""
        if not user.institution_id:
            return self.none()
        inside = self.filter(asset__institution=user.institution_id)
        return inside if user.works_at_desk else inside.filter(person=user)

    def with_people(self):
        return self.select_related("person", "unit", "vendor", "handed_by", "received_by")


class Custody(models.Model):
    """An asset is in the hands of a person, a unit or a vendor from one instant to another.

    Two rows of one asset never overlap (a rule of the database, see `assets.guards`); the end is set once.
    """

    asset = models.ForeignKey("assets.Asset", on_delete=models.PROTECT, related_name="custodies")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="custodies"
    )
    unit = models.ForeignKey("people.Unit", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    vendor = models.ForeignKey("people.Vendor", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    started_at = models.DateTimeField(_("handed over at"))
    ended_at = models.DateTimeField(_("returned at"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    condition_out = models.CharField(_("condition when handed over"), max_length=200, blank=True)
    condition_in = models.CharField(_("condition when returned"), max_length=200, blank=True)
    accepted = models.CharField(max_length=8, choices=Acceptance.choices, default=Acceptance.PENDING)
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    answer_note = models.CharField(_("what is disputed"), max_length=200, blank=True)
    handed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    received_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = CustodyQuerySet.as_manager()

    class Meta:
        ordering = ["-started_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("started_at")), name="custody_ends_after_it_begins"
            ),
            models.CheckConstraint(
                condition=Q(person__isnull=False, unit=None, vendor=None)
                | Q(person=None, unit__isnull=False, vendor=None)
                | Q(person=None, unit=None, vendor__isnull=False),
                name="custody_has_one_holder",
            ),
            models.UniqueConstraint(fields=["asset"], condition=Q(ended_at=None), name="one_holder_at_a_time"),
        ]
        indexes = [models.Index(fields=["person", "asset"], name="held_now", condition=Q(ended_at=None))]

    def __str__(self):
        return f"{self.asset_id}: {self.holder}"

    @property
    def holder(self):
        return self.person or self.unit or self.vendor

    @property
    def kind(self):
        """What the holder is: "person", "unit" or "vendor"."""
        return "person" if self.person_id else "unit" if self.unit_id else "vendor"

    @property
    def institution_id(self):
        return self.asset.institution_id

    @property
    def is_open(self):
        return self.ended_at is None

    @property
    def is_unsigned(self):
        return self.is_open and self.accepted == Acceptance.PENDING

    @property
    def is_in_dispute(self):
        return self.is_open and self.accepted == Acceptance.DECLINED
