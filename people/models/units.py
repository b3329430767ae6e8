"""The tree of units: an institution is a root, directorates and sections hang below it."""

from django.core.validators import RegexValidator
from django.db import models, transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from office.models import Activatable, Versioned
from office.models.base import ActivatableQuerySet


class UnitKind(models.TextChoices):
    INSTITUTION = "institution", _("Institution")
    DIRECTORATE = "directorate", _("Directorate")
    SECTION = "section", _("Section")
    DIVISION = "division", _("Division")


class UnitQuerySet(ActivatableQuerySet):
    def institutions(self):
        return self.filter(parent=None)

    def below(self, unit):
        """The unit itself and everything under it."""
        return self.filter(path__startswith=unit.path)

    def visible_to(self, user):
        return self.none() if not user.institution_id else self.filter(institution=user.institution_id)


class Unit(Activatable, Versioned):
    """A place in the organisation, called by the one name it has."""

    name = models.CharField(_("name"), max_length=160)
    second_name = models.CharField(_("name in the other language"), max_length=160, blank=True)
    kind = models.CharField(_("kind"), max_length=12, choices=UnitKind.choices, default=UnitKind.SECTION)
    code = models.CharField(_("short code"), max_length=10, blank=True, help_text=_("In front of numbers: MOP-TKT-…"))
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("belongs to")
    )
    institution = models.ForeignKey("self", on_delete=models.PROTECT, null=True, editable=False, related_name="+")
    path = models.CharField(max_length=200, editable=False, default="", db_index=True)
    head = models.ForeignKey(
        "people.User", on_delete=models.PROTECT, null=True, blank=True, related_name="heads", verbose_name=_("head")
    )
    colour = models.CharField(
        _("accent colour"),
        max_length=7,
        blank=True,
        validators=[RegexValidator(r"^#[0-9a-fA-F]{6}\Z", _("Write the colour as # and six digits, such as #0b6e4f."))],
    )
    outside_number = models.CharField(max_length=60, blank=True, editable=False)

    objects = UnitQuerySet.as_manager()

    class Meta:
        ordering = ["path"]
        constraints = [
            models.UniqueConstraint(
                fields=["parent", "name"],
                name="one_name_per_parent",
                violation_error_message=_("The unit above already has one of this name."),
            ),
            models.UniqueConstraint(
                fields=["code"],
                condition=models.Q(parent=None) & ~models.Q(code=""),
                name="one_code_per_institution",
                violation_error_message=_("Another institution has this short code."),
            ),
        ]

    def __str__(self):
        return self.name

    @transaction.atomic
    def save(self, *args, **kwargs):
        """Keep `path` ("/1/5/9/") and the institution in step with the parent, also for everything below."""
        old_path = self.path
        super().save(*args, **kwargs)
        path = f"{self.parent.path if self.parent_id else '/'}{self.pk}/"
        institution = self.parent.institution_id if self.parent_id else self.pk
        if path == old_path and institution == self.institution_id:
            return
        self.path, self.institution_id = path, institution
        Unit.objects.filter(pk=self.pk).update(path=path, institution=institution)
        if old_path:
            for child in Unit.objects.filter(parent=self):
                child.parent = self
                child.save()

    def get_absolute_url(self):
        return reverse("unit", args=[self.pk])

    @property
    def level(self):
        """How far below its institution: 0 for the institution itself."""
        return self.path.count("/") - 2

    @property
    def ancestor_ids(self):
        """From the unit itself up to its institution."""
        return [int(pk) for pk in reversed(self.path.strip("/").split("/"))]
