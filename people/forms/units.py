"""Forms of units, teams and institutions."""

from django import forms
from django.utils.translation import gettext_lazy as _

from people.models import Team, Unit, User
from people.models.units import UnitKind
from people.picker import PersonField, UnitField
from ui.forms import HouseForm, VersionedForm


class UnitForm(VersionedForm):
    """A directorate, a section, a division; of the institution itself the names, the head and the colour."""

    identifiers = ("colour",)
    parent = UnitField(label=_("Belongs to"), empty_label=None)
    head = PersonField(label=_("Head"), required=False)

    class Meta:
        model = Unit
        fields = ("name", "second_name", "kind", "parent", "head", "colour")
        widgets = {"colour": forms.TextInput(attrs={"placeholder": "#0d6372"})}

    def __init__(self, *args, by, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["head"].offer(by)
        if self.instance.pk and self.instance.parent_id is None:  # the institution itself: its place is fixed
            del self.fields["parent"], self.fields["kind"]
            return
        del self.fields["colour"]
        self.fields["kind"].choices = [choice for choice in UnitKind.choices if choice[0] != UnitKind.INSTITUTION]
        above = Unit.objects.visible_to(by).in_use()
        if self.instance.pk:
            above = above.exclude(path__startswith=self.instance.path)
        self.fields["parent"].offer(by, above)

    def get_details(self):
        return {name: self.cleaned_data[name] for name in self.Meta.fields if name in self.fields}


class TeamForm(VersionedForm):
    class Meta:
        model = Team
        fields = ("name_ar", "name_en")

    def clean(self):
        cleaned = super().clean()
        if not self.errors and not cleaned.get("name_ar") and not cleaned.get("name_en"):
            self.add_error("name_en", _("Give a name in at least one language."))
        return cleaned

    def get_names(self):
        return {name: self.cleaned_data[name] for name in self.Meta.fields}


class MemberForm(HouseForm):
    """Who joins a team."""

    submit_label = _("Add to the team")
    person = PersonField(label=_("Person"))

    def __init__(self, *args, by, team, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["person"].offer(by, User.objects.visible_to(by).active().exclude(teams=team))


class InstitutionForm(VersionedForm):
    """An institution as the operator sees it from outside."""

    identifiers = ("code", "colour")

    class Meta:
        model = Unit
        fields = ("name", "second_name", "code", "colour")
        widgets = {"colour": forms.TextInput(attrs={"placeholder": "#0d6372"})}

    def get_details(self):
        return {name: self.cleaned_data[name] for name in self.Meta.fields}


class NewInstitutionForm(InstitutionForm):
    """With the first administrator, who does everything from there."""

    administrator_name = forms.CharField(label=_("Name of the first administrator"), max_length=160)
    administrator_username = forms.CharField(label=_("User name of the first administrator"), max_length=150)
    administrator_email = forms.EmailField(label=_("Mail address of the first administrator"))
    identifiers = ("code", "colour", "administrator_username", "administrator_email")

    def clean_administrator_username(self):
        username = self.cleaned_data["administrator_username"]
        User._meta.get_field("username").run_validators(username)
        if User.objects.filter(username__iexact=username).exists():
            raise forms.ValidationError(_("Somebody else has this user name."), code="taken")
        return username

    def clean_administrator_email(self):
        email = self.cleaned_data["administrator_email"].lower()
        if User.objects.filter(email=email).exists():
            raise forms.ValidationError(_("Somebody else has this mail address."), code="taken")
        return email

    def get_administrator(self):
        return {name: self.cleaned_data[f"administrator_{name}"] for name in ("name", "username", "email")}
