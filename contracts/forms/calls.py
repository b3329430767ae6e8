"""What comes in about calls to vendors: from the desk, and from the vendor by his link."""

import base64
import binascii
from io import BytesIO

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.translation import gettext_lazy as _

from contracts.choices import VENDOR_STEPS, PauseReason, StepKind
from contracts.forms.promises import ReasonForm
from ui.forms import HouseForm, MomentField, PictureField

DESK_STEPS = [kind for kind in StepKind if kind != StepKind.ESCALATED]
DRAWN = "data:image/png;base64,"
MOST_DRAWN = 300_000  # letters of a drawn signature
MOST_PIXELS = 4_000_000


class SignatureField(forms.CharField):
    """A signature drawn by finger, as the page's script sends it; cleaned to a file, None where nothing was drawn."""

    widget = forms.HiddenInput

    def __init__(self, **options):
        super().__init__(required=False, max_length=MOST_DRAWN, **options)

    def clean(self, value):
        value = super().clean(value)
        if not value:
            return None
        try:
            drawn = base64.b64decode(value.removeprefix(DRAWN), validate=True)
        except (binascii.Error, ValueError):
            raise _unreadable() from None
        return _picture(drawn) if value.startswith(DRAWN) else _refuse()


def _unreadable():
    return ValidationError(_("The signature could not be read. Sign again, or leave it: your name is enough."), "drawn")


def _refuse():
    raise _unreadable()


def _picture(drawn):
    """The picture, encoded again by ourselves."""
    from PIL import Image

    try:
        with Image.open(BytesIO(drawn), formats=("PNG",)) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise _unreadable()
            encoded = BytesIO()
            picture.convert("RGBA").save(encoded, "PNG")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        raise _unreadable() from None
    return SimpleUploadedFile("signature.png", encoded.getvalue(), "image/png")


class StepForm(HouseForm):
    """What the steps of the desk and those of the vendor have in common."""

    happened_at = MomentField(label=_("When was that?"), required=False, help_text=_("Left empty: now."))
    promised_for = MomentField(label=_("Comes at"), required=False)
    remark = forms.CharField(
        label=_("Remark"), max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    document = PictureField(label=_("Report or picture"), required=False)


class DeskStepForm(StepForm):
    """What the desk heard on the telephone or saw on site; pauses of the vendor's clock with their reason."""

    submit_label = _("Record it")
    kind = forms.ChoiceField(
        label=_("What happened?"), choices=[(kind.value, kind.label) for kind in DESK_STEPS], widget=forms.RadioSelect
    )
    pause_reason = forms.ChoiceField(
        label=_("Why does the vendor's clock stand still?"), choices=[("", "—"), *PauseReason.choices], required=False
    )
    field_order = ("kind", "happened_at", "promised_for", "pause_reason", "remark", "document")

    def get_act(self):
        cleaned = {name: value for name, value in self.cleaned_data.items() if name != "form_key"}
        return cleaned | {"key": self.form_key}


class VendorStepForm(StepForm):
    """One report of the vendor on his own page."""

    kind = forms.ChoiceField(choices=[(kind.value, kind.label) for kind in VENDOR_STEPS], widget=forms.HiddenInput)
    name = forms.CharField(label=_("Your name"), max_length=120, required=False)
    signature = SignatureField(label=_("Signature"))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("happened_at", "promised_for", "remark", "document", "name"):
            self.fields[name].widget.attrs["class"] = "form-control"

    def get_act(self):
        cleaned = {name: value for name, value in self.cleaned_data.items() if name != "form_key"}
        return cleaned | {"key": self.form_key}


class CloseCallForm(ReasonForm):
    """Why a call ends without a repair, and since when the vendor was not needed any more."""

    since = MomentField(
        label=_("Since when is the vendor not needed any more?"), required=False, help_text=_("Left empty: now.")
    )


class CallReferenceForm(HouseForm):
    identifiers = ("reference",)
    reference = forms.CharField(
        label=_("Reference of the vendor"),
        max_length=80,
        required=False,
        help_text=_("The number under which the vendor keeps this call."),
    )
