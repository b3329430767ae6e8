"""The pages of renewal cases: who finds what there, and above all who finds no price, in none of their forms."""

import io
import re
from datetime import date
from decimal import Decimal
from itertools import product

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import load_workbook

from contracts import actions
from contracts.models import Contract, Offer, RenewalCase
from office import files
from office.events import record_event
from tests import factories
from tests.contracts import case_scene as scene
from tests.contracts.test_pages import queries_of

pytestmark = pytest.mark.django_db
SEALED = re.compile(r"9[,.]?000[.,]5|12[,.]?000[.,]25|4[,.]?500[.,]25")


@pytest.fixture(autouse=True)
def _on_a_day():
    with time_machine.travel("2026-07-05T09:00:00Z", tick=True):
        yield


def pages_of(case):
    """Every page and sheet that tells of a case."""
    own = [reverse(name, args=[case.pk]) for name in ("renewal_case", "case_offers")]
    sheets = [f"{address}?export={kind}" for address in (own[1], reverse("renewal_cases")) for kind in ("csv", "xlsx")]
    every = f"{own[1]}?columns=vendor,price,per_asset,technical,financial,total,place"
    contract = case.contract.get_absolute_url()
    found = [f"{reverse('search')}?q={word}" for word in ("9000", "Vendor+near", case.contract.number)]
    lists = [reverse("renewal_board"), reverse("renewal_cases"), f"{reverse('renewal_cases')}?columns=number,lowest"]
    return [*own, *sheets, every, f"{every}&export=csv", contract, *lists, *found]


def words_of(answer):
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if content[:2] == b"PK":
        sheet = load_workbook(io.BytesIO(content), read_only=True).active
        return " ".join(str(cell) for row in sheet.iter_rows(values_only=True) for cell in row)
    return content.decode()


def prices_on(client, case):
    """The addresses of all those pages on which a price is to be read."""
    answers = {address: client.get(address) for address in pages_of(case)}
    return {address for address, answer in answers.items() if SEALED.search(words_of(answer))}


@pytest.fixture
def cast(owner, deputy, manager, auditor, administrator, basil, dina):
    return {"owner": owner, "deputy": deputy, "manager": manager, "auditor": auditor, "admin": administrator}


def test_before_the_opening_no_role_finds_a_price_anywhere(sign_in, contract, cast, basil):
    case, offers = scene.with_offers(contract)
    scene.marked(case, offers)

    for person in (*cast.values(), basil):
        assert prices_on(sign_in(person), scene.fresh(case)) == set()


def test_after_the_opening_those_with_amounts_find_them_and_nobody_else(sign_in, contract, cast, basil, dina):
    case, _offers = scene.before_committee(contract)
    case = scene.fresh(case)
    with_prices = {
        reverse("renewal_case", args=[case.pk]),
        reverse("case_offers", args=[case.pk]),
        f"{reverse('case_offers', args=[case.pk])}?export=csv",
        f"{reverse('case_offers', args=[case.pk])}?export=xlsx",
    }

    for person in cast.values():
        assert with_prices <= prices_on(sign_in(person), case)
    for person in (basil, dina, *[seat.user for seat in case.members.exclude(user__is_manager=True)]):
        assert prices_on(sign_in(person), case) == set()


def test_a_technician_who_asks_for_the_price_columns_gets_none(sign_in, contract, basil):
    case, _offers = scene.before_committee(contract)

    page = sign_in(basil).get(f"{reverse('case_offers', args=[case.pk])}?columns=price").content.decode()

    assert "Price a year" not in page


@pytest.mark.parametrize("opened", [False, True])
def test_financial_papers_are_sealed_as_prices_are(sign_in, contract, owner, basil, auditor, opened):
    case, offers = scene.with_offers(contract)
    papers = {
        internal: files.attach(
            offers["near"],
            SimpleUploadedFile(f"{internal}.pdf", b"%PDF-1.4", content_type="application/pdf"),
            by=owner,
            internal=internal,
        )
        for internal in (False, True)
    }
    if opened:
        scene.marked(case, offers)
        actions.open_prices(case, by=owner)

    def status(person, internal):
        return sign_in(person).get(reverse("attachment", args=[papers[internal].pk])).status_code

    assert [status(person, False) for person in (owner, auditor, basil)] == [200, 200, 200]
    assert [status(person, True) for person in (owner, auditor, basil)] == ([200, 200, 404] if opened else [404] * 3)
    page = sign_in(owner).get(case.get_absolute_url()).content.decode()
    assert ("True.pdf" in page) is opened


