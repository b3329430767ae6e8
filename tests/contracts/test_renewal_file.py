"""The renewal file: its figures worked by hand on a fixed scene, its words, its PDF in both languages."""

import io
import json
import re
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import translation
from django.utils.html import escape
from pypdf import PdfReader

from assets import actions as asset_actions
from assets.models import Asset
from contracts import actions, papers
from contracts.covered import covered_on
from contracts.models import Contract, Instalment, Obligation, Penalty, Term
from contracts.renewal_file import figures_of
from contracts.renewal_paper import paper_of, sections_of
from office.fold import fold
from tests import factories
from tests.contracts import case_scene as scene
from tests.contracts.test_pages import queries_of
from ui.text import strip_bidi

pytestmark = pytest.mark.django_db
DAY = date(2026, 7, 5)
GOLDEN = Path(__file__).parent / "golden" / "renewal_file.json"


@pytest.fixture(autouse=True)
def _on_a_day():
    with time_machine.travel("2026-07-05T09:00:00Z", tick=True):
        yield


def report():
    return SimpleUploadedFile("visit.pdf", b"%PDF-1.4 report", content_type="application/pdf")


@pytest.fixture
def delivered(contract, owner, ministry):
    """A year worth 3,650 dinars: 10 a day.

    Three printers for 1,000, 500 and 250 dinars, one of them lost, and a fourth of their model that is not covered;
    four visits a year, of which the first was done, the second was late and cost 20; two instalments, one paid; two
    calls, one answered late; two offers before the committee.
    """
    Contract.objects.filter(pk=contract.pk).update(
        title="Care of printers", vendor=factories.make_vendor(name="Alpha Care")
    )
    Term.objects.update(value=Decimal(3650))
    model = factories.make_model()
    costs = [Decimal(1000), Decimal(500), Decimal(250), None]
    known = {"model": model, "state": "in_use"}
    devices = [
        factories.make_asset(ministry, tag=f"P-{n}", name=f"Printer {n}", purchase_cost=cost, **known)
        for n, cost in enumerate(costs)
    ]
    rows = [factories.cover(contract, device, cost_share=Decimal(100)) for device in devices[:3]]
    Asset.objects.filter(pk=devices[2].pk).update(state="lost")
    amendment = factories.make_amendment(contract)
    values = {"kind": "visit", "title": "", "per_year": 4, "penalty_per_day": Decimal(10), "penalty_cap": Decimal(5)}
    actions.add_promise(contract, by=owner, values=values, amendment=amendment)
    first, second = Obligation.objects.order_by("due")[:2]
    actions.meet_obligation(first, by=owner, state="met", met_on=first.due, evidence=report())
    actions.meet_obligation(second, by=owner, state="met", met_on=date(2026, 7, 2), evidence=report())
    actions.agree_penalty(Penalty.objects.get(), by=owner)
    actions.plan_instalments(
        contract.terms.get(), by=owner, count=2, tax_percent=Decimal(16), retention_percent=Decimal(5)
    )
    paid = Instalment.objects.get(number=1)
    Instalment.objects.filter(pk=paid.pk).update(state="paid", paid_on=date(2026, 7, 3))
    Penalty.objects.update(instalment=paid, state="applied")
    opened = datetime(2026, 3, 2, 8, tzinfo=UTC)
    for number, fields in enumerate(({}, {"response_breached_at": opened})):
        state = "late" if fields else "met"
        call = {"number": f"CALL-{number}", "response_state": state, "restore_state": "met", "restored_at": opened}
        factories.make_call(rows[0], opened_at=opened, state="closed", ended_at=opened, **call, **fields)
    scene.recommended(contract)
    return Contract.objects.for_page().select_related("institution").get(pk=contract.pk)


def plain(figures):
    """As it is kept in the golden file: without keys of rows, which another run numbers otherwise."""
    written = json.dumps(figures, ensure_ascii=False, indent=1, sort_keys=True)
    return re.sub(r'("(?:pk|case)": |contract=)\d+', r"\g<1>0", written) + "\n"


def test_the_figures_are_those_worked_by_hand(delivered, owner):
    assert plain(figures_of(delivered, DAY, owner)) == GOLDEN.read_text()


