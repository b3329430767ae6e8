"""Large exports: a worker writes them in chunks, the page shows how far it is, and the result waits for its reader.

The list is drawn anew in the worker, as its reader and in her language, so it holds what she may see and no more. A
sheet is hers alone, for a week, and only as long as she has the rights it was written with.
"""

import hashlib
import logging
from datetime import timedelta
from io import BytesIO
from urllib.parse import unquote

from django.conf import settings
from django.contrib import messages
from django.core.handlers.wsgi import WSGIRequest
from django.db.models import F, Q
from django.http import HttpResponseRedirect
from django.urls import resolve, reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from office import bell
from office.models import Sheet
from office.models.sheets import SheetState
from ui import export, keyset

log = logging.getLogger(__name__)
CHUNK = 500
LEASE = timedelta(minutes=2)
KEPT = timedelta(days=7)
MOST_WAITING, MOST_ATTEMPTS = 5, 3
UNFINISHED = (SheetState.WAITING, SheetState.RUNNING)
TASK = "office.tasks.bulk_sheets"
_writers = {}  # kind -> (how its file is called, who writes it)


def register_writer(kind, extension, write):
    """Another kind of file that a list can be written as: write(file, view, queryset, progress) -> how many rows.

    kind: at most four letters; the view is the list as its reader has it; progress(how many are written).
    """
    _writers[kind] = (extension, write)


def extension_of(sheet):
    return _writers[sheet.kind][0] if sheet.kind in _writers else sheet.kind


def prepare(request, kind, title):
    """Order the list of this request as a sheet; answers with the page where it will wait."""
    mine = Sheet.objects.filter(owner=request.user, state__in=UNFINISHED)
    wanted = {"path": request.get_full_path(), "kind": kind, "rights": rights_of(request.user)}
    if not mine.filter(**wanted).exists():
        if mine.count() >= MOST_WAITING:
            messages.warning(request, _("Several exports of yours are being written. Wait for one of them first."))
        else:
            language = translation.get_language()
            Sheet.objects.create(owner=request.user, title=title[:200], language=language, **wanted)
            bell.ring(TASK)
    return HttpResponseRedirect(reverse("sheets"))


def rights_of(user):
    """Changes with roles and password, as sessions do."""
    return hashlib.sha256(f"{user.get_session_auth_hash()} {user.institution_id} {user.is_active}".encode()).hexdigest()


def path_of(sheet):
    return settings.VAR_DIR / "sheets" / f"{sheet.key}.{sheet.kind}"


def are_waiting():
    return _claimable().exists()


def write_waiting():
    """Write what was ordered, oldest first. Returns how many were written."""
    written = 0
    while sheet := _claim():
        try:
            write(sheet)
        except Exception:
            log.exception("Sheet %s was not written", sheet.pk)
            last = sheet.attempts >= MOST_ATTEMPTS
            _note(sheet, state=SheetState.FAILED if last else SheetState.WAITING, finished_at=timezone.now())
        written += 1
    return written


def _claimable():
    """Waiting, or left behind by a worker that died."""
    died = Q(state=SheetState.RUNNING, lease_until__lt=timezone.now())
    return Sheet.objects.filter(Q(state=SheetState.WAITING) | died)


def _claim():
    pk = _claimable().order_by("pk").values_list("pk", flat=True).first()
    if pk is None:
        return None
    values = {"state": SheetState.RUNNING, "lease_until": timezone.now() + LEASE, "attempts": F("attempts") + 1}
    if not _claimable().filter(pk=pk).update(**values):
        return _claim()  # another worker was quicker
    return Sheet.objects.select_related("owner").get(pk=pk)


def write(sheet):
    """Draw the list as its reader and write it beside, then put it in place."""
    with translation.override(sheet.language):
        view = _list_of(sheet)
        if view is None:
            _note(sheet, state=SheetState.FAILED, finished_at=timezone.now())
            return
        queryset = keyset.ordered(view.filtered(), view.ordering())
        if sheet.kind in _writers:
            _write_by(_writers[sheet.kind][1], sheet, view, queryset)
            return
        keys = list(queryset.values_list("pk", flat=True))
        _note(sheet, total=len(keys))
        columns = view.columns()
        headers = [str(header) for _name, header, _added in columns]
        _write_file(sheet, headers, _lines(sheet, view, queryset, columns, keys))
    _note(sheet, state=SheetState.READY, done=len(keys), finished_at=timezone.now())


def _write_by(write, sheet, view, queryset):
    """By the writer of its kind, in the same way: beside, then in place."""
    _note(sheet, total=queryset.count())
    path = path_of(sheet)
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".part")
    with unfinished.open("w", encoding="utf-8") as file:
        done = write(file, view, queryset, lambda done: _note(sheet, done=done, lease_until=timezone.now() + LEASE))
    unfinished.replace(path)
    _note(sheet, state=SheetState.READY, done=done, finished_at=timezone.now())


def _list_of(sheet):
    """The list page as it stands before its reader; None for one that has lost it."""
    user = sheet.owner
    if not user.is_active or rights_of(user) != sheet.rights:
        return None
    request = _request(sheet.path)
    request.user, request.htmx = user, False
    match = resolve(request.path_info)
    view = match.func.view_class(**match.func.view_initkwargs)
    view.setup(request, *match.args, **match.kwargs)
    if not view.allowed(request):
        return None
    view.read_request(request)
    return view


def _request(address):
    """What the list was asked with, as a server would have built it."""
    path, _sign, query = address.partition("?")
    environ = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": unquote(path).encode().decode("latin-1"),
        "QUERY_STRING": query,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "wsgi.input": BytesIO(),
        "wsgi.url_scheme": "http",
    }
    return WSGIRequest(environ)


def _lines(sheet, view, queryset, columns, keys):
    """Rows of values in the order of the list; no query is left open while the progress is written."""
    for start in range(0, len(keys), CHUNK):
        some = keys[start : start + CHUNK]
        found = queryset.order_by().in_bulk(some)
        yield from view.lines([found[key] for key in some if key in found], columns)
        _note(sheet, done=start + len(some), lease_until=timezone.now() + LEASE)


def _write_file(sheet, headers, lines):
    path = path_of(sheet)
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".part")
    if sheet.kind == "csv":
        with unfinished.open("w", encoding="utf-8", newline="") as file:
            file.writelines(export.csv_lines(headers, lines))
    else:
        with unfinished.open("wb") as file:
            export.write_xlsx(file, headers, lines, sheet.title)
    unfinished.replace(path)


def _note(sheet, **values):
    Sheet.objects.filter(pk=sheet.pk).update(**values)


def tidy():
    """Take away what waited a week."""
    for sheet in Sheet.objects.filter(asked_at__lt=timezone.now() - KEPT):
        path_of(sheet).unlink(missing_ok=True)
        sheet.delete()
