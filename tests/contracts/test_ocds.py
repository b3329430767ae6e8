"""The register as open data: well formed, with its chain of renewals, and no amounts for those who may not see them."""

import io
import json
from datetime import date
from decimal import Decimal

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.urls import reverse

from contracts import actions, ocds_schema
from contracts.models import Contract, Instalment, Obligation, Promise, Term
from contracts.ocds_export import write_package
from office import sheets
from office.models import Sheet
from tests import factories


@pytest.fixture(autouse=True)
def _on_a_day():
    with time_machine.travel("2026-10-20T09:00:00Z", tick=True):
        yield


@pytest.fixture
def chain(ministry, owner):
    """A contract, its renewal by the same vendor, and what another vendor made of it afterwards."""
    vendor = factories.make_vendor(name="Alpha Care", tax_number="123")
    spans = [(date(2024, 1, 1), date(2024, 12, 31)), (date(2025, 1, 1), date(2025, 12, 31))]
    first, second = [
        factories.make_contract(
            ministry, owner=owner, vendor=vendor, number=f"C-{n}", start=start, end=end, state="renewed"
        )
        for n, (start, end) in enumerate(spans, 1)
    ]
    third = factories.make_contract(ministry, owner=owner, number="C-3", last_possible_end=date(2027, 12, 31))
    Contract.objects.filter(pk=second.pk).update(predecessor=first)
    Contract.objects.filter(pk=third.pk).update(predecessor=second)
    Term.objects.update(value=Decimal("1234.567"))
    actions.refresh_dates_bulk(Contract.objects.all())
    return first, second, third


def package(ministry, amounts=True):
    file = io.StringIO()
    write_package(file, Contract.objects.all(), institution=ministry, amounts=amounts)
    return json.loads(file.getvalue())


def release(ministry, number, **options):
    return next(one for one in package(ministry, **options)["releases"] if one["tender"]["id"] == number)


def test_a_package_is_well_formed(chain, ministry):
    found = package(ministry)

    assert ocds_schema.problems_of_package(found) == []
    assert [one["contracts"][0]["id"] for one in found["releases"]] == ["C-1", "C-2", "C-3"]


def test_a_renewal_names_the_process_before_it(chain, ministry):
    related = [one.get("relatedProcesses") for one in package(ministry)["releases"]]

    assert related[0] is None
    assert (related[1][0]["relationship"], related[1][0]["scheme"]) == (["renewalProcess"], "ocid")
    assert related[1][0]["identifier"] == release(ministry, "C-1")["ocid"]
    assert related[2][0]["relationship"] == ["renewalProcess", "replacementProcess"]


def test_days_are_local_and_whole(chain, ministry):
    contract = release(ministry, "C-3")["contracts"][0]

    assert contract["period"] == {
        "startDate": "2026-01-01T00:00:00+03:00",
        "endDate": "2026-12-31T23:59:59+03:00",
        "maxExtentDate": "2027-12-31T23:59:59+03:00",
        "durationInDays": 365,
    }
    assert contract["value"] == {"amount": 1234.567, "currency": "JOD"}


@pytest.mark.parametrize(
    ("state", "status"),
    [
        ("draft", "pending"),
        ("approved", "pending"),
        ("active", "active"),
        ("suspended", "active"),
        ("expired", "terminated"),
        ("renewed", "terminated"),
        ("terminated", "terminated"),
        ("cancelled", "cancelled"),
    ],
)
def test_states_are_told_as_the_standard_calls_them(ministry, owner, state, status):
    factories.make_contract(ministry, owner=owner, number="C-1", state=state)

    assert release(ministry, "C-1")["contracts"][0]["status"] == status
    assert ocds_schema.problems_of_package(package(ministry)) == []


def test_payments_are_transactions_and_obligations_milestones(chain, ministry):
    term = chain[2].terms.get()
    promise = Promise.objects.create(contract=chain[2], kind="report")
    Obligation.objects.create(term=term, promise=promise, due=date(2026, 3, 31), state="waived")
    known = {"term": term, "due": date(2026, 3, 31), "amount": Decimal(1000), "tax_percent": 16, "fiscal_year": 2026}
    Instalment.objects.create(number=1, state="paid", paid_on=date(2026, 4, 1), retention_percent=5, **known)
    Instalment.objects.create(number=2, **known)

    contract = release(ministry, "C-3")["contracts"][0]

    (paid,) = contract["implementation"]["transactions"]
    assert (paid["value"]["amount"], paid["date"][:10], paid["payee"]["name"]) == (
        1110.0,  # 1000 and 160 of tax, 50 retained
        "2026-04-01",
        chain[2].vendor.name,
    )
    (milestone,) = contract["milestones"]
    assert (milestone["type"], milestone["code"], "status" in milestone) == ("reporting", "waived", False)


