"""A later state of the county's register: each change is proposed as what it is, applied, and taken back row by row."""

import csv
import io
from datetime import datetime, timedelta

import pytest
from django.core.management import call_command

from contracts import actions, terms
from contracts.models import Contract, Term
from office.models import ImportRow
from people.models import Unit, Vendor
from tests import factories
from tests.real.test_contracts import REGISTER, THE_DAY, county, on_the_day, rows_of, run_import

__all__ = ["county", "on_the_day"]  # fixtures
DATES = "%m/%d/%Y"
RENEWED, EXTENDED, SHORTENED, RESPELLED, GONE, TITLED = (range(n * 40, n * 40 + 30) for n in range(6))
NEW = 25


def day_of(text):
    return datetime.strptime(text, DATES).date()


def written(day):
    return day.strftime(DATES)


def respelled(name, number):
    """Another way to write a name on paper: case and punctuation, the legal form in full, a slip of the pen."""
    plain = name.replace(",", "").replace(".", "")
    if number % 3 == 0:
        return plain.upper()
    if number % 3 == 1:
        return plain.replace(" Inc", " Incorporated").replace(" LLC", ", L.L.C.").replace("&", "and")
    return name[:-3] + name[-2:]


@pytest.fixture(scope="module")
def small(data, tmp_path_factory):
    """The register (rows that are sound, 400 of them) and a later state of it; (path, path, {what: numbers})."""
    seen, rows = set(), []
    for row in rows_of(data(REGISTER)):
        start, end = row["Execution Date"], day_of(row["Expiration Date"])
        sound = start and row["Contract Number"] not in seen and day_of(start) < end - timedelta(days=60)
        seen.add(row["Contract Number"])
        if sound and len(row["Vendor"]) > 12:
            rows.append(row)
    rows = rows[:400]
    folder = tmp_path_factory.mktemp("register")
    write(folder / "before.csv", rows)
    later, what = changed([dict(row) for row in rows])
    write(folder / "later.csv", later)
    return folder / "before.csv", folder / "later.csv", what


def changed(rows):
    what = {name: [rows[n]["Contract Number"] for n in places] for name, places in PLACES.items()}
    for n in RENEWED:
        end = day_of(rows[n]["Expiration Date"])
        rows[n]["Expiration Date"] = written(terms.term_end(end + terms.ONE_DAY, 12))
        rows[n]["Extend Date"] = ""
    for n in EXTENDED:
        rows[n]["Expiration Date"] = written(day_of(rows[n]["Expiration Date"]) + timedelta(days=45))
        rows[n]["Extend Date"] = ""
    for n in SHORTENED:
        rows[n]["Expiration Date"] = written(day_of(rows[n]["Expiration Date"]) - timedelta(days=30))
    for n in RESPELLED:
        rows[n]["Vendor"] = respelled(rows[n]["Vendor"], n)
    for n in TITLED:
        rows[n]["ContractDesc"] += " (amended)"
    new = [dict(rows[n], **{"Contract Number": f"NEW-{n}", "Vendor": f"New Vendor {n} Inc."}) for n in range(NEW)]
    what["new"] = [row["Contract Number"] for row in new]
    kept = [row for n, row in enumerate(rows) if n not in GONE]
    return [row | {"Remarks": "seen"} for row in [*kept, *new]], what


PLACES = {
    "renewed": RENEWED,
    "extended": EXTENDED,
    "shortened": SHORTENED,
    "respelled": RESPELLED,
    "gone": GONE,
    "titled": TITLED,
}


def write(path, rows):
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)


@pytest.fixture
def before(county, small, on_the_day):
    run_import(small[0], apply=True)
    return everything()


def everything():
    """Every row that an import of contracts may touch, with all its fields."""
    models = (Contract, Term, Vendor, Unit)
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in models}


def shown(small, **options):
    """({contract number: row of the preview}, the summary)."""
    *rows, summary = run_import(small[1], **options)[:-1] if options.get("apply") else run_import(small[1], **options)
    numbers = [row["Contract Number"] for row in rows_of(small[1])]
    return dict(zip(numbers, rows, strict=False)), summary


