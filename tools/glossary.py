"""The words of the glossary inside longer sentences: where the English has a term, the Arabic has its word.

Arabic bends words from within (عقد, عقود), so a word is recognised by its consonants in their order, whatever stands
before, between and behind them. What bends further, or says the term by a verb, is told in OTHERWISE; English words
that mean many things are left out of the check by name.
"""

import re

MARKS = re.compile("[\u064b-\u0652\u0640]")
WORD = re.compile("[\u0621-\u064a]+")
FILLED = re.compile(r"%\([a-z_]+\)[sd]|\{[a-z_]+\}|<[^>]*>|[\w@.-]+\.[a-z]{2,}")
ALIKE = str.maketrans("أإآىئؤ", "ااايءء")
WEAK = str.maketrans("", "", "اويءة")

# English words with meanings beside the glossary's: "need a hand", "decision" of anything, "active" users.
MANY_MEANINGS = {
    "active", "apply", "approve", "assign", "award", "cancel", "change request", "close", "closed", "decision",
    "draft", "edit", "end date", "expired", "extension of time", "filter", "for approval", "held", "high",
    "in use", "lost", "low", "need", "new", "normal", "offer", "on hold", "preview", "print", "problem",
    "receive", "recipient", "referral", "reply", "resolved", "restore", "restricted", "return", "save", "scan",
    "secret", "sender", "solution", "start", "submit", "suspended", "term", "transfer", "undo", "urgent",
}  # fmt: skip
OTHERWISE = {
    "ticket": "طلب",  # the first mention says طلب دعم, the next ones الطلب
    "tickets": "طلب",
    "digest": "ملخص",  # a daily one is ملخص يومي
    "owner": "مسؤول",
    "search": "ابحث",
    "working day": "ايام عمل|بأيام العمل|أيام عملها",
    "employee": "الوظيفي",
    "assigned": "أسند|إسناد",
    "cancelled": "ألغى|إلغاء",
    "reopened": "إعادة فتح",
    "sign in": "الدخول",
}
# Sentences that say the term by another word, and why.
REASONED = {
    "File the ticket": "to file is a verb here",
    "extension": "of a contract's time",
}


def bones(word):
    """The consonants of a word that no bending changes; a word that has hardly any stays as it is."""
    plain = MARKS.sub("", word).translate(ALIKE)
    firm = plain.translate(WEAK)
    return firm if len(firm) > 1 else plain.rstrip("ة")


def says(arabic, wanted):
    """Whether each word of the term `wanted` stands in the text, bent in whatever way."""
    text = MARKS.sub("", arabic)
    words = [*map(bones, WORD.findall(text)), *text.translate(ALIKE).split()]
    return all(any(each in word for word in words) for each in map(_root, WORD.findall(MARKS.sub("", wanted))))


def _root(word):
    return bones(word.removeprefix("ال") if len(word) > 4 else word)


def strays(entries, terms):
    """`(English, Arabic, term, wanted)` of every translation that has another word for a term of the glossary."""
    patterns = {
        term: re.compile(rf"(?<![\w-]){re.escape(term)}(?:e?s)?(?![\w-])")
        for term in sorted(terms, key=len, reverse=True)  # "covered assets" before "asset"
        if term not in MANY_MEANINGS
    }
    for english, arabic in entries:
        if english in REASONED:
            continue
        text = FILLED.sub(" ", english).lower()
        for term, pattern in patterns.items():
            wanted = [*terms[term].split("|"), *OTHERWISE.get(term, "").split("|")]
            text, found = pattern.subn(" ", text)
            if found and not any(says(arabic, option) for option in wanted if option):
                yield english, arabic, term, terms[term]
