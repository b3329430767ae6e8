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
            return refusal.code, refusal.read().decode(), request.full_url, time.monotonic() - began

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
