"""What a broken promise of a call costs by the rule of its level: proposed once the lateness is known, never charged.

A proposal follows the evidence: a disputed step changes it, or takes it back. Once somebody has agreed or waived it,
it stays as it is.
"""

from contracts import call_clock, vendor_clock
from contracts.choices import CallState, CreditFor, CreditUnit, PenaltyState, VendorClock
from contracts.dues import credit
from contracts.models import Penalty
from office.events import record_event
from office.models.events import Channel
from office.servicetime import State

CHARGED = {
    CreditFor.RESTORE: (VendorClock.RESTORE,),
    CreditFor.RESPONSE: (VendorClock.RESPONSE,),
    CreditFor.ALL: tuple(VendorClock),
}


def propose_credits(call, found):
    """Make the proposals of a locked call agree with what its clock says (`vendor_clock.VendorTime`)."""
    if call.term_id is None:
        return
    owed = _owed(call, found)
    known = {row.clock: row for row in call.penalties.all()}
    for clock in VendorClock:
        row, values = known.get(clock), owed.get(clock)
        if row is not None and row.state != PenaltyState.PROPOSED:
            continue
        if values is None and row is not None:
            _withdraw(call, row)
        elif values is not None and row is None:
            row = Penalty.objects.create(term=call.term, call=call, clock=clock, **values)
            _tell(call, row, "penalty_proposed", [None, str(row.amount)])
        elif values is not None and any(getattr(row, name) != value for name, value in values.items()):
            before = row.amount
            if Penalty.objects.filter(pk=row.pk, state=PenaltyState.PROPOSED).update(**values):
                _tell(call, row, "penalty_proposed", [str(before), str(values["amount"])])


def _owed(call, found):
    """{promise: {amount, days_late, hours_late}} of promises that ended broken and are charged."""
    level, term = call.level, call.term
    if not level.credit_amount or call.state == CallState.CANCELLED:
        return {}
    owed, spent = {}, 0
    for clock in CHARGED[level.credit_for]:
        reading = getattr(found, clock)
        if not reading.is_late or reading.state in (None, State.RUNNING, State.STANDING):
            continue
        days = vendor_clock.days_late(reading, call_clock.zone_of(call))
        hours = vendor_clock.hours_late(reading) if level.credit_unit == CreditUnit.HOUR else None
        units = days if hours is None else hours
        amount = credit(units, level.credit_amount, level.credit_cap, term.value, spent)
        if amount:
            owed[clock] = {"amount": amount, "days_late": min(days, 32767), "hours_late": hours}
            spent += amount
    return owed


def _withdraw(call, row):
    gone, _kinds = Penalty.objects.filter(pk=row.pk, state=PenaltyState.PROPOSED).delete()
    if gone:
        _tell(call, row, "penalty_withdrawn", [str(row.amount), None])


def _tell(call, row, verb, amounts):
    about = {"call": [None, call.pk], "vendor_clock": [None, row.clock], "amount": amounts}
    record_event(call.term.contract, verb, by=None, changes=about, channel=Channel.CLOCK)
