"""Folds Arabic and English text so that what people mean alike is written alike; pure, no Django.

The stored text is never changed: a fold serves search, sorting and the finding of duplicates. Kept on purpose are
the standing hamza (ولاء is not ولا), leading zeros, the decimal point and ط/ت, ض/ظ, ق/ك. Accepted: علي = على,
آلة = إله, عُمان = عمّان, والدين = الدين. The wanted and unwanted pairs are `tests/office/arabic-search-pairs.csv`.
"""

import re
import unicodedata
from collections.abc import Iterator

MAX_WORD = 64
"""Letters of a word that are kept. Longer words are told apart by these only."""

MAX_FIELD = 100_000
"""Letters of one field that are read for the index."""

MAX_INDEX = 240_000
"""Letters of one row's index: at four bytes each still below the 1 MiB that PostgreSQL allows a tsvector."""

_LONE_MARKS = dict.fromkeys(range(0xFE70, 0xFE80, 2))  # NFKC would put a blank before each
_YA_HAMZA = re.compile("[يىیۍېے]ء")
_GROUPED = re.compile(r"(?<![\d,.])\d{1,3}(?:,\d{3})+(?!,?\d)")
_HARAKAT = dict.fromkeys([*range(0x064B, 0x0660), 0x0670])
_LETTERS = {
    "ا": "ٱٲٳٵ",
    "ي": "ىیۍېے",
    "ه": "ةۃہھەۀ",
    "ك": "کڪگ",
    "ف": "ڤ",
    "ب": "پ",
    "ج": "چ",
    "ز": "ژ",
    "و": "ۆۇۋ",
    "ت": "ٹ",
    "د": "ڈ",
    "ر": "ڑ",
    "ن": "ں",
    "i": "ı",
    "": "٬ٴ",  # the thousands mark, and the high hamza that NFKC leaves of ٵ
    ".": "٫",
    "%": "٪",
    ",": "،",
    ";": "؛",
    "?": "؟",
    '"': "«»“”„‟",
    "-": "−",
}


def _tables() -> tuple[dict[int, str | None], dict[int, str | None]]:
    """What is invisible, and what each remaining letter becomes, for `str.translate`."""
    invisible: dict[int, str | None] = {0x034F: None, 0x0640: None}
    letters: dict[int, str | None] = {}
    for code in (*range(0x20000), *range(0xE0000, 0xE0200)):  # nothing of these categories is assigned elsewhere
        letter = chr(code)
        match unicodedata.category(letter):
            case "Cf":
                invisible[code] = None
            case "Cc" | "Cs":  # NUL and half characters are refused by databases
                invisible[code] = " "
            case "Mn":
                letters[code] = None
            case "Nd":
                letters[code] = str(unicodedata.digit(letter))
            case "Pd":
                letters[code] = "-"
    letters.update((ord(variant), plain) for plain, variants in _LETTERS.items() for variant in variants)
    return invisible, letters


_INVISIBLE, _PLAIN = _tables()
_ASCII_CONTROLS = {code: blank for code, blank in _INVISIBLE.items() if code < 128}


def fold(text: str) -> str:
    """Return `text` as it is compared: one script form, no marks, lower case, ASCII digits, single blanks.

    The steps and their order are those of the Arabic rules, section 2.1. Two additions: a Persian ya before hamza
    counts as ya (شیء = شيء), and control characters and lone surrogates become blanks, so that any `str` is safe to
    store afterwards. Folding twice may differ from folding once: fold what people wrote, not what was folded.
    """
    if text.isascii():
        text = text.lower().translate(_ASCII_CONTROLS)
    else:
        text = unicodedata.normalize("NFKC", text.translate(_LONE_MARKS))
        text = text.casefold().translate(_INVISIBLE)
        text = unicodedata.normalize("NFC", text).translate(_HARAKAT)
        text = _YA_HAMZA.sub("ي", text.replace("ئو", "ؤو"))  # before NFD, which takes the hamza off its carrier
        text = unicodedata.normalize("NFD", text)
    text = _GROUPED.sub(lambda number: number[0].replace(",", ""), text)  # before ، becomes a comma too
    if not text.isascii():
        text = text.translate(_PLAIN)
    return " ".join(text.split())


