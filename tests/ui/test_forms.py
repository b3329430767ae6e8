"""What forms make of what people type, and of two people on one record."""

import uuid
from datetime import date
from decimal import Decimal

import pytest
from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from assets.models import Asset
from tests.factories import make_asset
from ui.forms import (
    Conflict,
    DayField,
    HouseForm,
    ManyFilesField,
    MomentField,
    MoneyField,
    VersionedForm,
    add_refusal,
)


class Device(HouseForm):
    identifiers = ("tag",)

    tag = forms.CharField(max_length=20, required=False)
    title = forms.CharField(required=False)
    notes = forms.CharField(widget=forms.Textarea, required=False)
    mail = forms.EmailField(required=False)
    count = forms.IntegerField(required=False)
    cost = MoneyField(required=False)
    ends = DayField(required=False)
    seen = MomentField(required=False)


def cleaned(**typed):
    form = Device(typed)
    form.is_valid()
    name = next(iter(typed))
    return form.errors.get(name) or form.cleaned_data[name]


@pytest.mark.parametrize(
    ("name", "typed", "value"),
    [
        ("count", "٤٢", 42),
        ("count", "۴۲", 42),
        ("cost", "١٬٢٣٤٫٥٠٠", Decimal("1234.500")),
        ("cost", "1.500", Decimal("1.500")),
        ("ends", "١٥/٠١/٢٠٢٦", date(2026, 1, 15)),
        ("ends", "1/2/2026", date(2026, 2, 1)),
        ("ends", "2026-01-15", date(2026, 1, 15)),
        ("tag", "\u200fAST-٠٠٤٢\u202c", "AST-0042"),
        ("title", "two\r\nlines", "two lines"),
        ("notes", "two\nlines", "two\nlines"),
    ],
)
def test_three_scripts_and_hidden_characters_are_read(name, typed, value):
    assert cleaned(**{name: typed}) == value


@pytest.mark.parametrize(
    ("name", "typed", "sentence"),
    [
        ("notes", "a\x0bb", "This text contains characters that cannot be stored."),
        ("title", "a\x1bb", "This text contains characters that cannot be stored."),
        ("ends", "1/2/0026", "Enter a date between 1900 and 2200."),
        ("seen", "9999-12-31T23:59", "Enter a date between 1900 and 2200."),
        ("count", "9" * 30, "This number is too large."),
        ("count", "twelve", "Enter a whole number."),
        ("cost", "-1", "Ensure this value is greater than or equal to 0."),
        ("cost", "1.2345", "Ensure that there are no more than 3 decimal places."),
        ("title", "x" * 20_001, "Ensure this value has at most 20000 characters (it has 20001)."),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_sentence(name, typed, sentence):
    assert cleaned(**{name: typed}) == [sentence]


def test_a_refused_form_keeps_what_was_typed():
    form = Device({"count": "many", "notes": "a long story"})

    assert not form.is_valid()
    assert (form["count"].value(), form["notes"].value()) == ("many", "a long story")


def test_text_turns_with_what_is_typed_and_machine_values_do_not():
    form = Device()

    directions = [form.fields[name].widget.attrs["dir"] for name in ("title", "notes", "tag", "mail", "cost", "count")]

    assert directions == ["auto", "auto", "ltr", "ltr", "ltr", "ltr"]


def test_the_same_form_sent_twice_carries_one_key():
    key = uuid.UUID(Device()["form_key"].value())
    sent = [Device({"form_key": str(key)}) for _ in range(2)]

    assert [form.is_valid() and form.form_key for form in sent] == [key, key]


@pytest.mark.parametrize("key", ["", "x", "\x00", "1" * 500])
def test_a_broken_key_is_no_key(key):
    form = Device({"form_key": key})

    assert form.is_valid()
    assert form.form_key is None


def test_several_files_come_in_one_box():
    class Attach(HouseForm):
        files = ManyFilesField(most=2)

    def sent(count):
        form = Attach({}, {"files": [SimpleUploadedFile(f"{n}.txt", b"x") for n in range(count)]})
        return [file.name for file in form.cleaned_data["files"]] if form.is_valid() else form.errors["files"]

    assert [sent(0), sent(2), sent(3)] == [
        ["This field is required."], ["0.txt", "1.txt"], ["At most 2 files at once."],
    ]  # fmt: skip


class AssetForm(VersionedForm):
    class Meta:
        model = Asset
        fields = ("tag", "name", "notes")


@pytest.fixture
def printer(ministry):
    return make_asset(ministry, tag="T-1", name="Printer", notes="old")


def edit(printer, **typed):
    values = {"tag": "T-1", "name": "Printer", "notes": "old", "version": printer.version} | typed
    return AssetForm(values, instance=Asset.objects.get(pk=printer.pk))


def test_saving_counts_the_version_up(printer):
    form = edit(printer, name="Scanner")

    assert form.is_valid()
    assert form.save().version == printer.version + 1
    assert Asset.objects.get().name == "Scanner"


def test_the_second_of_two_people_gets_both_values(printer):
    edit(printer, name="Scanner").save()

    second = edit(printer, name="Copier")

    assert not second.is_valid()
    assert second.differences == [("Name", "keep_name", "Scanner", "Copier")]
    assert Asset.objects.get().name == "Scanner"


@pytest.mark.parametrize(("choice", "name"), [("theirs", "Scanner"), ("yours", "Copier")])
def test_the_second_chooses_what_holds(printer, choice, name):
    edit(printer, name="Scanner").save()
    refused = edit(printer, name="Copier")
    refused.is_valid()

    chosen = edit(printer, name="Copier", version=refused["version"].value(), keep_name=choice)

    assert chosen.is_valid()
    assert chosen.save().name == name


def test_two_who_save_at_the_same_moment_are_parted(printer):
    first, second = edit(printer, name="Scanner"), edit(printer, name="Copier")
    assert first.is_valid()
    assert second.is_valid()
    first.save()

    with pytest.raises(Conflict):
        second.save()

    assert Asset.objects.get().name == "Scanner"


@pytest.mark.parametrize(
    ("refusal", "field", "sentence"),
    [
        (ValidationError("Already resolved."), "__all__", "Already resolved."),
        (ValidationError({"tag": "Taken."}), "tag", "Taken."),
        (ValidationError({"state": "Wrong."}), "__all__", "Wrong."),
        (PermissionDenied(), "__all__", "You may not do this."),
    ],
)
def test_what_an_action_refuses_comes_back_in_the_form(refusal, field, sentence):
    form = Device({})
    form.is_valid()

    add_refusal(form, refusal)

    assert form.errors[field] == [sentence]
