"""The first page: what the rooms of the house put there for this reader."""

from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from helpdesk.permissions import works_queues
from ui.registry import tiles_of


@require_safe
def home(request):
    user = request.user
    works = works_queues(user) or user.is_manager
    title = _("Home") if works else _("Welcome, %(name)s") % {"name": user.get_short_name()}
    return render(request, "helpdesk/home.html", {"title": title, "tiles": tiles_of(user), "works": works})
