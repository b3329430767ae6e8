"""HTML from outside, in a real browser without our policy: nothing runs, nothing is fetched, nothing can be sent.

B2, B8, B10 and B11 of the security list, by mail as HTML and as text, by the portal, and in the mails that leave. One
Chromium for all; the pages come from the test client, without their Content-Security-Policy.
"""

import os
from pathlib import Path

import pytest

from helpdesk import actions
from helpdesk.intake import html, receiving
from helpdesk.models import Mailbox
from office import outbox
from office.models import OutboxRow
from tests import factories
from tests.browser.story import CHROMIUM
from tests.helpdesk.letters import PNG, letter
from tests.security.vectors import vectors

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.processes,
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(not Path(CHROMIUM).exists(), reason="Chromium is not installed"),
]
VECTORS = vectors()
HOUSE = "http://house.test/"
TOUCH = """around => {
  for (const one of [...document.querySelectorAll(around + ' *')].slice(0, 40))
    for (const name of ['mouseover', 'focus', 'pointerenter', 'click'])
      one.dispatchEvent(new Event(name, {bubbles: true, cancelable: true}));
}"""
LOOK = """around => {
  const place = document.querySelector(around) || document.body;
  const bad = [...place.querySelectorAll('script,style,iframe,frame,object,embed,applet,svg,math,form,input,button,' +
    'textarea,select,base,link,meta,video,audio,source,track,template,dialog,portal')];
  const never = ['srcset', 'background', 'ping', 'poster', 'srcdoc', 'style'];
  const urls = ['href', 'src', 'action', 'cite', 'data'];
  const ours = /^(https?:|mailto:|tel:|cid:|[/?#]|$)/i;
  const odd = [...place.querySelectorAll('*')].filter(one => [...one.attributes].some(a =>
    a.name.startsWith('on') || never.includes(a.name) || (urls.includes(a.name) && !ours.test(a.value.trim()))));
  const images = [...place.querySelectorAll('img')].map(i => i.getAttribute('src') || '');
  const told = list => list.map(one => one.outerHTML.slice(0, 80));
  return {pwned: typeof pwned !== 'undefined', bad: told(bad), odd: told(odd),
          images: images.filter(src => /^(https?:)?[/]{2}/.test(src))};
}"""


@pytest.fixture(scope="module")
def chromium():
    from playwright.sync_api import sync_playwright

    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # the loop in this thread is the browser's
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield Reader(browser.new_page())
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


class Reader:
    """Opens pages as they are, and notes what they reach for elsewhere."""

    def __init__(self, page):
        self.page, self.words, self.elsewhere = page, "", []
        page.route("**/*", self._answer)
        page.on("dialog", lambda dialog: (self.elsewhere.append(dialog.message), dialog.dismiss()))

    def _answer(self, route):
        url = route.request.url
        if url == HOUSE:
            route.fulfill(status=200, content_type="text/html; charset=utf-8", body=self.words)
        elif url.startswith(HOUSE):
            route.fulfill(status=200, content_type="text/plain", body="")
        else:
            self.elsewhere.append(url)
            route.abort()

    def read(self, words, around="body"):
        """What a browser makes of a page: scripts that ran, elements and attributes that may, addresses asked for."""
        from playwright.sync_api import Error

        self.words, self.elsewhere = words, []
        try:
            self.page.goto(HOUSE, wait_until="load")
            self.page.evaluate(TOUCH, around)
            return self.page.evaluate(LOOK, around) | {"elsewhere": self.elsewhere}
        except Error as error:  # it went somewhere else meanwhile
            return NOTHING | {"elsewhere": [*self.elsewhere, str(error)]}


NOTHING = {"pwned": False, "bad": [], "odd": [], "images": [], "elsewhere": []}


