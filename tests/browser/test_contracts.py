"""Pages of contracts in a real browser: the days of a month by the arrow keys, and every page on paper."""

import io
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import time_machine
from django.urls import reverse
from pypdf import PdfReader

from contracts import actions
from contracts.models import Term
from tests import factories
from tests.browser.story import CHROMIUM
from tests.browser.window import Aside, Window, chromium
from tests.contracts import case_scene

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(not Path(CHROMIUM).exists(), reason="Chromium is not installed"),
]
TODAY = "2026-11-17T09:00:00Z"  # a Tuesday
A4 = {"width": 688, "height": 1001}  # what the margins of @page leave of the sheet, 96 dots an inch
ACROSS = {"width": 1032, "height": 703}  # lists are printed across


@pytest.fixture(autouse=True)
def _on_a_day():
    with time_machine.travel(TODAY, tick=True):
        yield


@pytest.fixture
def contract(ministry, manager):
    """With a value, a covered printer, a call and a decision that waits: something on every page."""
    contract = factories.make_contract(ministry, owner=manager, deputy=factories.make_user(ministry, is_manager=True))
    Term.objects.filter(contract=contract).update(value=Decimal(3650))
    line = factories.cover(contract, factories.make_asset(ministry, name="Printer of the third floor"))
    factories.make_call(line)
    actions.plan_instalments(contract.terms.get(), by=manager, count=2, tax_percent=16, retention_percent=5)
    actions.refresh_dates(contract)
    return contract


def focused(page):
    """The day of the month whose cell has the focus, as its page names it."""
    return page.evaluate("document.activeElement.querySelector('.month-number')?.textContent.trim()")


def walk(page, *keys):
    found = []
    for key in keys:
        page.keyboard.press(key)
        found.append(focused(page))
    return found


def test_the_days_of_a_month_are_walked_by_the_arrow_keys(sign_in, manager, contract):
    client, aside = sign_in(manager), Aside()

    with chromium() as browser:
        window = Window(browser, client, aside)
        page = window.open("/contracts/month/?month=2026-11")
        page.focus("td.is-today")
        english = walk(page, "ArrowRight", "ArrowLeft", "ArrowDown", "ArrowUp", "Home", "End")
        tabs = page.evaluate("[...document.querySelectorAll('[data-day]')].filter(day => day.tabIndex === 0).length")
        first = walk(page, *["ArrowUp"] * 6)[-1]
        aside(_speak_arabic, manager)
        page = window.open("/contracts/month/?month=2026-11")
        page.focus("td.is-today")
        arabic = walk(page, "ArrowRight", "ArrowLeft", "ArrowDown")
        problems = window.problems

    assert english == ["18", "17", "24", "17", "15", "21"]  # the week of the ministry begins on Sunday
    assert tabs == 1  # by the tab key one comes to the month once, and past it
    assert first == "7"  # at its edge it stays
    assert arabic == ["16", "17", "24"]  # to the right is back
    assert problems == []


def test_an_entry_of_a_day_is_opened_by_keys_alone(sign_in, manager, contract):
    client, aside = sign_in(manager), Aside()
    day = contract.decide_by or date(2026, 11, 17)

    with chromium() as browser:
        page = Window(browser, client, aside).open(f"/contracts/month/?month={day:%Y-%m}")
        page.evaluate("document.querySelector('[data-day] a').closest('[data-day]').focus()")
        page.keyboard.press("Enter")
        link = page.evaluate("document.activeElement.getAttribute('href')")
        page.keyboard.press("Enter")
        page.wait_for_url("**" + link.partition("#")[0] + "*")

    assert link.startswith("/contracts/")


def _speak_arabic(person):
    person.language = "ar"
    person.save()


def _dark(person):
    person.theme = "dark"
    person.save()


def addresses(contract):
    own = ("renewal_file", "contract_money", "contract_obligations", "contract_securities", "contract_reminders")
    own = [reverse(name, args=[contract.pk]) for name in own]
    own.append(case_scene.recommended(contract)[0].get_absolute_url())
    whole = ("contract_leaks", "forecast", "budget", "vendor_scores", "contract_month", "contracts", "calls")
    whole += ("renewal_board", "payments", "contract_reports")
    call = contract.terms.get().calls.get()
    card = reverse("vendor_scorecard", args=[contract.vendor_id])
    return [contract.get_absolute_url(), call.get_absolute_url(), card, *own, *map(reverse, whole)]


IS_ACROSS = """() => [".main", ".list"].some(
  (name) => [...document.querySelectorAll(name)].some((part) => getComputedStyle(part).page === "wide")
)"""
LOOK = """() => {
  const shown = (name) => [...document.querySelectorAll(name)].some((part) => part.offsetParent !== null);
  const ink = getComputedStyle(document.querySelector("h1")).color.match(/[\\d.]+/g).map(Number);
  return {
    chrome: [".sidebar", ".topbar", ".page-actions", "form.report-asks", ".btn", ".text-button"].filter(shown),
    tables: [...document.querySelectorAll("table.rows, table.rows tr, table.rows td")].every(
      (part) => getComputedStyle(part).display.startsWith("table")
    ),
    beyond: document.documentElement.scrollWidth - document.documentElement.clientWidth,
    dark: Math.max(...ink.slice(0, 3)) < 128,
  };
}"""


@pytest.mark.parametrize("language", ["en", "ar"])
def test_every_page_of_contracts_prints_in_ink_on_a4(sign_in, manager, contract, language):
    """Whoever reads in the dark prints on white paper; nothing to click is printed, nothing runs off the sheet."""
    manager.language = language
    _dark(manager)
    client, aside, found = sign_in(manager), Aside(), {}
    pages = addresses(contract)

    with chromium() as browser:
        window = Window(browser, client, aside)
        for address in pages:
            page = window.open(address)
            page.emulate_media(media="print")
            page.set_viewport_size(ACROSS if page.evaluate(IS_ACROSS) else A4)
            found[address] = page.evaluate(LOOK)
            page.emulate_media(media="screen")
            page.set_viewport_size({"width": 1440, "height": 900})
        window.open(pages[0]).emulate_media(media="print")
        paper = page.pdf(prefer_css_page_size=True)

    assert found == {address: {"chrome": [], "tables": True, "beyond": 0, "dark": True} for address in pages}
    words = " ".join(sheet.extract_text() for sheet in PdfReader(io.BytesIO(paper)).pages)
    assert contract.number in words


def test_the_pages_of_contracts_are_whole_at_the_width_of_a_tablet(sign_in, manager, contract):
    """Rows are cards or a table, never half of each."""
    client, aside, found = sign_in(manager), Aside(), {}
    pages = addresses(contract)

    with chromium() as browser:
        window = Window(browser, client, aside)
        window.page.set_viewport_size({"width": 700, "height": 900})
        for address in pages:
            seen = window.open(address).evaluate(LOOK)
            found[address] = (seen["tables"], seen["beyond"])

    assert found == dict.fromkeys(pages, (True, 0))
