"""B3 and B4 in a real browser that is told no content policy: markup in any name or text runs nowhere."""

from pathlib import Path

import pytest

from tests.browser.story import CHROMIUM
from tests.browser.window import Aside, Window, chromium
from tests.security import matrix, pages
from tests.security.test_hostile_text import LONG, planted  # noqa: F401 - a fixture

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(not Path(CHROMIUM).exists(), reason="Chromium is not installed"),
]
# Each way in which a page shows what somebody typed: lists, pages of one thing, boxes of forms, histories, settings.
LOOKED_AT = {
    "rania": ("tickets", "events", "users", "user_edit", "units", "unit", "queue", "category", "calendar", "outbox"),
    "basil": ("home", "ticket", "tickets", "asset", "assets", "people", "person", "vendors", "vendor", "contract"),
    "amal": ("home", "ticket", "new_ticket", "my_devices", "notifications", "profile"),
    "manar": ("home", "contracts", "contract", "contract_edit", "contract_coverage"),
}


def test_no_name_runs_in_a_browser_without_a_policy(planted):  # noqa: F811
    urls = {person: [_address(planted, name, person) for name in names] for person, names in LOOKED_AT.items()}

    ticket = planted.ticket.get_absolute_url()
    clients, aside = {person: planted.client(person) for person in LOOKED_AT}, Aside()

    with chromium() as browser:
        for person, addresses_of in urls.items():
            window = Window(browser, clients[person], aside, without=["content-security-policy"])
            for url in addresses_of:
                page = window.open(url)
                assert page.locator("#id_login").count() == 0, url
                assert page.evaluate("typeof pwned") == "undefined", url
                assert page.locator("img[src='x'], svg[onload]").count() == 0, url
            if person == "basil":
                _write_names_into_pages_by_script(window, ticket)
            assert window.abroad == []
            assert window.problems == []


def _address(scene, name, person):
    row = next(row for row in matrix.ROWS if row.name == name and row.method == matrix.GET)
    return pages.address(scene, row.name, row.on) + row.query


def _write_names_into_pages_by_script(window, ticket):
    """The places where a script of ours puts names into a page: who is called by "@", who calls, what is suggested."""
    page = window.open(ticket)
    note = page.locator(".face-note")
    note.locator("summary").click(timeout=3000)
    note.locator("textarea").fill("")
    note.locator("textarea").type("@")
    page.wait_for_selector(".mention-list li")
    assert LONG in page.inner_text(".mention-list")

    page = window.open("/tickets/phone/")
    page.locator("[data-combobox]").type("amal", delay=20)
    page.wait_for_selector(".combobox-list li")
    assert LONG in page.inner_text(".combobox-list")
    for url in (ticket, "/tickets/phone/"):
        assert page.evaluate("typeof pwned") == "undefined", url
