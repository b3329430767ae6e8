"""Absences: one's own; for the desk everybody's, for administrators to change."""

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from office.calendars import today
from people import actions
from people.filters import AbsenceFilter
from people.forms.absences import AbsenceForm
from people.models import Absence
from people.permissions import can_change_absence_of, can_edit_people, sees_all_absences, sees_directory
from people.tables import AbsenceTable
from people.views.shared import CreatePage
from ui.lists import ListPage
from ui.pages import FormPage, admit

ABSENCES = (_("Absences"), "/absences/")


class AbsenceList(ListPage):
    name = "absences"
    title = _("Absences")
    table_class = AbsenceTable
    filterset_class = AbsenceFilter
    orderings = {"from_date": ("from_date",)}
    default_sort = "from_date"
    empty_icon = "calendar-off"
    empty_text = _("Enter here when you are away; whoever stands in for you gets what waits for you.")

    def allowed(self, request):
        return sees_directory(request.user)

    def get_queryset(self):
        user = self.request.user
        absences = Absence.objects.visible_to(user).select_related("person", "substitute")
        if not self.request.GET.get("past"):
            absences = absences.filter(to_date__gte=today())
        return absences if sees_all_absences(user) else absences.filter(person=user)

    def get_create(self):
        return reverse("absence_create"), _("New absence")

    def count_words(self, count):
        return ngettext("%(count)s absence", "%(count)s absences", count) % {"count": f"{count:,}"}


class AbsenceCreate(CreatePage):
    model = Absence
    title, form_class, submit_label = _("New absence"), AbsenceForm, _("Enter the absence")
    breadcrumbs = [ABSENCES]

    def allowed(self, request):
        return sees_directory(request.user)

    def get_form_arguments(self):
        return {"by": self.request.user, "for_others": can_edit_people(self.request.user)}

    def get_form(self, data=None, files=None):
        form = super().get_form(data, files)
        if "person" in form.fields:
            form.initial.setdefault("person", self.request.user)
        return form

    def create(self, form):
        person = form.cleaned_data.get("person") or self.request.user
        return actions.add_absence(person, by=self.request.user, **form.get_values())

    def get_success_url(self, outcome):
        return reverse("absences")


class AbsenceEdit(FormPage):
    title, form_class, template_name = _("Edit the absence"), AbsenceForm, "people/absence_form.html"
    breadcrumbs = [ABSENCES]

    def get_object(self):
        return _absence(self.request, self.kwargs["pk"])

    def get_cancel_url(self):
        return reverse("absences")

    def get_form_arguments(self):
        return {"by": self.request.user, "instance": self.object}

    def act(self, form):
        form.claim_version()
        return actions.change_absence(self.object, by=self.request.user, **form.get_values())

    def get_success_url(self, outcome):
        return reverse("absences")


@require_POST
def remove(request, pk):
    actions.remove_absence(_absence(request, pk), by=request.user)
    messages.success(request, gettext("The absence is taken back."))
    return HttpResponseRedirect(reverse("absences"))


def _absence(request, pk):
    absence = get_object_or_404(Absence.objects.visible_to(request.user).select_related("person"), pk=pk)
    may = can_change_absence_of(request.user, absence.person)
    admit(may or sees_all_absences(request.user), may)
    return absence
