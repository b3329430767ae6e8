"""The set-up page: cards of all rooms, with a search."""

from django.http import Http404
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from office.setup import cards_of


@require_safe
def setup(request):
    """What this reader may set up or look at; without any card there is no such page."""
    words = " ".join(request.GET.get("q", "").split())[:100]
    cards = cards_of(request.user, words)
    if not cards and not cards_of(request.user):
        raise Http404
    return render(request, "people/setup.html", {"title": _("Set-up"), "cards": cards, "words": words})
