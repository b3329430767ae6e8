"""Brings the whole system up on this machine and keeps it running until it is told to stop."""

import json
import os
import signal
import sys

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import BaseCommand, CommandError, call_command
from django.db import OperationalError, connections, transaction

from config import launch
from ui import frontend
from ui.translations import compile_catalogues


class Command(BaseCommand):
    help = "Prepares and runs the whole system: web server, workers and clock. Ctrl-C ends it."
    requires_system_checks = []

    def add_arguments(self, parser):
        launch.add_arguments(parser)

    def handle(self, *, host, port, no_demo, **options):
        signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(0))  # so that npm ends with this process
        try:
            plan = self._plan(host, port, no_demo)
            connections.close_all()
            launch.become_supervisor(plan)
        except KeyboardInterrupt:
            self._say("Stopped")

    def _plan(self, host, port, no_demo):
        os.chdir(settings.BASE_DIR)
        var = settings.VAR_DIR
        lock = launch.take_lock(var, settings.SITE_URL, self._say)
        address = launch.listening_address(host, port)
        self._prepare()
        sign_ins = [] if no_demo else self._demonstration(var)
        os.environ["VAR_DIR"] = str(var)
        os.environ["DEMO"] = "1" if sign_ins and launch.is_loopback(address) else "0"
        os.environ["PYTHONUNBUFFERED"] = "1"
        self._say("Starting")
        return {
            "var": str(var),
            "lock": lock,
            "children": launch.children(var, address, port),
            "health": launch.health(address, port, settings.ALLOWED_HOSTS),
            "announcement": "\n".join(self._announcement(host, sign_ins)),
        }

    def _prepare(self):
        self._say("Checking the front-end files")
        frontend.prepare(say=self._say)
        compile_catalogues()
        os.umask(0o077)  # from here on, what is written is state, and private
        self._say("Preparing the database")
        try:
            call_command("migrate", interactive=False, verbosity=0)
            call_command("createcachetable", verbosity=0)
        except OperationalError as problem:
            raise CommandError(f"The database does not answer: {problem}") from problem

    def _demonstration(self, var):
        """The sign-ins of the demonstration ministry: loaded when the database has no user, else kept from then."""
        file = var / "demo.json"
        if not get_user_model().objects.exists():
            self._say("Loading the demonstration ministry, once")
            with transaction.atomic():  # all of it or nothing, should this be stopped half-way
                call_command("load_demo", verbosity=0)
        return json.loads(file.read_text())["sign_ins"] if file.exists() else []

    def _announcement(self, host, sign_ins):
        yield from ("", f"  The helpdesk is ready: {settings.SITE_URL}/", f"  Its state is in {settings.VAR_DIR}")
        if host in launch.WILDCARDS:
            names = ", ".join(settings.ALLOWED_HOSTS)
            yield f"  It answers to these names only: {names} (set ALLOWED_HOSTS for others)"
        if sign_ins:
            yield from ("", "  Sign-ins of the demonstration ministry:")
            yield from (f"    {one['role']:<20} {one['username']:<14} {one['password']}" for one in sign_ins)
        elif not get_user_model().objects.exists():
            yield from ("", "  Nobody can sign in yet. Make the first administrator with: manage.py createadmin")
        yield from ("", "  Ctrl-C ends everything.", "")

    def _say(self, sentence):
        self.stdout.write(f"{sentence} ...")
        self.stdout.flush()
