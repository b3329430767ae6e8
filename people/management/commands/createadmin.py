"""`manage.py createadmin`: the first administrator, and with it an institution that is ready to work."""

import getpass
import os
import sys

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from office.models.events import Channel
from people import actions
from people.models import Unit, User

VARIABLE = "HELPDESK_ADMIN_PASSWORD"


class Command(BaseCommand):
    help = (
        "Makes an administrator. In an empty installation also the institution with its working calendar, first "
        "team and whatever the desk needs to start. Asks for what is not given."
    )

    def add_arguments(self, parser):
        parser.add_argument("--username", help="user name to sign in with")
        parser.add_argument("--name", help="name of the person")
        parser.add_argument("--email", help="mail address; may stay empty")
        parser.add_argument("--institution", help="name of the institution")
        parser.add_argument("--institution-second-name", default="", help="its name in the other language")
        parser.add_argument("--code", default="", help="short code in front of numbers, needed from the second on")
        parser.add_argument("--language", choices=["ar", "en"], default="ar", help="language of the administrator")
        parser.add_argument("--operator", action="store_true", help="may also open further institutions")
        source = parser.add_mutually_exclusive_group()
        source.add_argument(
            "--password-from-env", action="store_true", help=f"take the password from the variable {VARIABLE}"
        )
        source.add_argument("--password-from-stdin", action="store_true", help="read the password from standard input")

    def handle(self, **options):
        self.interactive = sys.stdin.isatty() and not options["password_from_stdin"]
        person = {
            "name": self._ask(options["name"], "Name"),
            "username": self._ask(options["username"], "User name"),
            "email": self._ask(options["email"], "Mail address (may stay empty)", optional=True),
            "language": options["language"],
        }
        self._check(person)
        person["password"] = self._password(options, User(username=person["username"], name=person["name"]))
        with transaction.atomic():
            institution = self._institution(options)
            roles = ["is_administrator", *(["is_operator"] if options["operator"] else [])]
            made = actions.create_user(by=None, institution=institution, roles=roles, channel=Channel.COMMAND, **person)
        self.stdout.write(f"{made.name} signs in as {made.username} and administers {institution.name}.")

    def _check(self, person):
        candidate = User(**person)
        try:
            candidate.full_clean(exclude=["password", "institution"], validate_constraints=False)
        except ValidationError as refusal:
            raise CommandError("; ".join(refusal.messages)) from None
        if User.objects.called(person["username"]) or (person["email"] and User.objects.called(person["email"])):
            raise CommandError("This user name or mail address is taken.")

    def _institution(self, options):
        asked = options["institution"]
        known = Unit.objects.institutions().in_use()
        if asked and (found := known.filter(name=asked).first()):
            return found
        if not asked and known.count() == 1:
            return known.get()
        name = self._ask(asked, "Name of the institution")
        second_name, code = options["institution_second_name"], options["code"]
        if known.exists() and not code:
            raise CommandError("A further institution needs a short code: --code.")
        try:
            return actions.open_institution(
                by=None, channel=Channel.COMMAND, name=name, second_name=second_name, code=code
            )
        except ValidationError as refusal:
            raise CommandError("; ".join(refusal.messages)) from None

    def _password(self, options, person):
        if options["password_from_env"]:
            password = os.environ.get(VARIABLE, "")
        elif options["password_from_stdin"]:
            password = sys.stdin.readline().rstrip("\r\n")
        elif self.interactive:
            password = getpass.getpass("Password (at least 12 characters): ")
            if password != getpass.getpass("The same once more: "):
                raise CommandError("The two differ. Nobody was made.")
        else:
            raise CommandError("Give the password by --password-from-env or --password-from-stdin.")
        try:
            validate_password(password, person)
        except ValidationError as refusal:
            raise CommandError("; ".join(refusal.messages)) from None
        return password

    def _ask(self, given, question, optional=False):
        if given is not None:
            answer = given.strip()
        elif self.interactive:
            answer = input(f"{question}: ").strip()
        elif optional:
            answer = ""
        else:
            raise CommandError(f"{question} is missing.")
        if not answer and not optional:
            raise CommandError(f"{question} is missing.")
        return answer