def test_what_stands_in_the_golden_file_was_worked_by_hand():
    figures = json.loads(GOLDEN.read_text())

    assert figures["covers"] | {"gone_assets": 0, "missing_assets": 0} == {
        "live": 2,
        "gone": 1,
        "missing": 1,
        "gone_assets": 0,
        "missing_assets": 0,
    }
    # 1,825 + 16 % tax - 5 % retention - 20 penalty; the other half is still to pay
    first, half = Decimal("1825.000"), figures["cost"]["terms"][0]
    assert Decimal(half["paid"]) == first + Decimal("292.000") - Decimal("91.250") - Decimal("20.000")
    assert (half["to_pay"], half["retained"]) == ("1825.000", "91.250")
    # 3,650 for 365 days; two live devices that cost 1,500 to buy
    devices = figures["devices"]
    assert (devices["yearly"], devices["per_device"], devices["replacement"]) == ("3650.000", "1825.000", "1500.000")
    assert devices["percent"] == "243.3"
    assert [(one["name"], one["percent"]) for one in devices["dearest"]] == [
        ("P-1 · Printer 1", "20.0"),
        ("P-0 · Printer 0", "10.0"),
    ]
    assert figures["calls"]["response"] == {"kept": 1, "of": 2, "percent": "50.0"}
    assert figures["calls"]["restore"] == {"kept": 2, "of": 2, "percent": "100.0"}
    assert figures["obligations"]["promises"] == [
        {"kind": "visit", "title": "", "promised": 4, "due": 2, "done": 2, "waived": 0, "not_met": 0, "overdue": 0}
    ]
    assert figures["penalties"] == {
        "count": 1,
        "proposed": "0.000",
        "agreed": "0.000",
        "applied": "20.000",
        "waived": "0.000",
    }
    assert [(one["vendor"], one["per_asset"], one["total"]) for one in figures["offers"]] == [
        ("Vendor near", "4500.250", "74.00"),
        ("Vendor far", "6000.125", "83.50"),
    ]


def test_the_same_rows_and_the_same_day_make_the_same_figures(delivered, owner):
    first = figures_of(delivered, DAY, owner)

    with time_machine.travel("2027-02-01T09:00:00Z", tick=True):
        later = figures_of(delivered, DAY, owner)

    assert later == first


def test_an_earlier_day_knows_nothing_of_what_came_after_it(delivered, owner):
    figures = figures_of(delivered, date(2026, 3, 1), owner)

    assert figures["calls"]["count"] == 0
    assert (figures["cost"]["paid"], figures["cost"]["to_pay"]) == ("0.000", "3650.000")
    promise = figures["obligations"]["promises"][0]
    assert (promise["due"], promise["done"], figures["obligations"]["open_count"]) == (0, 0, 4)
    assert figures["penalties"]["count"] == 0


def test_before_the_first_term_there_is_no_file(delivered, owner, sign_in):
    assert figures_of(delivered, date(2025, 12, 31), owner) is None
    client = sign_in(owner)
    page = client.get(reverse("renewal_file", args=[delivered.pk]) + "?day=2025-12-31")
    assert "had not begun" in page.content.decode()
    assert client.get(reverse("renewal_file_pdf", args=[delivered.pk, "ar"]) + "?day=2025-12-31").status_code == 404


def test_for_who_sees_no_amounts_they_are_not_even_computed(delivered, basil):
    figures = figures_of(delivered, DAY, basil)

    assert not {"cost", "devices", "penalties"} & set(figures)
    assert all("price" not in offer for offer in figures["offers"])
    assert "3650" not in plain(figures)


def test_sealed_prices_stay_sealed_in_the_file(contract, owner, auditor):
    case, offers = scene.with_offers(contract)
    scene.marked(case, offers)
    whole = Contract.objects.for_page().select_related("institution").get(pk=contract.pk)

    for person in (owner, auditor):
        assert [set(offer) & {"price", "per_asset", "total"} for offer in figures_of(whole, DAY, person)["offers"]] == [
            set(),
            set(),
        ]
        assert "9000.500" not in plain(figures_of(whole, DAY, person))


def test_each_section_leads_to_its_rows(delivered, owner, sign_in):
    client = sign_in(owner)
    page = client.get(reverse("renewal_file", args=[delivered.pk])).content.decode()
    case = delivered.terms.get().renewal_case

    for name in ("contract_money", "contract_obligations", "contract_coverage"):
        assert f'href="{reverse(name, args=[delivered.pk])}' in page
    assert f'href="{case.get_absolute_url()}"' in page
    assert page.count("The rows behind it") >= 6


def test_each_figure_of_the_calls_opens_the_calls_it_counts(delivered, owner, sign_in):
    """Those of the period that were not called off; of a promised time the ones that broke it, all where none did."""
    line = delivered.terms.get().coverages.first()
    factories.make_call(line, opened_at=datetime(2025, 12, 31, 9, tzinfo=UTC))
    off = datetime(2026, 3, 1, 9, tzinfo=UTC)
    factories.make_call(line, opened_at=off, ended_at=off, state="cancelled", reason="It works again.")
    client = sign_in(owner)

    page = client.get(reverse("renewal_file", args=[delivered.pk]))

    (section,) = [each for each in page.context["sections"] if each.key == "calls"]
    urls = [url for _label, _number, url in section.facts] + [bar.url for bar in section.bars]
    told = [strip_bidi(number) for _label, number, _url in section.facts] + [bar.words for bar in section.bars]
    assert told == ["2", "0", "1", "1 of 2, 50.0 %", "2 of 2, 100.0 %"]
    assert [len(client.get(url).context["page"].rows) for url in urls] == [2, 0, 1, 1, 2]
    assert all(f'href="{escape(url)}"' in page.content.decode() for url in urls)