# A word is a run of letters and digits. Latin runs joined by one of -./_@ stay together when they hold a digit or an
# @: TKT-2026-00042, 10.0.18, 12/345, amal@mop.gov.jo; so do the six pairs of a network address.
_TOKEN = re.compile(
    r"(?<![^\W_])[0-9a-f]{2}(?::[0-9a-f]{2}){5}(?![^\W_])"
    r"|[^\W_]+(?:(?<=[0-9a-z])[-./_@](?=[0-9a-z])[^\W_]+)*"
)
_JOINED = re.compile(r"[-./_@:]")
_IDENTIFYING = re.compile(r"[0-9@]")
_PARTED = re.compile(r"[-/_@]|(?<![0-9])\.|\.(?![0-9])")  # 10.0.18 and 1.500 are of one piece


def words(text: str) -> list[str]:
    """Return the folded words of `text` in order, identifiers whole, each at most 64 letters long."""
    return [word[:MAX_WORD] for word in _tokens(fold(text))]


def _tokens(folded: str) -> Iterator[str]:
    """The words and, in their whole length, the identifiers."""
    for match in _TOKEN.finditer(folded):
        token = match[0]
        if not _JOINED.search(token):
            yield token[:MAX_WORD]
        elif _IDENTIFYING.search(token):
            yield token
        else:
            yield from (part[:MAX_WORD] for part in _JOINED.split(token))


_ARTICLE = re.compile("[وف]?(?:بال|كال|لل|ال)")


def stripped_forms(word: str) -> frozenset[str]:
    """Return the folded `word` with and without its article; two words are the same when they share a form.

    [وف]?(بال|كال|لل|ال) comes off as often as three letters remain; after لل one ل may belong to the word (للجنة is
    لجنة). A bare ب ل ك و ف never comes off (بريد, لجنة, كفالة, وزارة, فاتورة).
    """
    forms = {word}
    waiting = [word]
    while waiting:
        form = waiting.pop()
        if not (article := _ARTICLE.match(form)):
            continue
        starts = [article.end()] + [article.end() - 1] * article[0].endswith("لل")
        for rest in (form[start:] for start in starts if len(form) - start >= 3):
            if rest not in forms:
                forms.add(rest)
                waiting.append(rest)
    return frozenset(forms)


def same_words(a: str, b: str) -> bool:
    """Whether two texts have as many words and each pair of words shares a stripped form."""
    left, right = words(a), words(b)
    return len(left) == len(right) and all(
        stripped_forms(one) & stripped_forms(other) for one, other in zip(left, right, strict=True)
    )


def search_text(*fields: str) -> str:
    """Return what a row can be found by: distinct folded words, divided by single blanks, earlier fields first.

    Of every word its stripped forms are there; of every identifier also its parts, and what follows each joint, so
    that TKT-2026-00042 is found by 00042 and MOP-TKT-2026-00042 by TKT-2026-00042. Both databases divide this text at
    its blanks and nowhere else: a whole word is found by equality, the beginning of a word by its first letters.
    """
    found: dict[str, None] = {}
    room = MAX_INDEX
    for field in fields:
        for token in _tokens(fold(field[:MAX_FIELD])):
            for form in _index_forms(token):
                if form in found:
                    continue
                room -= len(form) + 1
                if room < 0:
                    return " ".join(found)
                found[form] = None
    return " ".join(found)


def _index_forms(token: str) -> Iterator[str]:
    yield token[:MAX_WORD]
    if not _JOINED.search(token):
        yield from sorted(stripped_forms(token))
        return
    start = 0
    for joint in _PARTED.finditer(token):
        yield token[start : joint.start()][:MAX_WORD]
        start = joint.end()
        yield token[start : start + MAX_WORD]


def sort_key(name: str) -> str:
    """Return the key that sorts names alphabetically in both scripts when it is compared code point by code point."""
    return fold(name)
