"""What the clock starts: dates after a changed calendar, renewals by themselves, expiries, and the reminders."""

import logging
from itertools import islice

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from contracts import actions, reminders
from contracts.choices import BEFORE_FORCE, CallState, ClockState, ContractState, Renewal
from contracts.models import Contract, CountedBy, ServiceCall
from office import calendars
from office.models import WorkingCalendar

log = logging.getLogger(__name__)
CHUNK = 50


def tend(today=None):
    """One round for the local date `today`; may be repeated, come late, run in two workers. Returns reminders made."""
    day = today or calendars.today()
    recount()
    look_at_calls()
    begin(day)
    renew(day)
    expire(day)
    return reminders.climb(day)


def look_at_calls(at=None):
    """Note which promises of vendors are broken by now, and count anew what a contract's dates have moved.

    All calls whose promised instant has passed, and every open one of which a contract ended; returns how many.
    """
    now = at or timezone.now()
    ended = Q(state=CallState.OPEN, term__contract__current_end__lt=timezone.localdate(now), restored_at=None)
    ended &= Q(response_state=ClockState.RUNNING) | Q(on_site_state=ClockState.RUNNING) | Q(restore_state="running")
    due = ServiceCall.objects.filter(Q(clock_due__lte=now) | ended).order_by("pk")
    seen = 0
    for pk in list(due.values_list("pk", flat=True)):
        try:
            actions.look_again(ServiceCall(pk=pk), now)
        except Exception:  # one call that cannot be counted does not stop its neighbours
            log.exception("The clock of call %s could not be counted", pk)
        else:
            seen += 1
    return seen


def recount():
    """Compute all dates anew when the ministry's calendar has changed since they were last counted."""
    calendar = WorkingCalendar.objects.filter(is_default=True).first()
    if calendar is None:
        return
    now = {"calendar": calendar.pk, "calendar_version": calendar.version}
    counted = CountedBy.objects.first()
    if counted and {"calendar": counted.calendar, "calendar_version": counted.calendar_version} == now:
        return
    actions.refresh_dates_bulk(Contract.objects.filter(Q(decide_by__isnull=False) | Q(state__in=BEFORE_FORCE)))
    CountedBy.objects.update_or_create(pk=1, defaults=now)


def begin(day):
    """Put into force what was approved and begins: nobody has to remember the button."""
    for contract in Contract.objects.filter(state=ContractState.APPROVED, terms__start__lte=day).distinct():
        actions.activate_contract(contract, by=None, today=day)


def renew(day):
    """Append the terms of contracts that renew themselves and whose notice deadline is over."""
    due = Contract.objects.running().filter(Q(decide_by=None) | Q(decide_by__lt=day), renewal=Renewal.AUTO)
    for contract in due.order_by("pk"):
        try:
            actions.renew_by_itself(contract, today=day)
        except Exception:  # one that cannot be renewed must not keep the others from their reminders
            log.exception("Contract %s could not renew itself", contract.pk)


def expire(day):
    """Note the contracts whose last term is over."""
    over = iter(Contract.objects.running().filter(current_end__lt=day).order_by("pk"))
    while chunk := list(islice(over, CHUNK)):
        with transaction.atomic():
            for contract in chunk:
                actions.expire_contract(contract, today=day)
