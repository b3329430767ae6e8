"""The vendor's clock of a call, from its rows: steps, hours of its level, suspensions and end of its contract."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

from django.utils import timezone

from contracts import vendor_clock
from contracts.choices import CallState, VendorClock
from contracts.models import Suspension
from contracts.terms import ONE_DAY
from contracts.vendor_clock import Promised, Step
from office import calendars

# Reading -> the columns of the call in which it is kept: due, at, since when it is broken, how it stands.
COLUMNS = {
    VendorClock.RESPONSE: ("response_due", "response_at", "response_breached_at", "response_state"),
    VendorClock.ON_SITE: ("on_site_due", "on_site_at", "on_site_breached_at", "on_site_state"),
    VendorClock.RESTORE: ("restore_due", "restored_at", "restore_breached_at", "restore_state"),
}
KEPT = (*(name for names in COLUMNS.values() for name in names), "coming_at", "paused_seconds", "clock_due")


def read(call, now=None, steps=None):
    """The `VendorTime` of a call at the instant `now`; at most two statements, one where `steps` are given."""
    now = max(now or timezone.now(), call.opened_at)
    rows = list(call.steps.all()) if steps is None else steps
    return vendor_clock.read(
        call.opened_at,
        [Step(row.kind, max(row.happened_at, call.opened_at), row.pause_reason, row.counts) for row in rows],
        promised_of(call.level),
        calendar_of(call),
        now,
        suspensions=_suspensions(call),
        ends_at=ends_at(call),
    )


def keep(call, found, steps):
    """Set the columns that hold what the clock says, and save nothing."""
    for clock, reading in found.named:
        due, at, broken, state = COLUMNS[VendorClock(clock)]
        setattr(call, due, reading.due)
        setattr(call, at, reading.at)
        setattr(call, broken, reading.breached_at)
        setattr(call, state, reading.state.value if reading.state else "")
    announced = [row for row in steps if row.counts and row.promised_for]
    call.coming_at = announced[-1].promised_for if announced and call.on_site_at is None else None
    call.paused_seconds = int(found.paused.total_seconds())
    call.clock_due = found.breaks_at


def promised_of(level):
    """What a level promises; nothing without one."""
    if level is None:
        return Promised()
    return Promised(level.response_minutes, level.on_site_minutes, level.restore_minutes)


def calendar_of(call):
    """The pure calendar of the contract's hours; None under a warranty."""
    return calendars.load(call.level.calendar) if call.level_id else None


def zone_of(call):
    return ZoneInfo(call.level.calendar.zone) if call.level_id else timezone.get_default_timezone()


def ends_at(call):
    """From when on the vendor owes nothing more for this call, None while no end is known.

    Terminated: from that local day on. Taken out of the coverage before the term was over: the day after its last one.
    Otherwise the day after the last term, which a renewal moves. A call that was closed without repair: from then on.
    """
    found = [call.ended_at] if call.state == CallState.CLOSED and call.ended_at else []
    if call.term_id:
        contract, row = call.term.contract, call.coverage
        days = [contract.ended_on]
        if row is not None and row.to_date < call.term.end:
            days.append(row.to_date + ONE_DAY)
        elif contract.current_end:
            days.append(max(contract.current_end, call.term.end) + ONE_DAY)
        found += [_midnight(day, zone_of(call)) for day in days if day is not None]
    return min(found, default=None)


def _suspensions(call):
    if not call.term_id:
        return []
    zone = zone_of(call)
    rows = Suspension.objects.filter(contract=call.term.contract_id)
    return [
        (_midnight(row.from_date, zone), _midnight(row.until, zone) if row.until else None)
        for row in rows
        if row.until is None or row.until > row.from_date
    ]


def _midnight(day, zone):
    return datetime.combine(day, time.min, zone)
