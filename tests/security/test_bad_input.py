"""Whatever may be typed into a form gets what nobody should send: made from the forms themselves, none may be missing.

Everybody reads Arabic here. A refusal is a sentence in Arabic at its field, keeps what was typed and changes nothing.
"""

import re
from html import unescape

import pytest
from allauth.core.context import request_context
from django import forms
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.http import QueryDict

from assets.picker import PickField
from people import sign_in_forms
from people.models import User
from tests.security import pages
from tests.security.pages import FORMS
from tests.security.test_foreign_keys import lists
from tests.security.witness import Witness
from ui import text
from ui.forms import DayField, KeyField, MoneyField, VersionField

pytestmark = pytest.mark.django_db
OURS = {"people", "office", "assets", "contracts", "helpdesk", "ui"}
BASES = {"HouseForm", "HouseModelForm", "VersionedForm", "SetupForm", "SeenForm", "InCurrency", "FilterForm"}
OF_A_LINK = {"ResetPasswordKeyForm", "UserTokenForm"}  # behind a link in a mail
OF_AN_ADDRESS = {"ReportForm", "PastDayForm"}  # read from the address, see test_bad_addresses
OF_A_TICKET = {"RatingForm"}  # stars on its page, see tests/helpdesk/test_rating.py
OF_THE_SECOND_STEP = {"SecondStepForm", "ReauthenticateBySecondStepForm", "ActivateSecondStepForm"}
BOXES = ("reply_box", "note_box", "reopen_box")  # of the conversation, as `helpdesk.boxes` draws them
FRAGMENTS = {"ticket_draft"}  # saved while one writes: the page stays, with what was typed, and hears what is wrong
HIDDEN = (KeyField, VersionField)
NUMBERS = (forms.IntegerField, forms.DateField, forms.DateTimeField, forms.TimeField)
SAMPLES = {
    MoneyField: "1234.500",
    DayField: "2026-12-15",
    forms.DateField: "2026-12-15",
    forms.TimeField: "10:30",
    forms.DecimalField: "12.5",
    forms.IntegerField: "2",
}
ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
NAMES_OF_IDENTIFIERS = re.compile(
    r"(tag|tags|asset_tag|serial_number|number|\w+_number|code|\w*username|login|\w*email|phone|extension|zone|colour)\Z"
)


@pytest.fixture(scope="module")
def arabic(scene):
    User.objects.update(language="ar")
    return scene


def classes(base=forms.BaseForm):
    for each in base.__subclasses__():
        yield each
        yield from classes(each)


def drawn(scene):
    """{URL name: the form its page draws}."""
    return {name: pages.drawn_form(scene, name) for name, form in FORMS.items() if form.box is None}


def test_every_form_of_the_house_is_among_those_tried(scene):
    tried = {type(form).__name__ for form in drawn(scene).values()}
    ours = {each.__name__ for each in classes() if each.__module__.split(".")[0] in OURS}
    boxes = {each.__name__ for each in box_forms().values()}
    acts = {
        action.form_class.__name__ for page in lists().values() for action in page.bulk_actions if action.form_class
    }

    assert ours - BASES - OF_A_LINK - OF_AN_ADDRESS - OF_A_TICKET - OF_THE_SECOND_STEP == tried | boxes
    assert acts <= tried


# What is wrong of its kind


def wrong_values(field):
    """(what is wrong, what is sent, whether it must be refused) for one field; None leaves it out."""
    if isinstance(field, forms.FileField | forms.MultiValueField):  # files: see test_bad_uploads
        return
    free = isinstance(field, forms.CharField) and not isinstance(field, HIDDEN)
    yield "NUL", "a\x00b", not isinstance(field, (*HIDDEN, forms.BooleanField))
    yield "two values", ["1", "nonsense"], False
    if field.required:
        yield "missing", None, not isinstance(field, forms.BooleanField)
        yield "empty", "", not isinstance(field, forms.BooleanField)
        yield "blank", " \u200f\u00a0\t", free and field.strip
    if free:
        yield "a bell", "a\x07b", True
        yield "too long", "ط" * ((field.max_length or 400) + 1), field.max_length is not None
    if isinstance(field, NUMBERS) and not isinstance(field, HIDDEN):
        for value in (
            "word",
            "1e999",
            "nan",
            "-inf",
            "9" * 400,
            "٢٠٢٦-٠٢-٣٠",
            "2026-02-30",
            "25:61",
            "0001-01-01",
            "½",
        ):
            yield "no such number", value, True
    if isinstance(field, forms.ChoiceField) and not isinstance(field, forms.ModelChoiceField):
        yield "no such choice", "nonsense", True
    if isinstance(field, forms.ModelChoiceField):
        for value in ("nonsense", "9" * 40, "-1", "1.5", "#" + "9" * 17):
            yield "no such row", value, not isinstance(field, PickField)  # it looks for words, and may find one
    if isinstance(field, HIDDEN):
        yield "no key", "nonsense" * 40, False