def test_each_change_is_proposed_as_what_it_is(before, small):
    rows, summary = shown(small)
    what = small[2]

    assert {rows[number]["action"] for number in what["new"]} == {"create"}
    for number in what["renewed"]:
        assert rows[number]["changes"]["term"][1].endswith("(renewal)"), number
        assert not {"end", "start"} & rows[number]["changes"].keys()
    for number in what["extended"]:
        assert rows[number]["changes"]["term"][1].endswith("(extension)"), number
    for number in what["shortened"]:
        assert list(rows[number]["changes"]) == ["end"], number
    for number in what["titled"]:
        assert list(rows[number]["changes"]) == ["title"], number
    assert sum("is taken as" in " ".join(rows[number]["warnings"]) for number in what["respelled"]) >= 15
    assert {rows[number]["action"] for number in what["respelled"]} == {"unchanged"}
    assert [name.split(" · ")[0] for name in summary["gone"]] == sorted(what["gone"])
    assert "Remarks" in summary["unused"]  # a column more is told, and otherwise ignored
    assert summary["counts"]["rejected"] == 0
    assert summary["new"]["vendor"] == [f"New Vendor {n} Inc." for n in range(NEW)]
    assert everything() == before


def test_what_was_proposed_is_applied_and_undone_row_by_row(before, small):
    *_rows, batch = run_import(small[1], apply=True)
    what = small[2]

    assert Contract.objects.count() == 400 + NEW
    assert Vendor.objects.count() == len(before["Vendor"]) + NEW
    assert Term.objects.filter(sequence=2).count() == len(RENEWED) + len(EXTENDED)
    renewed = Contract.objects.get(number=what["renewed"][0])
    first, second = renewed.terms.all()
    assert (second.start, second.origin, renewed.current_end) == (first.end + terms.ONE_DAY, "renewal", second.end)
    assert set(Contract.objects.filter(number__in=what["gone"]).values_list("state", flat=True)) == {"active"}
    *_again, summary, _batch = run_import(small[1], apply=True)
    assert summary["counts"]["create"] == summary["counts"]["update"] == 0

    run_import_undo(batch["batch"])

    assert everything() == before
    assert not ImportRow.objects.filter(batch=batch["batch"], undone=False).exists()


def test_what_is_gone_ends_only_when_that_is_asked_for_and_comes_back_by_undo(before, small):
    *_rows, batch = run_import(small[1], apply=True, end_missing=True)

    ended = Contract.objects.filter(state="terminated")
    assert sorted(ended.values_list("number", flat=True)) == sorted(small[2]["gone"])
    assert set(ended.values_list("ended_on", "decide_by")) == {(THE_DAY, None)}

    run_import_undo(batch["batch"])

    assert everything() == before


def test_undo_leaves_alone_what_somebody_has_changed_since(before, small, county):
    *_rows, batch = run_import(small[1], apply=True)
    renewed = Contract.objects.get(number=small[2]["renewed"][0])
    touched = Contract.objects.get(number=small[2]["renewed"][1])
    actions.change_contract(touched, by=touched.owner, values={"title": "Ours now"})

    run_import_undo(batch["batch"])

    assert renewed.terms.count() == 1
    assert touched.terms.count() == 2
    assert ImportRow.objects.filter(batch=batch["batch"], undone=False).count() == 1


def test_what_is_covered_follows_a_renewal_and_comes_back(before, small, county):
    contract = Contract.objects.get(number=small[2]["renewed"][0])
    shortened = Contract.objects.get(number=small[2]["shortened"][0])
    for one in (contract, shortened):
        factories.make_level(one)
        factories.cover(one, factories.make_asset(county))
    end = shortened.current_end
    *_rows, batch = run_import(small[1], apply=True)

    assert [term.coverages.count() for term in contract.terms.all()] == [1, 1]
    assert shortened.terms.get().coverages.get().to_date == end - timedelta(days=30)
    run_import_undo(batch["batch"])
    assert [term.coverages.count() for term in contract.terms.all()] == [1]
    assert shortened.terms.get().coverages.get().to_date == end


def run_import_undo(batch):
    call_command("import", undo=batch, json=True, stdout=io.StringIO())
