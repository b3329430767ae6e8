"""From the text of a cell to a value: dates, amounts, yes and no, choices, references."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from django.utils.translation import gettext as _

from office.fold import fold
from ui.text import NUMBER_SIGNS, ascii_digits, strip_bidi

TRUE = {"1", "true", "yes", "y", "x", "نعم"}
FALSE = {"0", "false", "no", "n", "", "لا"}
ISO = "%Y-%m-%d"
AMOUNT = re.compile(r"[^\d\-]{0,8}?(?P<sign>-?)[^\d\-]{0,8}?(?P<figure>[.,]?\d[\d.,'\s]*)[^\d]{0,8}")
SERIAL_DAY = re.compile(r"[2-7]\d{4}(\.0)?")  # how a workbook keeps 1954 to 2118: days since its beginning
SHEET_BEGINS = datetime(1899, 12, 30)
SHORT = 60  # letters of a cell whose value is remembered


class Unreadable(ValueError):
    """A cell that cannot become the value its field wants; the text is a sentence for the person."""


@dataclass(frozen=True)
class Field:
    """A field that a file may fill.

    `kind` is text, code (tags, numbers, phones: their digits become ASCII), date, instant, money, number, flag, choice
    or reference.
    """

    name: str
    kind: str = "text"
    required: bool = False
    max_length: int = 250
    choices: tuple[str, ...] = ()
    refers_to: str = ""
    help: str = ""


def clean(field, text, *, date_format=ISO):
    """The value of a cell, or None for an empty one. Raises Unreadable."""
    return (_clean_known if len(text) <= SHORT else _clean)(field, text, date_format)


def _clean(field, text, date_format):
    text = strip_bidi(text).strip()
    if not text:
        return None
    return _CLEANERS[field.kind](field, text, date_format)


_clean_known = lru_cache(maxsize=10_000)(_clean)  # a long file says the same few things again and again


def _text(field, text, _format):
    if not text.isprintable():
        text = "".join(letter for letter in text if letter.isprintable() or letter in "\n\t")
    if len(text) > field.max_length:
        raise Unreadable(_("longer than %(limit)s letters") % {"limit": field.max_length})
    return text


def _code(field, text, _format):
    return ascii_digits(_text(field, text, _format)).strip()


def _date(field, text, date_format):
    return _instant(field, text, date_format).date()


def _instant(field, text, date_format):
    text = fold(text)  # any digits become ASCII
    for pattern in (date_format, ISO, "%Y-%m-%d %H:%M:%S"):
        try:
            return datetime.strptime(text, pattern)
        except ValueError:
            continue
    if SERIAL_DAY.fullmatch(text):
        return SHEET_BEGINS + timedelta(days=int(text[:5]))
    raise Unreadable(_("“%(text)s” is not a date") % {"text": text[:40]})


def _money(field, text, _format):
    """1,234.56, 1.234,56 and ١٬٢٣٤٫٥٦, with a currency before or behind it; a lone comma before three digits groups."""
    found = AMOUNT.fullmatch(fold(text.translate(NUMBER_SIGNS)))
    number = re.sub(r"[^\d.,\-]", "", found["sign"] + found["figure"]) if found else ""
    if "," in number and number.rfind(",") > number.rfind(".") and not re.search(r",\d{3}$", number):
        number = number.replace(".", "").replace(",", ".")
    try:
        amount = Decimal(number.replace(",", ""))
    except InvalidOperation:
        raise Unreadable(_("“%(text)s” is not an amount") % {"text": text[:40]}) from None
    if not abs(amount) < Decimal("1e11"):
        raise Unreadable(_("“%(text)s” is not an amount") % {"text": text[:40]})
    return amount.quantize(Decimal("0.001"))


def _number(field, text, _format):
    digits = fold(text)
    if not re.fullmatch(r"-?\d{1,9}(\.0+)?", digits):
        raise Unreadable(_("“%(text)s” is not a whole number") % {"text": text[:40]})
    return int(digits.partition(".")[0])


def _flag(field, text, _format):
    word = fold(text)
    if word in TRUE:
        return True
    if word in FALSE:
        return False
    raise Unreadable(_("“%(text)s” is neither yes nor no") % {"text": text[:40]})


def _choice(field, text, _format):
    for choice in field.choices:
        if fold(choice) == fold(text):
            return choice
    raise Unreadable(
        _("“%(text)s” is not one of: %(choices)s") % {"text": text[:40], "choices": ", ".join(field.choices)}
    )


_CLEANERS = {
    "text": _text,
    "code": _code,
    "date": _date,
    "instant": _instant,
    "money": _money,
    "number": _number,
    "flag": _flag,
    "choice": _choice,
    "reference": _text,
}


def date_format_of(texts):
    """The one format that reads all of `texts`. Raises Unreadable where day and month cannot be told apart (I2)."""
    texts = [fold(text.strip()) for text in texts if text.strip()]
    texts = [text for text in texts if not SERIAL_DAY.fullmatch(text)]
    if not texts:
        return ISO
    fitting = [form for form in (ISO, "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%m-%d-%Y") if _all_read(texts, form)]
    if len(fitting) > 1:
        raise Unreadable(
            _("Day and month cannot be told apart in this file: say date_format in the map, for example %(example)s.")
            % {"example": "%d/%m/%Y"}
        )
    return fitting[0] if fitting else ISO


def _all_read(texts, form):
    for text in texts:
        try:
            datetime.strptime(text, form)
        except ValueError:
            return False
    return True
