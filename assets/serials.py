"""Serial numbers that say nothing: makers and people write them where there is none."""

import re

from office.fold import fold

PLACEHOLDERS = {
    fold(word)
    for word in (
        "-",
        "0",
        "none",
        "null",
        "n/a",
        "na",
        "unknown",
        "not checked",
        "not available",
        "not applicable",
        "not specified",
        "no serial",
        "to be filled by o.e.m.",
        "to be filled by oem",
        "default string",
        "system serial number",
        "serial number",
        "chassis serial number",
        "123456789",
        "1234567890",
        "لا يوجد",
        "غير معروف",
    )
}


def is_placeholder(serial):
    """Whether a serial number tells no two things apart: empty, too short, one repeated letter, or a known filler."""
    key = fold(serial or "")
    letters = re.sub(r"[\W_]", "", key)
    return len(letters) < 3 or len(set(letters)) == 1 or key in PLACEHOLDERS