@pytest.mark.parametrize("language", ["ar", "en"])
def test_the_page_is_whole_in_both_languages(delivered, owner, sign_in, language):
    owner.language = language
    owner.save()

    page = sign_in(owner).get(reverse("renewal_file", args=[delivered.pk])).content.decode()

    assert ("ملف التجديد" if language == "ar" else "Renewal file") in page
    for amount in ("3,650.000", "2,005.750", "12,000.250"):
        assert amount in page


def text_of(pdf):
    return " ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("ar", ["التجديد", "الاستبدال", "العروض", "الغرامات"]),
        ("en", ["Renewal file", "What it cost", "Offers side by"]),
    ],
)
def test_the_pdf_has_a_text_layer_with_the_words_and_the_numbers(delivered, owner, sign_in, language, words):
    answer = sign_in(owner).get(reverse("renewal_file_pdf", args=[delivered.pk, language]))

    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"].startswith(
        f'attachment; filename="renewal-file-c-2026-014-2026-07-05-{language}'
    )
    found = fold(text_of(answer.content))
    for word in words:
        assert fold(word) in found
    for number in ("3,650.000", "2,005.750", "1,825.000", "9,000.500", "12,000.250", "C-2026-014"):
        assert fold(number) in found


@pytest.mark.parametrize("language", ["ar", "en"])
def test_the_pdf_of_a_technician_has_no_amount(delivered, basil, sign_in, language):
    answer = sign_in(basil).get(reverse("renewal_file_pdf", args=[delivered.pk, language]))

    found = text_of(answer.content)
    assert "C-2026-014" in found
    assert not re.search(r"3[,.]?650|2[,.]?005|9[,.]?000|12[,.]?000|1[,.]?825", found)


def test_whatever_stands_in_the_data_is_text_and_never_typst(delivered, owner):
    hostile = '#panic("x") #import "/etc/passwd" $ \\ " ] \u202e *bold* _it_ `raw` @ref <label> //'
    delivered.title = hostile
    figures = figures_of(delivered, DAY, owner) | {"title": hostile}

    with translation.override("en"):
        pdf = papers.write("renewal_file", paper_of(delivered, figures, sections_of(figures, {}), "http://house/"))

    assert "#panic" in text_of(pdf)
    assert "*bold*" in text_of(pdf)


@pytest.mark.parametrize("day", ["2026-13-40", "nonsense", "2026-07-06", "0001-01-01", "", "2026-07-05' OR 1=1"])
def test_a_day_that_is_none_gets_a_sentence_on_the_page_and_no_paper(delivered, owner, sign_in, day):
    client = sign_in(owner)

    page = client.get(reverse("renewal_file", args=[delivered.pk]), {"day": day})
    assert page.status_code == 200
    assert page.context["form"].errors["day"]
    assert client.get(reverse("renewal_file_pdf", args=[delivered.pk, "en"]), {"day": day}).status_code == 404


def test_another_language_is_no_paper(delivered, owner, sign_in):
    assert sign_in(owner).get(reverse("renewal_file_pdf", args=[delivered.pk, "fr"])).status_code == 404


def test_who_does_not_see_the_contract_has_no_file(delivered, dina, sign_in):
    stranger = factories.make_user(institution=factories.make_institution(), is_manager=True)
    for person in (dina, stranger):
        for address in (
            reverse("renewal_file", args=[delivered.pk]),
            reverse("renewal_file_pdf", args=[delivered.pk, "ar"]),
        ):
            assert sign_in(person).get(address).status_code == 404


def test_the_file_costs_at_most_fifteen_statements_whatever_names_its_devices(delivered, owner, sign_in, ministry):
    """By itself, by its model, by its place; as of today, and as of a day that is past."""
    client, address = sign_in(owner), reverse("renewal_file", args=[delivered.pk])
    addresses = [address, f"{address}?day=2026-06-01"]
    room, known = factories.make_location(ministry), factories.make_model()
    span = {"level": delivered.levels.first(), "from_date": date(2026, 1, 1), "to_date": date(2026, 12, 31)}
    delivered.terms.get().coverages.create(model=known, **span)
    delivered.terms.get().coverages.create(location=room, **span)
    factories.make_asset(ministry, model=known)
    client.get(address)
    before = [queries_of(client, each) for each in addresses]

    for number in range(3):
        lost = factories.make_asset(ministry, tag=f"Q-{number}", model=known, state="lost", purchase_cost=Decimal(9))
        factories.cover(delivered, lost, cost_share=Decimal(5))
        factories.make_asset(ministry, tag=f"R-{number}", location=room)
        delivered.terms.get().coverages.create(location=factories.make_location(ministry), **span)
        factories.make_call(delivered.terms.get().coverages.first(), number=f"CALL-{number + 9}")
        factories.make_ticket(owner, asset=lost, queue=factories.make_queue(factories.make_team(ministry)))

    assert [queries_of(client, each) for each in addresses] == before
    assert max(before) <= 15


