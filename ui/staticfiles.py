"""Which files of which packages the browser gets, and the store that hashes and compresses them."""

from pathlib import Path

import django_htmx
from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder, searched_locations
from django.core.exceptions import ImproperlyConfigured
from django.core.files.storage import FileSystemStorage
from whitenoise.storage import CompressedManifestStaticFilesStorage

NODE_MODULES = Path(settings.BASE_DIR) / "node_modules"
SPRITE = (
    NODE_MODULES / ".sprite" / "i.svg"
)  # a hundred times on a page, so its name is short; beside the packages: made from them, gone with them

_LATIN = "@fontsource/ibm-plex-sans/files/ibm-plex-sans-latin-{}-normal.woff2"
_AMIRI = "@expo-google-fonts/amiri/{0}/Amiri_{0}.ttf"  # of the papers; pages do not ask for it
_ARABIC = "@fontsource/ibm-plex-sans-arabic/files/ibm-plex-sans-arabic-arabic-{}-normal.woff2"

# The files of the packages by the name under which pages ask for them; nothing else of a package is served.
VENDOR_FILES = {
    "vendor/tabler.min.css": NODE_MODULES / "@tabler/core/dist/css/tabler.min.css",
    "vendor/tabler.rtl.min.css": NODE_MODULES / "@tabler/core/dist/css/tabler.rtl.min.css",
    "vendor/tabler.min.js": NODE_MODULES / "@tabler/core/dist/js/tabler.min.js",
    "vendor/chart.umd.min.js": NODE_MODULES / "chart.js/dist/chart.umd.min.js",
    "i.svg": SPRITE,
    "django_htmx/htmx-2.min.js": Path(django_htmx.__file__).parent / "static/django_htmx/htmx-2.min.js",
} | {
    f"vendor/fonts/{family}-{weight}.woff2": NODE_MODULES / source.format(weight)
    for family, source in (("plex-sans", _LATIN), ("plex-sans-arabic", _ARABIC))
    for weight in (400, 500, 600, 700)
}
VENDOR_FILES |= {
    "vendor/fonts/amiri-400.ttf": NODE_MODULES / _AMIRI.format("400Regular"),
    "vendor/fonts/amiri-700.ttf": NODE_MODULES / _AMIRI.format("700Bold"),
}


class VendorStorage(FileSystemStorage):
    """The files of VENDOR_FILES as one folder."""

    prefix = ""

    def path(self, name):
        return str(VENDOR_FILES[name])


class VendorFinder(BaseFinder):
    """Finds what VENDOR_FILES lists, and only that."""

    storage = VendorStorage()

    def check(self, **kwargs):
        return []

    def find(self, path, find_all=False, **kwargs):
        searched_locations.append(str(NODE_MODULES))
        file = VENDOR_FILES.get(path)
        found = [str(file)] if file and file.exists() else []
        return found if find_all else (found or [[]])[0]

    def list(self, ignore_patterns):
        if missing := [path for path, file in VENDOR_FILES.items() if not file.exists()]:
            raise ImproperlyConfigured(f"Run `manage.py prepare` first: {', '.join(missing)} not found.")
        return ((path, self.storage) for path in VENDOR_FILES)


class HashedStorage(CompressedManifestStaticFilesStorage):
    """Names carry the hash of the content, so browsers keep files for ever.

    The packages' source maps are not served, so references to them are left as they stand.
    """

    patterns = tuple(
        (names, tuple(pattern for pattern in found if "sourceMappingURL" not in str(pattern)))
        for names, found in CompressedManifestStaticFilesStorage.patterns
    )

    def file_hash(self, name, content=None):
        """Eight letters of it tell two contents of one name apart, and stand a hundred times on a page."""
        found = super().file_hash(name, content)
        return found and found[:8]
