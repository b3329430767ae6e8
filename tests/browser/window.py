"""A browser on the pages of a test: what it asks for is answered by Django's test client, so no server is needed."""

import mimetypes
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from django.contrib.staticfiles import finders
from django.db import connections

from tests.browser.story import CHROMIUM

SITE = "http://testserver"


@contextmanager
def chromium():
    """A browser; while it is open, ask the database through `Window.ask` alone: the loop of Playwright runs here."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        try:
            yield browser
        finally:
            browser.close()


class Aside:
    """A thread of its own for Django, on the connection and so in the transaction of the test."""

    def __init__(self):
        self.connection = connections["default"]
        self.connection.inc_thread_sharing()
        self.thread = ThreadPoolExecutor(1, initializer=connections.__setitem__, initargs=("default", self.connection))

    def __call__(self, act, *arguments, **options):
        return self.thread.submit(act, *arguments, **options).result()


class Window:
    """One page of the browser, signed in as `client` is.

    aside: made before the browser. without: names of headers that are kept from it. `abroad` are the requests that went
    to other machines, `problems` what scripts complained of.
    """

    def __init__(self, browser, client, aside, *, without=()):
        self.client, self.ask, self.without = client, aside, {name.lower() for name in without}
        self.abroad, self.problems = [], []
        self.page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
        self.page.route("**/*", self._answer)
        self.page.on("pageerror", lambda error: self.problems.append(f"{self.page.url}: {error}"))

    def open(self, address):
        self.page.goto(f"{SITE}{address}")
        self.page.wait_for_load_state("networkidle")
        return self.page

    def _answer(self, route):
        request, url = route.request, urlsplit(route.request.url)
        if f"{url.scheme}://{url.netloc}" != SITE:
            self.abroad.append(request.url)
            route.abort()
        elif url.path.startswith("/static/"):
            file = finders.find(url.path.removeprefix("/static/"))
            if file:
                kind = mimetypes.guess_type(file)[0] or "application/octet-stream"
                route.fulfill(body=Path(file).read_bytes(), content_type=kind)
            else:
                route.fulfill(status=404)
        else:
            status, headers, body = self.ask(
                self._ask_django, request.method, url, request.headers, request.post_data_buffer
            )
            route.fulfill(status=status, headers=headers, body=body)

    def _ask_django(self, method, url, headers, data):
        answer = self.client.generic(
            method,
            f"{url.path}?{url.query}" if url.query else url.path,
            data or b"",
            content_type=headers.get("content-type", "application/octet-stream"),
            headers={name: value for name, value in headers.items() if name not in ("cookie", "content-type")},
        )
        while answer.status_code in (301, 302):  # the browser would not ask us again
            answer = self.client.get(answer.url)
        body = answer.getvalue() if answer.streaming else answer.content
        told = {name: value for name, value in answer.headers.items() if name.lower() not in self.without}
        return answer.status_code, told, body
