"""What every form shares: digits of three scripts, no hidden characters, one result for one form."""

import datetime
import re
import uuid
from decimal import Decimal

from crispy_forms.helper import FormHelper
from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ui import text

MAX_TEXT = 20_000
FIRST_DAY, LAST_DAY = datetime.date(1900, 1, 1), datetime.date(2200, 12, 31)
LARGEST = 2**63 - 1
CHECK = {"class": "form-check-input"}
DASHES = "---------"  # what Django says for nothing
ONE_LINE = re.compile(r"[\r\n\t\v\f\x85\u2028\u2029]+")
NUMERIC = (
    forms.IntegerField,
    forms.FloatField,
    forms.DecimalField,
    forms.DateField,
    forms.DateTimeField,
    forms.TimeField,
)
LEFT_TO_RIGHT = (forms.EmailField, forms.URLField, forms.GenericIPAddressField, forms.UUIDField)


class MoneyField(forms.DecimalField):
    """An amount with three decimals; ١٬٢٣٤٫٥ is understood. currency: shown beside the box."""

    def __init__(self, *, currency="JOD", min_value=0, **options):
        self.currency = currency
        options.setdefault("max_digits", 14)
        options.setdefault("decimal_places", 3)
        options.setdefault(
            "widget", forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "dir": "ltr"})
        )
        super().__init__(min_value=min_value, **options)

    @property
    def currency_sign(self):
        return text.currency_sign(self.currency)

    def prepare_value(self, value):
        return text.amount(value, self.currency).replace(",", "") if isinstance(value, Decimal) else value