def box_forms():
    """{URL name: form class} of the boxes of the conversation, each sent to an address of its own."""
    from helpdesk.forms import DraftForm, ReopenForm, ReplyForm

    return {"ticket_reply": ReplyForm, "ticket_note": ReplyForm, "ticket_reopen": ReopenForm, "ticket_draft": DraftForm}


def fields_of(scene, name):
    """{name as it is sent: field}."""
    if FORMS[name].box is None:
        form = pages.drawn_form(scene, name)
    else:
        form = box_forms()[name](prefix=FORMS[name].box.rstrip("-") or None)
    return {form.add_prefix(key): field for key, field in form.fields.items()}


def send(scene, name, body):
    """(answer, its errors) of a submission, which is taken back."""
    form = FORMS[name]
    browser = scene.client(form.by, headers={"accept-language": "ar"}, raise_request_exception=False)
    data = {key: value for key, value in body.items() if value is not None}
    before = transaction.savepoint()
    answer = browser.post(pages.address(scene, name, form.on), data | pages.files_of(name))
    return answer, errors_of(answer), before


def errors_of(answer):
    """{field: its sentences} of a refusal; None when it was taken."""
    if answer.status_code in (204, 302) or answer.context is None:
        return None
    if answer.templates[0].name == "helpdesk/_draft_files.html":
        return {"__all__": answer.context["draft_errors"]} if answer.context["draft_errors"] else None
    for name in BOXES:
        box = answer.context.get(name)
        if box is not None and box.errors:
            places = {"text": box.text_errors, "files": box.file_errors, "call_end": box.call_errors}
            return places | {"__all__": box.other_errors}
    return {key: list(sentences) for key, sentences in answer.context["form"].errors.items()}


def what_is_wrong(scene, witness, name, body, keys, must):
    """(what is wrong with the answer, the fields that got a sentence of their own) where `keys` are sent wrong."""
    answer, errors, before = send(scene, name, body)
    refused = errors is not None
    changes = witness.changes() if refused else []
    if not refused:
        witness.written = set()
    transaction.savepoint_rollback(before)

    found = []
    if answer.status_code not in (200, 204, 302, 409, 422):
        found.append(f"answered {answer.status_code}")
    elif must and not refused:
        found.append("was taken")
    if not refused:
        return found, set()
    sentences = [str(words) for each in errors.values() for words in each]
    if must and not sentences:
        found.append("was refused without a word")
    found += [f"says {words!r}" for words in sentences if not is_arabic(words, body)]
    found += [f"lost {lost}" for lost in forgotten(answer, body, keys)]
    if changes:
        found.append(f"changed {changes}")
    return found, {key for key, each in errors.items() if each}


def is_arabic(sentence, body):
    """Whether it is one in Arabic, with no other word of Latin letters than what was typed."""
    lists_ = [value if isinstance(value, list) else [str(value)] for value in body.values()]
    for typed in sorted({"Asia/Amman", *(word for words in lists_ for word in words)} - {""}, key=len, reverse=True):
        sentence = sentence.replace(typed, "")
    return re.search("[\u0621-\u064a]", sentence) and not re.search(
        r"[A-Za-z]{5,}", re.sub("[«“].*?[”»]", "", sentence)
    )


