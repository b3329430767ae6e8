"""Promises and what follows from them: dated obligations, their evidence, and the penalty a late one is proposed."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from contracts.actions.amendments import by_amendment
from contracts.actions.common import locked_for_account, locked_for_edit, refusal
from contracts.choices import DONE, ObligationState, PenaltyState
from contracts.dues import penalty
from contracts.models import Instalment, Obligation, Penalty, Promise
from contracts.schedule import due_days
from office import calendars, files
from office.events import changes_between, record_event, snapshot

PROMISE_FIELDS = ("kind", "title", "per_year", "penalty_per_day", "penalty_cap")
State = ObligationState


@transaction.atomic
def add_promise(contract, *, by, values, amendment=None):
    """Write down what the vendor is to do so many times a year; the terms that are not over get their dated rows."""
    contract = locked_for_edit(contract, by)
    told = by_amendment(contract, amendment, by)
    promise = Promise.objects.create(contract=contract, **{name: values[name] for name in PROMISE_FIELDS})
    since = amendment.effective if told else None
    for term in contract.terms.filter(end__gte=since or calendars.today()):
        make_obligations(term, [promise], since=since)
    changes = changes_between({}, snapshot(promise, PROMISE_FIELDS))
    record_event(contract, "promise_added", by=by, changes={"promise": [None, promise.pk], **changes, **told})
    return promise


def make_obligations(term, promises, since=None):
    """The dated rows of these promises in `term`, none due before the local date `since`."""
    calendar = calendars.ministry()
    rows = [
        Obligation(term=term, promise=promise, due=day)
        for promise in promises
        for day in sorted(set(due_days(calendar, term.start, term.end, promise.per_year)))
        if since is None or day >= since
    ]
    Obligation.objects.bulk_create(rows, ignore_conflicts=True)


@transaction.atomic
def meet_obligation(obligation, *, by, state, met_on=None, evidence=None, remark=""):
    """Say that an obligation was met, or in part, with evidence of it; or that it was not met.

    Being late, or not met at all, proposes a penalty where the promise names one.
    """
    contract = locked_for_account(obligation.term.contract, by)
    obligation = _open(contract, obligation)
    if state in DONE:
        if met_on is None or met_on > calendars.today():
            raise refusal("met_on", _("Give the day on which it was done; it has come already."), "day")
        if evidence is None:
            raise refusal("evidence", _("Attach the evidence: the signed report or a picture."), "evidence")
        obligation.met_on, obligation.evidence = met_on, files.attach(contract, evidence, by=by)
    elif obligation.due >= calendars.today():
        raise refusal("state", _("It is not due yet."), "early")
    elif not remark:
        raise refusal("remark", _("Say in a few words what is missing."), "required")
    _close(contract, obligation, state, by, remark, "obligation_answered")
    _propose(obligation, by)
    return obligation


@transaction.atomic
def waive_obligation(obligation, *, by, reason):
    """Do without it, with the reason; nothing is proposed, and no payment waits for it."""
    contract = locked_for_account(obligation.term.contract, by)
    _close(contract, _open(contract, obligation), State.WAIVED, by, reason, "obligation_waived")


def _open(contract, obligation):
    row = Obligation.objects.select_related("term", "promise").get(pk=obligation.pk, term__contract=contract)
    if row.state != State.SCHEDULED:
        raise ValidationError(_("This was answered already."), code="answered")
    return row


def _close(contract, obligation, state, by, remark, verb):
    obligation.state, obligation.by, obligation.at, obligation.remark = state, by, timezone.now(), remark
    obligation.save()
    about = {"promise": [obligation.promise_id] * 2, "due": [obligation.due.isoformat()] * 2}
    record_event(contract, verb, by=by, changes=about | {"obligation_state": [State.SCHEDULED, state]})


def _propose(obligation, by):
    """Propose what the promise says that this costs."""
    promise, term = obligation.promise, obligation.term
    done = obligation.met_on or min(calendars.today(), term.end)
    if not promise.penalty_per_day or (obligation.state == State.PARTIALLY_MET and done <= obligation.due):
        return
    amount = penalty(obligation.due, done, promise.penalty_per_day, promise.penalty_cap, term.value)
    if amount:
        days = (done - obligation.due).days
        made = Penalty.objects.create(term=term, obligation=obligation, days_late=days, amount=amount, by=by)
        about = {"days_late": [None, days], "amount": [None, str(amount)]}
        record_event(term.contract, "penalty_proposed", by=by, changes={"penalty": [None, made.pk]} | about)


@transaction.atomic
def agree_penalty(row, *, by):
    """The vendor owes it: it is taken off the next instalment that is not paid yet."""
    contract, row = _proposed(row, by)
    unpaid = Instalment.objects.filter(term__contract=contract).exclude(state=Instalment.State.PAID)
    row.instalment = unpaid.order_by("due", "pk").first()
    _answer(contract, row, PenaltyState.AGREED, by, "penalty_agreed")


@transaction.atomic
def waive_penalty(row, *, by, reason):
    contract, row = _proposed(row, by)
    row.reason = reason
    _answer(contract, row, PenaltyState.WAIVED, by, "penalty_waived")


def _proposed(row, by):
    contract = locked_for_account(row.term.contract, by)
    row = Penalty.objects.get(pk=row.pk, term__contract=contract)
    if row.state != PenaltyState.PROPOSED:
        raise ValidationError(_("This was answered already."), code="answered")
    return contract, row


def _answer(contract, row, state, by, verb):
    before, row.state, row.by, row.at = row.state, state, by, timezone.now()
    row.save()
    about = {"penalty": [row.pk, row.pk], "amount": [str(row.amount)] * 2, "penalty_state": [before, state]}
    record_event(contract, verb, by=by, changes=about)
