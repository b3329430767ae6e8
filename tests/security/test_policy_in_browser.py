"""L2: every page of the table, as each main role, in a real browser under the policy that is sent: nothing is refused.

What a page of a role draws is looked at once: where another role gets the same parts, the same scripts run on them.
"""

import re
from collections import defaultdict
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.db import transaction

from tests.browser.story import CHROMIUM
from tests.browser.window import Aside, Window, chromium
from tests.security import matrix, pages

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(not Path(CHROMIUM).exists(), reason="Chromium is not installed"),
]
ROLES = {"rania": "en", "basil": "ar", "manar": "en", "amal": "ar", "adel": "en", "omar": "ar", "anon": "en"}
PARTS = re.compile(r"<(?:script|link|canvas|dialog|details|svg)\b|\b(?:data|hx)-[a-z-]+|\bstyle=|\bon[a-z]+=")
UNTRUSTED = ["cross-origin-opener-policy"]  # means nothing without https, and says so at each page
LISTENER = """addEventListener("securitypolicyviolation", event => console.error(
    "refused", event.effectiveDirective, event.blockedURI, event.sourceFile, event.lineNumber))"""


class Watched(Window):
    """A window that writes down everything a page complains of, and what it asked for in vain."""

    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        self.complaints = []
        self.page.add_init_script(LISTENER)
        self.page.on("console", lambda said: said.type == "error" and self.complain(said.text))
        self.page.on("response", lambda got: got.status >= 400 and self.complain(f"{got.status} {got.url}"))

    def complain(self, words):
        self.complaints.append(f"{urlsplit(self.page.url).path}: {words}")

    def look(self, address):
        answer = self.page.goto(f"http://testserver{address}", wait_until="load", timeout=15_000)
        if "sandbox" not in answer.headers.get("content-security-policy", ""):  # nothing runs there, our wait neither
            self.page.evaluate("new Promise(done => setTimeout(done, 20))")


@pytest.fixture
def look_at(scene):
    """{role: [address]}: pages with a part that no page of that address had before, whoever looked."""
    seen, wanted = defaultdict(set), defaultdict(list)
    for person, language in ROLES.items():
        client = scene.client(person)
        before = transaction.savepoint()
        client.post("/preferences/", {"language": language})
        for row in matrix.ROWS:
            if row.method != matrix.GET or person not in row.yes | row.idle:
                continue
            address = pages.address(scene, row.name, row.on) + row.query
            answer = client.get(address)
            if answer.status_code == 200 and answer.headers.get("Content-Type", "").startswith("text/html"):
                parts = set(PARTS.findall(answer.content.decode()))
                if parts - seen[row.name] and "<html" in answer.content.decode():
                    seen[row.name] |= parts
                    wanted[person].append(address)
        transaction.savepoint_rollback(before)
    return wanted


def test_no_page_does_what_its_policy_forbids_or_asks_for_what_is_not_there(scene, look_at):
    clients, aside = {person: scene.client(person) for person in look_at}, Aside()
    complaints = []

    with chromium() as browser:
        for person, addresses in look_at.items():
            window = Watched(browser, clients[person], aside, without=UNTRUSTED)
            for address in addresses:
                window.look(address)
            complaints += [f"{person} {words}" for words in window.complaints + window.problems]
            assert window.abroad == []

    assert complaints == []


def test_what_a_policy_forbids_would_be_noticed(scene):
    client, aside = scene.client("basil"), Aside()

    with chromium() as browser:
        window = Watched(browser, client, aside, without=UNTRUSTED)
        window.look("/")
        window.page.evaluate("document.body.setAttribute('style', 'color: red')")
        window.page.evaluate("document.body.append(Object.assign(new Image(), {src: '/static/no-such.png'}))")
        window.page.wait_for_load_state("networkidle")

    assert [word for word in ("style-src-attr", "404") if word not in " ".join(window.complaints)] == []
