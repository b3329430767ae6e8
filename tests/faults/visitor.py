"""Somebody with a browser that runs no script: signs in and sends forms over HTTP."""

import http.cookiejar
import re
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid

from tests.factories import PASSWORD


class Visitor:
    def __init__(self, address):
        self.address = address
        self.cookies = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.cookies))
        self.opener.addheaders = [("Accept-Language", "en")]

    def get(self, path, seconds=30):
        """`(status, text, address reached, seconds it took)`; a refusal is an answer like any other."""
        return self._open(urllib.request.Request(self.address + path), seconds)

    def post(self, path, fields, seconds=30):
        data = urllib.parse.urlencode({"csrfmiddlewaretoken": self.token(), **fields}).encode()
        headers = {"Referer": self.address + path, "Origin": self.address}
        return self._open(urllib.request.Request(self.address + path, data=data, headers=headers), seconds)

    def _open(self, request, seconds):
        began = time.monotonic()
        try:
            with self.opener.open(request, timeout=seconds) as answer:
                return answer.status, answer.read().decode(), answer.geturl(), time.monotonic() - began
        except urllib.error.HTTPError as refusal:
            return refusal.code, refusal.read().decode(), refusal.geturl(), time.monotonic() - began

    def token(self):
        return next((cookie.value for cookie in self.cookies if cookie.name == "csrf"), "")

    def sign_in(self, username):
        self.get("/accounts/login/")
        status, _text, reached, _took = self.post("/accounts/login/", {"login": username, "password": PASSWORD})
        assert status == 200, status
        assert "/accounts/login/" not in reached
        return self

    def report(self, text, key=None):
        """Report a fault; `(number of the ticket or None, status, seconds)`."""
        fields = {"form_key": key or uuid.uuid4(), "asset": "", "text": text}
        status, page, _reached, took = self.post("/tickets/new/", fields)
        number = re.search(r"TKT-\d{4}-\d{5}", page)
        return (number.group() if number and status == 200 else None), status, took


class Act:
    """A form that is sent until it is acknowledged: how often it was refused, with what, and its number."""

    def __init__(self, text):
        self.text, self.key, self.number = text, uuid.uuid4(), None
        self.began, self.refusals, self.acknowledged, self.shown_at = time.monotonic(), [], False, None
        self.last_sent_at = None

    def send(self, visitor):
        """Being led on to the ticket is the acknowledgement, also when its page can no longer be shown."""
        self.last_sent_at = time.time()
        fields = {"form_key": self.key, "asset": "", "text": self.text}
        status, page, reached, _took = visitor.post("/tickets/new/", fields)
        self.acknowledged = reached != visitor.address + "/tickets/new/"
        if not self.acknowledged:
            self.refusals.append(status)
        elif status == 200:
            self.shown_at = time.monotonic()
            self.number = re.search(r"TKT-\d{4}-\d{5}", page).group()


class Writers:
    """Many people at once who report one thing after another; `acts` are what they sent."""

    def __init__(self, house, count):
        self.acts = []
        signed_in = [Visitor(house.address).sign_in(name) for name in ("amal", "basil", "huda")]
        self.visitors = [self._copy(signed_in[number % 3]) for number in range(count)]

    @staticmethod
    def _copy(visitor):
        """Another window of the same browser."""
        copy = Visitor(visitor.address)
        for cookie in visitor.cookies:
            copy.cookies.set_cookie(cookie)
        return copy

    def write(self, name, number, stop):
        """Report until told to stop; whoever is refused waits a little and sends the same form again."""
        turn = 0
        while not stop.is_set():
            act = Act(f"{name} {number} {turn}")
            self.acts.append(act)
            act.send(self.visitors[number])
            while not act.acknowledged and len(act.refusals) < 100:
                time.sleep(2)
                act.send(self.visitors[number])
            turn += 1

    def acknowledged(self):
        return [act for act in list(self.acts) if act.acknowledged]

    def back_at(self, since):
        """When a page was shown again to somebody who had been refused after that moment, None while nobody was."""
        shown = [act.shown_at for act in list(self.acts) if act.refusals and act.shown_at and act.shown_at > since]
        return min(shown, default=None)
