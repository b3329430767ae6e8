"""Real OCDS releases: the checker reads them, the import makes vendors and contracts of them, undo takes them back."""

import io
import json
from datetime import date
from decimal import Decimal

import pytest
from django.core.management import call_command

from contracts import ocds_schema
from contracts.models import Contract, Term
from office.models import Event
from people.models import Vendor
from tests import factories
from tests.real.conftest import MAPS

RELEASES = "contracts_uk_ocds/releases.jsonl"


@pytest.fixture
def house(db):
    institution = factories.make_institution(name="The house")
    factories.make_user(institution, username="owner", is_manager=True)
    return institution


@pytest.fixture(scope="module")
def releases(data):
    return [json.loads(line) for line in data(RELEASES).read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def awards(releases):
    """The awards that count, found another way: of each process its last release by date."""
    last = {release["ocid"]: release for release in sorted(releases, key=lambda release: release["date"])}
    return [award for release in last.values() for award in release.get("awards", [])]


def run_import(path, **options):
    said = io.StringIO()
    call_command("import", "ocds", str(path), map=str(MAPS / "ocds.toml"), json=True, stdout=said, **options)
    return [json.loads(line) for line in said.getvalue().splitlines()]


def test_the_checker_finds_in_real_releases_what_is_missing_and_nothing_else(releases):
    problems = [problem for release in releases for problem in ocds_schema.problems_of_release(release)]

    assert problems.count("/id: missing") == sum("id" not in release for release in releases) == 45
    assert [problem for problem in problems if problem != "/id: missing"] == ["/awards/0/documents/1/url: not a uri"]


def test_the_preview_tells_what_is_no_contract_yet_and_writes_nothing(house, data, awards):
    *rows, summary = run_import(data(RELEASES))

    assert len(rows) == summary["counts"]["create"] == len(awards)
    assert len(rows) + len(summary["skipped"]) == 185
    assert any("awarded to several" in warning for row in rows for warning in row["warnings"])
    assert (Contract.objects.count(), Vendor.objects.count(), Event.objects.count()) == (0, 0, 0)


def test_awards_become_contracts_with_their_days_and_values(house, data, awards):
    run_import(data(RELEASES), apply=True)

    assert Contract.objects.count() == len(awards)
    values = Term.objects.values_list("value", flat=True)
    assert sum(values) == sum((Decimal(str(award["value"]["amount"])) for award in awards), Decimal(0))
    ends = sorted(Term.objects.values_list("end", flat=True))
    assert (ends[0], ends[-1]) == (date(2024, 4, 30), date(2034, 1, 29))
    assert ends == sorted(date.fromisoformat(award["contractPeriod"]["endDate"][:10]) for award in awards)
    assert set(Contract.objects.values_list("currency", "state")) == {("GBP", "active")}
    assert Contract.objects.exclude(beneficiary="").count() == len(awards)


def test_the_same_releases_again_change_nothing_and_undo_leaves_nothing(house, data):
    *_rows, batch = run_import(data(RELEASES), apply=True)
    *_rows, summary = run_import(data(RELEASES))

    assert summary["counts"]["create"] == summary["counts"]["update"] == 0
    call_command("import", undo=batch["batch"], json=True, stdout=io.StringIO())
    assert (Contract.objects.count(), Vendor.objects.count()) == (0, 0)
