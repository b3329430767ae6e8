"""A plausible register for the demonstration ministry: about 120 devices, licences, systems and websites."""

from datetime import datetime, time, timedelta
from decimal import Decimal

from django.utils import timezone

from assets import actions
from assets.choices import AssetState, LocationKind
from assets.defaults import ensure_categories
from assets.models import AssetModel, Location, Manufacturer

# category: (tag, how many, who has it, price in JOD, months of warranty, [(maker, model, part number)])
FLEET = {
    "Desktop computer": (
        "PC",
        30,
        "person",
        620,
        36,
        [
            ("HP", "ProDesk 400 G7", "11M45EA"),
            ("Dell", "OptiPlex 7090 Micro", "N206O7090MFF"),
            ("Lenovo", "ThinkCentre M70q", "11DT003TAX"),
        ],
    ),
    "Laptop": (
        "LT",
        18,
        "person",
        890,
        36,
        [
            ("Lenovo", "ThinkPad E15 Gen 4", "21E6006VGR"),
            ("Dell", "Latitude 5430", "N201L5430MLK14"),
            ("HP", "EliteBook 840 G8", "3G2Q2EA"),
        ],
    ),
    "Screen": ("SC", 16, "person", 165, 36, [("Dell", "P2422H", "210-AZYX"), ("HP", "E24 G4", "9VF99AA")]),
    "Printer": (
        "PR",
        12,
        "unit",
        340,
        12,
        [
            ("HP", "LaserJet Pro M404dn", "W1A53A"),
            ("Kyocera", "ECOSYS M2640idw", "1102S53NL0"),
            ("Canon", "i-SENSYS MF443dw", "3514C008"),
        ],
    ),
    "Scanner": (
        "SN",
        4,
        "unit",
        720,
        12,
        [("Fujitsu", "fi-7160", "PA03670-B051"), ("Canon", "imageFORMULA DR-C240", "0651C003")],
    ),
    "Telephone": (
        "PH",
        10,
        "person",
        85,
        12,
        [("Cisco", "IP Phone 7841", "CP-7841-K9="), ("Grandstream", "GXP2130", "")],
    ),
    "Projector": ("PJ", 2, "unit", 950, 24, [("Epson", "EB-L200F", "V11H990040")]),
    "Server": (
        "SV",
        4,
        "unit",
        6200,
        36,
        [("Dell", "PowerEdge R740", "210-AKXJ"), ("HPE", "ProLiant DL380 Gen10", "P23465-B21")],
    ),
    "Storage": ("ST", 1, "unit", 9400, 36, [("Dell", "PowerVault ME4024", "210-AQIF")]),
    "Uninterruptible power supply": ("UP", 3, "unit", 1650, 24, [("APC", "Smart-UPS SRT 3000VA", "SRT3000XLI")]),
    "Network switch": (
        "SW",
        6,
        "unit",
        1450,
        12,
        [("Cisco", "Catalyst 9200L-24T", "C9200L-24T-4G-E"), ("Aruba", "2930F 48G", "JL262A")],
    ),
    "Router": ("RT", 1, "unit", 2100, 12, [("Cisco", "ISR 4331", "ISR4331/K9")]),
    "Firewall": ("FW", 1, "unit", 2850, 12, [("Fortinet", "FortiGate 100F", "FG-100F")]),
    "Wireless access point": (
        "AP",
        6,
        "unit",
        310,
        12,
        [("Aruba", "AP-515", "Q9H62A"), ("Ubiquiti", "UniFi U6-Pro", "U6-PRO")],
    ),
    "Surveillance camera": ("CM", 3, "unit", 75, 12, [("Hikvision", "DS-2CD2143G2-I", "")]),
}
NAMED = [
    ("Software licence", "LC", "Windows Server 2022 Standard", 780),
    ("Software licence", "LC", "Oracle Database Standard Edition 2", 5200),
    ("Information system", "IS", "نظام الموارد البشرية", 24000),
    ("Information system", "IS", "نظام أرشفة الوثائق", 31000),
    ("Website", "WB", "الموقع الإلكتروني للوزارة", 8000),
]
PLACES = [
    ("المبنى الرئيسي", "Main building", "M", ["G", "1", "2", "3"]),
    ("مبنى الأرشيف", "Archive building", "A", ["G", "1"]),
]
ROOMS = 5


def make(institution, people, locations, rng, *, by=None, suppliers=()):
    """Fill the register of an institution; returns the assets.

    people: who may hold devices, units fetched. locations: rooms; an empty list makes some. rng: a `random.Random`.
    by: a technician or administrator of the institution, the first of `people` unless given. suppliers: vendors.
    """
    by = by or next(person for person in people if person.is_technician or person.is_administrator)
    rooms = list(locations) or make_locations(institution)
    maker = Maker(institution, list(people), rooms, rng, by, list(suppliers))
    for category, plan in FLEET.items():
        maker.fleet(category, *plan)
    for category, prefix, name, price in NAMED:
        maker.named(category, prefix, name, price)
    maker.mishaps()
    return maker.assets


def make_locations(institution):
    """Two buildings with floors and rooms; returns the rooms."""
    rooms = []
    for name_ar, name_en, code, floors in PLACES:
        building = _place(institution, None, LocationKind.BUILDING, name_ar, name_en, code)
        for number, letter in enumerate(floors):
            names = ("الطابق الأرضي", "Ground floor") if letter == "G" else (f"الطابق {letter}", f"Floor {letter}")
            floor = _place(institution, building, LocationKind.FLOOR, *names, f"{code}-{letter}")
            for room in range(1, ROOMS + 1):
                label = f"{number}{room:02d}"
                rooms.append(
                    _place(institution, floor, LocationKind.ROOM, f"غرفة {label}", f"Room {label}", f"{code}-{label}")
                )
    return rooms


