"""What the reports about money and vendors share: who may read them, and the same figures as a sheet."""

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _

from contracts import permissions
from contracts.views.register import register_crumbs
from ui import export


def admit_reader(user):
    """Reports name amounts: they are for those of the register who may see amounts, and exist for nobody else."""
    if not reads_reports(user):
        raise Http404


def reads_reports(user, obj=None):
    return permissions.sees_register(user) and permissions.sees_amounts(user)


def sheet_of(request, title, headers, rows):
    """The download that `?export=csv` or `?export=xlsx` asks for; None where none is asked for.

    headers, rows: functions, so that a page that is only looked at does not count them.
    """
    kind = request.GET.get("export")
    if kind not in export.FORMATS:
        return None
    return export.respond(kind, str(title), [str(header) for header in headers()], rows(), str(title))


def sheet_links(request):
    """[(label, icon, address)] of the page at hand as a sheet."""
    asked = request.GET.copy()
    links = []
    for kind, label, icon in (("xlsx", _("Excel sheet"), "file-spreadsheet"), ("csv", _("CSV text"), "file-text")):
        asked["export"] = kind
        links.append((label, icon, f"{request.path}?{asked.urlencode()}"))
    return links
