"""Keeps the results of tickets that were solved before results were kept, or came with an import."""

from django.core.management.base import BaseCommand
from django.utils import timezone

from helpdesk import clocks, policies, results
from helpdesk.models import Ticket

CHUNK = 200


class Command(BaseCommand):
    help = "Writes the result of every solved or ended ticket that has none, for the service report; may be repeated."

    def handle(self, *args, **options):
        written, last = 0, 0
        tickets = Ticket.objects.filter(status__among=results.DONE, result=None).order_by("pk")
        tickets = tickets.select_related("queue__calendar", "calendar", "unit", "asset__category").defer("search_text")
        while chunk := list(tickets.filter(pk__gt=last)[:CHUNK]):
            for ticket in chunk:
                self.write(ticket)
            written, last = written + len(chunk), chunk[-1].pk
        self.stdout.write(f"Results written: {written}")

    def write(self, ticket):
        """By the policy the ticket had; by the hours that count for it now where it never had any."""
        if ticket.calendar_id is None:
            policy = ticket.policy_id
            policies.choose(ticket)
            ticket.policy_id = policy
        events = clocks.told(ticket)
        now = max([timezone.now(), ticket.created_at, *(event.at for event in events)])
        results.keep(ticket, clocks.replay(ticket, events, now), was=ticket.status)
