"""`manage.py unlock USER`: ends the wait after wrong passwords, when somebody keeps an account waiting on purpose."""

from django.core.management.base import BaseCommand, CommandError

from people.adapter import end_wait
from people.models import User


class Command(BaseCommand):
    help = "Lets an account sign in at once, however many wrong passwords were tried on it."

    def add_arguments(self, parser):
        parser.add_argument("login", help="user name or mail address")

    def handle(self, login, **options):
        person = User.objects.called(login)
        if person is None:
            raise CommandError("Nobody is called so.")
        end_wait(person)
        self.stdout.write(f"{person.name} may sign in at once.")
