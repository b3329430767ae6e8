"""A browser on the pages of a test: what it asks for is answered by Django's test client, so no server is needed."""

import re
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import unquote, urlsplit

from django.contrib.staticfiles import finders
from django.db import connections

from tests.browser.story import CHROMIUM

SITE = "http://testserver"
ANSWERED = re.compile(rf"^(?!{SITE}/static/)")  # all but the files, a megabyte a page, which come from a server


@contextmanager
def chromium():
    """A browser; while it is open, ask the database through `Window.ask` alone: the loop of Playwright runs here."""
    from playwright.sync_api import sync_playwright

    with _files() as port, sync_playwright() as playwright:
        rules = [
            f"--host-resolver-rules=MAP testserver:80 127.0.0.1:{port}",
            "--disable-features=LocalNetworkAccessChecks",
        ]
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", *rules])
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def _files():
    """Serves the static files; yields its port."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Files) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield server.server_port
        finally:
            server.shutdown()


class _Files(SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def translate_path(self, path):
        kind, _, name = unquote(urlsplit(path).path).removeprefix("/").partition("/")
        return (kind == "static" and finders.find(name)) or "/nowhere"

    def log_message(self, *_words):
        pass


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
        self.page.route(ANSWERED, self._answer)
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
