"""What the clock starts at the desk."""

import logging

from celery import shared_task
from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone

from helpdesk import actions, replans
from helpdesk.choices import Status
from helpdesk.intake import fetching, receiving
from helpdesk.models import Ticket, TicketTally
from office.tasks import beat

log = logging.getLogger(__name__)
CHUNK = 200
KIND = ("institution_id", "queue_id", "assignee_id", "status", "waiting_for")


@shared_task
def tend():
    """Send replies whose writer left, note broken promises, close what waited long enough, fold counts; each minute."""
    actions.send_waiting()
    note_breaches()
    closed = close_due()
    fold_tally()
    beat("tend", f"{closed} closed" if closed else "")


@shared_task
def fetch_mail():
    """Fetch what is new in the mailboxes, look again at what went wrong before; each minute, in the queue `mail`."""
    new = fetching.fetch_all()
    receiving.retry_failed()
    beat("fetch_mail", f"{new} new" if new else "")


@shared_task
def bulk_replan():
    """Count due times anew where hours or policies changed; every 20 seconds, and at once where nothing is owed."""
    return replans.work()


def note_breaches(at=None):
    """Look at every ticket of which a promised instant has passed, all of them; returns how many."""
    due = Ticket.objects.filter(clock_due__lt=at or timezone.now()).order_by("id")
    seen, last = 0, 0
    while ids := list(due.filter(pk__gt=last).values_list("pk", flat=True)[:CHUNK]):
        for pk in ids:
            seen += _safely(actions.note_breaches, pk)
        last = ids[-1]
    return seen


def _safely(act, pk):
    """Do it to one ticket; one that cannot be done is left for the next round and does not stop its neighbours."""
    try:
        act(Ticket(pk=pk))
    except Exception:
        log.exception("%s of ticket %s failed", act.__name__, pk)
        return 0
    return 1


def close_due(at=None):
    """Close every resolved ticket whose stored day has come, each in a transaction of its own; returns how many."""
    due = Ticket.objects.filter(status__among=[Status.RESOLVED], close_due__lte=at or timezone.now()).order_by("id")
    closed, last = 0, 0
    while ids := list(due.filter(pk__gt=last).values_list("pk", flat=True)[:CHUNK]):
        for pk in ids:
            closed += _safely(_close, pk)
        last = ids[-1]
    return closed


def _close(ticket):
    actions.close_ticket(ticket, by=None)


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
