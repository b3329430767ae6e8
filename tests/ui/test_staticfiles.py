"""The browser's files: nothing is fetched from elsewhere, nothing is missing."""

import json
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError

from ui import frontend
from ui.staticfiles import VENDOR_FILES, VendorFinder

ROOT = Path(settings.BASE_DIR)
ROOMS = ("ui", "office", "people", "assets", "contracts", "helpdesk")
PAGES = [
    *ROOT.glob("templates/**/*.html"),
    *(page for room in ROOMS for page in ROOT.glob(f"{room}/templates/**/*.html")),
]
MODULES = [module for room in ROOMS for module in (ROOT / room).rglob("*.py")]


@pytest.fixture(scope="module", autouse=True)
def packages():
    frontend.install_packages()


def used(pattern, files):
    return {name for file in files for name in re.findall(pattern, file.read_text())}


def test_every_vendor_file_is_in_its_package():
    missing = [name for name, file in VENDOR_FILES.items() if not file.exists() and file != frontend.SPRITE]

    assert missing == []


def test_every_icon_of_the_list_is_drawn():
    document = frontend.sprite(frontend.icon_names())

    assert re.findall(r'<symbol id="([^"]+)"', document) == frontend.icon_names()


def test_the_list_of_icons_is_sorted_and_says_each_once():
    assert frontend.icon_names() == sorted(set(frontend.icon_names()))


def test_every_icon_on_a_page_is_in_the_list():
    on_pages = used(r'{% (?:icon|empty) "([^"]+)"', PAGES) | used(r'\bicon(?:="|\(")([a-z0-9-]+)"', MODULES)

    assert on_pages - set(frontend.icon_names()) == set()


def test_an_unknown_icon_is_refused():
    with pytest.raises(CommandError, match="no icon 'no-such-thing'"):
        frontend.icon_file("no-such-thing")


def test_every_file_a_page_asks_for_is_found():
    asked = used(r'{% static "([^"{]+)" %}', PAGES) | used(r'\bstatic\("([^"{]+)"\)', MODULES)

    assert [name for name in asked if name != "i.svg" and not finders.find(name)] == []


def test_a_package_file_outside_the_list_is_not_found():
    assert finders.find("vendor/../@tabler/core/package.json") is None


def test_collecting_before_the_packages_are_there_says_what_to_run(monkeypatch):
    monkeypatch.setitem(VENDOR_FILES, "vendor/gone.js", ROOT / "gone.js")

    with pytest.raises(ImproperlyConfigured, match=r"manage\.py prepare"):
        VendorFinder().list([])


def test_style_sheets_name_arabic_and_latin_as_two_families():
    sheet = (ROOT / "static/css/fonts.css").read_text()

    assert set(re.findall(r'font-family: "([^"]+)"', sheet.split("*/", 1)[1])) == {"Plex Sans", "Plex Sans Arabic"}


def test_the_lock_file_names_no_host_and_every_package_has_a_hash():
    text = (ROOT / "package-lock.json").read_text()

    packages = [entry for name, entry in json.loads(text)["packages"].items() if name]

    assert "://" not in text
    assert all(package["integrity"].startswith("sha512-") for package in packages)


def test_packages_have_exact_versions():
    wanted = json.loads((ROOT / "package.json").read_text())["dependencies"]

    assert [version for version in wanted.values() if not re.fullmatch(r"\d+\.\d+\.\d+", version)] == []


def test_a_package_that_is_not_the_locked_one_is_refused(tmp_path):
    lock = json.loads((ROOT / "package-lock.json").read_text())
    name = "node_modules/@kurkle/color"
    wanted = {"dependencies": {"@kurkle/color": lock["packages"][name]["version"]}}
    tampered = lock["packages"][name] | {"integrity": "sha512-" + "A" * 86 + "=="}
    (tmp_path / ".npmrc").write_text((ROOT / ".npmrc").read_text())
    (tmp_path / "package.json").write_text(json.dumps(wanted))
    (tmp_path / "package-lock.json").write_text(json.dumps(lock | {"packages": {"": wanted, name: tampered}}))

    with pytest.raises(CommandError, match="EINTEGRITY"):
        frontend._npm("ci", "--ignore-scripts", folder=tmp_path)


@pytest.fixture
def collected(settings, tmp_path):
    settings.STATIC_ROOT = tmp_path / "built"
    settings.STORAGES = settings.STORAGES | {"staticfiles": {"BACKEND": "ui.staticfiles.HashedStorage"}}
    frontend.prepare()
    return settings.STATIC_ROOT


def test_preparing_leaves_hashed_and_compressed_files_and_is_done_once(collected):
    names = json.loads((collected / "staticfiles.json").read_text())["paths"]

    again = frontend.prepare()

    assert again is False
    assert set(VENDOR_FILES) < set(names)
    assert (collected / f"{names['vendor/tabler.min.css']}.br").exists()
    assert not (collected / "vendor/tabler.min.css").exists()
    assert "icons.txt" not in names
