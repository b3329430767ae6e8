"""Pages of the office that belong to no other room: downloads and the state of the machinery."""

from django.http import FileResponse, Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from office import bell, files, health
from office.models import Attachment

SANDBOX = "default-src 'none'; sandbox"


@require_safe
def download(request, pk):
    """The bytes of an attachment, always as a download, to whoever may see the record it hangs on."""
    attachment = _attachment(request, pk)
    name = files.clean_name(attachment.name)
    return _bytes(files.path_of(attachment.blob.sha256), "application/octet-stream", name, inline=False)


@require_safe
def thumbnail(request, pk):
    """The small picture that we encoded ourselves."""
    attachment = _attachment(request, pk)
    if not attachment.blob.has_thumbnail:
        raise Http404
    return _bytes(files.path_of(attachment.blob.sha256, ".thumb.jpg"), "image/jpeg", "thumbnail.jpg", inline=True)


def _attachment(request, pk):
    attachment = get_object_or_404(Attachment.objects.select_related("blob"), pk=pk)
    if not files.may_download(request.user, attachment):
        raise Http404
    return attachment


def _bytes(path, media_type, name, *, inline):
    if not path.exists():
        return HttpResponse(status=410)
    response = FileResponse(path.open("rb"), content_type=media_type)
    response["Content-Disposition"] = content_disposition_header(not inline, name)
    response["Content-Security-Policy"] = SANDBOX
    response["Cache-Control"] = "private, no-store"
    return response


@require_safe
def healthz(request):
    """Says that the process answers; nothing else."""
    return HttpResponse("ok", content_type="text/plain; charset=utf-8")


@require_safe
def status(request):
    """How the machinery fares, for administrators and operators."""
    if not (request.user.is_administrator or request.user.is_operator):
        raise Http404
    report = health.report()
    report["broker"] = bell.ask()  # what is due leaves by its rounds alone: a broker that takes nothing stops them
    report["healthy"] = report["healthy"] and not report["broker"]
    return JsonResponse(report, status=200 if report["healthy"] else 503)
