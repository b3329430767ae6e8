"""Where the new words of a reply end and the quotation begins, in Arabic and English.

Only what stands at the end of a message is folded away. Where somebody answered between the quoted lines, everything
stays: losing an answer is worse than showing a quotation.
"""

import re
from itertools import pairwise

_LOOKED_AT = 400  # letters of a line; the patterns below take too long on lines without an end
_MARKS = dict.fromkeys(map(ord, "\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"))
_DIGITS = {ord("٠") + n: str(n) for n in range(10)} | {ord("۰") + n: str(n) for n in range(10)}
# "On Mon, Apr 2, 2012 at 6:26 PM, Megan One <m@example.com> wrote:" and what Arabic programs write in its place.
_WROTE = re.compile(
    r"(?:^|\s)(?:On|Le|Am|El|Il)\b.{4,300}?\b(?:wrote|writes|a écrit|schrieb|escribió|ha scritto)\s*:?\s*$"
    r"|^.{0,200}<[^<>\s]+@[^<>\s]+>\s*(?:wrote|writes)\s*:\s*$"
    r"|^(?:في|بتاريخ|يوم)\s.{4,300}?(?:كتب(?:ت|وا)?|تمت كتابة ما يلي بواسطة|أرسل(?:ت)?|قال(?:ت)?)\b.{0,200}[:：]\s*$"
    r"|^.{2,120}(?:كتب|كتبت)\s+(?:في|بتاريخ|يوم)\s.{4,200}[:：]\s*$",
    re.S,
)
_WROTE_BEGINS = re.compile(r"^\s*(?:On|Le|Am|El|Il)\s.*\d|^(?:في|بتاريخ|يوم)\s.*\d|.*<[^<>\s]+@")
_ORIGINAL = re.compile(
    r"^\s*[-_*]{2,}\s*(?:Original Message|Original Appointment|Ursprüngliche Nachricht|Message d'origine|Reply Message"
    r"|الرسالة الأصلية|الرسالة الاصلية|رسالة أصلية)\s*[-_*]{2,}\s*$",
    re.I,
)
_RULE = re.compile(r"^\s*_{10,}\s*$")
_FIELD = re.compile(
    r"^\s*\*?(From|Sent|Date|To|Cc|Subject|Von|Gesendet|An|Betreff|De|Envoyé|À|Objet"
    r"|من|تم الإرسال|تاريخ الإرسال|أُرسلت|أرسلت|التاريخ|إلى|الى|نسخة|نسخة إلى|الموضوع)\s*\*?\s*[:：]\*?\s*(.*)$",
    re.I,
)
_FROM = {"from", "von", "de", "من"}
_FORWARDED = re.compile(
    r"^\s*-{3,}\s*(?:Forwarded message|Weitergeleitete Nachricht|رسالة معاد توجيهها|الرسالة المعاد توجيهها)\s*-{3,}"
    r"|^\s*(?:Begin forwarded message|بداية الرسالة المعاد توجيهها)\s*:",
    re.I,
)
_SIGNATURE = re.compile(r"^(?:-- ?|Sent from my .{1,60}|(?:تم الإرسال|أُرسلت|أرسلت|مرسل) من .{1,60})$")


def split(text: str) -> tuple[str, str]:
    """(new words, quotation); the quotation is "" where none was found or something was answered inside it."""
    lines = text.split("\n")
    bare = [line[:_LOOKED_AT].translate(_MARKS).translate(_DIGITS).strip() for line in lines]
    start = _start(bare)
    if start is None:
        return text.strip("\n"), ""
    reply, quoted = "\n".join(lines[:start]).strip("\n"), "\n".join(lines[start:]).strip("\n")
    return (reply, quoted) if reply.strip() else (text.strip("\n"), "")


def _start(bare: list[str]) -> int | None:
    """The line at which the quotation begins."""
    for n, line in enumerate(bare):
        if _FORWARDED.match(line):
            return None  # what was passed on is the message
        if _ORIGINAL.match(line) and _has_content(bare, n + 1):
            return n
        if _is_header_block(bare, n):
            return n - 1 if n and _RULE.match(bare[n - 1]) else n
        height = _wrote(bare, n)
        if height and _has_content(bare, n + height):
            return n if _is_quoted_to_the_end(bare, n + height) else None
    return _trailing_block(bare)


def _wrote(bare: list[str], n: int) -> int:
    """How many lines the introduction "... wrote:" takes that begins at line `n`; 0 where none does."""
    if not bare[n] or bare[n].startswith(">") or not _WROTE_BEGINS.search(bare[n]):
        return 0
    for height in (1, 2, 3):
        told = bare[n : n + height]
        if len(told) < height or not all(told):
            return 0
        if _WROTE.search(" ".join(told)):
            return height
    return 0


def _is_header_block(bare: list[str], n: int) -> bool:
    """The little head that Outlook puts before what it quotes: a sender and at least two more fields."""
    match = _FIELD.match(bare[n])
    if not match or match[1].lower() not in _FROM:
        return False
    fields = {found[1].lower() for line in bare[n : n + 7] if (found := _FIELD.match(line))}
    return len(fields) >= 3 and _has_content(bare, n + len(fields))


def _has_content(bare: list[str], n: int) -> bool:
    return any(bare[n:])


def _is_quoted_to_the_end(bare: list[str], n: int) -> bool:
    """Whether after line `n` come only quoted lines, or, without any mark, the quoted text itself."""
    marked = [line.startswith(">") for line in bare[n:] if line]
    if not any(marked):
        return True  # programs of telephones put no mark before it
    rest = bare[n:]
    last = max(i for i, line in enumerate(rest) if line.startswith(">"))
    first = next(i for i, line in enumerate(rest) if line.startswith(">"))
    between = [line for line in rest[:last] if line and not line.startswith(">")]
    answered = [line for i, line in enumerate(rest[first:last]) if line and not line.startswith(">")]
    after = [line for line in rest[last + 1 :] if line]
    return not (answered and _is_answer(rest[first:last])) and len(between) <= 2 and _is_only_a_signature(after)


def _is_answer(lines: list[str]) -> bool:
    """A mark missing on the last piece of a line that was broken is no answer; a paragraph of its own is."""
    for before, line in pairwise(["", *lines]):
        if line and not line.startswith(">") and (not before or len(before) < 60):
            return True
    return False


def _is_only_a_signature(lines: list[str]) -> bool:
    return not lines or bool(_SIGNATURE.match(lines[0]))


def _trailing_block(bare: list[str]) -> int | None:
    """A block of marked lines at the very end, nobody saying whose it is."""
    end = len(bare)
    while end and not bare[end - 1]:
        end -= 1
    start = end
    while start and (bare[start - 1].startswith(">") or not bare[start - 1]):
        start -= 1
    while start < end and not bare[start]:
        start += 1
    if start == end or any(line.startswith(">") for line in bare[:start]):
        return None
    return start