@pytest.fixture
def desk(db, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    ministry = factories.make_institution()
    team = factories.make_team(ministry)
    queue = factories.make_queue(team, is_default=True)
    basil = factories.make_user(ministry, username="basil", is_technician=True, language="en")
    amal = factories.make_user(ministry, username="amal", email="amal@ministry.example", language="en")
    team.members.add(basil)
    box = Mailbox.objects.create(institution=ministry, name="D", address="it@ministry.example", queue=queue)
    return basil, amal, box


def test_there_are_two_hundred_of_them():
    assert len(VECTORS) >= 200


def test_the_browser_notices_when_something_runs(chromium):
    """Without our allow-list most of them work: otherwise the tests below would show nothing."""
    found = [chromium.read(f"<!doctype html><main>{vector}</main>") for vector in VECTORS[::2]]

    assert sum(one != NOTHING for one in found) > len(found) * 0.7
    assert sum(one["pwned"] for one in found) > 10
    assert sum(bool(one["elsewhere"]) for one in found) > 10


def test_nothing_in_a_mail_of_html_runs_or_is_fetched(desk, client, chromium):
    """The page of each letter as our server writes it."""
    basil, _amal, box = desk
    client.force_login(basil)
    wrong = {}

    for n, vector in enumerate(VECTORS):
        raw = letter("x", sender=f"P{n} <p{n}@vendor.example>", html=f"<p>Before</p>{vector}<p>After</p>")
        received = receiving.receive(raw, box)
        page = client.get(f"/mail/{received.pk}/")
        assert page.status_code == 200, vector
        found = chromium.read(page.content.decode(), ".letter-html, .letter-text")
        if found != NOTHING:
            wrong[vector] = found

    assert wrong == {}


def test_cleaning_what_is_clean_changes_nothing():
    assert [vector for vector in VECTORS if html.clean(html.clean(vector)) != html.clean(vector)] == []


def test_in_a_ticket_all_of_them_are_words(desk, client, chromium):
    basil, amal, box = desk
    ticket = actions.file_ticket(requester=amal, subject=VECTORS[0][:200], description="\n".join(VECTORS)[:20_000])
    for n in range(0, len(VECTORS), 60):
        actions.reply_to_ticket(ticket, by=basil, text="\n".join(VECTORS[n : n + 60]))
    receiving.receive(letter("\n".join(VECTORS), sender="amal@ministry.example", subject=f"Re: {ticket.number}"), box)

    for person in (basil, amal):
        client.force_login(person)
        found = chromium.read(client.get(ticket.get_absolute_url()).content.decode(), ".said-text")
        assert found == NOTHING


def test_mails_that_leave_hold_them_as_words_and_fetch_nothing(desk, chromium):
    basil, amal, _box = desk
    ticket = actions.file_ticket(requester=amal, by=basil, subject=VECTORS[0][:200], description=VECTORS[1])
    for n in range(0, len(VECTORS), 60):
        actions.reply_to_ticket(ticket, by=basil, text="\n".join(VECTORS[n : n + 60]))
    mails = [mail for row in OutboxRow.objects.select_related("recipient") if (mail := outbox.make(row))]

    assert len(mails) >= 2
    for mail in mails:
        found = chromium.read(mail.html)
        odd = [one for one in found["odd"] if " on" in one.split(">")[0].lower()]  # its own styles are meant
        assert (found["pwned"], found["bad"], odd, found["images"], found["elsewhere"]) == (False, [], [], [], [])


def test_a_picture_of_the_letter_itself_is_shown_and_one_from_elsewhere_is_not(desk, client, chromium):
    basil, _amal, box = desk
    client.force_login(basil)
    body = '<p>See</p><img src="cid:photo@x"><img src="http://evil.example/pixel.gif" width=1 height=1>'
    received = receiving.receive(
        letter("x", sender="p@vendor.example", html=body, files=[("a.png", "image/png", PNG)]), box
    )

    found = chromium.read(client.get(f"/mail/{received.pk}/").content.decode(), ".letter-html")

    assert found == NOTHING
