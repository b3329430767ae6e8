"""A translation that has another word for a term of the glossary is found, however the word is bent."""

import pytest

from tools.glossary import says, strays

TERMS = {"contract": "عقد", "vendor": "مورّد", "asset": "أصل", "covered assets": "الأجهزة المشمولة", "need": "احتياج"}


@pytest.mark.parametrize(
    ("arabic", "wanted"),
    [
        ("العقود مع المورّدين", "عقد"),
        ("وبعقدها", "عقد"),
        ("الأصول", "أصل"),
        ("أرقام الأصول", "رقم الأصل"),
        ("الخوادم والرخص", "خادم"),
        ("فرقها", "فريق"),
        ("أيام عمل", "أيام عمل"),
    ],
)
def test_a_bent_word_is_the_word(arabic, wanted):
    assert says(arabic, wanted)


@pytest.mark.parametrize(("arabic", "wanted"), [("الاتفاقيات", "عقد"), ("البائع", "مورّد"), ("الموعد", "يوم")])
def test_another_word_is_not(arabic, wanted):
    assert not says(arabic, wanted)


def test_a_sentence_with_another_word_is_named_with_what_was_wanted():
    entries = [("All contracts of this vendor", "كل عقود هذا البائع"), ("All contracts", "كل العقود")]

    assert list(strays(entries, TERMS)) == [(*entries[0], "vendor", "مورّد")]


def test_the_longer_term_is_looked_for_first():
    assert not list(strays([("Covered assets", "الأجهزة المشمولة")], TERMS))


def test_english_words_of_many_meanings_and_what_is_filled_in_are_left_alone():
    entries = [("Do you need a hand, %(contract)s?", "هل تحتاج إلى مساعدة؟")]

    assert not list(strays(entries, TERMS))
