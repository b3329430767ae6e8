"""The keys of the desk, pressed in a real browser: from the list to a ticket, an answer and back, without a mouse."""

import re
import time
from pathlib import Path

import pytest

from helpdesk import actions
from helpdesk.models import Draft, Message, Ticket
from tests.browser.story import CHROMIUM
from tests.browser.window import Aside, Window, chromium
from tests.helpdesk.conftest import desk, ticket  # noqa: F401 - fixtures

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(not Path(CHROMIUM).exists(), reason="Chromium is not installed"),
]


def test_a_ticket_is_worked_without_a_mouse(sign_in, desk, ticket, amal, basil):  # noqa: F811
    later = actions.file_ticket(requester=amal, subject="The scanner hums")
    client, aside = sign_in(basil), Aside()

    with chromium() as browser:
        window = Window(browser, client, aside)
        page = window.open("/tickets/")

        _the_list_of_keys_opens_and_closes(page)
        _the_search_is_reached_and_left(page)
        _rows_are_walked_selected_and_opened(page, {ticket.number, later.number})
        _it_is_taken_and_answered(page)
        _places_are_gone_to(page)
        _an_arabic_keyboard_presses_the_same_keys(page)
        aside(_switch_off, basil)
        _switched_off_they_rest(window)

        assert window.problems == []

    words = Message.objects.values_list("text", "is_internal")
    assert ("Called the vendor.", True) in words
    assert Ticket.objects.filter(assignee=basil).count() == 1
    assert Draft.objects.get(leaves_at__isnull=False).text == "It is being repaired."


def _press(page, *keys):
    for key in keys:
        page.keyboard.press(key)
    page.wait_for_load_state("networkidle")


def _press_for(page, key, box):
    """Press until the box has the focus, as somebody would: a page that was just drawn anew may not listen yet."""
    from playwright.sync_api import TimeoutError as NotThere

    for _try in range(6):
        page.keyboard.press(key)
        try:
            return page.wait_for_selector(f"{box}:focus", timeout=4000)
        except NotThere:
            continue
    raise AssertionError(f"{key} does not lead to {box}.")


def _the_list_of_keys_opens_and_closes(page):
    _press(page, "?")
    page.wait_for_selector("dialog#keys[open] .keys-list")
    assert "Take the next one" in page.inner_text("#keys")
    _press(page, "Escape")
    assert not page.locator("dialog#keys[open]").count()


def _the_search_is_reached_and_left(page):
    _press(page, "/")
    assert page.evaluate("document.activeElement.id") == "search"
    _press(page, "j")  # typed, not obeyed
    assert page.input_value("#search") == "j"
    _press(page, "Escape")
    assert page.evaluate("document.activeElement.id") != "search"


def _rows_are_walked_selected_and_opened(page, numbers):
    rows = page.locator(".rows tbody tr")
    assert {re.search(r"TKT-[\d-]+", words).group() for words in rows.all_inner_texts()} == numbers
    _press(page, "j", "j", "k", "x")
    assert "is-current" in rows.nth(0).get_attribute("class")
    assert [rows.nth(n).locator("[type=checkbox]").is_checked() for n in (0, 1)] == [True, False]
    _press(page, "Enter")
    page.wait_for_selector("#composer")
    page.wait_for_load_state("networkidle")


def _it_is_taken_and_answered(page):
    _press(page, "a")
    page.wait_for_selector("text=The ticket is yours.")
    _press_for(page, "n", "[name=note-text]").fill("Called the vendor.")
    _press(page, "Control+Enter")
    page.wait_for_selector(".said-internal >> text=Called the vendor.")
    _press_for(page, "r", "[name=text]").fill("It is being repaired.")
    _press(page, "Control+Enter")
    page.wait_for_selector("[data-leaves-in]")  # it leaves in 20 seconds


def _places_are_gone_to(page):
    page.evaluate("document.activeElement.blur()")
    _press(page, "g", page.locator("[data-go]", has_text="Queue").get_attribute("data-go"))
    page.wait_for_url("**/tickets/")


def _an_arabic_keyboard_presses_the_same_keys(page):
    key = {"key": "ت", "code": "KeyJ", "bubbles": True}
    page.evaluate("key => document.body.dispatchEvent(new KeyboardEvent('keydown', key))", key)
    assert page.locator("tr.is-current").count() == 1


def _switch_off(person):
    person.preferences["shortcuts"] = False
    person.save()


def _switched_off_they_rest(window):
    page = window.open("/tickets/")
    _press(page, "j", "?")
    assert page.locator("tr.is-current, dialog#keys[open]").count() == 0


def test_a_call_is_filed_in_less_than_twenty_seconds_of_typing(sign_in, desk, amal, basil):  # noqa: F811
    """As fast as a hand types that looks at the telephone: five letters a second."""
    amal.extension = "2114"
    amal.save()
    client, aside = sign_in(basil), Aside()

    with chromium() as browser:
        page = Window(browser, client, aside).open("/tickets/phone/")
        began = time.monotonic()
        page.keyboard.type("2114", delay=200)
        page.wait_for_selector(".combobox-list li")
        page.keyboard.press("Enter")
        page.keyboard.type("The printer eats the paper", delay=200)
        page.keyboard.press("Control+Enter")
        page.wait_for_selector("text=Tell the caller the number")
        took = time.monotonic() - began

    filed = Ticket.objects.get()
    assert (filed.requester, filed.filed_by, filed.subject) == (amal, basil, "The printer eats the paper")
    assert took < 20
