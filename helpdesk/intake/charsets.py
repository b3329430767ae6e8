"""Turning bytes into text: names of charsets as people write them, and charsets that lie."""

import codecs
import re

ALIASES = {
    "utf8": "utf-8",
    "uft-8": "utf-8",
    "utf-8-sig": "utf-8",
    "unicode-1-1-utf-7": "utf-7",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "gb_2312-80": "gb18030",
    "ks_c_5601-1987": "cp949",
    "euc-kr": "cp949",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "x-sjis": "cp932",
    "iso-2022-jp": "iso2022_jp_ext",
    "big5": "big5hkscs",
    "iso-8859-1": "cp1252",
    "latin1": "cp1252",
    "latin-1": "cp1252",
    "windows-874": "cp874",
    "tis-620": "cp874",
    "iso-8859-8-i": "iso-8859-8",
    "iso-8859-6-i": "iso-8859-6",
    "asmo-708": "iso-8859-6",
    "cp-850": "cp850",
    "macintosh": "mac_roman",
}
PLAIN = {"", "us-ascii", "ascii", "ansi_x3.4-1968", "unknown", "unknown-8bit", "x-unknown", "default", "8bit", "iso"}
DOUBLE = {"gb18030", "cp949", "cp932", "euc_jp", "big5hkscs", "iso2022_jp_ext", "utf-16", "utf-7", "iso2022_kr"}
_HIGH = re.compile(rb"[\x80-\xff]+")
# Letters, vowel signs and punctuation of windows-1256 that stand in Arabic text.
_ARABIC = frozenset(
    {*range(0xC1, 0xD7), *range(0xD8, 0xE0), *bytes.fromhex("a1babf818d8e90e1e3e4e5e6ecedf0f1f2f3f5f6f8fafdfe")}
)


def codec_of(name: str | None) -> str | None:
    """The codec Python has for a charset as a mail names it; "" where it says nothing, None where nobody knows it."""
    name = (name or "").strip().strip("\"'").strip().lower().split("*")[0]
    if name in PLAIN:
        return ""
    name = ALIASES.get(name, name)
    try:
        info = codecs.lookup(name)
    except (LookupError, ValueError, UnicodeError):
        return None
    return name if info._is_text_encoding else None


def decode(data: bytes, declared: str | None = None) -> str:
    """Text of `data`; believes the declared charset unless the bytes say otherwise. Never raises."""
    codec = codec_of(declared)
    if data.startswith(codecs.BOM_UTF8):
        data, codec = data[3:], "utf-8"
    if codec in DOUBLE:
        return _strict(data, codec) or _lenient(data, codec)
    if _HIGH.search(data) is None:
        return data.decode("ascii")
    text = _strict(data, "utf-8")  # whatever it says, bytes that are good UTF-8 by chance are hardly ever met
    if text is not None:
        return text
    if codec == "utf-8" and _is_damaged_utf8(data):
        return data.decode("utf-8", "replace")
    if codec == "cp1252" and not _looks_arabic(data):
        return _western(data)
    if codec in ("", None, "utf-8", "cp1252"):
        return guess(data)
    return _strict(data, codec) or guess(data)


def guess(data: bytes) -> str:
    """Text of bytes that say nothing true about themselves."""
    text = _strict(data, "utf-8")
    if text is not None:
        return text
    if _looks_arabic(data):
        return data.decode("cp1256", "replace")
    if _looks_chinese(data):
        return data.decode("gb18030", "replace")
    return _western(data)


def _western(data: bytes) -> str:
    return _strict(data, "cp1252") or data.decode("latin-1")


def _strict(data: bytes, codec: str) -> str | None:
    try:
        return data.decode(codec)
    except (UnicodeError, ValueError, LookupError):
        return None


def _lenient(data: bytes, codec: str) -> str:
    text = _strict(data, "utf-8")
    try:
        return text if text is not None else data.decode(codec, "replace")
    except (UnicodeError, ValueError, LookupError):
        return data.decode("latin-1")


def _is_damaged_utf8(data: bytes) -> bool:
    """Mostly good UTF-8 with a few broken bytes, as a cut in the middle of a letter leaves it."""
    text = data.decode("utf-8", "replace")
    broken, good = text.count("�"), sum(1 for letter in text if letter > "\x7f" and letter != "�")
    return good >= 4 * broken


def _looks_arabic(data: bytes) -> bool:
    runs = _HIGH.findall(data[:20_000])
    high = b"".join(runs)
    known = sum(1 for byte in high if byte in _ARABIC)
    return len(high) >= 2.5 * len(runs) and known >= 0.95 * len(high)


def _looks_chinese(data: bytes) -> bool:
    """Pairs of bytes, most of them among the common characters of GB 2312."""
    text = _strict(data, "gb18030")
    runs = _HIGH.findall(data[:20_000])
    if text is None or sum(len(run) % 2 for run in runs) > 0.2 * len(runs):
        return False
    wide = [letter for letter in text if letter > "\x7f"]
    common = sum(1 for letter in wide if "一" <= letter <= "鿿" or "　" <= letter <= "〿" or letter >= "！")
    return len(wide) > 1 and common >= 0.9 * len(wide)


def tidy(text: str) -> str:
    """Lines ended by one line feed each, without zero bytes and the controls nobody wrote."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]", "", text)
