"""Rows that can be found."""

from typing import ClassVar

from django.db import models, router, transaction

from office.fold import search_text

CHUNK = 500


class Searchable(models.Model):
    """A row that can be found by what `search_fields` says. Lists should `defer("search_text")`: it may be long."""

    search_text = models.TextField(editable=False, blank=True, default="")

    search_sources: ClassVar[tuple[str, ...]] = ()
    """Names of the fields that `search_fields` reads; a save of other fields alone leaves the index be."""

    class Meta:
        abstract = True

    def save(self, *args, update_fields=None, **kwargs):
        if update_fields is None:
            self.fill_search_text()
        else:
            update_fields = set(update_fields)
            sources = {"search_text", *self.search_sources, *(f"{name}_id" for name in self.search_sources)}
            if update_fields & sources:
                self.fill_search_text()
                update_fields.add("search_text")
        super().save(*args, update_fields=update_fields, **kwargs)

    def search_fields(self):
        """The texts this row is found by, the most telling first: number, tag, serial, then title, then the rest."""
        raise NotImplementedError

    def fill_search_text(self):
        """Set `search_text` without saving; for those who write in bulk, which passes `save` by."""
        self.search_text = search_text(*(str(field) for field in self.search_fields() if field))

    def index(self):
        """Write the index anew, when something changed that the row is found by but that is not its own field."""
        self.fill_search_text()
        type(self)._base_manager.using(self._state.db).filter(pk=self.pk).update(search_text=self.search_text)


def rebuild(model, using=None):
    """Write the index of all rows anew, in chunks that each hold the database for less than a second; count changes."""
    rows = model._base_manager.using(using or router.db_for_write(model))
    changed, last = 0, None
    while True:
        with transaction.atomic(using=rows.db):
            chunk = rows.order_by("pk") if last is None else rows.order_by("pk").filter(pk__gt=last)
            if not (chunk := list(chunk.select_for_update()[:CHUNK])):
                return changed
            stale = [row for row in chunk if row.search_text != (row.fill_search_text() or row.search_text)]
            rows.bulk_update(stale, ["search_text"], batch_size=100)
        changed, last = changed + len(stale), chunk[-1].pk