# The devices as they were on the day asked about, whatever became of them since.


def covers_on(contract, day, reader):
    covers = figures_of(contract, day, reader)["covers"]
    return covers["live"], covers["gone"], [row["name"] for row in covers["missing_assets"]]


@pytest.fixture
def office_of_day(contract, owner, ministry):
    """Two printers covered all year, a third of their model not; all of them in service since February."""
    model = factories.make_model()
    values = {"model": model, "state": "in_use", "in_service_date": date(2026, 2, 1)}
    made = [factories.make_asset(ministry, tag=f"P-{n}", name=f"Printer {n}", **values) for n in range(3)]
    for device in made[:2]:
        factories.cover(contract, device)
    return made


def test_a_device_that_was_lost_later_was_live_on_the_earlier_day(contract, owner, administrator, office_of_day):
    with time_machine.travel("2026-06-10T09:00:00Z"):
        asset_actions.change_state(office_of_day[0], by=administrator, to="lost")

    found = {day: covers_on(contract, day, owner) for day in (date(2026, 6, 9), date(2026, 6, 10), DAY)}

    assert found[date(2026, 6, 9)] == (2, 0, ["P-2 · Printer 2"])
    assert found[date(2026, 6, 10)] == found[DAY] == (1, 1, ["P-2 · Printer 2"])


def test_a_device_that_was_found_again_was_missing_in_between(contract, owner, administrator, office_of_day):
    for instant, state in (("2026-05-10T09:00:00Z", "lost"), ("2026-06-10T09:00:00Z", "in_store")):
        with time_machine.travel(instant):
            asset_actions.change_state(office_of_day[0], by=administrator, to=state)

    assert [covers_on(contract, day, owner)[:2] for day in (date(2026, 5, 1), date(2026, 6, 1), DAY)] == [
        (2, 0),
        (1, 1),
        (2, 0),
    ]


def test_what_came_into_service_later_was_not_missing_yet(contract, owner, office_of_day):
    assert covers_on(contract, date(2026, 1, 31), owner)[2] == []
    assert covers_on(contract, date(2026, 2, 1), owner)[2] == ["P-2 · Printer 2"]


def test_cover_that_began_later_covered_nothing_before(contract, owner, ministry, office_of_day):
    later = factories.make_asset(ministry, tag="P-9", state="in_use", in_service_date=date(2026, 1, 1))
    factories.cover(contract, later, from_date=date(2026, 4, 1))

    assert [covers_on(contract, day, owner)[0] for day in (date(2026, 3, 31), date(2026, 4, 1))] == [2, 3]


def test_a_covered_place_covers_what_stood_there_on_the_day(contract, owner, administrator, ministry):
    room, hall = factories.make_location(ministry), factories.make_location(ministry)
    term = contract.terms.get()
    span = {"level": contract.levels.first(), "from_date": term.start, "to_date": term.end}
    term.coverages.create(location=room, **span)
    known = {"state": "in_use", "in_service_date": date(2026, 1, 1)}
    gone_over = factories.make_asset(ministry, location=room, **known)
    come_over = factories.make_asset(ministry, location=None, **known)
    with time_machine.travel("2026-06-10T09:00:00Z"):
        asset_actions.change_asset(gone_over, by=administrator, values={"location": hall})
        asset_actions.change_asset(come_over, by=administrator, values={"location": room})

    def covered(day):
        return [device.pk for device in covered_on(term, day).devices]

    assert covered(date(2026, 6, 9)) == [gone_over.pk]
    assert covered(date(2026, 6, 10)) == covered(DAY) == [come_over.pk]


def test_of_a_term_that_is_over_the_devices_are_those_of_its_last_day_as_they_are_now(
    contract, owner, administrator, office_of_day
):
    with time_machine.travel("2027-02-01T09:00:00Z"):
        asset_actions.change_state(office_of_day[0], by=administrator, to="lost")
        assert covers_on(contract, date(2027, 2, 1), owner)[:2] == (1, 1)
        assert covers_on(contract, date(2027, 1, 31), owner)[:2] == (2, 0)


def test_the_contract_leads_to_its_file(delivered, owner, sign_in):
    page = sign_in(owner).get(delivered.get_absolute_url()).content.decode()

    assert reverse("renewal_file", args=[delivered.pk]) in page