def forgotten(answer, body, keys):
    """Fields but `keys` that do not stand in the form as they were typed."""
    for box in filter(None, map(answer.context.get, BOXES)):
        if box.errors and f"{box.names}text" not in keys and box.text != body[f"{box.names}text"]:
            return [f"text: {box.text!r}"]
    form = answer.context.get("form")
    if form is None or not form.is_bound:
        return []
    kept = pages.body_of(form)
    return [
        f"{name}: {kept.get(name)!r}, not {value!r}"
        for name, value in body.items()
        if value and name not in {*keys, "form_key", "version"} and not same(kept.get(name), value)
        if not isinstance(form.fields.get(name.removeprefix(f"{form.prefix}-")), forms.CharField)
        or form.fields[name].widget.input_type != "password"
    ]


def same(kept, sent):
    return kept == sent or text.plain_number(str(kept)) == text.plain_number(str(sent)) or kept in ([sent], [*sent])


@pytest.mark.parametrize("name", FORMS)
def test_a_form_answers_whatever_is_wrong_with_a_sentence(arabic, undrawn, name):
    """Everything that must be refused is sent in rounds, each field wrong at once; a field that then got no sentence
    of its own, the first wrong value of each field, and all that may be taken are sent alone."""
    witness, wrong = Witness(), []
    body, fields = pages.filled(arabic, name), fields_of(arabic, name)
    refused = {
        key: [(what, value) for what, value, must in wrong_values(field) if must] for key, field in fields.items()
    }
    alone = [
        (key, what, value, False)
        for key, field in fields.items()
        for what, value, must in wrong_values(field)
        if not must
    ]
    alone += [(key, *values[0], True) for key, values in refused.items() if values]

    with witness.watching():
        for at_once in rounds(refused):
            found, told = what_is_wrong(arabic, witness, name, body | values_of(at_once), {*at_once}, True)
            wrong += [f"{sorted(at_once)} at once: {words}" for words in found]
            untold = [key for key in at_once if plain_name(name, key) not in told]
            alone += [(key, *at_once[key], True) for key in untold]
        for key, what, value, must in alone:
            found, _told = what_is_wrong(arabic, witness, name, body | {key: value}, {key}, must)
            wrong += [f"{key}, {what} ({str(value)[:20]!r}): {words}" for words in found]

    assert not wrong, f"{name}\n" + "\n".join(wrong)


def rounds(refused):
    """For each turn {field: (what is wrong, what is sent)}, with the next wrong value of each field that has one."""
    for turn in range(1, max(map(len, refused.values()), default=0)):
        yield {key: values[turn] for key, values in refused.items() if turn < len(values)}


def values_of(at_once):
    return {key: value for key, (_what, value) in at_once.items()}


def plain_name(name, key):
    return key.removeprefix(FORMS[name].box or "")


def shows(field):
    """Whether what was typed comes back; a password does not."""
    return getattr(field.widget, "input_type", "") != "password"


@pytest.mark.parametrize("name", FORMS)
def test_a_refused_form_is_drawn_with_its_sentence_and_everything_typed(arabic, name):
    """One submission in which every line of text holds a character that cannot be stored."""
    body, fields = pages.filled(arabic, name), fields_of(arabic, name)
    visible = {key: field for key, field in fields.items() if not field.widget.is_hidden}
    lines = {key: field for key, field in visible.items() if isinstance(field, forms.CharField) and shows(field)}
    bad = next(iter(lines or visible), None)

    answer, errors, before = send(arabic, name, body | {bad: "a\x07b" if lines else "nonsense"})
    transaction.savepoint_rollback(before)

    page = unescape(answer.content.decode())
    if errors is None:  # a form of nothing but boxes to tick
        return
    if name in FRAGMENTS:
        assert [words for each in errors.values() for words in each if str(words) not in page] == []
        return
    assert [words for each in errors.values() for words in each if str(words) not in page] == []
    assert [value for key, value in body.items() if key in lines and key != bad and value not in page] == []
    assert re.search(r'lang="ar"\s+dir="rtl"', page)


# Digits of three scripts, and characters that nobody sees


def cleaned(form, body, key):
    """(value, its errors) of one field of a drawn form, as if `body` had been sent."""
    form.data = QueryDict(mutable=True)
    for name, value in body.items():
        form.data.setlist(name, value if isinstance(value, list) else [value])
    form.is_bound, form._errors = True, None
    form.full_clean()
    return form.cleaned_data.get(key), [error.code for error in form.errors.as_data().get(key, ())]


def sample(field):
    return next((value for kind, value in SAMPLES.items() if isinstance(field, kind)), None)


