"""The pages of contracts: who finds what there, what is asked, what comes back when it is wrong."""

import io
from datetime import date
from decimal import Decimal

import pytest
import time_machine
from django.urls import reverse
from openpyxl import load_workbook

from contracts import actions, reminders
from contracts.models import Contract, Coverage, Reminder, ReminderRule, Term
from office.models import OutboxRow
from tests import factories

TODAY = "2026-11-20T09:00:00Z"
AMOUNT = Decimal("48271.500")
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _on_a_day():
    with time_machine.travel(TODAY, tick=True):
        yield


@pytest.fixture
def priced(contract):
    Term.objects.update(value=AMOUNT)
    factories.cover(contract, factories.make_asset(contract.institution, tag="AST-77", name="Big printer"))
    return contract


EVERY_PAGE = [
    ("contracts", []),
    ("contract", ["pk"]),
    ("contract_edit", ["pk"]),
    ("contract_decide", ["pk"]),
    ("contract_suspend", ["pk"]),
    ("contract_terminate", ["pk"]),
    ("contract_paper_add", ["pk"]),
    ("contract_term_add", ["pk"]),
    ("contract_level_add", ["pk"]),
    ("contract_coverage", ["pk"]),
    ("contract_coverage_add", ["pk"]),
    ("contract_rule", ["pk"]),
    ("contract_amend", ["pk"]),
    ("contract_conditions", ["pk"]),
    ("contract_as_of", ["pk"]),
    ("contract_by_number", ["number"]),
    ("contract_create", []),
    ("reminder_rules", []),
    ("reminder_rule_create", []),
]


def address(name, arguments, contract):
    return reverse(name, args=[getattr(contract, argument) for argument in arguments])


@pytest.mark.parametrize(("name", "arguments"), EVERY_PAGE)
def test_dina_finds_no_contract_anywhere(sign_in, dina, priced, name, arguments):
    response = sign_in(dina).get(address(name, arguments, priced))

    assert response.status_code == 404


@pytest.mark.parametrize(("name", "arguments"), EVERY_PAGE)
@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_owner_opens_every_page_in_both_languages(sign_in, owner, priced, name, arguments, language):
    owner.language = language
    owner.save()

    response = sign_in(owner).get(address(name, arguments, priced), follow=True)

    assert response.status_code == 200
    assert f'dir="{"rtl" if language == "ar" else "ltr"}"' in response.content.decode()


def test_a_manager_of_another_institution_finds_nothing(sign_in, priced):
    stranger = factories.make_user(institution=factories.make_institution(), is_manager=True)

    assert sign_in(stranger).get(priced.get_absolute_url()).status_code == 404


def test_a_manager_of_another_unit_sees_but_may_not_edit(sign_in, ministry, priced):
    other = factories.make_user(unit=factories.make_unit(ministry), is_manager=True, language="en")
    client = sign_in(other)

    assert client.get(priced.get_absolute_url()).status_code == 200
    assert client.get(reverse("contract_edit", args=[priced.pk])).status_code == 403
    assert client.get(reverse("contract_decide", args=[priced.pk])).status_code == 403


@pytest.mark.parametrize(
    ("name", "arguments"), [("contracts", []), ("contract", ["pk"]), ("contract_coverage", ["pk"])]
)
def test_a_technician_reads_no_amount_on_any_page(sign_in, basil, priced, name, arguments):
    page = sign_in(basil).get(address(name, arguments, priced)).content.decode()

    assert "48,271" not in page
    assert "48271" not in page


def test_a_manager_reads_the_amount(sign_in, owner, priced):
    page = sign_in(owner).get(priced.get_absolute_url()).content.decode()

    assert "48,271.500" in page


def test_a_technicians_export_holds_no_amount(sign_in, basil, priced):
    response = sign_in(basil).get(reverse("contracts") + "?export=csv&columns=number,title,value")

    assert b"48271" not in response.getvalue()


def test_a_managers_export_holds_numbers_and_dates(sign_in, owner, priced):
    response = sign_in(owner).get(reverse("contracts") + "?export=xlsx&columns=number,decide_by,value")

    rows = list(load_workbook(io.BytesIO(response.getvalue())).active.iter_rows(values_only=True))
    assert rows[1][0] == "C-2026-014"
    assert rows[1][1].date() == date(2026, 12, 1)
    assert Decimal(str(rows[1][2])) == AMOUNT


