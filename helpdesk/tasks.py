"""What the clock starts at the desk."""

import logging

from celery import shared_task
from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone

from helpdesk import actions
from helpdesk.choices import Status
from helpdesk.models import Ticket, TicketTally
from office.tasks import beat

log = logging.getLogger(__name__)
CHUNK = 200
KIND = ("institution_id", "queue_id", "assignee_id", "status", "waiting_for")


@shared_task
def tend():
    """Close what has waited long enough for a word, fold the running counts; each minute."""
    closed = close_due()
    fold_tally()
    beat("tend", f"{closed} closed" if closed else "")


def close_due(at=None):
    """Close every resolved ticket whose stored day has come, each in a transaction of its own; returns how many.

    One that cannot be closed is left for the next round and does not stop its neighbours.
    """
    due = Ticket.objects.filter(status__among=[Status.RESOLVED], close_due__lte=at or timezone.now()).order_by("id")
    closed, last = 0, 0
    while ids := list(due.filter(pk__gt=last).values_list("pk", flat=True)[:CHUNK]):
        for pk in ids:
            closed += _close(pk)
        last = ids[-1]
    return closed


def _close(pk):
    try:
        actions.close_ticket(Ticket(pk=pk), by=None)
    except Exception:
        log.exception("Ticket %s could not be closed by the clock", pk)
        return 0
    return 1


def fold_tally():
    """Make one entry of the many of each kind, without a moment in which the sum is wrong; returns how many went.

    Entries that another sweeper holds are passed by.
    """
    many = TicketTally.objects.values(*KIND).annotate(entries=Count("id")).filter(entries__gt=1).order_by()
    return sum(_fold({name: group[name] for name in KIND}) for group in list(many))


@transaction.atomic
def _fold(kind):
    same = Q(**{name: value for name, value in kind.items() if value is not None})
    same &= Q(**{f"{name}__isnull": True for name, value in kind.items() if value is None})
    entries = list(TicketTally.objects.filter(same).select_for_update(skip_locked=True).values_list("id", "n"))
    TicketTally.objects.filter(pk__in=[pk for pk, _n in entries]).delete()
    total = sum(n for _pk, n in entries)
    if total:
        TicketTally.objects.create(**kind, n=total)
    return len(entries) - bool(total)
