"""Gap-free numbers, and the memory of forms already taken in."""

from django.conf import settings
from django.db import models


class NumberSeries(models.Model):
    """The last number given out in one series: kind of paper, institution, local year."""

    kind = models.CharField(max_length=20)
    scope = models.PositiveBigIntegerField()
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "scope", "year"], name="one_series_per_year")]

    def __str__(self):
        return f"{self.kind}-{self.year}: {self.last}"


class FormKey(models.Model):
    """A form that was taken in once: the same form sent again leads to the same object."""

    key = models.UUIDField()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=60)
    object_id = models.PositiveBigIntegerField(null=True)
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "kind", "key"], name="one_form_once")]

    def __str__(self):
        return f"{self.kind} {self.key}"
