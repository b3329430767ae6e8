"""Compiles the catalogues of translations without GNU gettext, since only Python is needed to run the product."""

import os
from collections import Counter
from pathlib import Path

from django.conf import settings
from django.core.management import CommandError


def compile_catalogues(folders=None):
    """Make each .mo that is not as old as its .po; returns the .mo files that were written.

    folders: folders of catalogues, LOCALE_PATHS unless given. A compiled file takes its source's time of change, so
    that a source that went back in time (another branch) counts as changed too.
    """
    folders = settings.LOCALE_PATHS if folders is None else folders
    sources = [source for folder in folders for source in sorted(Path(folder).glob("*/LC_MESSAGES/*.po"))]
    return [_compile(source) for source in sources if _is_stale(source)]


def _is_stale(source):
    compiled = source.with_suffix(".mo")
    return not compiled.exists() or compiled.stat().st_mtime_ns != source.stat().st_mtime_ns


def _compile(source):
    import polib

    compiled, changed = source.with_suffix(".mo"), source.stat().st_mtime_ns
    try:
        catalogue = polib.pofile(str(source))
        _refuse_doubles(catalogue)
        content = catalogue.to_binary()
    except (OSError, ValueError) as problem:
        raise CommandError(f"{source} cannot be read: {problem}") from problem
    temporary = compiled.with_name(f"{compiled.name}.{os.getpid()}")
    temporary.write_bytes(content)
    os.utime(temporary, ns=(changed, changed))
    temporary.replace(compiled)  # another process reads the old or the new file, never half of one
    return compiled


def _refuse_doubles(catalogue):
    """Raise ValueError for words that are translated twice; polib itself looks at each pair of them."""
    counted = Counter((entry.msgctxt, entry.msgid) for entry in catalogue if not entry.obsolete)
    if doubles := [words for (_context, words), times in counted.items() if times > 1]:
        raise ValueError(f"translated twice: {doubles}")
