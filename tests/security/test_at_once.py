"""Every form that makes something, sent twenty times at once by one impatient hand: one thing, and no failure."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from django.apps import apps
from django.db import connection
from django.template.base import Template
from django.utils.safestring import SafeString

from tests.security import pages, scene

pytestmark = pytest.mark.django_db(transaction=True)
COPIES = 20
OF_NO_KEY = {"ticket_reopen", "ticket_draft"}  # what is open is open, what is kept is kept
MAKING = sorted(name for name, form in pages.FORMS.items() if form.creates)


@pytest.fixture
def committed(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path
    return scene.build()


def test_every_form_of_one_key_that_makes_something_is_tried(committed):
    keyed = {name for name, form in pages.FORMS.items() if form.box is not None and name not in OF_NO_KEY}
    keyed |= {
        name
        for name in pages.FORMS
        if name.endswith(("_create", "_new", "_add")) or name.startswith("new_")
        if pages.FORMS[name].box is None
    }

    assert keyed - {*MAKING} <= {"ticket_add_watcher"}  # whoever follows already follows


def count(label):
    return apps.get_model(label)._base_manager.count()


def test_twenty_copies_of_a_form_sent_at_once_make_one_thing(committed, monkeypatch):
    """All forms in one test, since a scene with real commits is dear."""
    bodies = {name: pages.filled(committed, name) for name in MAKING}
    monkeypatch.setattr(Template, "_render", lambda template, context: SafeString(""))
    wrong = {}

    with ThreadPoolExecutor(COPIES) as pool:
        for name in MAKING:
            form = pages.FORMS[name]
            before = count(form.creates)
            statuses = list(pool.map(partial(send, committed, name, bodies[name]), range(COPIES)))
            made = count(form.creates) - before
            if made != 1 or not set(statuses) <= {204, 302}:
                wrong[name] = made, sorted(statuses)

    assert wrong == {}, wrong


def send(committed, name, body, _copy):
    form = pages.FORMS[name]
    try:
        browser = committed.client(form.by, raise_request_exception=False)
        return browser.post(pages.address(committed, name, form.on), body | pages.files_of(name)).status_code
    finally:
        connection.close()
