"""Addresses as people and programs write them, well formed or not."""

import re
from dataclasses import dataclass

from helpdesk.intake.headers import decode_words, one_line
from helpdesk.intake.limits import MOST_ADDRESSES

_ADDRESS = re.compile(r"[^\s@<>()\[\],;:\"\\\x00-\x1f]+@[^\W_](?:[\w.-]*[^\W_])?")
_LONGEST = 254
_SPACE = "\x01"  # a space inside quotes: never the border of an address


@dataclass(frozen=True)
class Address:
    """One mailbox: a name to show and an address; `is_valid` False where no mail could go to it."""

    email: str
    name: str = ""
    is_valid: bool = True

    @property
    def key(self) -> str:
        """The address as it is compared."""
        return self.email.lower()

    @property
    def domain(self) -> str:
        return self.key.rpartition("@")[2]


def parse(text: str, most: int = MOST_ADDRESSES) -> list[Address]:
    """The addresses of a header, in order, at most `most`; what is none is passed over. Never raises, linear."""
    found: list[Address] = []
    for item in _items(text):
        if len(found) == most:
            break
        address = _address(item)
        if address is not None:
            found.append(address)
    return found


def first(text: str) -> Address | None:
    return next(iter(parse(text, 1)), None)


def _items(text: str) -> list["_Item"]:
    """Cut at commas and semicolons that stand outside quotes, comments and angles."""
    items, item = [], _Item()
    quoted, depth, angle, at = False, 0, False, 0
    while at < len(text):
        letter = text[at]
        if letter == "\\" and (quoted or depth) and at + 1 < len(text):
            item.add(text[at + 1], depth, angle)
            at += 2
            continue
        if letter == '"' and not depth and not angle:
            quoted = not quoted
        elif quoted:
            item.add(_SPACE if letter.isspace() else letter, 0, False)
        elif letter == "(" and not angle:
            depth += 1
        elif letter == ")" and depth:
            depth -= 1
        elif depth:
            item.add(letter, depth, False)
        elif letter == "<":
            angle = True
            item.angle = ""
        elif letter == ">" and angle:
            angle = False
        elif letter in ",;":
            items.append(item)
            if len(items) > 10 * MOST_ADDRESSES:
                break
            item, angle = _Item(), False
        elif letter == ":" and not angle and "@" not in "".join(item.words):  # the name of a group
            item = _Item()
        else:
            item.add(letter, 0, angle)
        at += 1
    items.append(item)
    return items


class _Item:
    def __init__(self) -> None:
        self.words: list[str] = []
        self.comment: list[str] = []
        self.angle: str | None = None

    def add(self, letter: str, depth: int, angle: bool) -> None:
        if depth:
            self.comment.append(letter)
        elif angle:
            self.angle = (self.angle or "") + letter
        else:
            self.words.append(letter)


def _address(item: _Item) -> Address | None:
    words, comment = "".join(item.words).strip(), "".join(item.comment).strip()
    if item.angle is not None:
        match = _whole(item.angle.strip())
        if match:
            return Address(match, _name(words or comment))
    for word in words.split():  # the address itself, perhaps with something beside it
        if match := _whole(word):
            return Address(match, _name(comment or words.replace(word, "", 1).strip()))
    return None


def _whole(text: str) -> str | None:
    """The text if it is an address and nothing else; encoded words inside an address are a trick and refused."""
    is_one = len(text) <= _LONGEST and "=?" not in text and _ADDRESS.fullmatch(text)
    return text if is_one else None


def _name(text: str) -> str:
    return one_line(decode_words(text.replace(_SPACE, " "))).strip().strip("'\"").strip()[:200]


def broken(text: str) -> Address:
    """What stands where an address should."""
    text = one_line(decode_words(text)).strip()
    return Address(text[:320], text.replace('"', "")[:200], is_valid=False)
