"""Money of a year: the forecast from real rows, spend against budget, the payments due, and the lines of the budget."""

from datetime import date
from decimal import Decimal

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from contracts import actions
from contracts.budget import spending_of, totals_of
from contracts.models import BudgetLine, Contract, Instalment, Penalty, RenewalDecision, Term
from contracts.outlook import outlook_of
from office.models import Event
from tests import factories
from tests.contracts.test_pages import queries_of


@pytest.fixture(autouse=True)
def _on_a_day():
    with time_machine.travel("2026-10-20T09:00:00Z", tick=True):
        yield


def priced(ministry, owner, value=12000, **fields):
    contract = factories.make_contract(ministry, owner=owner, **fields)
    Term.objects.filter(contract=contract).update(value=Decimal(value))
    return contract


def part(contract, number=1, **fields):
    term = contract.terms.first()
    known = {"due": date(2026, 3, 31), "amount": Decimal(1000), "tax_percent": 16, "fiscal_year": 2026}
    return Instalment.objects.create(**{"term": term, "number": number, "budget_line": "26-1"} | known | fields)


def expected(user, year=2027):
    return {row.contract.number: (row.sureness.value, row.total) for row in outlook_of(user, year).rows}


# The forecast


def test_each_kind_of_contract_is_as_sure_as_its_terms_say(ministry, owner, manager):
    year = {"start": date(2027, 1, 1), "end": date(2027, 12, 31)}
    priced(ministry, owner, number="C-signed", **year)
    priced(ministry, owner, number="C-auto", renewal="auto", renewal_months=12)
    priced(ministry, owner, number="C-express", renewal="express")
    priced(ministry, owner, number="C-none", renewal="none")
    priced(ministry, owner, number="C-draft", state="draft", **year)
    priced(ministry, owner, number="C-given-up", state="cancelled", **year)

    assert expected(manager) == {
        "C-signed": ("committed", Decimal(12000)),
        "C-auto": ("likely", Decimal(12000)),
        "C-express": ("optional", Decimal(12000)),
        "C-draft": ("optional", Decimal(12000)),
    }


@pytest.mark.parametrize(("decision", "sureness"), [("retender", "optional"), ("terminate", None), ("renew", "likely")])
def test_a_decision_changes_how_sure_it_is(ministry, owner, manager, decision, sureness):
    contract = priced(ministry, owner, number="C-1", renewal="auto", renewal_months=12)
    RenewalDecision.objects.create(term=contract.terms.get(), decision=decision, by=owner, reason="So it is.")

    assert expected(manager) == ({"C-1": (sureness, Decimal(12000))} if sureness else {})


def test_a_successor_stands_for_what_would_follow(ministry, owner, manager):
    before = priced(ministry, owner, number="C-1", renewal="auto", renewal_months=12)
    year = {"start": date(2027, 1, 1), "end": date(2027, 12, 31)}
    priced(ministry, owner, 9000, number="C-2", predecessor=before, **year)

    assert expected(manager) == {"C-2": ("committed", Decimal(9000))}


def test_what_has_no_value_is_named_and_not_counted(ministry, owner, manager):
    contract = factories.make_contract(ministry, owner=owner)

    found = outlook_of(manager, 2026)

    assert (found.rows, found.unknown) == ([], [contract])


def test_the_forecast_of_another_institution_is_empty(ministry, owner):
    priced(ministry, owner)
    stranger = factories.make_user(institution=factories.make_institution(), is_manager=True)

    assert outlook_of(stranger, 2026).rows == []


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_forecast_costs_the_same_for_one_and_three(sign_in, ministry, owner, manager, language):
    manager.language = language
    manager.save()
    client = sign_in(manager)
    part(priced(ministry, owner, renewal="auto", renewal_months=12))
    url = reverse("forecast")
    client.get(url)
    before = queries_of(client, url)
    for _ in range(2):
        part(priced(ministry, owner, renewal="auto", renewal_months=12))

    assert queries_of(client, url) == before <= 15
    assert "41,760.000" in client.get(url).content.decode()  # 36,000 and 16 % of it
    assert "36,000.000" in client.get(url, {"tax": "without"}).content.decode()


