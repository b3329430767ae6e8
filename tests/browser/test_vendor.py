"""A fault handed to a vendor by the key `e`, and repaired on his own page: in a real browser, signed by finger."""

from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from contracts.models import ServiceCall
from helpdesk import actions
from office import outbox
from office.models import OutboxRow
from people.models import VendorContact
from tests import factories
from tests.browser.story import CHROMIUM
from tests.browser.window import Aside, Window, chromium
from tests.helpdesk.conftest import desk  # noqa: F401 - a fixture

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(not Path(CHROMIUM).exists(), reason="Chromium is not installed"),
]


@pytest.fixture
def jam(desk, amal, basil, ministry, manager):  # noqa: F811
    """Amal's printer, under a contract of a vendor who reads Arabic."""
    vendor = factories.make_vendor(name="Alpha Care", language="ar", email="desk@alpha.example")
    VendorContact.objects.create(vendor=vendor, name="Care", email="care@alpha.example")
    printer = factories.make_asset(ministry)
    factories.cover(factories.make_contract(ministry, owner=manager, vendor=vendor), printer)
    ticket = actions.file_ticket(requester=amal, subject="The printer is jammed", asset=printer)
    return actions.take_ticket(ticket, by=basil)


def test_a_fault_goes_to_the_vendor_and_comes_back_signed(sign_in, basil, jam):
    client, aside = sign_in(basil), Aside()

    with chromium() as browser:
        window = Window(browser, client, aside)
        page = window.open(jam.get_absolute_url())
        page.keyboard.press("e")
        page.wait_for_selector("textarea[name=text]")
        assert "Alpha Care" in page.input_value("textarea[name=text]")
        page.click(".form-buttons button[type=submit]")
        page.wait_for_selector(".vendor-clock")
        address = aside(_address)

        vendors = Window(browser, Client(), aside)
        page = vendors.open(address)
        page.set_viewport_size({"width": 360, "height": 740})
        assert page.get_attribute("html", "dir") == "rtl"
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        page.click("#answer-restored summary")
        _sign(page)
        page.fill("#answer-restored [name=name]", "فادي")
        page.click("#answer-restored button[type=submit]")
        page.wait_for_selector(".notice-success")
        assert (window.problems, vendors.problems, vendors.abroad) == ([], [], [])

    step = ServiceCall.objects.get().steps.get(kind="restored")
    assert (step.name, step.signature.name) == ("فادي", "signature.png")
    jam.refresh_from_db()
    assert jam.status == "in_progress"


def _address():
    mail = outbox.make(OutboxRow.objects.get(topic="contracts.call"))
    return reverse("vendor_page", args=[mail.text.split("/v/")[1].split("/")[0]])


def _sign(page):
    pad = page.locator("#answer-restored canvas")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    page.mouse.move(box["x"] + 20, box["y"] + 40)
    page.mouse.down()
    for n in range(8):
        page.mouse.move(box["x"] + 30 + 20 * n, box["y"] + (20 if n % 2 else 60))
    page.mouse.up()
    assert page.input_value("#answer-restored [name=signature]").startswith("data:image/png")
