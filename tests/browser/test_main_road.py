"""The main road in real browsers, as `manage.py start` runs it, and on the parts of production."""

import os
import signal
import subprocess
import sys
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller

from tests.browser.story import CHROMIUM, Story, sign_ins_of
from tests.processes import ROOT, System
from tests.servers import Postgres, Redis, free_port, installed

pytestmark = [
    pytest.mark.processes,
    pytest.mark.browser,
    pytest.mark.longest,
    pytest.mark.slow,
    pytest.mark.skipif(not Path(CHROMIUM).exists(), reason="Chromium is not installed"),
]
SOON = {"REMINDER_SECONDS": "5", "SWEEP_SECONDS": "3", "MAIL_WINDOW_MINUTES": "0"}


@pytest.fixture
def browser():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


def words_of(raw):
    """A mail as one text: its addressee, its subject and all its parts."""
    mail = message_from_bytes(raw, policy=policy.default)
    parts = [part.get_content() for part in mail.walk() if part.get_content_maintype() == "text"]
    return "\n".join([str(mail["To"]), str(mail["Subject"]), *parts])


def mails_in(folder):
    """The mails of Django's file backend: several in a file, parted by a line of dashes."""

    def read():
        texts = [path.read_bytes() for path in Path(folder).glob("*")]
        letters = [letter for text in texts for letter in text.split(b"-" * 79)]
        return [words_of(letter.strip()) for letter in letters if letter.strip()]

    return read


class Letters:
    """A mail server that keeps what it is given."""

    def __init__(self):
        self.raw = []

    async def handle_DATA(self, server, session, envelope):
        self.raw.append(envelope.content)
        return "250 taken"

    def read(self):
        return [words_of(raw) for raw in self.raw]


def test_from_a_fault_to_a_decision_on_one_machine(tmp_path, browser):
    var = tmp_path / "var"
    with System(var, **SOON) as system:
        pictures = ROOT / "var" / "story" / "default"
        story = Story(browser, system.address, sign_ins_of(var), mails_in(var / "mail"), pictures)

        story.tell()
        story.take_pictures()

        assert story.problems == []


@pytest.mark.skipif(not installed("redis-server"), reason="redis-server is not installed")
def test_from_a_fault_to_a_decision_on_the_parts_of_production(tmp_path, browser):
    letters = Letters()
    post = Controller(letters, hostname="127.0.0.1", port=free_port())
    post.start()
    try:
        with Postgres(migrated=True) as database, Redis() as redis:
            parts = {
                "DATABASE_URL": database.url,
                "REDIS_URL": redis.url,
                "SMTP_URL": f"smtp://127.0.0.1:{post.port}",
            }
            var = tmp_path / "var"
            with System(var, **SOON, **parts) as system, SecondWorker(var, parts):
                pictures = ROOT / "var" / "story" / "production"
                story = Story(browser, system.address, sign_ins_of(var), letters.read, pictures)

                story.tell()
    finally:
        post.stop()


class SecondWorker:
    """Another Celery worker beside the one that `start` runs."""

    def __init__(self, var, parts):
        self.environment = (
            os.environ | parts | SOON | {"VAR_DIR": str(var), "DJANGO_SETTINGS_MODULE": "config.settings"}
        )
        self.environment.pop("SECRET_KEY", None)

    def __enter__(self):

        command = [sys.executable, "-m", "celery", "-A", "config", "worker", "--queues", "default,mail"]
        options = ["--concurrency", "1", "--hostname", "second@%h", "--without-gossip", "--loglevel", "ERROR"]
        self.process = subprocess.Popen(
            [*command, *options], cwd=ROOT, env=self.environment, start_new_session=True, stderr=subprocess.DEVNULL
        )
        return self

    def __exit__(self, *error):

        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