def test_the_year_of_the_forecast_with_tax_is_what_the_budget_bears(ministry, owner, manager):
    contract = priced(ministry, owner)
    for number, tax in ((1, 16), (2, 4)):
        part(contract, number, due=date(2026, 6, number), tax_percent=tax)

    (row,) = outlook_of(manager, 2026, with_tax=True).rows
    (spending,) = spending_of(manager, 2026)

    assert row.total == spending.committed + spending.spent == Decimal(2200)  # 1,160 and 1,040
    assert outlook_of(manager, 2026).rows[0].total == Decimal(2000)


def test_what_is_not_planned_is_taxed_as_the_contracts_last_instalment_else_as_usual(ministry, owner, manager):
    known = priced(ministry, owner, number="C-known", renewal="auto", renewal_months=12)
    part(known, 1, tax_percent=16)
    part(known, 2, due=date(2026, 9, 30), tax_percent=4)
    priced(ministry, owner, number="C-plain", renewal="auto", renewal_months=12)

    rows = outlook_of(manager, 2027, with_tax=True).rows

    assert {row.contract.number: row.total for row in rows} == {"C-known": Decimal(12480), "C-plain": Decimal(13920)}


@pytest.mark.parametrize(("asked", "words"), [({}, "include"), ({"tax": "without"}, "exclude")])
def test_the_page_says_whether_the_tax_is_in_the_amounts(sign_in, manager, asked, words):
    page = sign_in(manager).get(reverse("forecast"), asked).content.decode()

    assert f"Amounts {words} tax." in page


def test_the_scenario_raises_what_is_not_agreed_and_the_sheet_says_the_same(sign_in, ministry, owner, manager):
    priced(ministry, owner, number="C-1", renewal="auto", renewal_months=12)

    answer = sign_in(manager).get(reverse("forecast"), {"price": "10", "tax": "without", "export": "csv"})

    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert lines[1].endswith(",13200.000")
    assert lines[1].split(",")[7] == "excluding tax"
    assert lines[1].split(",")[8:10] == ["1121.096", "1012.603"]  # 31 and 28 of 365 days


def test_a_year_or_a_price_that_means_nothing_is_told(sign_in, manager):
    page = sign_in(manager).get(reverse("forecast"), {"year": "next", "price": "dear"})

    assert [warning["value"] for warning in page.context["warnings"]] == ["next", "dear"]
    assert page.context["year"] == 2027


# The budget


def test_a_line_knows_what_is_committed_and_spent_of_it(ministry, owner, manager):
    contract = priced(ministry, owner)
    line = BudgetLine.objects.create(institution=ministry, fiscal_year=2026, code="26-1", title="Care", allocated=5000)
    part(contract, 1)
    paid = part(contract, 2, state="paid", paid_on=date(2026, 4, 1), retention_percent=5, budget_line=" 26-1 ")
    Penalty.objects.create(term=contract.terms.get(), days_late=1, amount=Decimal(30), state="applied", instalment=paid)

    (one,) = spending_of(manager, 2026)

    assert one.line == line
    assert one.spent == Decimal(1080)  # 1000 and 160 of tax, without 50 retained and 30 of penalty
    assert one.committed == Decimal(1210)  # 1160 of the other, and the 50 that are retained
    assert one.left == Decimal(2710)
    assert totals_of([one]) == {"JOD": [5000, 1210, 1080, 2710]}


def test_a_code_that_no_line_allots_anything_for_is_shown(ministry, owner, manager):
    part(priced(ministry, owner), budget_line="lost")

    (one,) = spending_of(manager, 2026)

    assert (one.code, one.line, one.committed, one.left) == ("lost", None, Decimal(1160), None)


