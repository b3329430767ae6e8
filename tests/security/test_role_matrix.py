"""Every URL of the product, asked for by everybody who might: the table of the design against the house as built."""

import pytest
from django.db import transaction
from django.urls import get_resolver

from tests.security import matrix, pages
from tests.security.scene import EVERYBODY
from tests.security.witness import Witness

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def bodies(scene):
    """{row: what is sent}: a valid submission wherever the page has a form."""
    filled = {name: pages.filled(scene, name) for name in pages.FORMS}
    return {
        row: pages.resolve_typed(scene, row.body) or filled.get(row.name, {})
        for row in matrix.ROWS
        if row.method == matrix.POST
    }


def url_names(patterns=None):
    patterns = get_resolver().url_patterns if patterns is None else patterns
    for pattern in patterns:
        if hasattr(pattern, "url_patterns"):
            yield from url_names(pattern.url_patterns)
        else:
            yield pattern.name


def test_every_url_has_its_line_in_the_table_and_every_line_its_url():
    assert {row.name for row in matrix.ROWS} == set(url_names())


def test_every_form_page_is_tried_by_sending_it():
    sent = {row.name for row in matrix.ROWS if row.method == matrix.POST}

    assert set(pages.FORMS) <= sent


@pytest.mark.parametrize("person", EVERYBODY)
def test_everybody_gets_what_the_table_says(scene, bodies, undrawn, person):
    witness, wrong = Witness(), []

    with witness.watching():
        for row in matrix.ROWS:
            wrong += [f"{row}: {word}" for word in answers(scene, bodies, witness, row, person)]

    assert not wrong, f"{person}\n" + "\n".join(wrong)


def answers(scene, bodies, witness, row, person):
    """What is wrong with the answer of one row to one person; whatever was done is taken back."""
    url = pages.address(scene, row.name, row.on) + row.query
    browser = scene.client(person)
    before = transaction.savepoint()
    if row.method == matrix.GET:
        response = browser.get(url)
    else:
        response = browser.post(url, bodies[row] | (pages.files_of(row.name) if row.name in pages.FORMS else {}))
    changes = witness.changes()
    transaction.savepoint_rollback(before)

    if response.status_code not in row.expected(person):
        yield f"{response.status_code}, not {row.expected(person)}"
    if person == "anon" and not row.is_open and not response.headers.get("Location", "").startswith("/accounts/login/"):
        yield "not sent to the sign-in"
    if row.method == matrix.POST and person in row.yes:
        witness.forget_files()
        if not changes:
            yield "was said to be done, and nothing is"
    elif changes and not (row.method == matrix.GET and changes == ["office_event"] and row.on in LOGGED):
        yield f"changed {changes}"


LOGGED = {
    "secret",
    "board",
    "secret_photo",
    "secret_mail",
    "=ONE-TKT-6",
}  # each reading of a restricted ticket leaves its line
