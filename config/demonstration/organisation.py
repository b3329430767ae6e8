"""The people of the demonstration ministry: its units, teams, places and vendors."""

from dataclasses import dataclass, field

from assets.models import Location
from people.actions.institutions import open_institution
from people.models import Team, Unit, User, Vendor, VendorContact
from people.models.units import UnitKind

MAIL = "ministry.example"

UNITS = {
    "مديرية تكنولوجيا المعلومات والأرشفة": ["قسم الدعم الفني", "قسم الشبكات", "قسم الأنظمة", "قسم العقود"],
    "مديرية الشؤون المالية": ["قسم المحاسبة", "قسم اللوازم"],
    "مديرية الموارد البشرية": ["قسم التدريب", "قسم شؤون الموظفين"],
    "مديرية التخطيط": ["قسم الدراسات"],
}
# user name, name, unit, language, roles, extension, room
PEOPLE = [
    ("amal", "أمل الحداد", "قسم المحاسبة", "ar", (), "2114", "214"),
    ("dina", "دينا صالح", "قسم التدريب", "ar", (), "3120", "320"),
    ("basil", "Basil Nasser", "قسم الدعم الفني", "en", ("is_technician",), "1010", "101"),
    ("huda", "هدى العمري", "قسم الشبكات", "ar", ("is_technician",), "1020", "102"),
    ("manar", "منار عودة", "قسم العقود", "ar", ("is_manager",), "1030", "103"),
    ("yousef", "يوسف القضاة", "مديرية تكنولوجيا المعلومات والأرشفة", "ar", ("is_manager",), "1001", "100"),
    ("adel", "عادل قاسم", "مديرية التخطيط", "ar", ("is_auditor",), "4001", "401"),
    ("rania", "رانيا خليل", "قسم الأنظمة", "en", ("is_administrator",), "1040", "104"),
]
EMPLOYEES = [
    "سامر الخطيب",
    "لينا الزعبي",
    "عمر الشريف",
    "نور المجالي",
    "خالد بني هاني",
    "سناء الطراونة",
    "فادي حجازين",
    "رولا عبيدات",
    "مازن الرواشدة",
    "هبة النسور",
    "طارق السعودي",
    "ريم الكيلاني",
    "Nadia Haddadin",
    "George Salameh",
    "وائل الفايز",
    "إيمان البطاينة",
]
SIGN_INS = {
    "amal": "Employee",
    "basil": "Technician",
    "huda": "Technician",
    "manar": "Contract manager",
    "adel": "Auditor",
    "rania": "Administrator",
}
VENDORS = [
    ("شركة الأفق لحلول الطباعة", "ar", "06-4644466", "صيانة الطابعات"),
    ("Petra Network Systems", "en", "06-5512300", "Network support"),
    ("شركة النور للأنظمة والخوادم", "ar", "06-5823411", "دعم الخوادم"),
    ("Jordan Valley Software", "en", "06-4610022", "Application support"),
    ("مؤسسة الأردن لأنظمة الطاقة", "ar", "06-4022110", "صيانة وحدات الطاقة"),
]


@dataclass
class Ministry:
    """What was made, by name, for the parts that come after."""

    institution: Unit
    people: dict = field(default_factory=dict)
    employees: list = field(default_factory=list)
    units: dict = field(default_factory=dict)
    locations: list = field(default_factory=list)
    vendors: list = field(default_factory=list)
    teams: dict = field(default_factory=dict)


def make(passwords):
    """The institution with its people; `passwords` by user name for those who may sign in."""
    institution = open_institution(
        by=None, name="وزارة التخطيط والتعاون", second_name="Ministry of Planning and Cooperation", code="MOP"
    )
    ministry = Ministry(institution)
    _units(ministry)
    _people(ministry, passwords)
    _teams(ministry)
    _places(ministry)
    _vendors(ministry)
    return ministry


def _units(ministry):
    for name, sections in UNITS.items():
        directorate = Unit.objects.create(name=name, kind=UnitKind.DIRECTORATE, parent=ministry.institution)
        ministry.units[name] = directorate
        for section in sections:
            ministry.units[section] = Unit.objects.create(name=section, kind=UnitKind.SECTION, parent=directorate)


def _people(ministry, passwords):
    for number, (username, name, unit, language, roles, extension, room) in enumerate(PEOPLE, 1001):
        person = User(
            username=username,
            name=name,
            email=f"{username}@{MAIL}",
            employee_number=str(number),
            institution=ministry.institution,
            unit=ministry.units[unit],
            language=language,
            extension=extension,
            room=room,
            **dict.fromkeys(roles, True),
        )
        person.set_password(passwords.get(username))
        person.save()
        ministry.people[username] = person
    sections = [unit for unit in ministry.units.values() if unit.kind == UnitKind.SECTION]
    for n, name in enumerate(EMPLOYEES):
        person = User(
            username=f"employee{n + 1:02d}",
            name=name,
            email=f"employee{n + 1:02d}@{MAIL}",
            employee_number=str(2001 + n),
            institution=ministry.institution,
            unit=sections[n % len(sections)],
            language="en" if name.isascii() else "ar",
            extension=str(5001 + n),
            room=str(201 + n),
        )
        person.set_unusable_password()
        person.save()
        ministry.employees.append(person)
    _set_head(ministry.units["قسم العقود"], ministry.people["yousef"])
    _set_head(ministry.units["مديرية تكنولوجيا المعلومات والأرشفة"], ministry.people["yousef"])
    _set_head(ministry.units["قسم المحاسبة"], ministry.employees[0])


def _set_head(unit, person):
    unit.head = person
    unit.save()


def _teams(ministry):
    support = Team.objects.get(institution=ministry.institution)
    support.members.add(ministry.people["basil"], ministry.people["huda"])
    network = Team.objects.create(institution=ministry.institution, name_ar="الشبكات", name_en="Networks")
    network.members.add(ministry.people["huda"])
    security = Team.objects.create(
        institution=ministry.institution, name_ar="أمن المعلومات", name_en="Information security"
    )
    security.members.add(ministry.people["huda"])
    ministry.teams = {"support": support, "network": network, "security": security}


def _places(ministry):
    inside = {"institution": ministry.institution}
    site = Location.objects.create(
        **inside, name_ar="المبنى الرئيسي", name_en="Main building", kind="building", code="B1"
    )
    for floor in (1, 2, 3):
        storey = Location.objects.create(
            **inside, name_ar=f"الطابق {floor}", name_en=f"Floor {floor}", kind="floor", parent=site, code=f"B1-{floor}"
        )
        for room in range(1, 7):
            code = f"{floor}{room:02d}"
            ministry.locations.append(
                Location.objects.create(
                    **inside, name_ar=f"غرفة {code}", name_en=f"Room {code}", kind="room", parent=storey, code=code
                )
            )
    server_room = Location.objects.create(
        **inside, name_ar="غرفة الخوادم", name_en="Server room", kind="room", parent=site, code="DC"
    )
    ministry.locations.append(server_room)


def _vendors(ministry):
    for n, (name, language, phone, role) in enumerate(VENDORS, 1):
        vendor = Vendor.objects.create(
            name=name, language=language, phone=phone, email=f"service@vendor{n}.example", tax_number=f"10{n:05d}"
        )
        VendorContact.objects.create(vendor=vendor, name=role, phone=phone, email=f"support@vendor{n}.example")
        ministry.vendors.append(vendor)
