"""Renewals of the demonstration: a year of visits and payments, and a case at each station of its road."""

from datetime import timedelta
from decimal import Decimal

from django.core.files.uploadedfile import SimpleUploadedFile

from config.demonstration import budget
from contracts import actions
from contracts.models import Contract, Instalment, Obligation, RenewalCase
from office import calendars

# contract, vendor of the offer, price a year in per cent of the value now, response, restore, visits, exclusions
OFFERS = [
    (0, 0, 102, 240, 960, 4, "الأحبار والأسطوانات"),
    (0, 1, 94, 480, 1440, 2, "Toner, drums and moving of devices"),
    (2, 2, 104, 60, 240, 6, "أقراص التخزين خارج الكفالة"),
    (2, 1, 97, 60, 480, 4, "Storage beyond 10 TB"),
    (2, 3, 88, 240, 960, 2, "On-site work on Fridays"),
    (4, 4, 101, 480, 2880, 4, "البطاريات"),
    (4, 1, 108, 240, 1440, 4, ""),
]
POINTS = {0: (82, 88), 1: (74, 70), 2: (90, 92), 3: (61, 66), 4: (84, 80)}  # by vendor: what the committee gives
LATE = timedelta(days=12)


def make(ministry, contracts):
    """contracts: those of `agreements.make`, in its order."""
    for number in (0, 2):
        _year(contracts[number], ministry.people["manar"], budget.line_of(number), misses=number == 2)
    _open(contracts[1], ministry)
    _study(contracts[0], 0, ministry)
    case = _study(contracts[2], 2, ministry, marks=True)
    _recommend(case, ministry, "الأفضل فنيًّا، وفرق السعر مبرَّر بساعات الاستجابة وعدد الزيارات.", votes=2)
    case = _study(contracts[4], 4, ministry, marks=True)
    _recommend(case, ministry, "العرض مطابق للشروط وسعره الأدنى بين العرضين المقبولين.", votes=3)
    _succeed(case, ministry)


def _year(contract, by, budget_line, *, misses):
    """Visits met by their reports, one of them late, the last missing where `misses`; what was due is paid."""
    today = calendars.today()
    rows = list(Obligation.objects.filter(term__contract=contract, due__lt=today).select_related("term__contract"))
    for number, row in enumerate(rows):
        if misses and row == rows[-1]:
            continue
        done = row.due + LATE if number == 1 and row.due + LATE <= today else row.due
        report = SimpleUploadedFile(f"visit-{row.due.isoformat()}.txt", "تقرير زيارة صيانة وقائية".encode())
        actions.meet_obligation(row, by=by, state="met", met_on=done, evidence=report)
    term = contract.terms.get()
    percents = {"tax_percent": Decimal(16), "retention_percent": Decimal(5)}
    actions.plan_instalments(term, by=by, count=4, budget_line=budget_line, **percents)
    for row in Instalment.objects.filter(term=term, due__lt=today).select_related("term__contract"):
        number = f"INV-{contract.pk:02d}{row.number}"
        actions.invoice_instalment(row, by=by, invoice_number=number, e_invoice_number=f"EIN-{number}")
        if not row.depends_on.exclude(state__in=["met", "waived"]).exists():
            actions.approve_instalment(row, by=by)
            actions.pay_instalment(row, by=by, paid_on=min(row.due + timedelta(days=9), today))


def _open(contract, ministry):
    return actions.open_case(Contract.objects.get(pk=contract.pk), by=ministry.people["manar"])


def _study(contract, number, ministry, *, marks=False):
    """A case with its committee and offers; `marks`: given and locked by all, and the prices opened."""
    people, owner, today = ministry.people, ministry.people["manar"], calendars.today()
    case = _open(contract, ministry)
    members = [owner, people["yousef"], people["basil"]]
    for member in members:
        actions.add_member(case, by=owner, user=member, is_chair=member == owner)
    case = actions.freeze_criteria(case, by=owner)
    value = contract.terms.get().value
    for of, vendor, percent, response, restore, visits, exclusions in OFFERS:
        if of != number:
            continue
        values = {
            "vendor": ministry.vendors[vendor],
            "received_on": today - timedelta(days=6),
            "valid_until": today + timedelta(days=120),
            "level": "",
            "response_minutes": response,
            "restore_minutes": restore,
            "visits_per_year": visits,
            "on_site": True,
            "parts_included": vendor in (0, 2),
            "exclusions": exclusions,
        }
        price = (value * percent / 100).quantize(Decimal("0.001"))
        actions.enter_offer(case, by=owner, values=values, price_per_year=price)
    if marks:
        for member in members:
            _mark(case, member, ministry)
        case = actions.open_prices(case, by=owner)
    return case


def _mark(case, member, ministry):
    """Each member a little apart from the others."""
    apart = member.pk % 3 - 1
    technical = list(case.criteria.filter(kind="technical").order_by("pk"))
    points = {}
    for offer in case.offers.all():
        given = POINTS[ministry.vendors.index(offer.vendor)]
        points |= {(offer.pk, one.pk): Decimal(given[n] + apart) for n, one in enumerate(technical)}
    actions.give_marks(case, by=member, points=points)
    actions.lock_marks(case, by=member)


def _recommend(case, ministry, reason, votes):
    """The offer of the present vendor, and the votes of so many members."""
    owner = ministry.people["manar"]
    offer = case.offers.get(vendor=case.contract.vendor)
    minutes = "اجتمعت اللجنة ودرست العروض وفق المعايير المثبّتة، ثم فتحت العروض المالية، وأوصت بما يلي."
    actions.recommend(case, by=owner, offer=offer, reason=reason, minutes=minutes)
    for member in list(case.members.select_related("user"))[:votes]:
        actions.cast_vote(case, by=member.user, vote="for")


def _succeed(case, ministry):
    owner = ministry.people["manar"]
    actions.award_case(case, by=owner, decision="retender")
    case = RenewalCase.objects.select_related("term__contract", "awarded_offer").get(pk=case.pk)
    old = case.contract
    start = old.current_end + timedelta(days=1)
    values = {
        "number": "",
        "title": old.title,
        "start": start,
        "end": start + timedelta(days=364),
        "value": case.awarded_offer.price_per_year,
    }
    actions.make_successor(case, by=owner, values=values)
