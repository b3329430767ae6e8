"""Large exports of the reader: how far they are, and the finished ones to take away."""

from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, render
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from office import sheets
from office.models import Sheet
from office.models.sheets import SheetState

MOST = 20


@require_safe
def page(request):
    rows = list(_mine(request)[:MOST])
    busy = any(row.state in sheets.UNFINISHED for row in rows)
    return render(request, "office/sheets.html", {"title": _("My exports"), "sheets": rows, "busy": busy})


@require_safe
def download(request, key):
    sheet = get_object_or_404(_mine(request), key=key, state=SheetState.READY)
    path = sheets.path_of(sheet)
    if not path.exists():
        raise Http404
    day = sheet.asked_at.date().isoformat()
    name = f"{slugify(sheet.title, allow_unicode=True) or 'list'}-{day}.{sheets.extension_of(sheet)}"
    response = FileResponse(path.open("rb"), as_attachment=True, filename=name)
    response["Content-Type"] = "application/octet-stream"
    return response


def _mine(request):
    """Of this reader, written with the rights that she still has."""
    mine = Sheet.objects.filter(owner=request.user, rights=sheets.rights_of(request.user))
    return mine.order_by("-pk")
