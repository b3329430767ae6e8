"""Rows with honest defaults: name only what the test is about."""

import itertools
from datetime import date, time, timedelta

from assets.models import Asset, AssetCategory, AssetModel, Location, Manufacturer
from contracts.choices import ContractState
from contracts.models import Amendment, Contract, Coverage, ServiceCall, ServiceLevel, Term
from helpdesk import defaults
from helpdesk.models import Category, PriorityCell, Queue, Ticket
from office.models import WeeklyPeriod, WorkingCalendar, WorkingSlot
from people.models import Team, Unit, User, Vendor

_n = itertools.count(1)
PASSWORD = "correct horse battery staple"
MATRIX = {(1, 1): 1, (1, 2): 2, (1, 3): 3, (2, 1): 2, (2, 2): 3, (2, 3): 4, (3, 1): 3, (3, 2): 4, (3, 3): 4}
TARGETS = {1: (30, 60, 240), 2: (60, 60, 480), 3: (120, 120, 960), 4: (240, 240, 2400)}


def make_institution(**fields):
    """An institution with calendar, priority matrix and a service policy, ready to work."""
    unit = Unit.objects.create(**{"name": f"Ministry {next(_n)}", "kind": "institution"} | fields)
    if not WorkingCalendar.objects.filter(is_default=True).exists():
        make_calendar(is_default=True)
    PriorityCell.objects.bulk_create(
        PriorityCell(institution=unit, impact=i, urgency=u, priority=p) for (i, u), p in MATRIX.items()
    )
    defaults.promise(unit, TARGETS)
    return unit


def make_calendar(**fields):
    """Sunday to Thursday, 8:30 to 15:30, Amman."""
    calendar = WorkingCalendar.objects.create(**{"name_en": f"Calendar {next(_n)}", "zone": "Asia/Amman"} | fields)
    period = WeeklyPeriod.objects.create(calendar=calendar)
    WorkingSlot.objects.bulk_create(
        WorkingSlot(period=period, weekday=day, start=time(8, 30), end=time(15, 30)) for day in (6, 0, 1, 2, 3)
    )
    return calendar


def make_unit(parent=None, **fields):
    parent = parent or make_institution()
    return Unit.objects.create(**{"name": f"Section {next(_n)}", "parent": parent} | fields)


def make_user(institution=None, **fields):
    n = next(_n)
    institution = institution or (fields["unit"].institution if fields.get("unit") else make_institution())
    values = {"username": f"user{n}", "name": f"Person {n}", "email": f"user{n}@ministry.example"} | fields
    user = User(institution=institution, **values)
    user.set_password(PASSWORD)
    user.save()
    return user


def make_team(institution=None, members=(), **fields):
    team = Team.objects.create(
        **{"institution": institution or make_institution(), "name_en": f"Team {next(_n)}", "name_ar": "فريق"} | fields
    )
    team.members.add(*members)
    return team


def make_queue(team=None, **fields):
    team = team or make_team()
    return Queue.objects.create(
        **{"institution": team.institution, "team": team, "name_en": f"Queue {next(_n)}", "name_ar": "قائمة"} | fields
    )


def make_category(queue=None, **fields):
    queue = queue or make_queue()
    return Category.objects.create(
        **{"institution": queue.institution, "queue": queue, "name_en": f"Category {next(_n)}"} | fields
    )


def make_policy(institution=None, targets=None, **fields):
    """A service policy in use, after the others; targets: {priority: minutes of each clock}."""
    policy = defaults.promise(institution or make_institution(), targets or TARGETS)
    values = {"place": 1000 + next(_n), "name_en": f"Policy {next(_n)}", "name_ar": ""} | fields
    for name, value in values.items():
        setattr(policy, name, value)
    policy.save()
    return policy


def make_vendor(**fields):
    n = next(_n)
    return Vendor.objects.create(**{"name": f"Vendor {n}", "phone": f"06-46444{n:02d}"} | fields)