def _place(institution, parent, kind, name_ar, name_en, code):
    return Location.objects.create(
        institution=institution, parent=parent, kind=kind, name_ar=name_ar, name_en=name_en, code=code
    )


class Maker:
    """Enters assets one after the other, as a storekeeper would."""

    def __init__(self, institution, people, rooms, rng, by, suppliers):
        self.institution, self.people, self.rooms = institution, people, rooms
        self.rng, self.by, self.suppliers = rng, by, suppliers
        self.categories, self.makers, self.models = ensure_categories(), {}, {}
        self.assets, self.numbers, self.turn = [], {}, 0
        self.today = timezone.localdate()

    def fleet(self, category, prefix, count, kept_by, price, months, models):
        for number in range(count):
            maker, model, part = models[number % len(models)]
            bought = self.today - timedelta(days=self.rng.randrange(40, 1500))
            values = {
                "category": self.categories[category],
                "model": self._model(category, maker, model, part, months),
                "serial_number": self._serial(),
                "purchase_date": bought,
                "in_service_date": bought + timedelta(days=10),
                "warranty_start": bought,
                "warranty_end": _months_later(bought, months),
                "purchase_cost": Decimal(price) + Decimal(self.rng.randrange(0, 60)),
                "needs_support": self.categories[category].requires_support,
                "order_number": f"PO-{bought.year}-{self.rng.randrange(1, 400):04d}",
            }
            asset = self._enter(prefix, values)
            if number % 8 != 7:  # every eighth waits in the store
                self._give(asset, kept_by, bought + timedelta(days=12))

    def named(self, category, prefix, name, price):
        bought = self.today - timedelta(days=self.rng.randrange(200, 900))
        values = {
            "category": self.categories[category],
            "name": name,
            "purchase_date": bought,
            "purchase_cost": Decimal(price),
            "needs_support": True,
            "criticality": "high",
        }
        self._enter(prefix, values, state=AssetState.IN_USE)

    def mishaps(self):
        """What a register also has: a dispute, unsigned receipts, a loss, something worn out."""
        held = [a for a in self.assets if a.custodies.current().filter(person__isnull=False).exists()]
        unsigned = [asset.custodies.current().get() for asset in self.rng.sample(held, min(6, len(held)))]
        for custody in unsigned:
            type(custody).objects.filter(pk=custody.pk).update(accepted="pending", answered_at=None)
        unsigned[0].refresh_from_db()
        actions.decline(unsigned[0], by=unsigned[0].person, note="الجهاز الذي استلمته يحمل رقماً آخر")
        stored = [a for a in self.assets if a.state == AssetState.IN_STORE]
        for asset, state in zip(self.rng.sample(stored, 3), ("out_of_service", "under_repair", "lost"), strict=True):
            actions.change_state(asset, by=self.by, to=AssetState(state))

    def _enter(self, prefix, values, state=AssetState.IN_STORE):
        self.numbers[prefix] = number = self.numbers.get(prefix, 0) + 1
        holder = self.people[self.turn % len(self.people)]
        values |= {"tag": f"{prefix}-{number:04d}", "location": self.rng.choice(self.rooms), "unit": holder.unit}
        values.setdefault("criticality", "medium")
        if self.suppliers:
            values["supplier"] = self.rng.choice(self.suppliers)
        if state == AssetState.IN_USE:  # systems and websites stand in no room
            values["location"] = None
        asset = actions.create_asset(by=self.by, values=values, state=state)
        self.assets.append(asset)
        return asset

    def _give(self, asset, kept_by, day):
        """To the next person, sometimes after somebody else had it; shared devices go to a unit."""
        holder = self.people[self.turn % len(self.people)]
        self.turn += 1
        start = self._instant(day)
        if kept_by == "unit":
            custody = actions.hand_over(asset, to=holder.unit or self.institution, by=self.by, at=start)
        else:
            custody = actions.hand_over(asset, to=holder, by=self.by, at=start)
            if (self.today - day).days > 500 and self.turn % 3 == 0:
                other = self.people[(self.turn + 7) % len(self.people)]
                if other != holder:
                    moved = self._instant(day + timedelta(days=self.rng.randrange(200, 400)))
                    custody = actions.transfer(asset, to=other, by=self.by, at=moved)
        type(custody).objects.filter(pk=custody.pk).update(
            accepted="accepted" if custody.person_id else "paper", answered_at=custody.started_at + timedelta(hours=3)
        )
        asset.refresh_from_db(fields=["state"])

    def _model(self, category, maker, name, part, months):
        if (maker, name) not in self.models:
            if maker not in self.makers:
                self.makers[maker], _made = Manufacturer.objects.get_or_create(
                    folded_name=maker.casefold(), defaults={"name": maker}
                )
            self.models[maker, name], _made = AssetModel.objects.get_or_create(
                manufacturer=self.makers[maker],
                name=name,
                defaults={"part_number": part, "category": self.categories[category], "warranty_months": months},
            )
        return self.models[maker, name]

    def _serial(self):
        letters = "ABCDEFGHJKLMNPQRSTUVWXYZ"
        return "".join(self.rng.choice(letters) for _ in range(3)) + f"{self.rng.randrange(10**7):07d}"

    def _instant(self, day):
        return timezone.make_aware(datetime.combine(day, time(10, 15)))


def _months_later(day, months):
    """The last day of a warranty of so many months that begins on `day`."""
    from dateutil.relativedelta import relativedelta

    return day + relativedelta(months=months) - timedelta(days=1)