def test_without_the_right_no_amount_and_no_reason_is_told(chain, ministry):
    factories.make_amendment(chain[2], reason="Costs 77 more.")

    told = json.dumps(package(ministry, amounts=False))

    assert "1234" not in told
    assert "77" not in told
    assert "amount" not in told


def test_what_is_exported_can_be_imported_elsewhere_with_its_chain(chain, ministry, tmp_path):
    path = tmp_path / "register.json"
    path.write_text(json.dumps(package(ministry)), encoding="utf-8")
    (tmp_path / "map.toml").write_text("[create]\nvendor = true\n")
    other = factories.make_institution(code="TWO")

    call_command(
        "import",
        "ocds",
        str(path),
        map=str(tmp_path / "map.toml"),
        institution="TWO",
        apply=True,
        json=True,
        stdout=io.StringIO(),
    )

    rows = Contract.objects.filter(institution=other).order_by("number")
    assert [(row.number, row.predecessor and row.predecessor.number) for row in rows] == [
        ("C-1", None),
        ("C-2", "C-1"),
        ("C-3", "C-2"),
    ]
    assert [row.terms.get().value for row in rows] == [Decimal("1234.567")] * 3
    assert [row.vendor for row in rows] == [row.vendor for row in chain]
    assert rows[2].last_possible_end == date(2027, 12, 31)


def test_the_list_is_written_by_a_worker_for_those_who_see_amounts(chain, sign_in, manager, ministry):
    client = sign_in(manager)

    answer = client.get(reverse("contracts"), {"export": "ocds", "q": "C-3"})
    sheets.write_waiting()

    sheet = Sheet.objects.get()
    assert (answer.url, sheet.state, sheet.done) == (reverse("sheets"), "ready", 1)
    download = client.get(reverse("sheet", args=[sheet.key]))
    assert ".json" in download["Content-Disposition"]
    found = json.loads(b"".join(download.streaming_content))
    assert ocds_schema.problems_of_package(found) == []
    assert len(found["releases"]) == 1


def test_a_technician_gets_the_list_and_no_open_data(chain, sign_in, basil):
    answer = sign_in(basil).get(reverse("contracts"), {"export": "ocds"})

    assert answer.status_code == 200
    assert not Sheet.objects.exists()


def test_the_command_writes_a_package_and_checks_one(chain, ministry, tmp_path, capsys):
    path = tmp_path / "register.json"
    call_command("export_ocds", str(path), institution=ministry.name)
    call_command("export_ocds", str(path), check=True)

    assert "3 releases are well formed" in capsys.readouterr().err
    path.write_text('{"releases": [{"tag": ["sold"]}]}')
    with pytest.raises(SystemExit):
        call_command("export_ocds", str(path), check=True)
    assert "/releases/0/tag/0: not one of the codes" in capsys.readouterr().out
    with pytest.raises(CommandError):
        call_command("export_ocds", str(tmp_path / "nothing.json"), check=True)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"ocid": None}, "/ocid: missing"),
        ({"date": "2026-01-01"}, "/date: not a date"),
        ({"tag": []}, "/tag: at least one is wanted"),
        ({"tag": "contract"}, "/tag: a list is wanted"),
        ({"initiationType": "sale"}, "/initiationType: not one of the codes"),
        ({"buyer": "us"}, "/buyer: an object is wanted"),
        ({"awards": [{"id": "2"}]}, "/contracts/0/awardID: no such award"),
        ({"tender": {"id": True}}, "/tender/id: not a key"),
        ({"tender": {"id": 1, "value": {"amount": "7"}}}, "/tender/value/amount: not a number"),
    ],
)
def test_the_checker_says_what_is_wrong_and_where(chain, ministry, change, problem):
    found = release(ministry, "C-1") | change

    assert problem in ocds_schema.problems_of_release(found)


@pytest.mark.parametrize(
    "release",
    [
        {"ocid": "x", "awards": "none"},
        {"ocid": ["x"], "date": {"a": 1}, "awards": [{"suppliers": [7]}, 8, None]},
        {"ocid": "x", "tender": [1], "parties": {"id": 1}, "awards": [{"value": 7, "contractPeriod": "long"}]},
        {"ocid": "x", "contracts": [{"id": {"a": 1}, "period": {"startDate": 5}, "value": {"amount": "1e999"}}]},
        {"ocid": "x", "relatedProcesses": [{"relationship": "renewalProcess"}], "awards": [{"date": []}]},
    ],
)
def test_releases_that_are_none_are_rejected_with_a_sentence(ministry, tmp_path, release):
    path = tmp_path / "odd.jsonl"
    path.write_text(json.dumps(release) + "\n")

    with pytest.raises(CommandError):
        call_command("import", "ocds", str(path), institution=ministry.name, apply=True, stdout=io.StringIO())

    assert not Contract.objects.exists()
