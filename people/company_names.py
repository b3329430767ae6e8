"""Whether two names on papers mean one company; pure, no Django.

`company_key` is the same for spellings that differ in case, punctuation, "&" or "and", and how the legal form is
written. `company_stem` leaves the legal form out: the same stem with another form may be another company, so it is
only asked about names that stand for one thing already, as the vendor of one contract in two states of a register.
"""

import difflib
import re

from office.fold import fold

FORMS = {
    "inc": "inc",
    "incorporated": "inc",
    "llc": "llc",
    "ltd": "ltd",
    "limited": "ltd",
    "corp": "corp",
    "corporation": "corp",
    "co": "co",
    "company": "co",
    "lp": "lp",
    "llp": "llp",
    "plc": "plc",
    "pllc": "pllc",
    "pc": "pc",
    fold("ذ.م.م").replace(".", ""): "llc",
    fold("م.ع.م").replace(".", ""): "psc",
    fold("ش.م.م").replace(".", ""): "llc",
    fold("شركة"): "co",
    fold("الشركة"): "co",
    fold("مؤسسة"): "est",
}
ALIKE = 0.85
"""How alike two stems must be, as difflib measures it, to be two spellings of one name."""


def company_key(name: str) -> str:
    """Return the words of a name with every way of writing a legal form made one."""
    return " ".join(FORMS.get(word, word) for word in _words(name))


def company_stem(name: str) -> str:
    """Return the words of a name without its legal form; the whole name where it has nothing else."""
    words = _words(name)
    return " ".join(word for word in words if word not in FORMS) or " ".join(words)


def is_respelled(one: str, other: str) -> bool:
    """Whether two names are likely two spellings of one: of a thing whose vendor they both name."""
    first, second = company_stem(one), company_stem(other)
    return first == second or difflib.SequenceMatcher(None, first, second).ratio() >= ALIKE


def _words(name: str) -> list[str]:
    text = fold(name).replace("&", " and ")
    text = re.sub(r"[.'’`]", "", text)
    return re.sub(r"[^\w]+", " ", text).split()