def test_the_list_says_by_when_and_how_many_days_are_left(sign_in, owner, priced):
    page = sign_in(owner).get(reverse("contracts")).content.decode()

    assert "1 Dec 2026" in page
    assert "in 11 days" in page


@pytest.mark.parametrize("name", ["contracts", "contract_coverage"])
def test_a_list_costs_the_same_for_one_row_and_three(sign_in, owner, priced, name, django_assert_max_num_queries):
    url = reverse(name, args=[priced.pk] if name == "contract_coverage" else [])
    client = sign_in(owner)
    client.get(url)
    before = queries_of(client, url)
    for _ in range(2):
        factories.cover(priced, factories.make_asset(priced.institution))
        factories.make_contract(priced.institution, unit=priced.unit, owner=owner)

    assert queries_of(client, url) == before <= 10


def queries_of(client, url):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


def test_the_page_of_a_contract_costs_at_most_fifteen_queries(sign_in, owner, priced):
    for number in range(3):
        factories.cover(priced, factories.make_asset(priced.institution))
        actions.change_contract(priced, by=owner, values={"title": f"Title {number}"})
    reminders.climb(date(2026, 11, 17))
    client = sign_in(owner)
    client.get(priced.get_absolute_url())

    assert queries_of(client, priced.get_absolute_url()) <= 15


def test_a_computed_date_opens_its_sentence(sign_in, owner, priced):
    actions.change_contract(priced, by=owner, values={"notice_value": 90}, amendment=factories.make_amendment(priced))

    page = sign_in(owner).get(priced.get_absolute_url()).content.decode()

    assert "start + 12 months − 90 days, moved back from Friday" in page


def test_the_page_says_who_was_reminded_and_who_was_not(sign_in, owner, priced):
    reminders.climb(date(2026, 11, 17))

    page = sign_in(owner).get(priced.get_absolute_url()).content.decode()

    assert "14 days before" in page
    assert "Omar Owner" in page
    assert "The contract was not registered yet." in page
    assert "The next reminder is due on 24 Nov 2026." in page or "the next person in line" in page


def test_a_decision_is_recorded_through_its_form(sign_in, owner, priced):
    reminders.climb(date(2026, 11, 17))
    form = {"decision": "retender", "reason": "Too dear for what it is.", "notice_sent_on": ""}

    response = sign_in(owner).post(reverse("contract_decide", args=[priced.pk]), form, follow=True)

    page = response.content.decode()
    assert "Too dear for what it is." in page
    assert Contract.objects.get(pk=priced.pk).decide_by is None
    assert Reminder.objects.get().state == "silenced"


def test_a_decision_without_a_reason_is_refused_and_keeps_what_was_typed(sign_in, owner, priced):
    response = sign_in(owner).post(reverse("contract_decide", args=[priced.pk]), {"decision": "expire", "reason": ""})

    assert response.context["form"].errors["reason"]
    assert response.context["form"]["decision"].value() == "expire"
    assert Contract.objects.get(pk=priced.pk).decide_by


def test_renewing_through_the_form_adds_the_next_term(sign_in, owner, priced):
    form = {"decision": "renew", "reason": "Good.", "new_end": "2027-12-31", "new_value": "١٬٢٠٠٫٥"}

    sign_in(owner).post(reverse("contract_decide", args=[priced.pk]), form)

    assert priced.terms.get(sequence=2).value == Decimal("1200.5")


def new_contract(section, owner, **rest):
    factories.make_vendor(name="Nabd Technology")
    return {
        "title": "Servers",
        "vendor": "Nabd Technology",
        "type": "maintenance",
        "unit": section.pk,
        "owner": owner.pk,
        "currency": "JOD",
        "renewal": "express",
        "notice_unit": "days",
        "lead_days": "30",
        "start": "2026-01-31",
        "months": "12",
        "value": "100",
    } | rest


def test_a_contract_is_entered_with_its_months(sign_in, owner, section):
    form = new_contract(section, owner)

    sign_in(owner).post(reverse("contract_create"), form)

    contract = Contract.objects.get(title="Servers")
    assert (contract.state, contract.current_end) == ("draft", date(2027, 1, 30))