def test_arabic_digits_are_read_wherever_a_number_or_a_date_is_wanted(scene):
    wrong, tried = [], 0

    for name, form in drawn(scene).items():
        body = pages.body_of(form) | pages.resolve_typed(scene, FORMS[name].typed)
        for key, field in form.fields.items():
            value = sample(field)
            if value is None or isinstance(field, HIDDEN):
                continue
            tried += 1
            plain = cleaned(form, body | {form.add_prefix(key): value}, key)
            for written in (value.translate(ARABIC), f"\u200f{value.translate(ARABIC)} "):
                if cleaned(form, body | {form.add_prefix(key): written}, key) != plain:
                    wrong.append(f"{name}.{key}: {written}")

    assert wrong == []
    assert tried > 30


def test_no_identifier_keeps_a_character_that_nobody_sees(scene):
    """A pasted right-to-left mark, or Arabic digits, would make another tag of the same tag."""
    wrong, tried = [], 0

    for name, form in drawn(scene).items():
        body = pages.body_of(form) | pages.resolve_typed(scene, FORMS[name].typed)
        for key, field in form.fields.items():
            if not (NAMES_OF_IDENTIFIERS.match(key) and isinstance(field, forms.CharField)):
                continue
            tried += 1
            typed = body.get(form.add_prefix(key)) or "0791234567"
            hidden = f"\u202e{typed[:2]}\u200f{typed[2:]}\u2069\ufeff".translate(ARABIC)
            value = cleaned(form, body | {form.add_prefix(key): hidden}, key)
            if value != cleaned(form, body | {form.add_prefix(key): typed}, key):
                wrong.append(f"{name}.{key} keeps {value}")

    assert wrong == []
    assert tried > 20


# What no page of the scene draws: the second step, and the link of a mail


@pytest.mark.parametrize("name", sorted(OF_THE_SECOND_STEP | OF_A_LINK))
@pytest.mark.parametrize("value", ["", "a\x00b", "\x07", "٢" * 5000, "nonsense", "'; --"])
def test_the_forms_behind_a_link_or_a_code_refuse_with_a_sentence(scene, rf, name, value):
    form_class = getattr(sign_in_forms, name)
    more = {"user": scene.amal} if name in OF_THE_SECOND_STEP | {"ResetPasswordKeyForm"} else {}
    request = rf.post("/")
    request.user, request.session = AnonymousUser(), {}

    with request_context(request):
        form = form_class(data=dict.fromkeys(form_class.base_fields, value), **more)
        assert not form.is_valid()

    assert all(sentences for sentences in form.errors.values())


# What is sent without a form


RAW = {
    "set_preferences": ("amal", "", ("language", "theme", "shortcuts", "next")),
    "hold_mail": ("rania", "", ("reason",)),
    "accept_proposal": ("rania", "calendar =2026", ("date", "source", "confirmed")),
    "confirm_calendar_day": ("rania", "calendar day", ("month",)),
    "remove_calendar_day": ("rania", "calendar day", ("month",)),
    "vendor_create": ("manar", "", ("form_key",)),
    "tickets": (
        "basil",
        "",
        ("action", "selected", "confirmed", "assignee", "preferences", "columns", "size", "reset"),
    ),
}
GARBAGE = (
    "",
    "a\x00b",
    "\x07",
    "x" * 30_000,
    "9" * 40,
    "-1",
    "٣",
    "\u202e\u2066",
    "../../etc",
    "'; --",
    "take",
    "assign",
)


@pytest.mark.parametrize("name", RAW)
def test_what_is_sent_without_a_form_is_never_too_much(scene, undrawn, name):
    person, on, keys = RAW[name]
    good = {"date": "2026-05-25", "action": "assign", "selected": str(scene.ticket.pk), "confirmed": "1"}
    browser = scene.client(person, raise_request_exception=False)
    wrong = []

    for key in keys:
        for value in GARBAGE:
            before = transaction.savepoint()
            body = {each: good[each] for each in keys if each in good}
            status = browser.post(pages.address(scene, name, on), body | {key: [value, value]}).status_code
            transaction.savepoint_rollback(before)
            if status not in (200, 302, 400, 404, 409):
                wrong.append(f"{key}={value[:20]!r}: {status}")

    assert wrong == []
