"""The recorded decision: the one thing that silences the reminders of a term."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from contracts import permissions, reminders
from contracts.actions.common import locked, refusal
from contracts.actions.dates import refresh_dates
from contracts.actions.terms import add_term
from contracts.choices import Decision, TermOrigin
from contracts.models import RenewalDecision
from office import calendars
from office.events import record_event


@transaction.atomic
def record_decision(contract, *, by, decision, reason, notice_sent_on=None, new_end=None, new_value=None):
    """Record what was decided about the latest term, and why; whatever reminder has not left stays unsent.

    notice_sent_on: the local date on which the vendor was told, which stops a renewal by itself. new_end: with the
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
    recorded = RenewalDecision.objects.create(
        term=term, decision=decision, reason=reason, by=by, notice_sent_on=notice_sent_on
    )
    reminders.silence(term)
    changes = {"decision": [None, decision], "sequence": [None, term.sequence]}
    if notice_sent_on:
        changes["notice_sent_on"] = [None, notice_sent_on.isoformat()]
    record_event(contract, "decided", by=by, changes=changes)
    contract.version += 1
    contract.save(update_fields=["version"])
    refresh_dates(contract)
    if decision == Decision.RENEW and new_end:
        add_term(contract, by=by, end=new_end, value=new_value, origin=TermOrigin.RENEWAL)
    return recorded
