"""Naming a person by typing."""

import pytest
from django import forms

from people.picker import PersonField, UnitField, labels
from tests.factories import make_institution, make_unit, make_user


class Form(forms.Form):
    person = PersonField(required=False)

    def __init__(self, *args, by, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["person"].offer(by)


def named(typed, by):
    form = Form({"person": typed}, by=by)
    return form.cleaned_data["person"] if form.is_valid() else form.errors.as_data()["person"][0].code


@pytest.fixture
def sami(ministry):
    return make_user(ministry, name="Sami Odeh", username="sodeh", employee_number="10045", extension="457")


def test_the_suggestion_that_was_chosen_is_understood(sign_in, amal, sami):
    options = sign_in(amal).get("/people/pick/?from=person&person=sam").content.decode()

    assert options == '<option value="Sami Odeh · 457"></option>'
    assert named("Sami Odeh · 457", amal) == sami


@pytest.mark.parametrize("typed", ["Sami Odeh", "  sami   odeh ", "SAMI ODEH"])
def test_a_name_typed_out_is_understood(amal, sami, typed):
    assert named(typed, amal) == sami


@pytest.mark.parametrize("typed", ["sodeh", "10045", "١٠٠٤٥"])
def test_who_helps_also_names_by_user_name_and_number(basil, amal, sami, typed):
    assert named(typed, basil) == sami
    assert named(typed, amal) == "invalid_choice"


def test_namesakes_are_told_apart(sign_in, amal, sami, ministry):
    other = make_user(ministry, name="Sami Odeh", unit=make_unit(ministry, name="Archive"))

    assert named("Sami Odeh", amal) == "several"
    assert named("Sami Odeh · Archive", amal) == other


def test_namesakes_that_read_alike_carry_their_key(amal, sami, ministry):
    twin = make_user(ministry, name="Sami Odeh", extension="457")

    written = labels([sami, twin])

    assert [named(words, amal) for words in written] == [sami, twin]


@pytest.mark.parametrize("typed", ["Nobody Atall", "#999999", "· ·", "x" * 500, "'; DROP TABLE people_user; --"])
def test_what_names_nobody_is_refused(amal, typed):
    assert named(typed, amal) == "invalid_choice"


def test_a_stranger_is_as_unknown_as_nobody(amal):
    stranger = make_user(make_institution(), name="Stranger")

    assert named("Stranger", amal) == "invalid_choice"
    assert named(f"Stranger #{stranger.pk}", amal) == "invalid_choice"


def test_a_closed_account_is_not_offered(amal, sami):
    sami.is_active = False
    sami.save()

    assert named("Sami Odeh", amal) == "invalid_choice"


def test_an_empty_box_names_nobody(amal):
    assert named("", amal) is None


def test_the_box_shows_who_is_named_now(amal, sami):
    assert 'value="Sami Odeh · 457"' in str(Form(initial={"person": sami.pk}, by=amal)["person"])


def test_one_letter_suggests_nobody(sign_in, amal, sami):
    assert sign_in(amal).get("/people/pick/?from=person&person=s").content == b""


def test_a_name_full_of_markup_stays_text(sign_in, amal, ministry):
    make_user(ministry, name='"><script>alert(1)</script>')

    options = sign_in(amal).get("/people/pick/?from=q&q=script").content.decode()

    assert "<script>" not in options


def test_units_are_offered_as_a_tree(administrator, ministry):
    make_unit(make_unit(ministry, name="Directorate"), name="Section")
    field = UnitField()
    field.offer(administrator)

    assert [label.count("\u00a0") for _value, label in field.choices] == [0, 0, 3, 6]
