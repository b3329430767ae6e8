"""How dates, spans of time, money and machine values are written, in pages and in mail, in either language."""

import datetime
import re
import unicodedata
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from django.utils import timezone
from django.utils.translation import get_language, gettext, ngettext

# Jordan's own names of the months; Django's Arabic catalogue has the Egyptian ones.
MONTHS = {
    "en": ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
    "ar": [
        "كانون الثاني",
        "شباط",
        "آذار",
        "نيسان",
        "أيار",
        "حزيران",
        "تموز",
        "آب",
        "أيلول",
        "تشرين الأول",
        "تشرين الثاني",
        "كانون الأول",
    ],
}
WEEKDAYS = {
    "en": ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
    "ar": ["الاثنين", "الثلاثاء", "الأربعاء", "الخميس", "الجمعة", "السبت", "الأحد"],
}
CURRENCY_SIGNS = {"ar": {"JOD": "د.أ"}}
DECIMALS = {"JOD": 3, "KWD": 3, "BHD": 3, "OMR": 3, "TND": 3, "IQD": 3, "LYD": 3, "JPY": 0}

LEFT_TO_RIGHT, FIRST_STRONG, END_ISOLATE = "\u2066", "\u2068", "\u2069"
BIDI_CONTROLS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
INVISIBLE = re.compile("[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
DIGITS = {ord(digit): str(value) for zero in "٠۰" for value, digit in enumerate(chr(ord(zero) + n) for n in range(10))}
NUMBER_SIGNS = DIGITS | {ord("٫"): ".", ord("٬"): ",", ord("−"): "-"}


def language():
    """The language being written, "ar" or "en"."""
    return "ar" if (get_language() or "en").startswith("ar") else "en"


def direction():
    return "rtl" if language() == "ar" else "ltr"


def runs_right_to_left(words):
    """Whether the first letter that has a direction runs right to left; what has none runs as the page does."""
    kinds = (unicodedata.bidirectional(letter) for letter in words)
    strong = next((kind for kind in kinds if kind in {"L", "R", "AL"}), None)
    return strong != "L" if strong else direction() == "rtl"


def isolate(value):
    """A machine value in plain text (mail, title, sheet name): kept left to right in an Arabic sentence."""
    return f"{LEFT_TO_RIGHT}{value}{END_ISOLATE}"


def isolate_text(value):
    """People's text in plain text: takes its own direction."""
    return f"{FIRST_STRONG}{value}{END_ISOLATE}"


def strip_bidi(text):
    """Without the characters nobody sees: a pasted right-to-left mark makes another tag of the same tag."""
    return INVISIBLE.sub("", text)


def one_line(text):
    """What was sent without a form: without control characters and line ends, so that it can be stored."""
    return " ".join(CONTROLS.sub(" ", text).split())


def ascii_digits(text):
    """Arabic-Indic and Persian digits as 0-9; everything else as it was."""
    return text.translate(DIGITS)


def plain_number(text):
    """A number as people type it, as Python reads it: ١٬٢٣٤٫٥٠٠ and 1,234.500 are 1234.500."""
    text = strip_bidi(text).translate(NUMBER_SIGNS).strip()
    if re.fullmatch(r"[+-]?\d{1,3}(,\d{3})+(\.\d*)?", text):
        text = text.replace(",", "")
    return text.replace(" ", "").replace("\u00a0", "") if re.fullmatch(r"[+-]?[\d \u00a0.]+", text) else text


def local(instant):
    """In the one zone of the installation; nobody activates another, and asking for the active one is dear."""
    zone = timezone.get_default_timezone()
    return instant if instant.tzinfo is None or instant.tzinfo is zone else instant.astimezone(zone)


def day(value, weekday=False):
    """15 Nov 2026 / 15 تشرين الثاني 2026; an instant is taken to the local date first."""
    if value is None or value == "":
        return ""
    return _day(local(value) if isinstance(value, datetime.datetime) else value, language(), weekday)


def _day(value, language, weekday=False):
    written = f"{value.day} {MONTHS[language][value.month - 1]} {value.year}"
    if weekday:
        comma = "، " if language == "ar" else ", "
        written = f"{WEEKDAYS[language][value.weekday()]}{comma}{written}"
    return written


def day_time(value):
    """15 Nov 2026 10:30, in local time."""
    if value is None or value == "":
        return ""
    value = local(value)
    return f"{_day(value, language())} {value.hour:02}:{value.minute:02}"


def ago(instant, now=None):
    """How long before or after now, in the largest whole unit: "in 2 hours", «قبل 3 أيام»."""
    if instant is None or instant == "":
        return ""
    seconds = int(((now or timezone.now()) - instant).total_seconds())
    future, seconds = seconds < 0, abs(seconds)
    if seconds < 60:
        return gettext("now")
    if seconds < 3600:
        return _counted(_minutes, seconds // 60, future, get_language())
    if seconds < 86400:
        return _counted(_hours, seconds // 3600, future, get_language())
    days = seconds // 86400
    if days < 31:
        return _counted(_days, days, future, get_language())
    if days < 365:
        return _counted(_months, days // 30, future, get_language())
    return _counted(_years, days // 365, future, get_language())


@lru_cache(maxsize=2048)
def _counted(words, count, future, language):
    """Kept, because a list asks for the same few counts in every row and a plural form is dear to find."""
    return words(count, future)


def _minutes(count, future):
    if future:
        return ngettext("in %(count)d minute", "in %(count)d minutes", count) % {"count": count}
    return ngettext("%(count)d minute ago", "%(count)d minutes ago", count) % {"count": count}


def _hours(count, future):
    if future:
        return ngettext("in %(count)d hour", "in %(count)d hours", count) % {"count": count}
    return ngettext("%(count)d hour ago", "%(count)d hours ago", count) % {"count": count}


def _days(count, future):
    if future:
        return ngettext("in %(count)d day", "in %(count)d days", count) % {"count": count}
    return ngettext("%(count)d day ago", "%(count)d days ago", count) % {"count": count}


def _months(count, future):
    if future:
        return ngettext("in %(count)d month", "in %(count)d months", count) % {"count": count}
    return ngettext("%(count)d month ago", "%(count)d months ago", count) % {"count": count}


def _years(count, future):
    if future:
        return ngettext("in %(count)d year", "in %(count)d years", count) % {"count": count}
    return ngettext("%(count)d year ago", "%(count)d years ago", count) % {"count": count}


def amount(value, currency="JOD"):
    """1,234.500: the figure alone, with the decimals of its currency."""
    places = DECIMALS.get(currency, 2)
    return f"{Decimal(value).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP):,}"


def currency_sign(currency="JOD"):
    return CURRENCY_SIGNS.get(language(), {}).get(currency, currency)


def money(value, currency="JOD"):
    """1,234.500 JOD / ‎1,234.500 د.أ‎ in plain text."""
    if value is None or value == "":
        return ""
    figure = amount(value, currency)
    return f"{isolate(figure) if language() == 'ar' else figure} {currency_sign(currency)}"


def file_size(size):
    """1.4 MB; size in bytes."""
    if size < 1024:
        return ngettext("%(count)d byte", "%(count)d bytes", size) % {"count": size}
    if size < 1024 * 1024:
        return gettext("%(size)s KB") % {"size": f"{size / 1024:.0f}"}
    return gettext("%(size)s MB") % {"size": f"{size / 1024 / 1024:.1f}"}
