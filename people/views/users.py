"""Users and roles, as the administration sees them; and leaving."""

from django.contrib import messages
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from people import actions, directory, sign_in_mail
from people.filters import UserFilter
from people.forms.users import LeavingForm, PasswordForm, UserForm
from people.models import User
from people.permissions import can_deactivate, can_edit_people, can_edit_person, sees_accounts
from people.tables import UserTable
from people.views.shared import SETUP, CreatePage, button
from ui.lists import ListPage
from ui.pages import FormPage, admit

USERS = (_("Users and roles"), "/setup/users/")


class UserList(ListPage):
    name = "users"
    title = _("Users and roles")
    breadcrumbs = [SETUP]
    table_class = UserTable
    filterset_class = UserFilter
    orderings = {"name": ("sort_key",), "username": ("username",)}
    default_sort = "name"
    search = True
    search_label = _("Search by name, user name, number or mail address")
    empty_icon = "users"
    empty_text = _("The accounts of the institution will stand here.")

    def allowed(self, request):
        return sees_accounts(request.user)

    def get_queryset(self):
        return User.objects.visible_to(self.request.user).select_related("unit").defer("search_text")

    def search_queryset(self, queryset, words):
        return directory.narrow(queryset, self.request.user, words)

    def get_create(self):
        return (reverse("user_create"), _("New user")) if can_edit_people(self.request.user) else None

    def count_words(self, count):
        return ngettext("%(count)s account", "%(count)s accounts", count) % {"count": f"{count:,}"}


class UserCreate(CreatePage):
    model = User
    title, form_class, submit_label = _("New user"), UserForm, _("Make the account")
    breadcrumbs = [SETUP, USERS]
    lead = _("A mail will tell the user name and where to choose a password.")

    def allowed(self, request):
        return admit(sees_accounts(request.user), can_edit_people(request.user))

    def get_form_arguments(self):
        return {"by": self.request.user, "instance": User(institution=self.request.user.institution)}

    def create(self, form):
        return actions.create_user(by=self.request.user, roles=form.cleaned_data["roles"], **form.get_details())

    def get_success_message(self, person):
        if person.email:
            return gettext("The account is made. A mail tells %(name)s how to sign in.") % {"name": person.name}
        return gettext("The account is made. Without a mail address you have to set its password yourself.")


class PersonForm(FormPage):
    """Base of the pages that act on one account of the own institution, up to the own rank."""

    may = staticmethod(can_edit_person)

    def allowed(self, request):
        return sees_accounts(request.user)

    def get_object(self):
        people = User.objects.visible_to(self.request.user).select_related("unit", "institution")
        person = get_object_or_404(people, pk=self.kwargs["pk"])
        admit(True, self.may(self.request.user, person))
        return person

    def get_breadcrumbs(self):
        return [SETUP, USERS, (self.object.name, self.object.get_absolute_url())]


class UserEdit(PersonForm):
    title, form_class = _("Edit the account"), UserForm
    lead = _("Changed roles and a changed password end the sessions of this person.")

    def get_form_arguments(self):
        return {"by": self.request.user, "instance": self.object}

    def act(self, form):
        form.claim_version()
        person = actions.change_user(self.object, by=self.request.user, **form.get_details())
        return actions.grant_roles(person, form.cleaned_data["roles"], by=self.request.user)


class UserPassword(PersonForm):
    title, form_class = _("Set a password"), PasswordForm
    lead = _("For somebody who cannot get the link by mail. All sessions of this person end.")
    success_message = _("The password is set.")

    may = staticmethod(can_deactivate)  # one's own is changed with the present one

    def get_form_arguments(self):
        return {"person": self.object}

    def act(self, form):
        return actions.set_password(self.object, form.cleaned_data["password"], by=self.request.user)


class UserLeaving(PersonForm):
    """What stands in the way of leaving, and who takes it; then the account is closed in one act."""

    title, form_class = _("Leaving"), LeavingForm
    template_name = "people/leaving.html"
    may = staticmethod(can_deactivate)

    def get_object(self):
        person = super().get_object()
        if not person.is_active:
            raise Http404
        return person

    def get_form_arguments(self):
        return {"person": self.object, "by": self.request.user}

    def act(self, form):
        return actions.deactivate_user(self.object, by=self.request.user, successors=form.get_successors())

    def get_success_message(self, person):
        return gettext("The account of %(name)s is closed.") % {"name": person.name}


@require_POST
def reactivate(request, pk):
    return button(request, _account(request, pk), actions.reactivate_user, gettext("The account is open again."))


@require_POST
def sign_out(request, pk):
    person = _account(request, pk)
    actions.end_sessions(person, by=request.user)
    messages.success(request, gettext("%(name)s is signed out everywhere.") % {"name": person.name})
    return HttpResponseRedirect(person.get_absolute_url())


@require_POST
def send_link(request, pk):
    """Send the link by which the person chooses a new password."""
    person = _account(request, pk)
    if person.is_active and sign_in_mail.owe_link(person):
        messages.success(request, gettext("The link goes out by mail and works for an hour."))
    else:
        messages.warning(request, gettext("No link was sent: no mail address, or too many links within the hour."))
    return HttpResponseRedirect(person.get_absolute_url())


def _account(request, pk):
    person = get_object_or_404(User.objects.visible_to(request.user), pk=pk)
    admit(sees_accounts(request.user, person), can_edit_person(request.user, person))
    return person
