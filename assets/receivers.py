"""What this room does when something happens in another."""

from django.dispatch import receiver

from assets.defaults import ensure_categories
from people.signals import institution_created


@receiver(institution_created, dispatch_uid="assets.categories")
def begin_with_categories(**kwargs):
    """The first institution finds the usual categories; they belong to the installation."""
    ensure_categories()
