"""Which service policy a ticket has, by whose hours it counts, what that promises: the rows, read once a version."""

from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache

from django.db import transaction
from django.db.models import F

from contracts import coverage
from helpdesk import busy
from helpdesk.choices import Clock, Hours, TargetUnit
from helpdesk.models import Category, ServiceBook, ServicePolicy, TeamTarget
from office.models import WorkingCalendar
from office.servicetime import Step, Target, Targets, Unit

NOTHING = Targets()
UNITS = {
    TargetUnit.MINUTES: (Unit.MINUTES, False),
    TargetUnit.HOURS: (Unit.HOURS, False),
    TargetUnit.DAYS: (Unit.DAYS, False),
    TargetUnit.CLOSES: (Unit.DAYS, True),
}


@dataclass(frozen=True)
class Policy:
    """A policy in use as the tickets meet it. categories: keys of the category of its condition and of those below."""

    pk: int
    queue_id: int | None
    categories: frozenset
    unit_id: int | None
    asset_kind: str
    hours: str
    calendar_id: int | None
    targets: dict  # {priority: Targets}
    steps: dict  # {clock: (Step, ...)}, those in use

    def holds_for(self, ticket):
        return (
            (self.queue_id is None or self.queue_id == ticket.queue_id)
            and (not self.categories or ticket.category_id in self.categories)
            and (self.unit_id is None or _is_below(ticket.unit if ticket.unit_id else None, self.unit_id))
            and (not self.asset_kind or _kind_of(ticket) == self.asset_kind)
        )


@dataclass(frozen=True)
class Book:
    """All policies of an institution, the ones in use in their order, and what its teams promise each other."""

    in_use: tuple
    by_pk: dict
    take_up: dict  # {team: Target}

    def first_match(self, ticket):
        return next((policy for policy in self.in_use if policy.holds_for(ticket)), None)

    def steps_of(self, ticket):
        """{clock: (Step, ...)}"""
        policy = self.by_pk.get(ticket.policy_id)
        return policy.steps if policy else {}

    def targets_of(self, ticket):
        policy = self.by_pk.get(ticket.policy_id)
        return policy.targets.get(ticket.priority, NOTHING) if policy else NOTHING


def book_of(institution_id):
    """The policies of an institution; one statement, more only after they changed."""
    return _read(institution_id, next(iter(busy.book_version(institution_id)), 0))


@transaction.atomic
def touch(institution_id):
    """Say that policies, or what their conditions look at, changed; call it in the transaction of the change."""
    ServiceBook.objects.get_or_create(institution_id=institution_id, defaults={"version": 0})
    ServiceBook.objects.filter(institution=institution_id).update(version=F("version") + 1)


def choose(ticket, book=None):
    """Give the ticket the first policy that fits, unless one was chosen for it, and the calendar it counts by."""
    book = book or book_of(ticket.institution_id)
    if not (ticket.policy_is_chosen and ticket.policy_id):
        match = book.first_match(ticket)
        ticket.policy_id = match.pk if match else None
    ticket.calendar = _calendar_for(ticket, book.by_pk.get(ticket.policy_id))


def _calendar_for(ticket, policy):
    hours = policy.hours if policy else Hours.QUEUE
    if hours == Hours.OWN:
        return WorkingCalendar.objects.get(pk=policy.calendar_id)
    if hours == Hours.CONTRACT and ticket.asset_id and (calendar := _contract_hours(ticket)):
        return calendar
    if ticket.queue.calendar_id:
        return ticket.queue.calendar
    return next(iter(busy.default_calendar()), None)


def _contract_hours(ticket):
    """The hours of the contract that covers the device when the ticket came; None where none does."""
    covers = coverage.who_covers(ticket.asset, ticket.created_at)
    return next((cover.level.calendar for cover in covers if cover.level), None)


def _kind_of(ticket):
    return ticket.asset.category.kind if ticket.asset_id else ""


def _is_below(unit, above):
    return unit is not None and above in unit.ancestor_ids


@lru_cache(maxsize=256)
def _read(institution_id, version):
    rows = ServicePolicy.objects.filter(institution=institution_id).order_by("place", "pk")
    below = _below(institution_id)
    policies = [(row, _policy(row, below)) for row in rows.prefetch_related("targets", "steps")]
    return Book(
        in_use=tuple(policy for row, policy in policies if row.is_active),
        by_pk={row.pk: policy for row, policy in policies},
        take_up={row.team_id: as_target(row) for row in TeamTarget.objects.filter(institution=institution_id)},
    )


def _policy(row, below):
    promised = {}
    for target in row.targets.all():
        promised.setdefault(target.priority, {})[Clock(target.clock).value] = as_target(target)
    return Policy(
        pk=row.pk,
        queue_id=row.queue_id,
        categories=frozenset(below(row.category_id)) if row.category_id else frozenset(),
        unit_id=row.unit_id,
        asset_kind=row.asset_kind,
        hours=row.hours,
        calendar_id=row.calendar_id,
        targets={priority: Targets(**told) for priority, told in promised.items()},
        steps=_steps(row.steps.all()),
    )


def _steps(rows):
    found = {}
    for row in rows:
        if row.is_active:
            offset = None if row.offset_minutes is None else timedelta(minutes=row.offset_minutes)
            found.setdefault(row.clock, []).append(Step(row.pk, row.percent, offset))
    return {clock: tuple(steps) for clock, steps in found.items()}


def as_target(row):
    """The pure target of a row with `amount` and `unit`."""
    unit, to_close = UNITS[TargetUnit(row.unit)]
    return Target(row.amount, unit, to_close)


def _below(institution_id):
    """A function from a category to the keys of itself and of all below it."""
    children = {}
    pairs = Category.objects.filter(institution=institution_id, parent__isnull=False).values_list("parent_id", "pk")
    for parent, child in pairs:
        children.setdefault(parent, []).append(child)

    def below(pk):
        return [pk, *(deeper for child in children.get(pk, ()) for deeper in below(child))]

    return below
