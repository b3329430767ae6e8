"""Forms of accounts: the administration's, one's own, leaving."""

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from people import leaving
from people.models import User
from people.permissions import grantable_roles
from people.picker import PersonField, UnitField
from people.sign_in_forms import NewPassword
from ui.forms import HouseForm, HouseModelForm, VersionedForm


class UserForm(VersionedForm):
    """An account with its roles; `by` is who edits it."""

    identifiers = ("username", "email", "employee_number", "phone", "extension")
    unit = UnitField(label=_("Unit"), required=False)
    roles = forms.MultipleChoiceField(
        label=_("Roles"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Everybody is an employee; each role adds its rights."),
    )

    class Meta:
        model = User
        fields = (
            "name",
            "username",
            "email",
            "employee_number",
            "job_title",
            "unit",
            "phone",
            "extension",
            "room",
            "language",
        )

    def __init__(self, *args, by, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["unit"].offer(by)
        grantable = grantable_roles(by)
        self.fields["roles"].choices = [(role, User._meta.get_field(role).verbose_name) for role in grantable]
        self.fields["roles"].initial = [role for role in grantable if getattr(self.instance, role)]

    def get_details(self):
        return {name: self.cleaned_data[name] for name in self.Meta.fields}


class PasswordForm(HouseForm):
    """A password that the administration sets for somebody."""

    submit_label = _("Set the password")
    password = NewPassword(label=_("New password"))

    def __init__(self, *args, person, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["password"].user = person


class OwnDetailsForm(HouseModelForm):
    """What one may change oneself."""

    identifiers = ("phone", "extension")

    class Meta:
        model = User
        fields = ("phone", "extension", "room")


class LeavingForm(HouseForm):
    """Who takes over what a leaver holds: one person for each kind."""

    submit_label = _("Hand over and close the account")

    def __init__(self, *args, person, by, **kwargs):
        self.holdings = leaving.holdings_of(person)
        words = gettext("%(what)s: who takes over")
        self.base_fields = {
            kind.kind: PersonField(label=words % {"what": kind.title}) for kind, _things in self.holdings
        }
        super().__init__(*args, **kwargs)
        colleagues = User.objects.visible_to(by).active().exclude(pk=person.pk)
        for kind, _things in self.holdings:
            self.fields[kind.kind].offer(by, colleagues)

    def get_successors(self):
        return {kind.kind: self.cleaned_data[kind.kind] for kind, _things in self.holdings}