def test_a_line_is_overdrawn_where_more_is_owed_than_allotted(sign_in, ministry, owner, manager):
    BudgetLine.objects.create(institution=ministry, fiscal_year=2026, code="26-1", title="Care", allocated=1000)
    part(priced(ministry, owner))

    page = sign_in(manager).get(reverse("budget"))

    assert "overdrawn" in page.context["lead"]
    assert "160.000" in page.context["lead"]


def test_each_figure_opens_the_instalments_that_make_it(sign_in, ministry, owner, manager):
    contract = priced(ministry, owner)
    part(contract, 1)
    part(contract, 2, state="paid", paid_on=date(2026, 4, 1))
    part(contract, 3, budget_line="")
    client = sign_in(manager)

    page = client.get(reverse("budget"))

    found = {}
    for row in page.context["rows"]:
        for name, url in row["urls"].items():
            found[(row["one"].code, name)] = len(client.get(url).context["page"].rows)
    assert found == {("26-1", "committed"): 1, ("26-1", "spent"): 1, ("", "committed"): 1, ("", "spent"): 0}


def test_a_budget_line_is_written_with_its_history_and_one_code_a_year(ministry, manager):
    values = {"fiscal_year": 2026, "code": "26-1", "title": "Care", "allocated": Decimal(5000)}
    line = actions.save_budget_line(BudgetLine(institution=ministry), by=manager, values=values)
    actions.save_budget_line(line, by=manager, values={"allocated": Decimal(6000)})

    with pytest.raises(ValidationError) as refusal:
        actions.save_budget_line(BudgetLine(institution=ministry), by=manager, values=values)

    assert refusal.value.error_dict["code"][0].code == "taken"
    assert [event.verb for event in Event.objects.about(line).order_by("pk")] == ["created", "changed"]


def test_only_managers_and_administrators_of_the_house_change_it(ministry, manager, basil):
    line = BudgetLine.objects.create(institution=ministry, fiscal_year=2026, code="26-1", title="Care", allocated=1)
    stranger = factories.make_user(institution=factories.make_institution(), is_manager=True)

    for person in (basil, stranger):
        with pytest.raises(PermissionDenied):
            actions.save_budget_line(line, by=person, values={"allocated": 2})


# The payments due


def test_the_payments_cost_the_same_for_one_and_three_and_say_their_sum(sign_in, ministry, owner, manager):
    contract = priced(ministry, owner)
    part(contract, 1)
    client = sign_in(manager)
    url = reverse("payments")
    client.get(url)
    before = queries_of(client, url)
    part(contract, 2)
    part(contract, 3)

    assert queries_of(client, url) == before <= 10
    assert "3,000.000" in client.get(url, {"count": 1}).content.decode()


def test_what_is_late_is_found_by_the_filter(sign_in, ministry, owner, manager):
    contract = priced(ministry, owner)
    late = part(contract, 1)
    part(contract, 2, due=date(2026, 12, 31))
    part(contract, 3, state="paid", paid_on=date(2026, 4, 1))

    page = sign_in(manager).get(reverse("payments"), {"state": "overdue"})

    assert page.context["page"].rows == [late]


@pytest.mark.parametrize("name", ["forecast", "budget", "payments", "budget_lines", "contract_reports"])
def test_a_technician_and_dina_have_no_such_page(sign_in, ministry, owner, basil, dina, name):
    priced(ministry, owner)

    assert [sign_in(person).get(reverse(name)).status_code for person in (basil, dina)] == [404, 404]
    assert Contract.objects.exists()


def test_whoever_plans_instalments_reads_which_lines_there_are(sign_in, ministry, owner):
    contract = priced(ministry, owner)
    known = {"institution": ministry, "allocated": 1}
    BudgetLine.objects.create(fiscal_year=2026, code="LINE-1", title="<b>Care</b>", **known)
    BudgetLine.objects.create(fiscal_year=2026, code="LINE-2", title="Closed", is_active=False, **known)
    url = reverse("instalments_plan", args=[contract.pk, contract.terms.get().pk])

    words = sign_in(owner).get(url).content.decode()

    assert "LINE-1" in words
    assert "LINE-2" not in words  # no number of a contract reads like that
    assert "<b>Care" not in words
