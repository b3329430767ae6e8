"""The recorded decision: the one thing that silences the reminders of a term."""

from datetime import timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from contracts import cases, permissions, reminders
from contracts.actions.common import locked, refusal
from contracts.actions.dates import refresh_dates
from contracts.actions.terms import add_term
from contracts.choices import Decision, TermOrigin
from contracts.models import RenewalDecision
from office import calendars, files
from office.events import record_event

LONGEST_SNOOZE = timedelta(days=14)


@transaction.atomic
def record_decision(contract, *, by, decision, reason, notice_sent_on=None, proof=None, new_end=None, new_value=None):
    """Record what was decided about the latest term, and why; whatever reminder has not left stays unsent.

    notice_sent_on: the local date on which the vendor was told, which stops a renewal by itself; proof: the paper or
    message that shows it. new_end: with the
    decision to renew, the next term is added up to that day, worth new_value; that needs the right to edit.
    """
    contract = locked(contract)
    if not permissions.can_decide(by, contract):
        raise PermissionDenied
    term = contract.terms.order_by("sequence").last()
    if contract.decide_by is None or term is None:
        raise ValidationError(_("There is nothing to decide about this contract now."), code="nothing")
    if notice_sent_on and notice_sent_on > calendars.today():
        raise refusal("notice_sent_on", _("This day has not come yet."), "future")
    if proof and not notice_sent_on:
        raise refusal("notice_sent_on", _("Say on which day the notice was sent that this paper proves."), "required")
    recorded = RenewalDecision.objects.create(
        term=term,
        decision=decision,
        reason=reason,
        by=by,
        notice_sent_on=notice_sent_on,
        proof=files.attach(contract, proof, by=by) if proof else None,
    )
    reminders.silence(term)
    changes = {"decision": [None, decision], "sequence": [None, term.sequence]}
    if notice_sent_on:
        changes["notice_sent_on"] = [None, notice_sent_on.isoformat()]
    record_event(contract, "decided", by=by, changes=changes)
    contract.version += 1
    contract.save(update_fields=["version"])
    refresh_dates(contract)
    cases.close_by_decision(term, decision, by=by, adds_term=decision == Decision.RENEW and bool(new_end))
    if decision == Decision.RENEW and new_end:
        add_term(contract, by=by, end=new_end, value=new_value, origin=TermOrigin.RENEWAL)
    return recorded


@transaction.atomic
def snooze_reminders(contract, *, by, until):
    """Send no reminder of the latest term before the local date `until`: at most 14 days on, never past decide-by."""
    contract = locked(contract)
    if not permissions.can_decide(by, contract):
        raise PermissionDenied
    term = contract.terms.order_by("sequence").last()
    if contract.decide_by is None or term is None:
        raise ValidationError(_("There is nothing to decide about this contract now."), code="nothing")
    today = calendars.today()
    if contract.decide_by <= today:
        raise refusal("until", _("The day by which to decide has come: only a decision helps now."), "over")
    if not today < until <= min(today + LONGEST_SNOOZE, contract.decide_by):
        raise refusal("until", _("Give a day within the next 14 days, not after the day to decide by."), "range")
    before, term.snoozed_until = term.snoozed_until, until
    term.snoozed_on, term.snoozed_by, term.remind_on = today, by, until
    term.save(update_fields=["snoozed_until", "snoozed_on", "snoozed_by", "remind_on"])
    pair = [before and before.isoformat(), until.isoformat()]
    record_event(contract, "snoozed", by=by, changes={"sequence": [term.sequence] * 2, "snoozed_until": pair})
    return contract
