"""A request that lives in mail: it comes to a real IMAP box in Arabic, is answered from the page, its answer joins."""

import re
import shutil
import sqlite3
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from tests.browser.story import CHROMIUM, Story, sign_ins_of
from tests.browser.test_main_road import browser, mails_in  # noqa: F401
from tests.dovecot import Dovecot
from tests.helpdesk.letters import PNG, letter
from tests.processes import ROOT, System
from tests.servers import wait_until

pytestmark = [
    pytest.mark.processes,
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(not Path(CHROMIUM).exists(), reason="Chromium is not installed"),
    pytest.mark.skipif(not (shutil.which("dovecot") or Path("/usr/sbin/dovecot").exists()), reason="no Dovecot here"),
]
SOON = {"SWEEP_SECONDS": "3", "MAIL_SECONDS": "3", "MAIL_WINDOW_MINUTES": "0"}
DESK = "support@mail.example"
FAULT = "الطابعة في غرفة 12 لا تطبع منذ الصباح، وتظهر رسالة خطأ."
ANSWER = "Please switch it off and on, and send a photo of what it shows."
REPLY = "أطفأتها وشغّلتها ولم يتغير شيء. الصورة مرفقة."


class ByMail(Story):
    """The story of one request; `server` is the mail server, `var` the folder of the installation."""

    schemes = ("light",)

    def __init__(self, chromium, site, var, server):
        super().__init__(chromium, site, sign_ins_of(var), mails_in(var / "mail"), ROOT / "var" / "story" / "mail")
        self.var, self.server = var, server
        self.address = self._ask("SELECT email FROM people_user WHERE username = 'amal'")
        self.sender = f"أمل <{self.address}>"

    def _ask(self, query):
        with sqlite3.connect(self.var / "db.sqlite3", timeout=20) as database:
            found = database.execute(query).fetchone()
        return found and found[0]

    def tell(self):
        rania, basil = self.sign_in("rania"), self.sign_in("basil")
        self.rania_sets_the_mailbox_up(rania)
        number = self.a_mail_becomes_a_ticket(basil)
        self.basil_answers_from_the_page(basil, number)
        self.amals_mail_joins(basil, number)
        self.the_ledger_explains_the_age(basil, number)
        self.amal_reads_the_same(number)
        self.the_trace_says_why(rania)
        assert self.problems == []

    def rania_sets_the_mailbox_up(self, page):
        page.goto(f"{self.site}/setup/mail/new/")
        page.fill("input[name=name]", "Support")
        page.fill("input[name=address]", DESK)
        page.select_option("select[name=queue]", label="Technical support")
        page.fill("input[name=connection]", "desk") if page.locator("input[name=connection]").count() else (
            page.select_option("select[name=connection]", "desk")
        )
        page.locator("main form button.btn-primary").last.click()
        page.wait_for_load_state("networkidle")
        assert "/new/" not in page.url, page.inner_text("main")

    def a_mail_becomes_a_ticket(self, page):
        self.server.deliver(
            letter(
                FAULT,
                sender=self.sender,
                to=DESK,
                subject="الطابعة لا تطبع",
                message_id="<a1@mail.example>",
            )
        )
        query = "SELECT number FROM helpdesk_ticket WHERE subject = 'الطابعة لا تطبع'"
        number = wait_until(lambda: self._ask(query), seconds=60, every=0.5)
        page.goto(f"{self.site}/t/{number}")
        assert FAULT in page.inner_text("main")
        said = page.locator(".said-text", has_text="لا تطبع منذ").first
        assert said.evaluate("one => getComputedStyle(one).direction") == "rtl"
        wait_until(lambda: any(number in mail and self.address in mail for mail in self.mails()), seconds=60, every=0.5)
        return number

    def basil_answers_from_the_page(self, page, number):
        page.click("form[action$='/take/'] button")
        page.wait_for_load_state("networkidle")
        reply = page.locator("form[action$='/reply/']")
        reply.locator("textarea").fill(ANSWER)
        reply.locator("button[type=submit]").first.click()
        page.wait_for_load_state("networkidle")
        page.locator("[data-send-now] button").click()
        page.wait_for_load_state("networkidle")
        wait_until(lambda: ANSWER in page.inner_text("main"), seconds=20)
        wait_until(lambda: self._answer() is not None, seconds=60, every=0.5)

    def _answer(self):
        """The mail by which Amal got Basil's answer."""
        for path in (self.var / "mail").glob("*"):
            for raw in path.read_bytes().split(b"-" * 79):
                mail = message_from_bytes(raw.strip(), policy=policy.default)
                if (
                    mail["To"]
                    and self.address in mail["To"]
                    and ANSWER[:30] in str(mail.get_body(("plain",)).get_content())
                ):
                    return mail
        return None

    def amals_mail_joins(self, page, number):
        answer = self._answer()
        quoted = "\n".join(f"> {line}" for line in answer.get_body(("plain",)).get_content().splitlines())
        self.server.deliver(
            letter(
                f"{REPLY}\n\nفي الأحد 1 كانون الأول 2026 كتب مكتب الدعم:\n{quoted}\n",
                sender=self.sender,
                to=DESK,
                subject=f"رد: {answer['Subject']}",
                message_id="<a2@mail.example>",
                answers=["<a1@mail.example>", answer["Message-ID"]],
                files=[("صورة الشاشة.png", "image/png", PNG)],
            )
        )
        query = "SELECT count(*) FROM helpdesk_message m JOIN helpdesk_receivedmail r ON r.message_id = m.id"
        wait_until(lambda: self._ask(query) == 1, seconds=60, every=0.5)
        page.goto(f"{self.site}/t/{number}")
        words = page.inner_text("main")
        assert REPLY in words
        assert "صورة الشاشة.png" in words
        assert words.count(ANSWER) == 1, "the quoted thread is not folded away"
        assert page.locator("details", has_text=ANSWER).count() >= 1
        self.look(page, "1-joined", "basil")

    def the_ledger_explains_the_age(self, page, number):
        pk = self._ask(f"SELECT id FROM helpdesk_ticket WHERE number = '{number}'")
        self._speak(page, "en")
        for language in ("en", "ar"):
            self._speak(page, language)
            page.goto(f"{self.site}/tickets/{pk}/time/")
            words = page.inner_text("main")
            assert number in words
            assert {"en": "Outside", "ar": "خارج"}[language] in words or {"en": "Counted", "ar": "محتسب"}[
                language
            ] in words
        self.look(page, "2-ledger", "basil")

    def amal_reads_the_same(self, number):
        page = self.sign_in("amal")
        for language in ("ar", "en"):
            self._speak(page, language)
            page.goto(f"{self.site}/t/{number}")
            words = page.inner_text("main")
            assert FAULT in words
            assert REPLY in words
            assert ANSWER in words
            assert page.get_attribute("html", "dir") == {"ar": "rtl", "en": "ltr"}[language]
        self.look(page, "3-mine", "amal")

    def the_trace_says_why(self, page):
        page.goto(f"{self.site}/setup/mail/received/")
        assert len(re.findall(re.escape(self.address), page.inner_text("main"))) >= 2


def test_a_request_by_mail_is_answered_from_the_page_and_goes_on_by_mail(tmp_path, browser):  # noqa: F811
    var = tmp_path / "var"
    with Dovecot() as server, System(var, with_tables=True, **SOON, MAILBOX_DESK_URL=server.url) as system:
        story = ByMail(browser, system.address, var, server)

        story.tell()
        story.take_pictures()

        assert story.problems == []
