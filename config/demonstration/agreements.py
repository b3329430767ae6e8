"""Contracts of the demonstration: one that must be decided this week, others in every state of their year."""

from datetime import timedelta
from decimal import Decimal

from contracts import actions
from contracts.choices import ContractType, NoticeUnit, Renewal
from contracts.models import Contract, ServiceLevel
from office import calendars
from office.models import WorkingCalendar

# title, vendor, days until the end, value, notice, renewal, kinds of device covered, response and restore in minutes
AGREEMENTS = [
    ("صيانة الطابعات والماسحات الضوئية", 0, 95, "14500.000", 60, Renewal.EXPRESS, ("printer", "scanner"), 240, 960),
    ("Support of switches and routers", 1, 160, "32750.500", 90, Renewal.AUTO, ("network",), 120, 480),
    ("دعم الخوادم وأنظمة التخزين", 2, 38, "48000.000", 0, Renewal.EXPRESS, ("server",), 60, 240),
    ("Support of the correspondence system", 3, 250, "21300.000", 30, Renewal.AUTO, ("system",), 240, 1440),
    ("صيانة وحدات الطاقة غير المنقطعة", 4, 75, "6200.750", 30, Renewal.NONE, ("ups",), 480, 2880),
    ("Maintenance of computers", 1, 330, "9900.000", 60, Renewal.EXPRESS, ("laptop", "desktop"), 480, 1920),
]
PROMISING = {0, 2}  # contracts with visits and reports


def make(ministry, devices):
    """The contracts, active, with a level each and the devices of their kinds covered; `devices` by kind."""
    owner, deputy = ministry.people["manar"], ministry.people["yousef"]
    today = calendars.today()
    round_the_clock = WorkingCalendar.objects.create(
        name_en="Day and night", name_ar="على مدار الساعة", always_open=True
    )
    office_hours = WorkingCalendar.objects.get(is_default=True)
    made = []
    for n, (title, vendor, days, value, notice, renewal, kinds, response, restore) in enumerate(AGREEMENTS):
        end = today + timedelta(days=days)
        contract = actions.create_contract(
            by=owner,
            values={
                "title": title,
                "vendor": ministry.vendors[vendor],
                "type": ContractType.MAINTENANCE,
                "unit": owner.unit,
                "owner": owner,
                "deputy": deputy,
                "renewal": renewal,
                "renewal_months": 12 if renewal != Renewal.NONE else None,
                "notice_value": notice or None,
                "notice_unit": NoticeUnit.DAYS,
                "signed_on": end - timedelta(days=380),
            },
            start=end - timedelta(days=364),
            end=end,
            value=Decimal(value),
        )
        level = actions.add_level(
            contract,
            by=owner,
            values={
                "name_ar": "المستوى الأساسي",
                "name_en": "Standard",
                "calendar": round_the_clock if "server" in kinds else office_hours,
                "response_minutes": response,
                "restore_minutes": restore,
                "on_site": True,
                "parts_included": n % 2 == 0,
                "on_site_minutes": response * 2 if n < 3 else None,
                "credit_amount": Decimal("12.500") if n % 2 == 0 else None,
                "credit_cap": Decimal(10) if n % 2 == 0 else None,
            },
        )
        for kind, per_year in (("visit", 4), ("report", 2)) if n in PROMISING else ():
            values = {"kind": kind, "title": "", "per_year": per_year}
            penalty = {"penalty_per_day": Decimal(25), "penalty_cap": Decimal(5)}
            actions.add_promise(contract, by=owner, values=values | penalty)
        things = [device for kind in kinds for device in devices.get(kind, [])]
        if things:
            actions.add_coverage(contract, by=owner, things=things, level=ServiceLevel.objects.get(pk=level.pk))
        actions.submit_contract(contract, by=owner)
        actions.approve_contract(contract, by=deputy)
        made.append(actions.activate_contract(Contract.objects.get(pk=contract.pk), by=owner))
    return made
