"""The global search and the institution's colour."""

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ui.branding import branding_of
from ui.registry import search_sources

HITS = 8


@require_safe
def search(request):
    """Everything the reader may see that matches; a number that is one thing's own leads straight to its page."""
    words = " ".join(request.GET.get("q", "").split())[:200]
    sources = search_sources.allowed_to(request.user)
    if words:
        for source in sources:
            if source.exact and (url := source.exact(request.user, words)):
                return HttpResponseRedirect(url)
    groups = [_group(source, request.user, words) for source in sources] if words else []
    context = {
        "title": _("Search"),
        "search_text": words,
        "groups": [group for group in groups if group["hits"]],
        "searched": [source.title for source in sources],
    }
    return render(request, "ui/search.html", context)


def _group(source, user, words):
    hits = source.find(user, words, HITS + 1)
    more = source.more(words) if source.more and len(hits) > HITS else None
    return {"title": source.title, "icon": source.icon, "hits": hits[:HITS], "more": more}


@require_safe
def keys(request):
    """The list of keys, fetched by the dialog when somebody presses `?`."""
    return render(request, "ui/keys.html")


@require_safe
def brand(request, colour):
    """The institution's own accent as a sheet, because pages hold no style of their own."""
    accent = branding_of(request).accent
    if accent.lstrip("#") != colour:
        raise Http404
    response = HttpResponse(f":root{{--accent:{accent}}}", content_type="text/css; charset=utf-8")
    response["Cache-Control"] = "private, max-age=86400"
    return response