def test_the_one_who_typed_the_price_does_not_find_it_in_the_form_either(sign_in, contract, owner):
    case, offers = scene.with_offers(contract)

    page = sign_in(owner).get(reverse("offer_edit", args=[case.pk, offers["near"].pk])).content.decode()

    assert not SEALED.search(page)
    assert "It is sealed" in page
    assert "not even who typed them in" in sign_in(owner).get(case.get_absolute_url()).content.decode()


def test_an_offer_comes_in_by_its_form_once(sign_in, contract, owner):
    case = scene.with_committee(contract)
    factories.make_vendor(name="Petra Care")
    client = sign_in(owner)
    form = client.get(reverse("offer_enter", args=[case.pk])).context["form"]
    typed = {
        "form_key": form.form_key,
        "vendor": "Petra Care",
        "received_on": "2026-07-01",
        "valid_until": "2026-12-31",
        "response_minutes": "١٢٠",
        "price_per_year": "٩٬٠٠٠٫٥",
    }

    for _ in range(2):
        paper = SimpleUploadedFile("offer.pdf", b"%PDF-1.4 offer", content_type="application/pdf")
        answer = client.post(reverse("offer_enter", args=[case.pk]), typed | {"document": paper})

    offer = Offer.objects.get()
    assert answer.status_code == 302
    assert (offer.price_per_year, offer.response_minutes, offer.entered_by) == (Decimal("9000.500"), 120, owner)


def test_marks_are_typed_into_a_grid_and_a_wrong_one_gets_a_sentence(sign_in, contract, owner):
    case, _offers = scene.with_offers(contract)
    client, address = sign_in(owner), reverse("marks_give", args=[case.pk])
    boxes = [name for name in client.get(address).context["form"].fields if name.startswith("p")]
    assert len(boxes) == 4

    wrong = client.post(address, dict.fromkeys(boxes, "101"))
    assert "100" in wrong.content.decode()
    assert wrong.status_code == 200
    client.post(address, dict.fromkeys(boxes, "٨٠"))
    client.post(reverse("marks_lock", args=[case.pk]))

    assert case.members.get(user=owner).locked_at
    assert client.get(address).status_code == 403


def test_nobody_reads_the_marks_of_others_before_the_opening(sign_in, contract, auditor):
    case, offers = scene.with_offers(contract)
    scene.marked(case, offers)

    assert "Marks of the members" not in sign_in(auditor).get(case.get_absolute_url()).content.decode()
    actions.open_prices(case, by=contract.owner)
    assert "Marks of the members" in sign_in(auditor).get(case.get_absolute_url()).content.decode()


def test_the_whole_road_by_buttons_and_forms(sign_in, contract, owner, deputy):
    case, offers = scene.before_committee(contract)
    client = sign_in(owner)
    client.post(
        reverse("case_recommend", args=[case.pk]),
        {"offer": offers["far"].pk, "reason": "Better.", "minutes": "We met on Sunday."},
    )
    for member in case.members.select_related("user"):
        sign_in(member.user).post(reverse("case_vote", args=[case.pk]), {"vote": "for"})
    client = sign_in(owner)
    client.post(reverse("case_award", args=[case.pk]), {"decision": "retender"})
    page = client.get(reverse("case_successor", args=[case.pk]))
    form = page.context["form"]
    typed = {name: form[name].value() for name in ("title", "start", "end", "value", "form_key")}

    answers = [client.post(reverse("case_successor", args=[case.pk]), typed | {"number": ""}) for _ in range(2)]

    made = Contract.objects.exclude(pk=contract.pk).get()
    assert answers[0]["Location"] == made.get_absolute_url()
    assert RenewalCase.objects.get().successor == made


def test_the_board_shows_each_case_in_its_lane(sign_in, contract, owner):
    case = scene.opened(contract)

    lanes = sign_in(owner).get(reverse("renewal_board")).context["lanes"]

    assert {lane["state"]: [card["case"] for card in lane["cards"]] for lane in lanes if lane["cards"]} == {
        "open": [case]
    }


def test_without_cases_the_board_says_how_they_come(sign_in, owner):
    assert "opens by itself" in sign_in(owner).get(reverse("renewal_board")).content.decode()


