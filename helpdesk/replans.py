"""Counting due times anew after hours or policies changed: ordered in the transaction of the change, done in chunks.

The order is a row; a worker that dies leaves it where it stopped, and the next one goes on. Closed tickets keep theirs.
"""

import logging
import time

from django.db import transaction
from django.utils import timezone

from helpdesk import actions
from helpdesk.models import Replan, Ticket
from office.models import Event

log = logging.getLogger(__name__)
CHUNK = 50


def order(*, by, calendar=None, institution=None):
    """Owe open tickets a new count: those of a calendar (all, if it is the ministry's own), or of an institution.

    Returns the order, None where no ticket is concerned.
    """
    replan = Replan(calendar=calendar, institution=institution, by=by)
    if not _tickets(replan).exists():
        return None
    replan.after_event = Event.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    replan.save()
    return replan


def work(seconds=20):
    """Do what is owed, for about so many seconds; returns how many tickets were looked at."""
    done, end = 0, time.monotonic() + seconds
    for pk in list(Replan.objects.filter(finished_at=None).order_by("pk").values_list("pk", flat=True)):
        while (looked_at := _chunk(pk)) and time.monotonic() < end:
            done += looked_at
    return done


@transaction.atomic
def _chunk(pk):
    """The next tickets of one order; 0 when it is finished, or another worker is at it."""
    replan = Replan.objects.select_for_update(skip_locked=True, of=("self",)).select_related("calendar")
    replan = replan.filter(pk=pk, finished_at=None).first()
    if replan is None:
        return 0
    tickets = _tickets(replan)
    if replan.total is None:
        replan.total = tickets.count()
    ids = list(tickets.filter(pk__gt=replan.last_ticket).order_by("pk").values_list("pk", flat=True)[:CHUNK])
    for ticket in ids:
        replan.changed += _recount(ticket, replan)
    replan.done += len(ids)
    replan.last_ticket = ids[-1] if ids else replan.last_ticket
    if len(ids) < CHUNK:
        replan.finished_at = timezone.now()
    replan.save()
    return len(ids)


def _recount(pk, replan):
    try:
        with transaction.atomic():
            return actions.recount_ticket(Ticket(pk=pk), replan=replan.pk)
    except Exception:  # one that cannot be counted must not stop its neighbours
        log.exception("Ticket %s could not be counted anew", pk)
        return False


def _tickets(replan):
    tickets = Ticket.objects.unresolved()
    if replan.institution_id:
        return tickets.filter(institution=replan.institution_id)
    everybodys = replan.calendar is None or replan.calendar.is_default
    return tickets if everybodys else tickets.filter(calendar=replan.calendar)