def test_the_same_form_twice_is_one_contract(sign_in, owner, section):
    form = new_contract(section, owner)
    form["form_key"] = "4f8d2c1e-9d11-4a94-8a3e-6d7a1f0f3a10"
    client = sign_in(owner)

    for _ in range(2):
        client.post(reverse("contract_create"), form)

    assert Contract.objects.filter(title="Servers").count() == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("vendor", "Nobody of that name"),
        ("lead_days", "-1"),
        ("lead_days", "99999"),
        ("start", "31/31/2026"),
        ("start", "0001-01-01"),
        ("end", "2025-01-01"),
        ("value", "-5"),
        ("value", "1e99"),
        ("months", "abc"),
        ("title", "x\x00y"),
        ("title", "y" * 301),
        ("notice_value", "0"),
        ("unit", "999999"),
        ("renewal_months", "100000"),
        ("predecessor", "C-404"),
    ],
)
def test_bad_input_gets_a_sentence_at_its_field(sign_in, owner, section, field, value):
    form = new_contract(section, owner, **{field: value})

    response = sign_in(owner).post(reverse("contract_create"), form)

    assert response.status_code == 200
    assert field in response.context["form"].errors
    assert not Contract.objects.exists()


def test_assets_are_covered_by_their_tags(sign_in, owner, priced):
    for tag in ("AST-1", "AST-2"):
        factories.make_asset(priced.institution, tag=tag)
    form = {
        "amendment": factories.make_amendment(priced).pk,
        "level": priced.levels.get().pk,
        "tags": "AST-1\nAST-٢",
        "from_date": "2026-11-20",
        "to_date": "2026-12-31",
    }

    sign_in(owner).post(reverse("contract_coverage_add", args=[priced.pk]), form)

    tags = Coverage.objects.filter(from_date=date(2026, 11, 20)).values_list("asset__tag", flat=True)
    assert sorted(tags) == ["AST-1", "AST-2"]


def test_an_unknown_tag_is_named(sign_in, owner, priced):
    form = {"level": priced.levels.get().pk, "tags": "AST-404", "from_date": "2026-11-20", "to_date": "2026-12-31"}

    response = sign_in(owner).post(reverse("contract_coverage_add", args=[priced.pk]), form)

    assert "AST-404" in str(response.context["form"].errors["tags"])


def test_a_foreign_asset_is_as_unknown_as_none(sign_in, owner, priced):
    foreign = factories.make_asset(tag="AST-THEIRS")
    form = {"level": priced.levels.get().pk, "tags": foreign.tag, "from_date": "2026-11-20", "to_date": "2026-12-31"}

    response = sign_in(owner).post(reverse("contract_coverage_add", args=[priced.pk]), form)

    assert "tags" in response.context["form"].errors
    assert not Coverage.objects.filter(asset=foreign).exists()


def test_a_level_is_promised_in_hours(sign_in, owner, priced):
    calendar = priced.levels.get().calendar
    amendment = factories.make_amendment(priced)
    form = {
        "amendment": amendment.pk,
        "name_en": "Gold",
        "calendar": calendar.pk,
        "response_minutes": "0.5",
        "restore_minutes": "٤",
    }

    sign_in(owner).post(reverse("contract_level_add", args=[priced.pk]), form)

    level = priced.levels.get(name_en="Gold")
    assert (level.response_minutes, level.restore_minutes) == (30, 240)


def test_a_draft_goes_its_way_by_its_buttons(sign_in, owner, section, priced):
    Contract.objects.update(state="draft")
    press = lambda person, name: sign_in(person).post(reverse(name, args=[priced.pk]), follow=True)  # noqa: E731

    asked = press(owner, "contract_submit").content.decode()
    approved = press(section.head, "contract_approve").content.decode()
    press(owner, "contract_activate")

    assert "Sent for approval by" in asked
    assert "Approved by" in approved
    assert Contract.objects.get(pk=priced.pk).state == "active"


def test_sending_back_needs_a_reason_and_the_writer_reads_it(sign_in, owner, section, priced):
    Contract.objects.update(state="draft")
    actions.submit_contract(priced, by=owner)
    url = reverse("contract_reject", args=[priced.pk])

    refused = sign_in(section.head).post(url, {"reason": ""})
    sign_in(section.head).post(url, {"reason": "The value is missing."})

    assert refused.context["form"].errors["reason"]
    assert "The value is missing." in sign_in(owner).get(priced.get_absolute_url()).content.decode()


