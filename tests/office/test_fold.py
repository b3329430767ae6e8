"""What is alike and what is not, in Arabic and English."""

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from office.fold import MAX_INDEX, MAX_WORD, fold, same_words, search_text, sort_key, stripped_forms, words

with Path(__file__).with_name("arabic-search-pairs.csv").open(encoding="utf-8", newline="") as file:
    PAIRS = [pytest.param(row["a"], row["b"], row["match"] == "1", id=row["rule"]) for row in csv.DictReader(file)]
ANY_TEXT = st.text(st.characters(categories=None), max_size=60)  # lone surrogates and NUL among them
ARABIC = st.text("ابتوفكلهيءئؤأإآةىيلالووبال ", max_size=40)


def test_the_list_holds_80_pairs_that_match_and_46_that_do_not():
    wanted = [pair.values[2] for pair in PAIRS]

    assert (wanted.count(True), wanted.count(False)) == (80, 46)


@pytest.mark.parametrize(("a", "b", "match"), PAIRS)
def test_a_pair_of_the_list_matches_or_does_not(a, b, match):
    assert same_words(a, b) is match


@pytest.mark.parametrize(("a", "b", "match"), PAIRS)
def test_a_pair_of_the_list_finds_or_does_not_find_its_other_half(a, b, match):
    found = all(stripped_forms(word) & set(search_text(a).split()) for word in words(b))

    assert found is match


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("شیء", "شي"),  # Persian keyboard
        ("ٵ", "ا"),
        ("ﹷ", ""),
        ("  a\tb\nc\x00d  ", "a b c d"),
        ("a\ud800b", "a b"),
        ("١٬٢٣٤٬٥٦٧", "1234567"),
        ("443,587,8080", "443,587,8080"),
        ("1,234,567.500", "1234567.500"),
        ("١٠١،١٠٢", "101,102"),
        ("−5", "-5"),
        ("İSTANBUL ığ", "istanbul ig"),
    ],
)
def test_a_text_folds_to(written, folded):
    assert fold(written) == folded


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("طلب TKT-2026-00042.", ["طلب", "tkt-2026-00042"]),
        ("HP-LaserJet, wi-fi/LAN", ["hp", "laserjet", "wi", "fi", "lan"]),
        ("تقرير_2026.pdf", ["تقرير", "2026.pdf"]),
        ("10.0.18 و 1.500", ["10.0.18", "و", "1.500"]),
        ("Amal.S@mop.gov.jo", ["amal.s@mop.gov.jo"]),
        ("00:1A:2B:3C:4D:5E 8:30", ["00:1a:2b:3c:4d:5e", "8", "30"]),
        ("؟! -- ...", []),
    ],
)
def test_words_part_at_blanks_and_signs_but_identifiers_stay_whole(text, expected):
    assert words(text) == expected


@pytest.mark.parametrize(
    ("word", "forms"),
    [
        ("الالكتروني", {"الالكتروني", "الكتروني", "كتروني"}),
        ("للجنه", {"للجنه", "لجنه", "جنه"}),
        ("للحم", {"للحم", "لحم"}),
        ("وبالعقد", {"وبالعقد", "عقد"}),
        ("والد", {"والد"}),
        ("بريد", {"بريد"}),
        ("laserjet", {"laserjet"}),
    ],
)
def test_the_article_comes_off_while_three_letters_remain(word, forms):
    assert stripped_forms(word) == forms


def test_an_identifier_is_found_whole_by_its_parts_and_from_each_joint_on():
    text = search_text("MOP-TKT-2026-00042")

    assert text.split() == ["mop-tkt-2026-00042", "mop", "tkt-2026-00042", "tkt", "2026-00042", "2026", "00042"]


def test_a_version_or_an_amount_has_no_parts():
    assert search_text("10.0.18", "1.500 د.أ") == "10.0.18 1.500 د ا"


def test_a_word_said_twice_is_kept_once():
    assert search_text("الطابعة طابعة", "طابعه") == "الطابعه طابعه"


def test_an_endless_text_keeps_its_first_words_only():
    text = search_text("first", *(" ".join(f"{field}x{number}" for number in range(12_000)) for field in range(9)))

    assert text.startswith("first ")
    assert MAX_INDEX - MAX_WORD < len(text) <= MAX_INDEX


@pytest.mark.parametrize("text", ["لل" * 40_000, "a1-" * 30_000, "ﷺ" * 10_000, "1,111," * 10_000, "00:" * 30_000])
def test_a_hostile_text_yields_short_words(text):
    assert all(0 < len(word) <= MAX_WORD for word in search_text(text).split(" "))


def test_names_sort_by_the_alphabet_not_by_code_point():
    names = ["پاسكال", "آلاء", "Basil", "آمنة", "إبراهيم", "أحمد", "ابتسام", "amal"]

    in_order = ["amal", "Basil", "ابتسام", "إبراهيم", "أحمد", "آلاء", "آمنة", "پاسكال"]

    assert sorted(names, key=sort_key) == in_order


@given(ANY_TEXT)
def test_any_text_folds_to_something_a_database_can_store(text):
    folded = fold(text)

    assert "\x00" not in folded
    assert folded == " ".join(folded.split())
    folded.encode("utf-8")


@given(st.lists(ANY_TEXT, max_size=3))
def test_the_index_of_any_text_has_no_empty_word(fields):
    text = search_text(*fields)

    assert text == " ".join(text.split())
    assert len(set(text.split())) == len(text.split())


@given(ANY_TEXT | ARABIC)
def test_every_text_is_found_by_each_of_its_own_words(text):
    index = set(search_text(text).split())

    assert all(stripped_forms(word) <= index for word in words(text))


@given(ANY_TEXT | ARABIC)
def test_every_text_has_the_same_words_as_itself(text):
    assert same_words(text, text)


@given(ARABIC, ARABIC)
def test_sameness_does_not_depend_on_who_asks(a, b):
    assert same_words(a, b) == same_words(b, a)
