"""Catalogues are compiled by the product itself, and only when they changed."""

import gettext
import os

import pytest
from django.core.management import CommandError

from ui.translations import compile_catalogues

CATALOGUE = """msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\\n"

msgid "Ticket"
msgstr "طلب دعم"

#, fuzzy
msgid "Vendor"
msgstr "بائع"
"""


@pytest.fixture
def source(tmp_path):
    source = tmp_path / "ar" / "LC_MESSAGES" / "django.po"
    source.parent.mkdir(parents=True)
    source.write_text(CATALOGUE, encoding="utf-8")
    return source


def test_a_compiled_catalogue_speaks_arabic(source, tmp_path):
    [compiled] = compile_catalogues([tmp_path])

    with compiled.open("rb") as file:
        arabic = gettext.GNUTranslations(file)
    assert arabic.gettext("Ticket") == "طلب دعم"


def test_a_fuzzy_translation_is_not_shown(source, tmp_path):
    [compiled] = compile_catalogues([tmp_path])

    with compiled.open("rb") as file:
        assert gettext.GNUTranslations(file).gettext("Vendor") == "Vendor"


def test_an_unchanged_catalogue_is_not_compiled_again(source, tmp_path):
    compile_catalogues([tmp_path])

    assert compile_catalogues([tmp_path]) == []


def test_a_catalogue_older_than_its_compiled_file_counts_as_changed(source, tmp_path):
    compile_catalogues([tmp_path])
    os.utime(source, (1_000_000, 1_000_000))

    assert compile_catalogues([tmp_path]) == [source.with_suffix(".mo")]


def test_a_broken_catalogue_is_named(source, tmp_path):
    source.write_text("no catalogue at all")

    with pytest.raises(CommandError, match=r"django\.po"):
        compile_catalogues([tmp_path])
