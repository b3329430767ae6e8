"""Vendors and whom to call there."""

from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from office import search
from office.history import history_of
from people import actions
from people.actions.vendors import KnownVendor
from people.filters import VendorFilter
from people.forms.vendors import ContactForm, VendorForm, with_link
from people.models import Vendor, VendorContact
from people.permissions import can_edit_vendors, sees_vendors
from people.tables import VendorTable
from people.views.shared import CreatePage, button
from ui.lists import ListPage
from ui.pages import FormPage, admit

VENDORS = (_("Vendors"), "/vendors/")


class VendorList(ListPage):
    name = "vendors"
    title = _("Vendors")
    table_class = VendorTable
    filterset_class = VendorFilter
    orderings = {"name": ("sort_key",)}
    default_sort = "name"
    search = True
    search_label = _("Search by name, tax number, telephone or mail address")
    empty_icon = "building-store"
    empty_text = _("The companies that sell to you and maintain for you will stand here.")

    def allowed(self, request):
        return sees_vendors(request.user)

    def get_queryset(self):
        return Vendor.objects.visible_to(self.request.user).defer("search_text", "notes")

    def search_queryset(self, queryset, words):
        return search.search(queryset, words, prefix=True)

    def get_create(self):
        return (reverse("vendor_create"), _("New vendor")) if can_edit_vendors(self.request.user) else None

    def count_words(self, count):
        return ngettext("%(count)s vendor", "%(count)s vendors", count) % {"count": f"{count:,}"}


@require_safe
def vendor(request, pk):
    """One company: how to reach it, whom to call, and the panels of contracts and devices."""
    company = _vendor(request, pk)
    contacts = list(company.contacts.all())
    context = {
        "title": company.name,
        "breadcrumbs": [VENDORS],
        "object": company,
        "contacts": [contact for contact in contacts if contact.is_active],
        "former_contacts": [contact for contact in contacts if not contact.is_active],
        "history": history_of(company),
        "can_edit": can_edit_vendors(request.user, company),
    }
    return render(request, "people/vendor.html", context)


class VendorForms(FormPage):
    """Base: who may not edit vendors has no such page; a vendor made by somebody else meanwhile is linked."""

    form_class = VendorForm
    breadcrumbs = [VENDORS]

    def allowed(self, request):
        return admit(sees_vendors(request.user), can_edit_vendors(request.user))

    def linked(self, act):
        try:
            return act()
        except KnownVendor as known:
            field = next(iter(known.error_dict))
            raise KnownVendor(
                with_link(known.error_dict[field][0], known.vendor).message, known.vendor, field
            ) from None


class VendorCreate(CreatePage, VendorForms):
    model = Vendor
    title, submit_label = _("New vendor"), _("Add the vendor")

    def create(self, form):
        return self.linked(lambda: actions.create_vendor(by=self.request.user, **form.get_details()))


class VendorEdit(VendorForms):
    title = _("Edit the vendor")

    def get_object(self):
        return _vendor(self.request, self.kwargs["pk"])

    def act(self, form):
        form.claim_version()
        return self.linked(lambda: actions.change_vendor(self.object, by=self.request.user, **form.get_details()))


class ContactForms(FormPage):
    """Base of the pages of one contact of one vendor."""

    form_class = ContactForm

    def allowed(self, request):
        return admit(sees_vendors(request.user), can_edit_vendors(request.user))

    def get_breadcrumbs(self):
        return [VENDORS, (self.vendor.name, self.vendor.get_absolute_url())]

    def get_cancel_url(self):
        return self.vendor.get_absolute_url()

    def get_success_url(self, outcome):
        return self.vendor.get_absolute_url()


class ContactCreate(CreatePage, ContactForms):
    model = VendorContact
    title = _("New contact")

    def get_object(self):
        self.vendor = _vendor(self.request, self.kwargs["pk"])

    def create(self, form):
        return actions.add_contact(self.vendor, by=self.request.user, **form.get_details())


class ContactEdit(ContactForms):
    title = _("Edit the contact")

    def get_object(self):
        contact = _contact(self.request, self.kwargs["pk"])
        self.vendor = contact.vendor
        return contact

    def act(self, form):
        form.claim_version()
        return actions.change_contact(self.object, by=self.request.user, **form.get_details())


@require_POST
def retire(request, pk):
    return button(request, _editable(request, pk), actions.retire_vendor, gettext("The vendor is out of use."))


@require_POST
def revive(request, pk):
    return button(request, _editable(request, pk), actions.revive_vendor, gettext("The vendor is in use again."))


@require_POST
def retire_contact(request, pk):
    contact = _contact(request, pk)
    back = contact.vendor.get_absolute_url()
    return button(request, contact, actions.retire_contact, gettext("The contact is no longer called."), back)


@require_POST
def revive_contact(request, pk):
    contact = _contact(request, pk)
    back = contact.vendor.get_absolute_url()
    return button(request, contact, actions.revive_contact, gettext("The contact is back."), back)


def _vendor(request, pk):
    return get_object_or_404(Vendor.objects.visible_to(request.user), pk=pk)


def _editable(request, pk):
    admit(sees_vendors(request.user), can_edit_vendors(request.user))
    return _vendor(request, pk)


def _contact(request, pk):
    contact = get_object_or_404(VendorContact.objects.select_related("vendor"), pk=pk)
    admit(sees_vendors(request.user, contact.vendor), can_edit_vendors(request.user, contact.vendor))
    return contact
