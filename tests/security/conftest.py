"""One scene a module, built once, and taken back when the module is done."""

import pytest
from django.db import transaction
from django.template.base import Template
from django.test import override_settings, signals
from django.utils.safestring import SafeString

from tests.security import scene as scenes


@pytest.fixture(scope="module")
def scene(django_db_setup, django_db_blocker, tmp_path_factory):
    """Two institutions; `undo()` around a request takes back what it did."""
    media = tmp_path_factory.mktemp("media")
    with django_db_blocker.unblock(), override_settings(MEDIA_ROOT=media), transaction.atomic():
        yield scenes.build()
        transaction.set_rollback(True)


@pytest.fixture
def undrawn(monkeypatch):
    """Pages are not drawn: what they were given stands in `response.context`, and drawing is what costs."""

    def note(template, context):
        signals.template_rendered.send(sender=template, template=template, context=context)
        return SafeString("")

    monkeypatch.setattr(Template, "_render", note)