def test_the_contract_offers_to_open_its_case_and_then_leads_to_it(sign_in, contract, owner):
    client = sign_in(owner)
    assert "Open the renewal case" in client.get(contract.get_absolute_url()).content.decode()

    answer = client.post(reverse("renewal_open", args=[contract.pk]))

    case = RenewalCase.objects.get()
    assert answer["Location"] == case.get_absolute_url()
    assert case.get_absolute_url() in client.get(contract.get_absolute_url()).content.decode()


def test_a_member_from_outside_the_desk_finds_the_case_and_not_the_contract(sign_in, contract, dina):
    case = scene.opened(contract)
    client = sign_in(dina)
    assert client.get(case.get_absolute_url()).status_code == 404

    actions.add_member(case, by=contract.owner, user=dina)

    assert client.get(case.get_absolute_url()).status_code == 200
    assert client.get(reverse("renewal_board")).status_code == 200
    assert client.get(contract.get_absolute_url()).status_code == 404
    assert contract.get_absolute_url() not in client.get(case.get_absolute_url()).content.decode()


def test_the_home_of_a_member_tells_what_is_left_to_do(sign_in, contract, dina):
    case = scene.opened(contract)
    actions.add_member(case, by=contract.owner, user=dina)
    actions.freeze_criteria(case, by=contract.owner)

    assert "marks to be given" in sign_in(dina).get("/").content.decode()


@pytest.mark.parametrize("language", ["en", "ar"])
def test_lists_and_pages_cost_the_same_for_one_and_three(sign_in, contract, owner, ministry, language):
    owner.language = language
    owner.save()
    case, _offers = scene.before_committee(contract)
    known = factories.make_contract(ministry, owner=owner, unit=owner.unit, number="C-8")
    actions.refresh_dates(known)
    actions.open_case(known, by=owner)  # a lane is asked for when something stands in it
    client = sign_in(owner)
    addresses = [reverse("renewal_board"), reverse("renewal_cases"), reverse("case_offers", args=[case.pk])]
    for address in addresses:
        client.get(address)
    before = [queries_of(client, address) for address in addresses]
    for number in range(2):
        other = factories.make_contract(ministry, owner=owner, unit=owner.unit, number=f"C-9{number}")
        actions.refresh_dates(other)
        actions.open_case(other, by=owner)

    assert [queries_of(client, address) for address in addresses] == before
    assert max(before) <= 14


STATIONS = {
    "open": lambda contract: scene.opened(contract),
    "frozen": lambda contract: scene.with_committee(contract),
    "evaluating": lambda contract: scene.with_offers(contract)[0],
    "committee": lambda contract: scene.before_committee(contract)[0],
    "voted": lambda contract: scene.voted(contract)[0],
    "awarded": lambda contract: scene.awarded(contract)[0],
    "succeeded": lambda contract: _succeeded(contract),
}


def _succeeded(contract):
    case, _offers = scene.awarded(contract)
    values = {"number": "C-NEXT", "title": "Next", "start": date(2027, 1, 1), "end": date(2027, 12, 31)}
    actions.make_successor(case, by=contract.owner, values=values | {"value": Decimal(100)})
    return case


@pytest.mark.parametrize("station", STATIONS)
def test_the_page_of_a_case_costs_at_most_fifteen_statements_at_each_station(
    sign_in, contract, owner, ministry, station
):
    factories.cover(contract, factories.make_asset(ministry))
    case, client = STATIONS[station](contract), sign_in(owner)
    _another(case, 0)
    client.get(case.get_absolute_url())
    before = queries_of(client, case.get_absolute_url())

    for number in (1, 2):
        factories.cover(contract, factories.make_asset(ministry))
        _another(case, number)

    assert queries_of(client, case.get_absolute_url()) == before <= 15


def _another(case, number):
    """One more row of each kind on the page of a case, past the actions, which its state may forbid."""
    vendor = factories.make_vendor(name=f"Vendor {number}")
    by, when = case.contract.owner, case.opened_at.date()
    known = {"received_on": when, "valid_until": when, "entered_by": by, "price_per_year": Decimal(10 + number)}
    offer = case.offers.create(vendor=vendor, **known)
    member = case.members.create(user=factories.make_user(case.institution))
    case.criteria.create(name_en=f"Criterion {number}", kind="technical", weight=1)
    for seat, one, by in product(case.members.all(), case.offers.all(), case.criteria.filter(kind="technical")):
        seat.marks.get_or_create(offer=one, criterion=by, defaults={"points": 50})
    record_event(case, "offer_entered", by=member.user, changes={"offer": [None, offer.pk]})
