"""The ministry that the tickets are about: units, people, teams, queues, devices, vendors, contracts."""

from dataclasses import dataclass, field
from datetime import date, time, timedelta
from itertools import cycle

from assets.choices import AssetState, CategoryKind
from assets.models import Asset, AssetCategory, AssetModel, Custody, Manufacturer
from bench import texts
from contracts.choices import ContractState
from contracts.models import Contract, Coverage, ServiceLevel, Term
from helpdesk import defaults
from helpdesk.choices import Level, Priority
from helpdesk.models import Category, PriorityCell, Queue
from office.models import WeeklyPeriod, WorkingCalendar, WorkingSlot
from people.models import Team, Unit, User, Vendor

TEAMS, VENDORS, DIRECTORATES, SECTIONS = 10, 10, 8, 5
SUBJECTS = [
    ("الطابعات", "Printers"),
    ("الشبكة", "Network"),
    ("البريد", "Mail"),
    ("الحسابات", "Accounts"),
    ("الهواتف", "Telephones"),
    ("الحواسيب", "Computers"),
    ("الأنظمة", "Systems"),
    ("الموقع", "Website"),
    ("الخوادم", "Servers"),
    ("أمن المعلومات", "Information security"),
]
MATRIX = {(1, 1): 1, (1, 2): 2, (2, 1): 2, (1, 3): 3, (2, 2): 3, (3, 1): 3, (2, 3): 4, (3, 2): 4, (3, 3): 4}
MINUTES = {1: (30, 240), 2: (60, 480), 3: (240, 1440), 4: (480, 2880)}


@dataclass
class Ministry:
    """What later steps point at."""

    institution: Unit = None
    units: list = field(default_factory=list)
    calendar: WorkingCalendar = None
    technicians: list = field(default_factory=list)
    people: list = field(default_factory=list)
    vendors: list = field(default_factory=list)


def make(people, technicians):
    """Make it all in an empty database. The technician `basil` works in the first team, the employee `amal` asks."""
    ministry = Ministry()
    _units(ministry)
    _calendar(ministry)
    _people(ministry, people, technicians)
    _desk(ministry)
    _vendors(ministry)
    _devices(ministry)
    _contracts(ministry)


def _units(ministry):
    root = Unit(name="وزارة التخطيط", kind="institution", code="MOP")
    root.save()
    ministry.institution = root
    for number in range(DIRECTORATES):
        directorate = Unit(name=f"مديرية {number + 1}", kind="directorate", parent=root)
        directorate.save()
        for section in range(SECTIONS):
            unit = Unit(name=f"قسم {number + 1}.{section + 1}", parent=directorate)
            unit.save()
            ministry.units.append(unit)


def _calendar(ministry):
    ministry.calendar = WorkingCalendar.objects.create(name_ar="دوام الوزارة", name_en="Office hours", is_default=True)
    period = WeeklyPeriod.objects.create(calendar=ministry.calendar)
    for weekday in (6, 0, 1, 2, 3):
        WorkingSlot.objects.create(period=period, weekday=weekday, start=time(8, 30), end=time(15, 30))


def _people(ministry, people, technicians):
    roles = {"basil": {"is_technician": True}, "amal": {}, "muna": {"is_manager": True}}
    names = [*roles, *(f"p{number:05d}" for number in range(len(roles), people))]
    for number, (username, unit) in enumerate(zip(names, cycle(ministry.units))):
        is_technician = roles.get(username, {"is_technician": number < technicians}).get("is_technician", False)
        user = User(
            username=username,
            email=f"{username}@ministry.example",
            name=" ".join(texts.person(number)),
            employee_number=str(10000 + number),
            extension=str(2000 + number),
            room=str(100 + number % 600),
            institution=ministry.institution,
            unit=unit,
            language="en" if number % 2 == 0 else "ar",
            **roles.get(username, {}) | {"is_technician": is_technician},
        )
        user.set_unusable_password()
        user.save()
        (ministry.technicians if is_technician else ministry.people).append(user)


def _desk(ministry):
    institution = ministry.institution
    for number, (arabic, english) in enumerate(SUBJECTS):
        team = Team.objects.create(institution=institution, name_ar=arabic, name_en=english)
        team.members.set(ministry.technicians[number :: len(SUBJECTS)] or ministry.technicians)
        queue = Queue.objects.create(
            institution=institution,
            name_ar=arabic,
            name_en=english,
            team=team,
            is_default=number == 0,
            is_restricted=number == len(SUBJECTS) - 1,
        )
        for half in (1, 2):
            Category.objects.create(
                institution=institution, name_ar=f"{arabic} {half}", name_en=f"{english} {half}", queue=queue
            )
    for (impact, urgency), priority in MATRIX.items():
        PriorityCell.objects.create(
            institution=institution, impact=Level(impact), urgency=Level(urgency), priority=Priority(priority)
        )
    defaults.promise(institution, {p: (answer, None, solution) for p, (answer, solution) in MINUTES.items()})


def _vendors(ministry):
    for number in range(VENDORS):
        vendor = Vendor(
            name=f"شركة الصيانة {number + 1}", phone=f"+9626500{number:04d}", email=f"v{number}@vendor.example"
        )
        vendor.save()
        ministry.vendors.append(vendor)


def _devices(ministry):
    """One device a person, in the person's hands since a year."""
    category = AssetCategory.objects.create(name_ar="حواسيب", name_en="Computers", kind=CategoryKind.HARDWARE)
    maker = Manufacturer(name="Example")
    maker.save()
    models = [AssetModel(manufacturer=maker, name=f"Model {number}", category=category) for number in range(20)]
    for model in models:
        model.save()
    today = date.today()
    for number, (person, model) in enumerate(zip(ministry.people, cycle(models))):
        asset = Asset(
            institution=ministry.institution,
            tag=f"MOP-{number:05d}",
            category=category,
            model=model,
            serial_number=f"SN{number:07d}",
            state=AssetState.IN_USE,
            unit=person.unit,
            supplier=ministry.vendors[number % len(ministry.vendors)],
            purchase_date=today - timedelta(days=900),
            warranty_start=today - timedelta(days=900),
            warranty_end=today + timedelta(days=number % 700 - 350),
        )
        asset.save()
        since = person.date_joined - timedelta(days=365)
        Custody.objects.create(asset=asset, person=person, started_at=since, handed_by=ministry.technicians[0])


def _contracts(ministry):
    """A contract with every vendor, in force today; together they cover six devices of ten."""
    today = date.today()
    start, end = today - timedelta(days=120), today + timedelta(days=244)
    owner = User.objects.get(username="muna")
    assets = list(Asset.objects.order_by("pk"))
    for number, vendor in enumerate(ministry.vendors):
        contract = Contract(
            institution=ministry.institution,
            number=f"C-{today.year}-{number + 1:03d}",
            title=f"صيانة الأجهزة {number + 1}",
            vendor=vendor,
            state=ContractState.ACTIVE,
            unit=ministry.units[0],
            owner=owner,
            current_end=end,
            decide_by=end - timedelta(days=30),
        )
        contract.save()
        term = Term.objects.create(contract=contract, sequence=1, start=start, end=end, decide_by=contract.decide_by)
        level = ServiceLevel.objects.create(
            contract=contract,
            name_ar="أساسي",
            name_en="Standard",
            calendar=ministry.calendar,
            response_minutes=240,
            restore_minutes=960,
        )
        covered = [asset for asset in assets[number :: len(ministry.vendors)] if asset.pk % 10 < 6]
        Coverage.objects.bulk_create(
            Coverage(term=term, level=level, asset=asset, from_date=start, to_date=end) for asset in covered
        )
