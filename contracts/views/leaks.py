"""The report of where money leaks, for those who may see amounts."""

from django.http import Http404
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from contracts import permissions
from contracts.leaks import leaks_of
from contracts.views.register import register_crumbs
from office.calendars import today


@require_safe
def leaks_page(request):
    """Seven questions, each with its lines and the money at stake."""
    if not (permissions.sees_register(request.user) and permissions.sees_amounts(request.user)):
        raise Http404
    questions = leaks_of(request.user, today())
    context = {
        "title": _("Where money leaks"),
        "lead": _("Shares of cost are those of the days that are left from today."),
        "breadcrumbs": register_crumbs(request.user),
        "questions": questions,
        "count": sum(len(question.lines) for question in questions),
    }
    return render(request, "contracts/leaks.html", context)
