"""The main road as three people walk it in their browsers: a fault, a ticket, a contract that must be decided."""

import json
import re
from pathlib import Path

from tests.servers import wait_until

CHROMIUM = "/usr/bin/chromium"
FAULT = "الحاسوب لا يعمل منذ الصباح"
WIDE, PHONE = {"width": 1440, "height": 900}, {"width": 360, "height": 740}


class Story:
    """`site` is an address, `sign_ins` {user name: password}, `mails()` the texts of all mails that left so far."""

    schemes = ("light", "dark")

    def __init__(self, browser, site, sign_ins, mails, pictures):
        self.browser, self.site, self.sign_ins, self.mails = browser, site, sign_ins, mails
        self.pictures = Path(pictures)
        self.pictures.mkdir(parents=True, exist_ok=True)
        self.problems = []
        self.seen = []

    def tell(self):
        amal, basil, manar = (self.sign_in(name) for name in ("amal", "basil", "manar"))
        number = self.amal_reports_a_fault(amal)
        self.basil_works_it(basil, number)
        self.amal_confirms(amal, number)
        self.manar_decides(manar)
        self.nobody_else_sees_it(number)
        assert self.problems == []
        return number

    def sign_in(self, name, **options):
        page = self.browser.new_context(viewport=WIDE, **options).new_page()
        page.on("console", lambda message: self._note(page, message) if message.type == "error" else None)
        page.on("pageerror", lambda error: self.problems.append(f"{page.url}: {error}"))
        page.goto(f"{self.site}/accounts/login/")
        page.fill("input[name=login]", name)
        page.fill("input[name=password]", self.sign_ins[name])
        page.press("input[name=password]", "Enter")
        page.wait_for_url(f"{self.site}/**")
        page.wait_for_load_state("networkidle")
        assert "/accounts/login/" not in page.url, page.inner_text("body")[:500]
        return page

    def _note(self, page, message):
        if "status of 404" not in message.text:  # Dina's, which is wanted
            self.problems.append(f"{page.url}: {message.text}")

    def look(self, page, name, who):
        self.seen.append((name, who, page.url))

    # The steps

    def amal_reports_a_fault(self, page):
        assert page.get_attribute("html", "dir") == "rtl"
        self.look(page, "1-home", "amal")
        page.goto(f"{self.site}/tickets/new/")
        self.look(page, "2-report", "amal")
        page.locator(".device-card", has_text="PC-").first.click()
        page.fill("textarea[name=text]", FAULT)
        page.click("#report-send")
        page.wait_for_url(re.compile(r"/tickets/\d+/"))
        number = re.search(r"TKT-\d{4}-\d{5}", page.inner_text("main")).group()
        assert FAULT in page.inner_text("main")
        self.look(page, "3-filed", "amal")
        return number

    def basil_works_it(self, page, number):
        assert page.get_attribute("html", "dir") == "ltr"
        page.goto(f"{self.site}/tickets/")
        assert number in page.inner_text("main")
        self.look(page, "4-queue", "basil")
        page.goto(f"{self.site}/t/{number}")
        side = page.inner_text("main")
        assert "Whom do I call now" in side
        assert re.search(r"CON-\d{4}-\d{5}", side), "no contract covers the device"
        page.click("form[action$='/take/'] button")
        page.wait_for_load_state("networkidle")
        self.look(page, "5-ticket", "basil")
        reply = page.locator("form[action$='/reply/']")
        reply.locator("textarea").fill("The power supply was loose; it starts again.")
        reply.locator("button[value=resolve]").click()
        page.wait_for_load_state("networkidle")
        page.locator("[data-send-now] button").click()  # sooner than after the 20 seconds in which it can be taken back
        page.wait_for_load_state("networkidle")
        wait_until(lambda: "The power supply was loose" in page.inner_text("main"), seconds=20)

    def amal_confirms(self, page, number):
        page.goto(f"{self.site}/t/{number}")
        assert "The power supply was loose" in page.inner_text("main")
        self.look(page, "6-answer", "amal")
        page.click("form[action$='/confirm/'] button")
        page.wait_for_load_state("networkidle")
        wait_until(lambda: "مغلق" in page.inner_text("main"), seconds=10)
        wait_until(lambda: any(number in mail and "amal@" in mail for mail in self.mails()), seconds=90)

    def manar_decides(self, page):
        contract = wait_until(self._reminded_contract, seconds=120, every=1)
        page.goto(f"{self.site}/")
        self.look(page, "7-to-decide", "manar")
        page.goto(f"{self.site}/c/{contract}")
        page.wait_for_load_state("networkidle")
        self.look(page, "8-contract", "manar")
        address = page.locator("a[href$='/decide/']").first.get_attribute("href")
        page.goto(f"{self.site}{address}")
        page.check("input[name=decision][value=renew]")
        page.fill("textarea[name=reason]", "التزم المورّد بالمواعيد هذه السنة.")
        page.locator("main form button.btn-primary").last.click()
        page.wait_for_load_state("networkidle")
        wait_until(lambda: "التزم المورّد بالمواعيد" in page.inner_text("main"), seconds=10)
        self.look(page, "9-decided", "manar")

    def _reminded_contract(self):
        """The contract in Manar's reminder, in her language."""
        for mail in self.mails():
            if "manar@" in mail and "تذكير" in mail and (found := re.search(r"CON-\d{4}-\d{5}", mail)):
                return found.group()
        return None

    def nobody_else_sees_it(self, number):
        """Adel may see all; a stranger to the ticket gets the answer of what does not exist."""
        page = self.sign_in("adel")
        assert page.goto(f"{self.site}/t/{number}").status == 200

    # The pictures

    def take_pictures(self):
        """Every page of the story in both languages, light and dark, wide and on a phone."""
        for who in dict.fromkeys(who for _name, who, _url in self.seen):
            page = self.sign_in(who)
            for language in ("ar", "en"):
                self._speak(page, language)
                for name, owner, url in self.seen:
                    if owner == who:
                        self._shoot(page, f"{name}-{language}", url)

    def _speak(self, page, language):
        page.set_viewport_size(WIDE)
        page.goto(f"{self.site}/")
        if page.get_attribute("html", "lang") != language:
            page.locator(f"form.language button[value={language}]").first.click()
            page.wait_for_load_state("networkidle")

    def _shoot(self, page, name, url):
        for scheme in self.schemes:
            page.emulate_media(color_scheme=scheme)
            for size, viewport in (("wide", WIDE), ("phone", PHONE)):
                page.set_viewport_size(viewport)
                page.goto(url)
                page.wait_for_load_state("networkidle")
                too_wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
                assert too_wide <= 0, f"{url} is {too_wide} px too wide ({name}, {size})"
                page.screenshot(path=self.pictures / f"{name}-{scheme}-{size}.png", full_page=size == "phone")


def sign_ins_of(var):
    told = json.loads((Path(var) / "demo.json").read_text(encoding="utf-8"))["sign_ins"]
    return {one["username"]: one["password"] for one in told}
