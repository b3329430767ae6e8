"""Files by their content: a blob is stored once, an attachment says what it hangs on and who may ask for it."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Blob(models.Model):
    """The bytes of a file, named by their SHA-256; never changed, never served under a name of its own."""

    sha256 = models.CharField(max_length=64, unique=True)
    size = models.PositiveBigIntegerField()
    media_type = models.CharField(max_length=100)
    has_thumbnail = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self):
        return self.sha256


class AttachmentQuerySet(models.QuerySet):
    def of(self, thing):
        return self.filter(kind=thing._meta.label_lower, object_id=thing.pk)


class Attachment(models.Model):
    """A file that somebody put on a record; whoever may see that record may download it."""

    blob = models.ForeignKey(Blob, on_delete=models.PROTECT, related_name="attachments")
    name = models.CharField(_("file name"), max_length=200)
    scope = models.PositiveBigIntegerField(null=True)
    kind = models.CharField(max_length=60)
    object_id = models.PositiveBigIntegerField()
    part = models.PositiveBigIntegerField(null=True, help_text="the message of a ticket that brought it")
    is_internal = models.BooleanField(_("internal"), default=False)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    added_at = models.DateTimeField(auto_now_add=True)

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["kind", "object_id"], name="attachment_of_object"),
            models.Index(fields=["added_by", "added_at"], name="attachment_of_day"),
        ]

    def __str__(self):
        return self.name


class KeptUpload(models.Model):
    """A file of a form that was refused, waiting for the next try of the same person with the same form."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    key = models.UUIDField(help_text="of the form")
    field = models.CharField(max_length=60)
    token = models.CharField(max_length=32, unique=True)
    name = models.CharField(_("file name"), max_length=200)
    size = models.PositiveBigIntegerField()
    kept_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [
            models.Index(fields=["user", "key"], name="kept_for_a_form"),
            models.Index(fields=["kept_at"], name="kept_longest"),
        ]

    def __str__(self):
        return self.name
