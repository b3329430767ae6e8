"""One scene a module, built once, and taken back when the module is done."""

import pytest
from django.db import transaction
from django.test import override_settings

from tests.security import scene as scenes


@pytest.fixture(scope="module")
def scene(django_db_setup, django_db_blocker, tmp_path_factory):
    """Two institutions; `undo()` around a request takes back what it did."""
    media = tmp_path_factory.mktemp("media")
    with django_db_blocker.unblock(), override_settings(MEDIA_ROOT=media), transaction.atomic():
        yield scenes.build()
        transaction.set_rollback(True)
