"""Terms: the next one by decision or by itself, an extension, and the correction of one."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from contracts import cases, terms
from contracts.actions.amendments import by_amendment
from contracts.actions.common import locked, locked_for_edit, move, refusal
from contracts.actions.dates import refresh_dates
from contracts.actions.promises import make_obligations
from contracts.choices import RENEWALS, ContractState, Renewal, TermOrigin
from contracts.models import Coverage, Term
from contracts.notices import owe_renewal_notice
from office import calendars
from office.events import changes_between, record_event, snapshot
from office.models.events import Channel
from ui import text

AT_MOST = 50  # terms that are made up for at once


@transaction.atomic
def add_term(contract, *, by, end, value=None, origin=TermOrigin.RENEWAL):
    """Append the term that follows the last one without a gap, up to `end` inclusive; what was covered stays covered.

    Refused past the renewals and the last possible end that the contract allows. An expired contract is active again
    when the new term reaches today.
    """
    contract = locked_for_edit(contract, by)
    last = contract.terms.order_by("sequence").last()
    start = last.end + terms.ONE_DAY
    if end < start:
        raise refusal(
            "end",
            _("The new term begins on %(start)s; it must not end before.") % {"start": text.day(start)},
            "backwards",
        )
    if contract.last_possible_end and end > contract.last_possible_end:
        raise refusal("end", _("The contract can run until its last possible end at most."), "too_long")
    if origin in RENEWALS and _renewals_left(contract) == 0:
        raise ValidationError(_("The contract may not be renewed any more often."), code="too_often")
    term = append_term(contract, last, end, value, origin)
    _record_added(contract, term, by, Channel.PAGE)
    if contract.state == ContractState.EXPIRED and end >= calendars.today():
        move(contract, "revive", by=by, verb="reactivated_by_term")
    refresh_dates(contract)
    return term


def proposed_end(contract):
    """The end, inclusive, of the term that would follow: as many months as a renewal has, else as the last one."""
    spans = list(contract.terms.order_by("sequence").values_list("start", "end"))
    if not spans:
        return None
    start, end = spans[-1]
    months = contract.renewal_months or terms.months_until(start, end + terms.ONE_DAY) or 12
    proposed = terms.next_term(spans, months)[1]
    return min(proposed, contract.last_possible_end) if contract.last_possible_end else proposed


@transaction.atomic
def change_term(term, *, by, start, end, value, amendment=None):
    """Change the dates or the value of a term, in force by an amendment; neighbours and coverage must still fit.

    Coverage that lasted to the old end lasts to the new one.
    """
    contract = locked_for_edit(term.contract, by)
    told = by_amendment(contract, amendment, by)
    term = contract.terms.get(pk=term.pk)
    _check_neighbours(contract, term, start, end)
    before = snapshot(term, ("start", "end", "value"))
    _move_coverage(term, start, end)
    term.start, term.end, term.value = start, end, value
    term.save(update_fields=["start", "end", "value"])
    changes = changes_between(before, snapshot(term, ("start", "end", "value")))
    if changes:
        contract.version += 1
        contract.save(update_fields=["version"])
        changes = {"sequence": [term.sequence, term.sequence], **changes, **told}
        record_event(contract, "term_changed", by=by, changes=changes)
        refresh_dates(contract)
    return term


@transaction.atomic
def renew_by_itself(contract, *, today):
    """Append, by the clock, the terms that began because nobody gave notice in time; return them.

    On the day after the notice deadline (after the end, where there is no notice clause), unless a decision stops it or
    no renewal is left. What happened meanwhile (an outage, an import) is made up for, term by term. (C3.)
    """
    contract = locked(contract)
    added = []
    while len(added) < AT_MOST and (span := _next_by_itself(contract, today)):
        last = contract.terms.order_by("sequence").last()
        term = append_term(contract, last, span[1], last.value, TermOrigin.AUTO)
        _record_added(contract, term, None, Channel.CLOCK)
        cases.close_by_renewal(last)
        refresh_dates(contract)
        added.append(term)
    if added:
        owe_renewal_notice(contract, added[-1])
    return added


def _next_by_itself(contract, today):
    """The (start, end) of the term that begins by itself now, or None."""
    last = contract.terms.select_related("decision").order_by("sequence").last()
    if contract.renewal != Renewal.AUTO or not contract.is_running or last is None or not contract.renewal_months:
        return None
    if today <= (last.notice_deadline or last.end):
        return None
    if getattr(last, "decision", None) and last.decision.stops_renewal:
        return None
    spans = list(contract.terms.order_by("sequence").values_list("start", "end"))
    start, end = terms.next_term(spans, contract.renewal_months)
    limit = contract.last_possible_end
    if _renewals_left(contract) == 0 or (limit and start > limit):
        return None
    return start, min(end, limit) if limit else end


def _renewals_left(contract):
    """How many more renewals the contract allows; None where it sets no limit."""
    if contract.max_renewals is None:
        return None
    return max(contract.max_renewals - contract.terms.filter(origin__in=RENEWALS).count(), 0)


def append_term(contract, last, end, value, origin, start=None):
    """Write the next term with the coverage that lasted to the end of the one before.

    From the day after that, where no `start` is given. Checks nothing and writes no event: the act does.
    """
    term = Term.objects.create(
        contract=contract,
        sequence=last.sequence + 1,
        start=start or last.end + terms.ONE_DAY,
        end=end,
        value=value,
        origin=origin,
    )
    lasting = list(last.coverages.filter(to_date=last.end))
    for row in lasting:
        row.pk, row.term, row.from_date, row.to_date = None, term, term.start, term.end
    Coverage.objects.bulk_create(lasting, batch_size=500)
    make_obligations(term, contract.promises.filter(is_active=True))
    return term


def _record_added(contract, term, by, channel):
    changes = {
        "sequence": [None, term.sequence],
        **changes_between({}, snapshot(term, ("start", "end", "value", "origin"))),
    }
    verb = "renewed_by_itself" if term.origin == TermOrigin.AUTO else "term_added"
    record_event(contract, verb, by=by, changes=changes, channel=channel)


def _check_neighbours(contract, term, start, end):
    if end < start:
        raise refusal("end", _("The end must not be before the start."), "backwards")
    others = contract.terms.exclude(pk=term.pk).filter(start__lte=end, end__gte=start)
    earlier_or_later = contract.terms.filter(sequence__lt=term.sequence, start__gt=start) | contract.terms.filter(
        sequence__gt=term.sequence, end__lt=end
    )
    if others.exists() or earlier_or_later.exists():
        raise refusal("start", _("Two terms of one contract must not overlap."), "overlap")


def _move_coverage(term, start, end):
    """Coverage from the first or to the last day of a term moves with that day; nothing may be left outside of it."""
    rows = term.coverages.all()
    if rows.filter(from_date__gt=end).exists() or rows.filter(to_date__lt=start).exists():
        raise refusal("end", _("Something is covered only outside of these days. End that first."), "covered")
    rows.filter(from_date=term.start).update(from_date=start)
    rows.filter(to_date=term.end).update(to_date=end)
    rows.filter(from_date__lt=start).update(from_date=start)
    rows.filter(to_date__gt=end).update(to_date=end)