class DayField(forms.DateField):
    """A date: the browser's own picker, or typed as 15/01/2026."""

    def __init__(self, **options):
        options.setdefault("input_formats", ["%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y"])
        options.setdefault("widget", forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
        super().__init__(**options)


class MomentField(forms.DateTimeField):
    """A date and a time in the zone of the page."""

    def __init__(self, **options):
        options.setdefault("widget", forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"}))
        super().__init__(**options)


class PictureField(forms.FileField):
    """A photo or a file; on a phone the camera is offered."""

    def __init__(self, *, accept="image/*,.pdf,.doc,.docx,.xls,.xlsx,.txt,.zip,.eml,.msg", camera=False, **options):
        options.setdefault(
            "widget", forms.FileInput(attrs={"accept": accept, **({"capture": "environment"} if camera else {})})
        )
        super().__init__(**options)


class ManyFilesInput(forms.FileInput):
    allow_multiple_selected = True


class ManyFilesField(PictureField):
    """Several files in one box; cleaned to a list."""

    def __init__(self, *, most=20, **options):
        self.most = most
        super().__init__(**options)
        attributes = self.widget.attrs
        self.widget = ManyFilesInput(attrs=attributes)

    def clean(self, data, initial=None):
        files = [file for file in (data if isinstance(data, list | tuple) else [data]) if file]
        if len(files) > self.most:
            raise ValidationError(_("At most %(most)d files at once."), code="too_many", params={"most": self.most})
        if not files:
            super().clean(None, initial)
        return [super(ManyFilesField, self).clean(file) for file in files]


class KeyField(forms.UUIDField):
    """The key of a form; a broken one is no key, since nobody typed it."""

    widget = forms.HiddenInput

    def clean(self, value):
        try:
            return super().clean(value)
        except ValidationError:
            return None


class VersionField(forms.IntegerField):
    """The version of the row that the form was opened with; a broken one is none."""

    widget = forms.HiddenInput

    def clean(self, value):
        try:
            return super().clean(value)
        except ValidationError:
            return None


class Clean:
    """Mixin of every form: what was typed is made readable for a machine, or refused with a sentence.

    identifiers: names of fields that hold tags, serials, numbers, names; invisible characters are taken out of them.
    """

    identifiers = ()
    submit_label = _("Save")
    has_form_key = True

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.has_form_key:
            self.fields["form_key"] = KeyField(required=False, initial=uuid.uuid4, label=_("Form key"))
        for name, field in self.fields.items():
            self._prepare(name, field)
        self.helper = FormHelper()  # without a layout it draws every field, those added later too
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.include_media = False
        self.helper.render_hidden_fields = True

    @property
    def form_key(self):
        """The key of this form as it was handed out: the same form sent twice carries the same one."""
        if self.is_bound and hasattr(self, "cleaned_data"):
            return self.cleaned_data.get("form_key")
        return self["form_key"].value() if self.has_form_key else None

    def _prepare(self, name, field):
        attributes = field.widget.attrs
        if isinstance(field.widget, forms.RadioSelect):  # check boxes of several choices are a kind of it
            attributes.update(CHECK)
        if isinstance(field, forms.CharField) and type(field.widget) in (forms.TextInput, forms.Textarea):
            if field.max_length is None:
                limit_length(field, MAX_TEXT)
            attributes.setdefault("dir", "ltr" if name in self.identifiers else "auto")
            attributes.setdefault("placeholder", " ")  # lets the sheet tell an empty box
        nothing = _("Choose ...") if field.required else _("none")
        if getattr(field, "empty_label", None) == DASHES:
            field.empty_label = nothing
        elif isinstance(field, forms.TypedChoiceField) and ("", DASHES) in (choices := list(field.choices)):
            field.choices = [("", nothing) if choice == ("", DASHES) else choice for choice in choices]
        if isinstance(field, LEFT_TO_RIGHT):
            attributes.setdefault("dir", "ltr")
        if isinstance(field.widget, forms.Textarea):
            attributes.setdefault("rows", 4)
        if isinstance(field, forms.IntegerField) and isinstance(field.widget, forms.NumberInput):
            # A number box refuses Arabic digits before we ever see them.
            field.widget.input_type = "text"
            attributes.setdefault("inputmode", "numeric" if type(field) is forms.IntegerField else "decimal")
            attributes.setdefault("dir", "ltr")
            attributes.pop("step", None)

    def _clean_fields(self):
        self.data = self._readable(self.data)
        super()._clean_fields()
        for name, value in list(self.cleaned_data.items()):
            if refusal := what_cannot_be_stored(value):
                self.add_error(name, refusal)

    def _readable(self, data):
        """The data with digits, direction characters and spaces as the fields expect them."""
        readable = data.copy()
        for name, field in self.fields.items():
            for key in self._keys(name, field):
                if hasattr(readable, "setlist") and key in readable:
                    readable.setlist(key, [self._one(name, field, value) for value in readable.getlist(key)])
                elif key in readable:
                    readable[key] = self._one(name, field, readable[key])
        return readable

    def _keys(self, name, field):
        key = self.add_prefix(name)
        if suffixes := getattr(field.widget, "suffixes", None):  # the ranges of django-filter
            return [f"{key}_{suffix}" if suffix else key for suffix in suffixes]
        return [f"{key}{part}" for part in getattr(field.widget, "widgets_names", [""])]

    def _one(self, name, field, value):
        if not isinstance(value, str):
            return value
        if not isinstance(field, forms.CharField):  # those have a sentence for it; the others look rows up
            value = value.replace("\x00", "\ufffd")
        if isinstance(field, forms.IntegerField):  # decimals and floats are kinds of it
            return text.plain_number(value)
        if isinstance(field, (*NUMERIC, forms.MultiValueField)):
            return text.ascii_digits(text.strip_bidi(value)).strip()
        if isinstance(field, forms.CharField) and field.strip and not text.strip_bidi(value).strip():
            return ""  # nothing to be seen is nothing
        if type(field.widget) is forms.TextInput:  # one line, whoever sent it
            value = ONE_LINE.sub(" ", value)
        if name in self.identifiers:
            return text.ascii_digits(text.strip_bidi(value)).strip()
        return value


def what_cannot_be_stored(value):
    """The refusal of a value that no column takes, or that breaks the arithmetic of dates; None for any other."""
    if isinstance(value, slice):
        return what_cannot_be_stored(value.start) or what_cannot_be_stored(value.stop)
    if isinstance(value, str) and text.CONTROLS.search(value):
        return ValidationError(_("This text contains characters that cannot be stored."), code="control")
    if isinstance(value, datetime.datetime):
        value = value.date()
    if isinstance(value, datetime.date) and not FIRST_DAY <= value <= LAST_DAY:
        return ValidationError(_("Enter a date between 1900 and 2200."), code="range")
    if isinstance(value, int | float | Decimal) and abs(value) > LARGEST:
        return ValidationError(_("This number is too large."), code="range")
    return None


def limit_length(field, length):
    field.max_length = length
    field.widget.attrs.setdefault("maxlength", length)
    field.validators.append(forms.CharField(max_length=length).validators[0])


class HouseForm(Clean, forms.Form):
    """Base of the plain forms of the house."""


class HouseModelForm(Clean, forms.ModelForm):
    """Base of the forms of one row."""


class Conflict(ValidationError):
    """Somebody else saved meanwhile; `differences` are [(label, name, theirs, yours)]."""

    def __init__(self, differences):
        super().__init__(
            _("Somebody saved this while you were writing. Choose for each field what holds."), code="conflict"
        )
        self.differences = differences


class VersionedForm(HouseModelForm):
    """A form that notices when the row was saved by somebody else since it was opened.

    The model has an integer field `version` that `save` counts up. The second of two people gets both values of each
    field that differs and chooses; nothing is overwritten unseen. An action that saves by itself calls `claim_version`
    first.
    """

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.differences = []
        self.current_version = getattr(self.instance, "version", None) or 0
        self.fields["version"] = VersionField(required=False, initial=self.current_version, label=_("Version"))

    def _readable(self, data):
        """Where the reader chose the other's value after a conflict, that one."""
        readable = super()._readable(data)
        for name, field in self.fields.items():
            if readable.get(f"keep_{self.add_prefix(name)}") == "theirs":
                self._take_theirs(readable, self.add_prefix(name), field, self.get_initial_for_field(field, name))
        return readable

    @staticmethod
    def _take_theirs(readable, key, field, stored):
        value = field.prepare_value(stored)
        if value is None or value is False:
            readable.pop(key, None)
        elif isinstance(value, list | tuple):
            readable.setlist(key, [str(item) for item in value])
        else:
            shown = field.widget.format_value(value) if hasattr(field.widget, "format_value") else value
            readable[key] = shown[0] if isinstance(shown, list) and shown else str(shown)

    def clean(self):
        cleaned = super().clean()
        cleaned = self.cleaned_data if cleaned is None else cleaned
        seen = cleaned.get("version")
        if self.instance.pk and seen is not None and seen != self.current_version:
            self.differences = self._differences(cleaned)
            self.data[self.add_prefix("version")] = str(self.current_version)  # `_readable` made it our own copy
            if self.differences:
                self.add_error(None, Conflict(self.differences))
        return cleaned

    def _differences(self, cleaned):
        names = [name for name in self.changed_data if name in cleaned and name not in ("version", "form_key")]
        return [self._difference(name, cleaned[name]) for name in names]

    def _difference(self, name, yours):
        field = self.fields[name]
        theirs = self.get_initial_for_field(field, name)
        return field.label or name, f"keep_{self.add_prefix(name)}", in_words(field, theirs), in_words(field, yours)

    def claim_version(self):
        """Count the version up; Conflict when somebody did since the form was checked. Call it in a transaction."""
        rows = type(self.instance)._base_manager.filter(pk=self.instance.pk, version=self.current_version)
        if self.instance.pk and not rows.update(version=self.current_version + 1):
            raise Conflict([])
        self.instance.version = self.current_version + 1

    def save(self, commit=True):
        if commit and self.instance.pk:
            self.claim_version()
        return super().save(commit)


def in_words(field, value):
    """A value of a field as people read it."""
    if value is None or value == "":
        return gettext("empty")
    if isinstance(field, forms.ModelChoiceField) and not hasattr(value, "_meta"):
        value = field.queryset.filter(pk=value).first() or value
    if isinstance(value, datetime.date):
        return text.day_time(value) if isinstance(value, datetime.datetime) else text.day(value)
    if isinstance(value, bool):
        return gettext("Yes") if value else gettext("No")
    for key, label in getattr(field, "choices", None) or ():
        if str(key) == str(value):
            return str(label)
    return str(value)


def add_refusal(form, refusal):
    """Put what an action refused into the form, at the field it speaks of when it names one of this form."""
    if not isinstance(refusal, ValidationError):
        form.add_error(None, gettext("You may not do this."))
    elif hasattr(refusal, "error_dict"):
        for name, errors in refusal.error_dict.items():
            form.add_error(name if name in form.fields and name != NON_FIELD_ERRORS else None, errors)
    else:
        form.add_error(None, refusal)