def test_a_technician_may_press_no_button(sign_in, basil, priced):
    client = sign_in(basil)

    for name in ("contract_activate", "contract_submit", "contract_cancel", "contract_resume", "contract_rule_drop"):
        assert client.post(reverse(name, args=[priced.pk])).status_code == 403
    assert Contract.objects.get(pk=priced.pk).state == "active"


def test_the_short_link_leads_to_the_page(sign_in, owner, priced):
    response = sign_in(owner).get("/c/c-2026-014")

    assert response.url == priced.get_absolute_url()


def test_a_rule_is_written_in_the_set_up(sign_in, manager):
    form = {"type": "maintenance", "rungs": "٩٠، 30 7", "repeat_days": 7, "repeat_at_most": 4, "climb_after": 3}

    sign_in(manager).post(reverse("reminder_rule_create"), form)

    assert ReminderRule.objects.get().rungs == [90, 30, 7]


@pytest.mark.parametrize("rungs", ["soon", "-5", "9999", "1.5", ""])
def test_a_rung_is_a_whole_number_of_days(sign_in, manager, rungs):
    form = {"type": "", "rungs": rungs, "repeat_days": 7, "repeat_at_most": 4, "climb_after": 3}

    response = sign_in(manager).post(reverse("reminder_rule_create"), form)

    assert "rungs" in response.context["form"].errors


def test_a_contract_gets_a_rule_of_its_own_and_loses_it(sign_in, owner, priced):
    client = sign_in(owner)
    form = {"rungs": "10", "repeat_days": 7, "repeat_at_most": 0, "climb_after": 5}
    client.post(reverse("contract_rule", args=[priced.pk]), form)
    own = ReminderRule.objects.get(contract=priced)

    client.post(reverse("contract_rule_drop", args=[priced.pk]))

    assert own.rungs == [10]
    assert not ReminderRule.objects.exists()


def test_the_manager_reads_at_home_what_must_be_decided(owner, priced):
    from contracts import tiles

    tile = tiles.decisions(owner)

    assert [card["contract"] for card in tile["lanes"][1].cards] == [priced]
    assert tile["lanes"][1].money == "48,271.500 JOD"
    assert tile["sentence"] == "Nothing must be decided this week."


def test_what_is_overdue_is_a_red_line(owner, priced):
    from contracts import tiles

    with time_machine.travel("2026-12-05T09:00:00Z"):
        tile = tiles.decisions(owner)

    assert [card["contract"] for card in tile["red"].cards] == [priced]
    assert tile["sentence"] == "1 decision is overdue: 48,271.500 JOD."


def test_what_reached_the_administrators_stands_on_their_home(owner, administrator, priced):
    from contracts import tiles

    assert tiles.decisions(administrator) is None
    Contract.objects.update(deputy=None)
    for person in (owner, priced.unit.head, priced.unit.parent.head):
        person.is_active = False
        person.save()
    reminders.climb(date(2026, 11, 20))

    (card,) = tiles.decisions(administrator)["lanes"][1].cards

    assert card["nobody_acts"]


def test_a_head_without_a_role_sees_the_contract_she_is_reminded_of_but_no_amount(sign_in, section, priced):
    page = sign_in(section.head).get(priced.get_absolute_url())

    assert page.status_code == 200
    assert "48,271" not in page.content.decode()


def test_papers_are_for_those_who_may_see_amounts(sign_in, owner, basil, priced):
    from django.core.files.uploadedfile import SimpleUploadedFile

    paper = SimpleUploadedFile("contract.pdf", b"%PDF-1.4 signed", content_type="application/pdf")
    sign_in(owner).post(reverse("contract_paper_add", args=[priced.pk]), {"paper": paper})
    url = reverse("attachment", args=[1])

    assert "contract.pdf" in sign_in(owner).get(priced.get_absolute_url()).content.decode()
    page = sign_in(basil)
    assert "contract.pdf" not in page.get(priced.get_absolute_url()).content.decode()
    assert page.get(url).status_code == 404


