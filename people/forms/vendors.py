"""Forms of vendors and of the people to call there."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from office.models import WorkingCalendar
from people.actions.vendors import KnownVendor, refuse_known
from people.models import Vendor, VendorContact
from ui.forms import VersionedForm


class VendorForm(VersionedForm):
    """A company. One that is known already, by its folded name or its tax number, is shown instead of made twice."""

    identifiers = ("tax_number", "phone", "email")
    website = forms.URLField(label=_("Website"), required=False, assume_scheme="https")

    class Meta:
        model = Vendor
        fields = ("name", "tax_number", "phone", "email", "address", "website", "language", "notes")

    def clean(self):
        cleaned = super().clean()
        details = {name: cleaned[name] for name in ("name", "tax_number") if name in cleaned}
        if "name" in details:
            try:
                refuse_known(Vendor(pk=self.instance.pk, **details))
            except KnownVendor as known:
                for field, errors in known.error_dict.items():
                    self.add_error(field, [with_link(error, known.vendor) for error in errors])
        return cleaned

    def validate_constraints(self):
        """Told already, with the vendor it is about."""
        if not self.errors:
            super().validate_constraints()

    def get_details(self):
        return {name: self.cleaned_data[name] for name in self.Meta.fields}


def with_link(error, vendor):
    """The sentence with the vendor it speaks of as a link."""
    link = format_html('<a href="{}"><bdi>{}</bdi></a>', vendor.get_absolute_url(), vendor.name)
    return ValidationError(format_html("{} {}", error.message, link), code=error.code)


class ContactForm(VersionedForm):
    submit_label = _("Save the contact")
    identifiers = ("phone", "email")

    class Meta:
        model = VendorContact
        fields = ("name", "role", "phone", "email", "hours")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        chosen = WorkingCalendar.objects.filter(pk=self.instance.hours_id)
        self.fields["hours"].queryset = WorkingCalendar.objects.in_use() | chosen
        self.fields["hours"].empty_label = _("at any hour")

    def clean(self):
        cleaned = super().clean()
        if not self.errors and not cleaned.get("phone") and not cleaned.get("email"):
            self.add_error("phone", _("Give a telephone number or a mail address."))
        return cleaned

    def get_details(self):
        return {name: self.cleaned_data[name] for name in self.Meta.fields}
