"""A hardware register as typed by its staff over years, and a catalogue of device models."""

import io
import json

import pytest
from django.core.management import call_command

from assets.models import Asset, AssetCategory, AssetModel, Manufacturer
from tests import factories
from tests.real.conftest import MAPS

REGISTER = "asset_register/register_part1.csv"
CATALOGUE = "device_catalogue/device_types.jsonl.xz"
SAMPLE = "asset_import_samples/assets-sample.csv"


@pytest.fixture
def company(db):
    return factories.make_institution(name="A company")


def run_import(kind, path, map_=None, **options):
    said = io.StringIO()
    call_command("import", kind, str(path), map=map_ and str(MAPS / map_), json=True, stdout=said, **options)
    return [json.loads(line) for line in said.getvalue().splitlines()]


def make_makers(*names):
    for name in names:
        Manufacturer.objects.create(name=name)


KNOWN = ("HP", "Mitel", "Dell", "Yealink", "Lenovo", "Kyocera", "APC", "Samsung", "Panasonic", "IBM", "LG", "Epson")


def test_double_tag_and_double_serial_are_reported(company, data):
    make_makers(*KNOWN)

    *rows, _summary = run_import("assets", data(REGISTER), "assets.toml")

    reasons = [reason for row in rows for reason in row["reasons"]]
    assert sum("tag “5753” stands also in line" in reason for reason in reasons) == 2
    assert sum("serial_number" in reason and "stands also in line" in reason for reason in reasons) == 2


def test_words_in_place_of_a_tag_are_no_tag(company, data):
    make_makers(*KNOWN)

    run_import("assets", data(REGISTER), "assets.toml", apply=True, skip_rejected=True)

    tags = set(Asset.objects.values_list("tag", flat=True))
    assert "" in tags
    assert not tags & {"No tag", "not checked", "N/A"}


def test_no_manufacturer_is_invented(company, data):
    make_makers("HP")

    *rows, summary = run_import("assets", data(REGISTER), "assets.toml", apply=True, skip_rejected=True)[:-1]

    unknown = [row for row in rows if any(reason.startswith("manufacturer") for reason in row["reasons"])]
    assert len(unknown) > 20
    assert list(Manufacturer.objects.values_list("name", flat=True)) == ["HP"]
    assert "manufacturer" not in summary["new"]


def test_the_same_register_again_changes_nothing(company, data):
    make_makers(*KNOWN)
    run_import("assets", data(REGISTER), "assets.toml", apply=True, skip_rejected=True)
    before = Asset.objects.count()

    *_rows, summary, _batch = run_import("assets", data(REGISTER), "assets.toml", apply=True, skip_rejected=True)

    assert Asset.objects.count() == before
    assert (summary["counts"]["create"], summary["counts"]["update"]) == (0, 0)


def test_the_register_is_taken_back_whole(company, data):
    make_makers(*KNOWN)
    *_rows, batch = run_import("assets", data(REGISTER), "assets.toml", apply=True, skip_rejected=True)

    call_command("import", undo=batch["batch"], stdout=io.StringIO())

    assert not Asset.objects.exists()
    assert not AssetCategory.objects.exists()


@pytest.mark.slow
def test_the_catalogue_gives_2241_models_and_the_second_time_none(company, data):
    run_import("models", data(CATALOGUE), "models.toml", apply=True)

    *_rows, summary, _batch = run_import("models", data(CATALOGUE), "models.toml", apply=True)

    assert AssetModel.objects.count() == 2_241
    assert Manufacturer.objects.count() == 80
    assert summary["counts"]["unchanged"] == 2_241
