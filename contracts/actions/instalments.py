"""Payments of a term: planned in parts, invoiced, approved once what they depend on is met, paid, or held back."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from contracts.actions.common import locked_for_account, refusal
from contracts.choices import ObligationState, PenaltyState
from contracts.dues import equal_parts as amounts
from contracts.models import Instalment, Obligation
from contracts.schedule import equal_parts
from contracts.terms import ONE_DAY
from office import calendars
from office.events import record_event

State = Instalment.State
SETTLED = (ObligationState.MET, ObligationState.WAIVED)


@transaction.atomic
def plan_instalments(term, *, by, count, tax_percent, retention_percent, budget_line="", depends=True):
    """Divide the value of a term into equal instalments, due at the end of equal parts of it.

    depends: each waits for the obligations that fall due since the one before. Refused where one is planned already.
    """
    contract = locked_for_account(term.contract, by)
    term = contract.terms.get(pk=term.pk)
    if not term.value:
        raise ValidationError(_("Write down the value of the term first."), code="value")
    if term.instalments.exists():
        raise ValidationError(_("The instalments of this term are planned already."), code="planned")
    days = equal_parts(calendars.ministry(), term.start, term.end, count)
    rows = [
        Instalment(
            term=term,
            number=number,
            due=day,
            amount=amount,
            tax_percent=tax_percent,
            retention_percent=retention_percent,
            budget_line=budget_line,
            fiscal_year=day.year,
        )
        for number, (day, amount) in enumerate(zip(days, amounts(term.value, count), strict=True), 1)
    ]
    Instalment.objects.bulk_create(rows)
    if depends:
        _depend(term, term.instalments.order_by("number"))
    about = {"sequence": [term.sequence] * 2, "instalments": [None, count], "value": [str(term.value)] * 2}
    record_event(contract, "instalments_planned", by=by, changes=about)


def _depend(term, rows):
    after = term.start - ONE_DAY
    for row in rows:
        row.depends_on.set(Obligation.objects.filter(term=term, due__gt=after, due__lte=row.due))
        after = row.due


@transaction.atomic
def invoice_instalment(row, *, by, invoice_number, e_invoice_number=""):
    """The vendor's invoice came, with its number in the national e-invoicing system where it has one."""
    contract, row = _at(row, by, State.PLANNED)
    row.invoice_number, row.e_invoice_number = invoice_number, e_invoice_number
    numbers = {"invoice_number": [None, invoice_number], "e_invoice_number": [None, e_invoice_number or None]}
    _move(contract, row, State.INVOICED, by, "instalment_invoiced", numbers)


@transaction.atomic
def approve_instalment(row, *, by):
    """Release it for payment; refused while anything it depends on is neither met nor waived."""
    contract, row = _at(row, by, State.INVOICED)
    missing = row.depends_on.exclude(state__in=SETTLED)
    if missing.exists():
        raise ValidationError(
            _("It depends on what is not met yet: %(what)s. Hold it back, or waive that first."),
            code="depends",
            params={"what": ", ".join(str(one) for one in missing.select_related("promise")[:5])},
        )
    _move(contract, row, State.APPROVED, by, "instalment_approved")


@transaction.atomic
def pay_instalment(row, *, by, paid_on):
    contract, row = _at(row, by, State.APPROVED)
    if paid_on > calendars.today():
        raise refusal("paid_on", _("This day has not come yet."), "future")
    row.paid_on = paid_on
    row.penalties.filter(state=PenaltyState.AGREED).update(state=PenaltyState.APPLIED)
    _move(contract, row, State.PAID, by, "instalment_paid", {"paid_on": [None, paid_on.isoformat()]})


@transaction.atomic
def withhold_instalment(row, *, by, reason):
    """Hold it back, whatever it has reached, until it is released."""
    contract, row = _at(row, by, State.PLANNED, State.INVOICED, State.APPROVED)
    row.reason = reason
    _move(contract, row, State.WITHHELD, by, "instalment_withheld")


@transaction.atomic
def release_instalment(row, *, by):
    """Let it go on from where the invoice is there or not; it is approved anew."""
    contract, row = _at(row, by, State.WITHHELD)
    _move(contract, row, State.INVOICED if row.invoice_number else State.PLANNED, by, "instalment_released")


def _at(row, by, *states):
    contract = locked_for_account(row.term.contract, by)
    row = Instalment.objects.select_related("term").get(pk=row.pk, term__contract=contract)
    if row.state not in states:
        raise ValidationError(
            _("This instalment is %(state)s."), code="state", params={"state": row.get_state_display()}
        )
    return contract, row


def _move(contract, row, state, by, verb, changes=None):
    before, row.state = row.state, state
    row.save()
    about = {
        "sequence": [row.term.sequence] * 2,
        "instalment": [row.number] * 2,
        "instalment_state": [before, state],
    }
    record_event(contract, verb, by=by, changes=about | (changes or {}))
