"""Papers as PDF, written by Typst from a template beside this file; what stands in them is handed over as data."""

import json
from pathlib import Path

from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage

HERE = Path(__file__).parent
FONTS = ("vendor/fonts/amiri-400.ttf", "vendor/fonts/amiri-700.ttf")  # shapes Arabic, and leaves text that can be found


def write(template, data):
    """The bytes of the PDF of `template` ("renewal_file") filled with `data`, plain values only.

    Nothing is fetched, no font of the machine is used, and nothing in `data` is read as Typst: it stands as text.
    """
    import typst

    return typst.compile(
        str(HERE / f"{template}.typ"),
        root=str(HERE),
        font_paths=[str(folder) for folder in _font_folders()],
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        format="pdf",
    )


def _font_folders():
    """Where the fonts lie: among the packages, or, where those are gone, among the collected files."""
    found = [finders.find(name) or staticfiles_storage.path(staticfiles_storage.stored_name(name)) for name in FONTS]
    return sorted({Path(path).parent for path in found})
