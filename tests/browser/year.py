"""The year of a contract as its people see it: a server in our own process, whose clock we move from act to act."""

import re
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from django.core import mail

from config.celery import app
from tests.browser.story import PHONE, WIDE
from tests.factories import PASSWORD

AMMAN = ZoneInfo("Asia/Amman")
GATHERED = timedelta(minutes=10)  # longer than mails to one person are held together
LEAVES_MAIL = "office.tasks.sweep"  # comes last in a round, so that what the others owe leaves on the same morning


def at(day, hour=9, minute=0):
    """An instant by the clock on the ministry's wall; day: "2026-05-10", or a date."""
    day = day if isinstance(day, date) else date.fromisoformat(day)
    return datetime.combine(day, time(hour, minute), AMMAN)


class Clock:
    """The clock of the server, and the rounds that beat would have rung meanwhile: its own list, its own tasks."""

    def __init__(self, traveller, now):
        self.traveller, self.now, self.letters = traveller, now, []
        app.loader.import_default_modules()
        names = [entry["task"] for entry in app.conf.beat_schedule.values()]
        self.tasks = [app.tasks[name] for name in sorted(names, key=LEAVES_MAIL.__eq__)]

    def move_to(self, instant):
        """Let time pass until `instant`, and a little longer: each morning and now all is done that beat starts."""
        while (morning := at(self.now.date() + timedelta(days=1), 8)) < instant:
            self._round(morning)
        self._round(instant)
        self._round(instant + GATHERED)

    def _round(self, moment):
        self.traveller.move_to(moment)
        for task in self.tasks:
            task()
        self.letters += [(moment.date(), letter) for letter in mail.outbox[len(self.letters) :]]
        self.now = moment

    def sent(self, about):
        """[(local day, user name)] of the mails with these words in their subject that left so far, in their order."""
        return [(day, letter.to[0].split("@")[0]) for day, letter in self.letters if about in subject_of(letter)]

    def letters_about(self, words):
        return [letter for _day, letter in self.letters if words in subject_of(letter)]


class Desk:
    """People at their browsers. `problems` is what scripts complained of, and which pages were too wide."""

    def __init__(self, browser, site, pictures):
        self.browser, self.site, self.pictures = browser, site, Path(pictures)
        self.pictures.mkdir(parents=True, exist_ok=True)
        self.pages, self.problems = {}, []

    def open(self, who, address):
        """The page of that address in the browser of `who`, signed in again where the session is over."""
        if who not in self.pages:
            self.pages[who] = self._browser_of(who)
        page = self.pages[who]
        self._go(page, address)
        if "/accounts/login/" in page.url:
            page.fill("input[name=login]", who)
            page.fill("input[name=password]", PASSWORD)
            with page.expect_navigation():
                page.press("input[name=password]", "Enter")
            self._go(page, address)
        assert "/accounts/" not in page.url, page.inner_text("body")[:500]
        return page

    def visit(self, address):
        """The same for somebody without an account."""
        page = self._browser_of("visitor")
        self._go(page, address)
        return page

    def _browser_of(self, who):
        page = self.browser.new_context(viewport=WIDE).new_page()
        page.set_default_timeout(120_000)  # patience for a machine that others share; no bound of the product
        page.on("pageerror", lambda error: self.problems.append(f"{who}, {page.url}: {error}"))
        page.on("console", lambda told: self._hear(who, page, told) if told.type == "error" else None)
        return page

    def _hear(self, who, page, told):
        if "/accounts/login/" not in told.location["url"]:  # a page asks for news in a session that is over
            self.problems.append(f"{who}, {page.url}: {told.text}")

    def _go(self, page, address):
        page.goto(f"{self.site}{address}")
        page.wait_for_load_state("networkidle")

    def look(self, page, name):
        """Keep the page as it is wide in the light and narrow in the dark."""
        for scheme, size, viewport in (("light", "wide", WIDE), ("dark", "phone", PHONE)):
            page.emulate_media(color_scheme=scheme)
            page.set_viewport_size(viewport)
            too_wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            if too_wide > 0:
                self.problems.append(f"{name} is {too_wide} px too wide ({size})")
            page.screenshot(path=self.pictures / f"{name}-{scheme}-{size}.png", full_page=True, animations="disabled")
        page.emulate_media(color_scheme="light")
        page.set_viewport_size(WIDE)


def words_of(page):
    """What the page says, in one line without the marks of direction."""
    return plain(page.inner_text("main"))


def missing(page, *words):
    """Those of `words` that the page does not say."""
    said = words_of(page)
    return [each for each in words if each not in said]


def subject_of(letter):
    return plain(letter.subject)


def plain(text):
    return re.sub(r"\s+", " ", re.sub("[\u2066-\u2069\u200e\u200f]", "", text))


def press(page, selector):
    """Press the button of that form, and wait for what it answers."""
    with page.expect_navigation():
        page.locator(selector).first.click()
    page.wait_for_load_state("networkidle")


def push(page, act):
    """Press the button that posts to an address that ends in `act`."""
    press(page, f"main form[action$='/{act}/'] button")


def send(page, **fields):
    """Fill in the form of the page, and send it."""
    for name, value in fields.items():
        fill(page.locator(f"main form [name={name}]"), value)
    press(page, "main .form-buttons button[type=submit]")
    wrong = page.locator("main .invalid-feedback:visible, main .alert-danger:visible").all_inner_texts()
    assert wrong == []


def answer(page, kind, **fields):
    """What the vendor reports in one of the blocks of his page, which is open already where it is the next one."""
    block = page.locator(f"#answer-{kind}")
    if block.get_attribute("open") is None:
        block.locator("summary").click()
    for name, value in fields.items():
        block.locator(f"[name={name}]").fill(value)
    press(page, f"#answer-{kind} button[type=submit]")


def fill(box, value):
    kind = box.first.evaluate("box => box.type")
    if kind == "select-one":
        box.select_option(str(value))
    elif kind == "radio":
        box.and_(box.page.locator(f"[value='{value}']")).check()
    elif kind == "checkbox":
        box.set_checked(value)
    elif kind == "file":
        box.set_input_files(value)
    else:
        box.fill(str(value))
