"""The one append-only trail from which time lines, clocks and reports are computed."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Channel(models.TextChoices):
    PAGE = "page", _("page")
    PHONE = "phone", _("telephone")
    MAIL = "mail", _("mail")
    API = "api", _("programming interface")
    IMPORT = "import", pgettext_lazy("noun", "import")
    CLOCK = "clock", _("clock")
    COMMAND = "command", _("command")


class EventQuerySet(models.QuerySet):
    def about(self, thing):
        return self.filter(kind=thing._meta.label_lower, object_id=thing.pk)


class Event(models.Model):
    """Something that happened to one object: who, what, when, and which fields went from what to what."""

    at = models.DateTimeField(_("time"), default=timezone.now)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    scope = models.PositiveBigIntegerField(null=True)
    kind = models.CharField(max_length=60)
    object_id = models.PositiveBigIntegerField()
    verb = models.CharField(max_length=40)
    changes = models.JSONField(default=dict)
    channel = models.CharField(max_length=10, choices=Channel.choices, default=Channel.PAGE)
    batch = models.ForeignKey("office.ImportBatch", on_delete=models.PROTECT, null=True, related_name="events")

    objects = EventQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["kind", "object_id", "id"], name="event_of_object"),
            models.Index(fields=["scope", "-id"], name="event_of_scope"),
        ]

    def __str__(self):
        return f"{self.kind} {self.object_id}: {self.verb}"


class UndoPermit(models.Model):
    """Exists only inside the transaction that undoes an import; while it does, events may be removed."""

    batch = models.ForeignKey("office.ImportBatch", on_delete=models.CASCADE, related_name="+")