def make_asset_category(**fields):
    return AssetCategory.objects.create(**{"name_en": f"Kind {next(_n)}", "name_ar": "صنف"} | fields)


def make_model(**fields):
    n = next(_n)
    maker = fields.pop("manufacturer", None) or Manufacturer.objects.create(name=f"Maker {n}")
    return AssetModel.objects.create(**{"manufacturer": maker, "name": f"Model {n}"} | fields)


def make_location(institution=None, **fields):
    return Location.objects.create(
        **{"institution": institution or make_institution(), "name_en": f"Room {next(_n)}"} | fields
    )


def make_asset(institution=None, **fields):
    n = next(_n)
    values = {"tag": f"AST-{n:04d}", "serial_number": f"SN{n:06d}"} | fields
    values.setdefault("category", None)
    values["category"] = values["category"] or make_asset_category()
    return Asset.objects.create(institution=institution or make_institution(), **values)


def make_contract(institution=None, *, start=date(2026, 1, 1), end=date(2026, 12, 31), owner=None, **fields):
    """An active one-term contract with one service level; `contract.terms.get()` is its term."""
    institution = institution or (owner.institution if owner else make_institution())
    owner = owner or make_user(institution, is_manager=True)
    values = {
        "institution": institution,
        "number": f"C-2026-{next(_n):03d}",
        "title": "Maintenance of printers",
        "unit": institution,
        "owner": owner,
        "state": ContractState.ACTIVE,
    } | fields
    values.setdefault("vendor", None)
    values["vendor"] = values["vendor"] or make_vendor()
    contract = Contract.objects.create(**values)
    Term.objects.create(contract=contract, sequence=1, start=start, end=end)
    make_level(contract)
    return contract


def make_level(contract, **fields):
    calendar = WorkingCalendar.objects.filter(is_default=True).first() or make_calendar(is_default=True)
    return ServiceLevel.objects.create(
        **{
            "contract": contract,
            "calendar": calendar,
            "name_en": "Standard",
            "response_minutes": 240,
            "restore_minutes": 960,
        }
        | fields
    )


def make_amendment(contract, **fields):
    """The next amendment of a contract, in effect from its first day, without its paper."""
    values = {"number": contract.amendments.count() + 1, "reason": "Agreed by letter.", "by": contract.owner} | fields
    first = contract.terms.order_by("sequence").first().start
    return Amendment.objects.create(**{"contract": contract, "dated": first, "effective": first} | values)


def cover(contract, asset, **fields):
    """Put an asset under the first term of a contract at its first level."""
    term = contract.terms.get(sequence=1)
    values = {"term": term, "level": contract.levels.first(), "from_date": term.start, "to_date": term.end}
    return Coverage.objects.create(**values | {"asset": asset} | fields)


def make_ticket(requester=None, **fields):
    """A ticket as a row, past the actions; use `actions.file_ticket` where the act itself is the subject."""
    requester = requester or make_user()
    values = {"institution": requester.institution, "filed_by": requester, "subject": "The printer is jammed"} | fields
    values.setdefault("queue", None)
    values["queue"] = values["queue"] or make_queue(make_team(requester.institution))
    values.setdefault("number", f"TKT-2026-{90000 + next(_n):05d}")
    return Ticket.objects.create(requester=requester, **values)


def in_days(n):
    return timedelta(days=n)


def make_call(coverage=None, **fields):
    """A call to a vendor as a row, past the actions: under the contract of a line of coverage, or under none."""
    term = coverage.term if coverage else None
    values = {"coverage": coverage, "term": term, "level": coverage.level if coverage else None} | fields
    if term:
        values = {"institution": term.contract.institution, "vendor": term.contract.vendor} | values
        values.setdefault("asset", coverage.asset)
    values.setdefault("opened_by", None)
    values["opened_by"] = values["opened_by"] or make_user(values["institution"], is_technician=True)
    values = {"number": f"CALL-2026-{90000 + next(_n):05d}", "subject": "The printer is jammed"} | values
    return ServiceCall.objects.create(**values)
