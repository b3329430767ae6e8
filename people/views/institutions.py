"""Institutions, for the operator of the installation, who sees them from outside."""

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from people import actions
from people.forms.units import InstitutionForm, NewInstitutionForm
from people.models import Unit
from people.permissions import manages_institutions
from people.tables import InstitutionTable
from people.views.shared import SETUP, CreatePage
from ui.lists import ListPage
from ui.pages import FormPage

INSTITUTIONS = (_("Institutions"), "/setup/institutions/")


class InstitutionList(ListPage):
    name = "institutions"
    title = _("Institutions")
    breadcrumbs = [SETUP]
    table_class = InstitutionTable
    orderings = {"name": ("path",)}
    default_sort = "name"
    empty_icon = "building"
    empty_text = _("Each institution keeps its people, devices and contracts to itself.")

    def allowed(self, request):
        return manages_institutions(request.user)

    def get_queryset(self):
        return Unit.objects.institutions()

    def get_create(self):
        return reverse("institution_create"), _("New institution")

    def count_words(self, count):
        return ngettext("%(count)s institution", "%(count)s institutions", count) % {"count": f"{count:,}"}


class InstitutionForms(FormPage):
    breadcrumbs = [SETUP, INSTITUTIONS]

    def allowed(self, request):
        return manages_institutions(request.user)

    def get_success_url(self, outcome):
        return reverse("institutions")

    def get_cancel_url(self):
        return reverse("institutions")


class InstitutionCreate(CreatePage, InstitutionForms):
    model = Unit
    title, form_class, submit_label = _("New institution"), NewInstitutionForm, _("Open the institution")
    lead = _("It starts with a working calendar, a team, and one administrator who sets up the rest.")

    def create(self, form):
        return actions.open_institution(
            by=self.request.user, administrator=form.get_administrator(), **form.get_details()
        )


class InstitutionEdit(InstitutionForms):
    title, form_class = _("Edit the institution"), InstitutionForm

    def get_object(self):
        return get_object_or_404(Unit.objects.institutions(), pk=self.kwargs["pk"])

    def act(self, form):
        form.claim_version()
        return actions.change_institution(self.object, by=self.request.user, **form.get_details())
