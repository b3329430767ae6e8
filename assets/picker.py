"""Boxes to name a model or another asset in, with suggestions while one types; they work without scripts too."""

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from assets.models import Asset, AssetModel
from office import search
from office.fold import fold
from ui import markup, text

SUGGESTIONS = 12
FEWEST_LETTERS = 2
LONGEST = 300


class PickInput(forms.TextInput):
    """A text box whose suggestions come from the URL called `source`."""

    def __init__(self, source, attrs=None):
        self.source = source
        super().__init__(attrs)

    def render(self, name, value, attrs=None, renderer=None):
        attrs = dict(attrs or {})
        options = f"{attrs.get('id', f'id_{name}')}_options"
        attrs |= {
            "list": options,
            "hx-get": f"{reverse(self.source)}?from={name}",
            "hx-trigger": "input changed delay:200ms",
            "hx-target": f"#{options}",
            "hx-swap": "innerHTML",
            "autocomplete": "off",
            "maxlength": LONGEST,
            "dir": "auto",
        }
        return markup.join([super().render(name, value, attrs, renderer), markup.tag("datalist", id=options)])


class PickField(forms.ModelChoiceField):
    """Cleaned to a row of `queryset`, found by what `label_of` writes or by words that name only one."""

    choices = ()
    source = ""
    default_error_messages = {
        "invalid_choice": _("Nothing is called so. Choose from the list."),
        "several": _("Several are called so. Choose one from the list."),
    }

    def __init__(self, queryset, **options):
        options.setdefault("widget", PickInput(self.source))
        super().__init__(queryset, **options)

    def label_of(self, row):
        raise NotImplementedError

    def find(self, typed):
        raise NotImplementedError

    def prepare_value(self, value):
        if isinstance(value, int):
            value = self.queryset.filter(pk=value).first()
        return self.label_of(value) if hasattr(value, "_meta") else value

    def to_python(self, value):
        if value in self.empty_values or hasattr(value, "_meta"):
            return value or None
        typed = " ".join(text.strip_bidi(str(value))[:LONGEST].split())
        if not typed:
            return None
        found = self.find(typed)
        exactly = [row for row in found if fold(self.label_of(row)) == fold(typed)]
        if len(exactly) == 1 or len(found) == 1:
            return (exactly or found)[0]
        code = "several" if found else "invalid_choice"
        raise ValidationError(self.error_messages[code], code=code)


class ModelField(PickField):
    """A model by its maker and name, or by its part number."""

    source = "pick_asset_model"

    def label_of(self, row):
        return model_label(row)

    def find(self, typed):
        return find_models(typed, self.queryset)


class AssetField(PickField):
    """Another asset by its tag or serial number."""

    source = "pick_asset"

    def label_of(self, row):
        return asset_label(row)

    def find(self, typed):
        return find_assets(typed, self.queryset)


def model_label(model):
    part = f" · {model.part_number}" if model.part_number else ""
    return f"{model}{part}"


def asset_label(asset):
    return " · ".join(part for part in (asset.tag or asset.serial_number, asset.title) if part)


def find_models(typed, queryset=None):
    """Up to SUGGESTIONS models in use that match, those called exactly so first."""
    queryset = AssetModel.objects.in_use() if queryset is None else queryset
    rows = queryset.select_related("manufacturer").defer("search_text")
    return search.find(rows, typed.replace(" · ", " "), SUGGESTIONS)


def find_assets(typed, queryset):
    tag = typed.split(" · ")[0]
    rows = queryset.select_related("category", "model__manufacturer").defer("search_text")
    known = list(rows.filter(tag=tag)[:2]) or list(rows.filter(serial_key=fold(tag)[:120])[:2])
    return known or search.find(rows, typed.replace(" · ", " "), SUGGESTIONS)


def assets_of(user):
    return Asset.objects.visible_to(user)
