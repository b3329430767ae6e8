"""A renewal case at each of its stations: two offers, three members, marks worked by hand."""

from datetime import date
from decimal import Decimal

from contracts import actions
from contracts.models import Criterion, RenewalCase
from tests import factories

PRICES = {"near": Decimal("9000.500"), "far": Decimal("12000.250")}
POINTS = {"near": (60, 70), "far": (90, 80)}  # what every member gives by the two technical criteria


def opened(contract):
    return actions.open_case(contract, by=contract.owner)


def fresh(case):
    return RenewalCase.objects.select_related("term__contract__vendor").get(pk=case.pk)


def members_of(contract, count=3):
    given = [contract.owner, contract.deputy]
    more = [factories.make_user(contract.institution) for _ in range(count - 2)]
    return [*given, *more]


def with_committee(contract):
    case = opened(contract)
    for number, user in enumerate(members_of(contract)):
        actions.add_member(case, by=contract.owner, user=user, is_chair=number == 0)
    return actions.freeze_criteria(case, by=contract.owner)


def offered(case, name, **more):
    owner = case.contract.owner
    more.setdefault("vendor", None)
    more["vendor"] = more["vendor"] or factories.make_vendor(name=f"Vendor {name}")
    values = {
        "received_on": date(2026, 7, 1),
        "valid_until": date(2026, 12, 31),
        "level": "Gold",
        "response_minutes": 120,
        "restore_minutes": 480,
        "visits_per_year": 4,
        "on_site": True,
        "parts_included": False,
        "exclusions": "Fuses",
    } | more
    return actions.enter_offer(case, by=owner, values=values, price_per_year=PRICES[name])


def with_offers(contract):
    """(case, {name: offer}) in the study of offers."""
    case = with_committee(contract)
    return case, {name: offered(case, name) for name in PRICES}


def marked(case, offers):
    """Every member gives POINTS and locks them."""
    criteria = list(Criterion.objects.filter(case=case, kind="technical"))
    points = {
        (offers[name].pk, criterion.pk): Decimal(given)
        for name, some in POINTS.items()
        for criterion, given in zip(criteria, some, strict=True)
    }
    for member in case.members.select_related("user"):
        actions.give_marks(case, by=member.user, points=points)
        actions.lock_marks(case, by=member.user)


def before_committee(contract):
    """(case, offers) with the financial offers open."""
    case, offers = with_offers(contract)
    marked(case, offers)
    return actions.open_prices(case, by=contract.owner), offers


def recommended(contract, name="far"):
    case, offers = before_committee(contract)
    actions.recommend(case, by=contract.owner, offer=offers[name], reason="Better service.", minutes="We met.")
    return fresh(case), offers


def voted(contract, name="far", votes=("for", "for", "for")):
    case, offers = recommended(contract, name)
    for member, vote in zip(case.members.select_related("user"), votes, strict=True):
        actions.cast_vote(case, by=member.user, vote=vote, remark="Too dear." if vote == "against" else "")
    return fresh(case), offers


def awarded(contract, name="far"):
    case, offers = voted(contract, name)
    actions.award_case(case, by=contract.owner, decision="retender")
    return fresh(case), offers
