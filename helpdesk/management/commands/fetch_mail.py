"""Fetches what is new in every mailbox, once; what the clock does each minute."""

import math

from django.core.management.base import BaseCommand

from helpdesk.intake import fetching, receiving
from helpdesk.models import Mailbox


class Command(BaseCommand):
    help = "Fetches what is new in every mailbox and tells of each how it went."

    def handle(self, *args, **options):
        for mailbox in Mailbox.objects.in_use().exclude(connection=""):
            new = fetching.fetch(mailbox.pk, seconds=math.inf)
            mailbox.refresh_from_db()
            trouble = mailbox.error or mailbox.paused_because
            self.stdout.write(f"{mailbox.address}: {new} new" + (f"; {trouble}" if trouble else ""))
        receiving.retry_failed()
