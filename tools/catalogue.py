"""The Arabic catalogue is whole: every string of the code is in it, translated, not fuzzy, in the glossary's words."""

import re
import subprocess
import sys
from pathlib import Path

import polib

from tools.glossary import strays

ROOT = Path(__file__).resolve().parent.parent
CATALOGUE = ROOT / "locale/ar/LC_MESSAGES/django.po"
GLOSSARY = ROOT / "docs/glossary.tsv"
ARABIC = re.compile(r"[\u0600-\u06ff]")
# Names of formats, products and signs that stay as they are in Arabic.
SAME_IN_BOTH = re.compile(r"^(?:[\W\d_]|%\([a-z_]+\)[sd]|CSV|XLSX|PDF|QR|IP|TKT|MOP|JOD|English|AST|SMTP|URL|A4|…)*$")

RENAMED = re.compile(r"^from django\.utils\.translation import .*\bas (?!_\b)\w+", re.MULTILINE)


def translations(entry):
    return [entry.msgstr] if not entry.msgid_plural else list(entry.msgstr_plural.values())


def problems(catalogue):
    if catalogue.metadata_is_fuzzy:
        yield "fuzzy: the head of the catalogue"
    for entry in catalogue:
        if entry.obsolete:
            continue
        words = translations(entry)
        if entry.fuzzy:
            yield f"fuzzy: {entry.msgid}"
        if not all(words):
            yield f"empty: {entry.msgid}"
        elif not all(ARABIC.search(word) or SAME_IN_BOTH.match(entry.msgid) for word in words):
            yield f"left in English: {entry.msgid}"
        if entry.msgid_plural and len(words) != 6:
            yield f"six plural forms wanted: {entry.msgid}"


def not_glossary(catalogue):
    """An entry that is exactly a term of the glossary says it in the glossary's word; a longer one has it too."""
    terms = dict(line.split("\t") for line in GLOSSARY.read_text(encoding="utf-8").splitlines() if "\t" in line)
    for entry in catalogue:
        wanted = terms.get(entry.msgid.strip().lower())
        plain = not (entry.obsolete or entry.msgid_plural or entry.msgctxt)
        if wanted and plain and entry.msgstr not in wanted.split("|"):
            yield f"not the glossary's word: {entry.msgid} -> {entry.msgstr} (wanted {wanted})"
    said = [(entry.msgid, " ".join(translations(entry))) for entry in catalogue if not entry.obsolete]
    for english, arabic, term, wanted in strays(said, terms):
        yield f"without the glossary's word for {term}: {english} -> {arabic} (wanted {wanted})"


def missing():
    """Strings of the code that are not in the catalogue, found by making the catalogue anew beside it."""
    before = CATALOGUE.read_bytes()
    try:
        make_messages()
        now = {(e.msgctxt, e.msgid) for e in polib.pofile(str(CATALOGUE)) if not e.obsolete}
    finally:
        CATALOGUE.write_bytes(before)
    known = {(e.msgctxt, e.msgid) for e in polib.pofile(str(CATALOGUE)) if not e.obsolete}
    yield from (f"not in the catalogue: {msgid}" for _, msgid in sorted(now - known, key=str))
    yield from (f"no longer in the code: {msgid}" for _, msgid in sorted(known - now, key=str))


def unheard():
    """Functions of gettext under a name of our own: the collector of strings would pass them over."""
    listed = subprocess.run(["git", "ls-files", "*.py"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    for name in listed.split():
        for wrong in RENAMED.findall((ROOT / name).read_text(encoding="utf-8")):
            yield f"not collected under this name: {name}: {wrong}"


def make_messages():
    ignored = [
        f"--ignore={name}" for name in (".venv/*", "node_modules/*", "var/*", "tests/*", "bench/*", "static_built/*")
    ]
    subprocess.run(
        [sys.executable, "manage.py", "makemessages", "-l", "ar", "--no-location", "--no-wrap", "-v0", *ignored],
        cwd=ROOT,
        check=True,
    )
    _sort()


def _sort():
    """By the words themselves: moved code then changes no line, and what two people add seldom meets."""
    catalogue = polib.pofile(str(CATALOGUE), wrapwidth=0)
    catalogue.sort(key=lambda entry: (entry.obsolete, entry.msgid, entry.msgctxt or ""))
    catalogue.save()


def main():
    catalogue = polib.pofile(str(CATALOGUE))
    found = [*problems(catalogue), *not_glossary(catalogue), *unheard(), *missing()]
    print("\n".join(found) or f"The Arabic catalogue is whole: {len(catalogue.translated_entries())} entries.")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
