"""What we promise and until when: due times in the working time of the queue. Changes fields, saves nothing.

Issue 4's ledger of service time grows from here: every change of state is an event, so the intervals can be counted
again; these columns only hold what the clocks say now.
"""

from datetime import datetime, time, timedelta

from helpdesk.choices import RUNNING, Status
from helpdesk.models import ServiceTarget
from office import calendars, worktime
from office.models import WorkingCalendar


def calendar_of(queue):
    """The working hours that count for a queue: its own calendar, else the ministry's; None where there is neither."""
    if queue.calendar_id:
        return calendars.load(queue.calendar)
    try:
        return calendars.ministry()
    except WorkingCalendar.DoesNotExist:
        return None


def promise(ticket):
    """Set what is due from the targets of its priority, counted from its creation and past what was paused so far."""
    target = ServiceTarget.objects.filter(institution=ticket.institution_id, priority=ticket.priority).first()
    calendar = calendar_of(ticket.queue) if target else None
    ticket.response_due = _due(calendar, ticket, target and target.response_minutes)
    ticket.resolution_due = _due(calendar, ticket, target and target.resolution_minutes)
    set_next(ticket)


def set_next(ticket):
    """The earliest promise not kept yet; nothing is promised while the ticket waits or is done."""
    open_promises = []
    if ticket.status in RUNNING:
        open_promises = [ticket.resolution_due, None if ticket.responded_at else ticket.response_due]
    ticket.next_due = min(filter(None, open_promises), default=None)


def resume(ticket, since, now):
    """Move what is still due by the working time between `since` and `now`, during which the clocks stood still."""
    calendar = calendar_of(ticket.queue)
    paused = _between(calendar, since, now)
    ticket.paused_seconds += int(paused.total_seconds())
    if not ticket.responded_at:
        ticket.response_due = _later(calendar, ticket.response_due, paused)
    ticket.resolution_due = _later(calendar, ticket.resolution_due, paused)
    set_next(ticket)


def respond(ticket, now):
    """The desk has answered: the first answer counts, later ones change nothing."""
    if ticket.responded_at is None:
        ticket.responded_at = now
        set_next(ticket)


def close_due(ticket, now):
    """When a resolved ticket closes by itself: at the end of the n-th working day after today (UTC)."""
    calendar = calendar_of(ticket.queue)
    days = ticket.queue.close_after_days
    try:
        day = worktime.add_working_days(calendar, now.astimezone(calendar.zone).date(), days)
        closing = [end for _start, end in calendar.spans_on(day)]
        return closing[-1] if closing else datetime.combine(day, time(23, 59), calendar.zone)
    except (AttributeError, worktime.EmptyCalendar):  # without hours a day is a day
        return now + timedelta(days=days)


def is_paused(ticket):
    return ticket.status == Status.WAITING and ticket.waiting_since is not None


def _due(calendar, ticket, minutes):
    if calendar is None or minutes is None:
        return None
    amount = timedelta(minutes=minutes, seconds=ticket.paused_seconds)
    try:
        return worktime.add_working_time(calendar, ticket.created_at, amount)
    except worktime.EmptyCalendar:  # it can promise nothing, so nothing is promised
        return None


def _later(calendar, due, paused):
    if due is None or calendar is None:
        return due
    try:
        return worktime.add_working_time(calendar, due, paused)
    except worktime.EmptyCalendar:
        return due


def _between(calendar, since, now):
    if calendar is None or since is None or now <= since:
        return timedelta()
    try:
        return worktime.working_time_between(calendar, since, now)
    except worktime.EmptyCalendar:
        return timedelta()
