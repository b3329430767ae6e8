"""The directory of the institution, the page of one person, and the suggestions of the person box."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from office.calendars import today
from office.history import history_of
from people import directory, picker
from people.filters import DirectoryFilter
from people.models import Absence, User
from people.permissions import (
    can_change_absence_of,
    can_deactivate,
    can_edit_person,
    sees_accounts,
    sees_contact_details,
    sees_directory,
)
from people.tables import DeskDirectoryTable, DirectoryTable
from ui import markup
from ui.lists import ListPage

SUGGESTIONS = 10
FEWEST_LETTERS = 2


class PeopleList(ListPage):
    name = "people"
    title = _("Directory")
    table_class = DirectoryTable
    filterset_class = DirectoryFilter
    orderings = {"name": ("sort_key",), "extension": ("extension",)}
    default_sort = "name"
    search = True
    search_label = _("Search by name or extension")
    empty_icon = "users"
    empty_text = _("The people of the institution will stand here.")

    def allowed(self, request):
        return sees_directory(request.user)

    def read_request(self, request):
        if sees_contact_details(request.user, request.user) and directory.searches_contact_details(request.user):
            self.table_class = DeskDirectoryTable
            self.search_label = _("Search by name, extension, number or mail address")
        super().read_request(request)

    def get_queryset(self):
        return User.objects.visible_to(self.request.user).active().select_related("unit").defer("search_text")

    def search_queryset(self, queryset, words):
        return directory.narrow(queryset, self.request.user, words)

    def count_words(self, count):
        return ngettext("%(count)s person", "%(count)s people", count) % {"count": f"{count:,}"}


@require_safe
def person(request, pk):
    """One person: what the reader may know, and the panels that the rooms above hang there."""
    reader = request.user
    someone = get_object_or_404(_people_of(reader), pk=pk)
    sees_account = sees_accounts(reader, someone)
    context = {
        "title": someone.name,
        "object": someone,
        "breadcrumbs": [(_("Directory"), "/people/")],
        "sees_details": sees_contact_details(reader, someone),
        "sees_account": sees_account,
        "can_edit": can_edit_person(reader, someone),
        "can_deactivate": can_deactivate(reader, someone),
        "can_add_absence": can_change_absence_of(reader, someone),
        "absence": Absence.objects.on(today()).filter(person=someone).select_related("substitute").first(),
        "history": history_of(someone) if sees_account else None,
    }
    return render(request, "people/person.html", context)


def _people_of(reader):
    """Closed accounts are seen by the desk and the administration only."""
    people = User.objects.visible_to(reader).select_related("unit")
    return people if reader.works_at_desk else people.active()


@require_safe
def pick(request):
    """Options for a person box: name, unit and extension of those who match what was typed so far."""
    typed = request.GET.get(request.GET.get("from", ""), "").strip()
    enough = sees_directory(request.user) and len(typed) >= FEWEST_LETTERS and picker.SEPARATOR not in typed
    people = directory.find_people(request.user, typed, SUGGESTIONS) if enough else []
    return HttpResponse(markup.join([markup.tag("option", value=words) for words in picker.labels(people)]))
