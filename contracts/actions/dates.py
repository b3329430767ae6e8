"""Keeps the dates of terms and contracts in step with what they follow from, and the reminders with the dates."""

from collections import defaultdict
from itertools import islice

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from contracts import reminders
from contracts.dates import dates_of, waits
from contracts.models import Contract, RenewalDecision, Term
from office import calendars
from office.models import WorkingCalendar
from office.worktime import EmptyCalendar

CHUNK = 250


def refresh_dates(contract):
    """Compute the dates of one contract anew, after anything they follow from has changed."""
    refresh_dates_bulk([contract])
    contract.refresh_from_db(fields=["current_end", "decide_by"])


def refresh_dates_bulk(contracts):
    """Compute the dates of many contracts anew (a queryset or a list); return how many changed.

    Writes Term.notice_deadline, decide_by and remind_on, Contract.current_end and decide_by, in chunks of well under a
    second. A date that moved cancels the reminders of the old one that have not left, and re-arms the ladder. Needs no
    rights and writes no event: the act that led here does.
    """
    calendar = _ministry()
    rows = iter(contracts.iterator(chunk_size=CHUNK) if hasattr(contracts, "iterator") else contracts)
    changed = 0
    while chunk := list(islice(rows, CHUNK)):
        with transaction.atomic():
            changed += _refresh(chunk, calendar)
    return changed


def _ministry():
    try:
        calendar = calendars.ministry()
    except WorkingCalendar.DoesNotExist:
        calendar = None
    if calendar is None or calendar.is_empty:
        raise ValidationError(
            _("Set up the ministry's working calendar first: dates are moved to its working days."), code="calendar"
        )
    return calendar


def _refresh(contracts, calendar):
    terms = defaultdict(list)
    for term in Term.objects.filter(contract__in=contracts).order_by("contract_id", "sequence"):
        terms[term.contract_id].append(term)
    decided = set(RenewalDecision.objects.filter(term__contract__in=contracts).values_list("term_id", flat=True))
    moved_terms, moved_contracts = [], []
    for contract in contracts:
        moved_terms += _refresh_terms(contract, terms[contract.pk], decided, calendar)
        if _refresh_contract(contract, terms[contract.pk]):
            moved_contracts.append(contract)
    Term.objects.bulk_update(moved_terms, ["notice_deadline", "decide_by", "remind_on"], batch_size=200)
    Contract.objects.bulk_update(moved_contracts, ["current_end", "decide_by"], batch_size=200)
    reminders.cancel_outdated([term.pk for term in moved_terms])
    return len({term.contract_id for term in moved_terms} | {contract.pk for contract in moved_contracts})


def _refresh_terms(contract, terms, decided, calendar):
    """Set what is computed on the terms of one contract; return those that changed."""
    try:
        computed = dates_of(contract, [(term.start, term.end) for term in terms], calendar)
    except (EmptyCalendar, OverflowError, ValueError) as error:
        raise ValidationError(_("The dates of this contract lead out of the calendar."), code="range") from error
    moved = []
    for term, dates in zip(terms, computed, strict=True):
        before = (term.notice_deadline, term.decide_by, term.remind_on)
        waiting = term is terms[-1] and waits(contract, term.pk in decided)
        same_date = term.decide_by == dates.decide_by.day
        term.notice_deadline = dates.notice_deadline and dates.notice_deadline.day
        term.decide_by = dates.decide_by.day
        if not waiting:
            term.remind_on = None
        elif not same_date or term.remind_on is None:
            term.remind_on = reminders.AT_THE_NEXT_RUN
        if before != (term.notice_deadline, term.decide_by, term.remind_on):
            moved.append(term)
    return moved


def _refresh_contract(contract, terms):
    """Copy the latest term's dates to the contract; True when they changed."""
    before = (contract.current_end, contract.decide_by)
    latest = terms[-1] if terms else None
    contract.current_end = latest and latest.end
    contract.decide_by = latest.decide_by if latest and latest.remind_on else None
    return before != (contract.current_end, contract.decide_by)
