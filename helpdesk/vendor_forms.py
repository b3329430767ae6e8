"""What is looked at before a fault is handed to a vendor, and what the requester thinks of the help."""

from django import forms
from django.utils.translation import gettext_lazy as _

from contracts.choices import CallChannel
from office.models import Attachment
from people.models import VendorContact
from ui import text as words
from ui.forms import HouseForm

STARS = [(str(number), str(number)) for number in range(5, 0, -1)]


class EscalateForm(HouseForm):
    """The mail to the vendor as it will leave; or that he was told another way."""

    submit_label = _("Escalate to the vendor")
    identifiers = ("reference",)
    cover = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)
    channel = forms.ChoiceField(
        label=_("How is the vendor told?"),
        choices=CallChannel.choices,
        widget=forms.RadioSelect,
        initial=CallChannel.MAIL,
        help_text=_("A mail leaves with the call. By telephone or portal the call only starts the vendor's clock."),
    )
    contact = forms.ModelChoiceField(VendorContact.objects.none(), label=_("Contact"), required=False)
    reference = forms.CharField(
        label=_("Reference of the vendor"),
        max_length=80,
        required=False,
        help_text=_("If he gave a number already."),
    )
    subject = forms.CharField(label=_("Subject"), max_length=200)
    text = forms.CharField(
        label=_("What the vendor reads"),
        max_length=20000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 14}),
        help_text=_("In the vendor's language. The link by which he answers is added below."),
    )
    files = forms.MultipleChoiceField(
        label=_("Files that go with it"), required=False, widget=forms.CheckboxSelectMultiple, choices=()
    )

    def __init__(self, *args, ticket, cover, **kwargs):
        super().__init__(*args, **kwargs)
        contacts = VendorContact.objects.in_use().filter(vendor=cover.vendor) if cover and cover.vendor else None
        if contacts is not None:
            self.fields["contact"].queryset = contacts
            address = cover.vendor.email or _("no mail address")
            self.fields["contact"].empty_label = f"{cover.vendor.name} · {address}"
            self.fields["contact"].label_from_instance = _contact_words
        files = Attachment.objects.of(ticket).filter(is_internal=False).select_related("blob").order_by("pk")
        self.fields["files"].choices = [
            (str(file.pk), f"{file.name} ({words.file_size(file.blob.size)})") for file in files
        ]
        if not self.fields["files"].choices:
            del self.fields["files"]

    def get_act(self):
        names = ("cover", "channel", "contact", "reference", "subject", "text")
        return {name: self.cleaned_data[name] for name in names} | {"files": self.cleaned_data.get("files", ())}


def _contact_words(contact):
    parts = (
        contact.name,
        contact.get_role_display(),
        contact.email or contact.phone,
        contact.hours and contact.hours.name,
    )
    return " · ".join(str(part) for part in parts if part)


class RatingForm(HouseForm):
    """One to five, and a word about it."""

    submit_label = _("Send the rating")
    stars = forms.ChoiceField(label=_("How was our help?"), choices=STARS, widget=forms.RadioSelect)
    comment = forms.CharField(
        label=_("A word about it"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
