"""Filing a ticket: its number, its queue, its priority and what we promise."""

from contextlib import nullcontext

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from helpdesk import busy, clocks, notifications, policies
from helpdesk.choices import Level, Priority, Status
from helpdesk.models import Ticket
from helpdesk.permissions import can_file_for_others
from office import once
from office.events import record_event
from office.files import attach
from office.models.events import Channel
from office.numbers import format_number, take_number

SERIES = "TKT"


def file_ticket(*, requester, by=None, key=None, channel=Channel.PAGE, **values):
    """Take in a fault or a request; the same form `key` twice is one ticket. Returns the ticket.

    by: who files it, the requester unless given; only the desk files for somebody else. values: subject; description,
    asset, category, impact, urgency, unit, room, extension, files (uploads), take (True: `by` works on it at once),
    queue (where it goes whatever its category says, as a mailbox has one).
    """
    by = by or requester
    if by.pk != requester.pk and not can_file_for_others(by):
        raise PermissionDenied
    _check(requester, by, values)

    filed = []

    def act():
        with nullcontext() if key else transaction.atomic():  # with a key, `once` has begun one
            filed.append(_file(requester, by, channel, **values))
        return filed[0]

    pk, is_new = once.once(key, user=by, kind="ticket", act=act)
    return filed[0] if is_new else Ticket.objects.get(pk=pk)


def _file(requester, by, channel, *, files=(), take=False, queue=None, **values):
    now = timezone.now()
    for name in ("room", "extension"):
        if not values.get(name):
            values[name] = getattr(requester, name)
    unit = values.pop("unit", None)
    category, place = _place(requester.institution_id, values.get("category"), values.get("asset"))
    values["category"], queue = category, queue or place
    impact, urgency = values.get("impact") or Level.LOW, values.get("urgency") or Level.MEDIUM
    ticket = Ticket(
        **values | {"impact": impact, "urgency": urgency},
        institution_id=requester.institution_id,
        requester=requester,
        filed_by=by,
        channel=channel,
        unit_id=unit.pk if unit else requester.unit_id,
        queue=queue,
        priority=priority_of(requester.institution_id, impact, urgency),
        created_at=now,
        last_word_at=now,
        last_word_by=requester,
    )
    if take:
        ticket.status, ticket.assignee = Status.IN_PROGRESS, by
    if channel == Channel.PHONE and by.pk != requester.pk:  # somebody of the desk has spoken with her
        ticket.responded_at = now
    _promise(ticket, by, now)
    ticket.number = next_number(requester.institution, now)
    ticket.save(force_insert=True)
    _attach(ticket, files, by)
    event = record_event(ticket, "created", by=by, changes=_first_values(ticket), channel=channel, at=now)
    notifications.filed(ticket, event)
    return ticket


def _promise(ticket, by, now):
    """The policy that fits, and what it promises from this instant on."""
    book = policies.book_of(ticket.institution_id)
    policies.choose(ticket, book)
    clocks.keep(ticket, [clocks.Told(now, by.pk, "created", _first_values(ticket))], now, book)


def priority_of(institution_id, impact, urgency):
    """What the institution's matrix says; where a cell is missing, the sum of both."""
    cell = busy.priority_in(institution_id, impact=int(impact), urgency=int(urgency))
    return cell[0] if cell else min(max(impact + urgency - 1, Priority.CRITICAL), Priority.LOW)


def next_number(institution, at):
    """`TKT-2026-00042`, by the local year of the instant `at`; with the short code where there are two institutions."""
    year = timezone.localtime(at).year
    number = take_number(SERIES, scope=institution.pk, year=year)
    is_alone = not busy.other_institutions(institution.pk)
    return format_number(SERIES, number, year=year, prefix="" if is_alone else institution.code)


def _check(requester, by, values):
    asset, category = values.get("asset"), values.get("category")
    if requester.institution_id is None or not requester.is_active:
        raise ValidationError({"requester": _("This person cannot have tickets.")}, code="requester")
    if by.institution_id != requester.institution_id:
        raise PermissionDenied
    if asset is not None and asset.institution_id != requester.institution_id:
        raise ValidationError({"asset": _("This device does not exist.")}, code="asset")
    if category is not None and (category.institution_id != requester.institution_id or not category.is_active):
        raise ValidationError({"category": _("This category does not exist.")}, code="category")
    if not values.get("subject", "").strip():
        raise ValidationError({"subject": _("Say in a few words what is wrong.")}, code="empty")


def _place(institution_id, category, asset):
    """(category, queue): by the category, else by the kind of the device, else the queue that takes the rest."""
    if category is None and asset is not None:
        category = next(iter(busy.category_for(institution_id, kind=asset.category.kind)), None)
    if category is not None and category.queue.is_active:
        return category, category.queue
    queue = next(iter(busy.queue_for_the_rest(institution_id)), None)
    if queue is None:
        raise ValidationError(
            _("The help desk has no work queue yet. Ask an administrator to set one up."), code="queue"
        )
    return category, queue


def _attach(ticket, files, by):
    try:
        for upload in files:
            attach(ticket, upload, by=by)
    except ValidationError as refusal:
        raise ValidationError({"files": refusal}) from refusal


def _first_values(ticket):
    names = ("status", "queue", "category", "asset", "impact", "urgency", "priority", "policy", "assignee", "requester")
    values = {name: getattr(ticket, ticket._meta.get_field(name).attname) for name in names}
    return {name: [None, value] for name, value in values.items() if value is not None}
