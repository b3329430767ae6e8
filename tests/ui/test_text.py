"""Dates, spans, amounts and digits as they are written in both languages."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone
from django.utils.translation import override

from ui import text


@pytest.mark.parametrize(("language", "written"), [("en", "15 Nov 2026"), ("ar", "15 تشرين الثاني 2026")])
def test_a_day_is_written_with_jordans_month_names(language, written):
    with override(language):
        assert text.day(date(2026, 11, 15)) == written


def test_an_instant_is_taken_to_the_local_day_first():
    late_evening = datetime(2026, 11, 14, 22, 30, tzinfo=UTC)

    assert text.day_time(late_evening) == "15 Nov 2026 01:30"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (20, "now"),
        (-20, "now"),
        (60, "1 minute ago"),
        (-7200, "in 2 hours"),
        (3 * 86400, "3 days ago"),
        (-40 * 86400, "in 1 month"),
        (800 * 86400, "2 years ago"),
    ],
)
def test_time_gone_and_time_to_come_are_said_in_the_largest_unit(seconds, words):
    now = timezone.now()

    assert text.ago(now - timedelta(seconds=seconds), now) == words


def test_an_amount_has_three_decimals_and_its_currency():
    assert text.money(Decimal("1234.5")) == "1,234.500 JOD"


def test_an_amount_is_isolated_in_arabic_text():
    with override("ar"):
        assert text.money(Decimal("-5.5")) == "\u2066-5.500\u2069 د.أ"


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("١٬٢٣٤٫٥٠٠", "1234.500"),
        ("۴۲", "42"),
        ("1,234.5", "1234.5"),
        ("1 234.5", "1234.5"),
        ("\u200f١٢", "12"),
        ("−5", "-5"),
        ("1,5", "1,5"),
        ("12x", "12x"),
    ],
)
def test_numbers_are_read_as_people_type_them(typed, read):
    assert text.plain_number(typed) == read


def test_hidden_characters_are_taken_out_of_a_pasted_tag():
    assert text.strip_bidi("\u200fAST-0042\u202c\ufeff") == "AST-0042"


def test_an_empty_value_is_written_as_nothing():
    assert [text.day(None), text.day_time(None), text.ago(None), text.money(None)] == ["", "", "", ""]


@pytest.mark.parametrize(
    ("words", "answer"), [("George", False), ("أمل", True), ("(2) خادم HP", True), ("12 HP خادم", False), ("12", True)]
)
def test_words_run_as_their_first_letter_does(words, answer):
    with override("ar"):
        assert text.runs_right_to_left(words) is answer