def test_the_page_of_an_asset_says_whom_to_call(sign_in, basil, priced):
    asset = Coverage.objects.get().asset

    page = sign_in(basil).get(asset.get_absolute_url()).content.decode()

    assert priced.vendor.phone in page
    assert "48,271" not in page
    assert OutboxRow.objects.count() == 0


def test_every_list_and_lane_says_why_a_date_is_what_it_is(sign_in, owner, priced):
    client = sign_in(owner)
    sentence = "start + 12 months − 30 days"

    pages = [client.get(url).content.decode() for url in (reverse("contracts"), "/", priced.get_absolute_url())]

    assert all(sentence in page for page in pages)
    assert 'class="explained"' in pages[0]


def test_a_program_gets_each_date_with_its_sentence_in_both_languages(
    sign_in, owner, priced, django_assert_max_num_queries
):
    term, client = priced.terms.get(), sign_in(owner)
    client.get("/")

    with django_assert_max_num_queries(10):
        told = client.get(reverse("contract_dates", args=[priced.pk])).json()

    (row,) = told["terms"]
    assert (told["number"], row["term"], row["start"]) == (priced.number, 1, term.start.isoformat())
    assert row["decide_by"]["day"] == priced.decide_by.isoformat()
    assert "start + 12 months − 30 days" in row["decide_by"]["why"]["en"]
    assert "تاريخ البدء زائد 12 شهرًا" in row["decide_by"]["why"]["ar"]
    assert row["end"]["day"] == term.end.isoformat()


def test_the_list_says_why_in_arabic_and_the_sheet_holds_the_bare_date(sign_in, owner, priced):
    owner.language = "ar"
    owner.save()
    client = sign_in(owner)

    page = client.get(reverse("contracts")).content.decode()
    sheet = client.get(reverse("contracts") + "?export=csv&columns=number,decide_by").getvalue().decode()

    assert "تاريخ البدء زائد 12 شهرًا" in page
    assert "شهرًا" not in sheet


# The views that the list of contracts comes with


def numbers_in(client, query):
    page = client.get(f"{reverse('contracts')}?{query}").content.decode()
    return {number for number in ("C-late", "C-soon", "C-lone", "C-still", "C-plain") if number in page}


@pytest.fixture
def register(ministry, owner, deputy):
    """On 17 November 2026: one to be decided long ago, one that ends soon, one whose owner has left, one suspended."""
    far = date(2028, 12, 31)
    known = {"owner": owner, "deputy": deputy}
    factories.make_contract(ministry, number="C-late", end=far, decide_by=date(2026, 11, 1), **known)
    soon = factories.make_contract(
        ministry, number="C-soon", end=date(2027, 1, 31), decide_by=date(2026, 12, 17), **known
    )
    gone = factories.make_user(ministry, is_manager=True, is_active=False)
    factories.make_contract(ministry, number="C-lone", end=far, **known | {"owner": gone})
    factories.make_contract(ministry, number="C-still", end=far, state="suspended", **known)
    factories.make_contract(ministry, number="C-plain", end=far, decide_by=date(2026, 12, 18), **known)
    Contract.objects.filter(pk=soon.pk).update(current_end=date(2027, 1, 31))


@pytest.mark.parametrize(
    ("key", "found"),
    [
        ("overdue", {"C-late"}),
        ("month", {"C-soon"}),
        ("ending", {"C-soon"}),
        ("ownerless", {"C-lone"}),
        ("suspended", {"C-still"}),
    ],
)
def test_each_view_of_the_list_of_contracts_finds_its_own(sign_in, register, manager, key, found):
    with time_machine.travel("2026-11-17T09:00:00Z", tick=True):
        page = sign_in(manager).get(reverse("contracts"))
        url = next(view["url"] for view in page.context["saved_views"] if view["key"] == key)

        assert numbers_in(sign_in(manager), url.partition("?")[2]) == found


def test_a_draft_that_nobody_answers_for_is_without_an_owner_and_one_that_is_over_is_not(sign_in, register, manager):
    Contract.objects.filter(number="C-plain").update(state="draft", owner=None)
    Contract.objects.filter(number="C-lone").update(state="expired")

    assert numbers_in(sign_in(manager), "lacks=owner") == {"C-plain"}
