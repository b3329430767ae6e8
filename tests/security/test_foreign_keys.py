"""Whatever names another row in a form, a filter or an address gets one that the sender may not see.

It is refused word for word like one that does not exist, and nothing changes. The fields are found in the forms; a
field that points at a model which is listed nowhere here fails.
"""

import re

import pytest
from django.db import transaction
from django.forms import ModelChoiceField, ModelMultipleChoiceField
from django.urls import get_resolver

from assets.models import Asset, AssetCategory, AssetModel, Location, Manufacturer
from assets.picker import PickField
from contracts.models import Amendment, Contract, Offer, ServiceLevel
from helpdesk.models import Category, Mailbox, Queue, ServicePolicy, Ticket
from office.models import WorkingCalendar
from people.models import Team, Unit, User, Vendor, VendorContact
from people.picker import PersonField
from tests.security import pages
from tests.security.pages import FORMS
from tests.security.test_role_matrix import url_names
from tests.security.witness import Witness

pytestmark = pytest.mark.django_db
NOWHERE = 987654
SHARED = {Vendor, AssetCategory, AssetModel, Manufacturer, WorkingCalendar}  # they belong to the installation
ABROAD = {
    User: "xenia",
    Unit: "two_unit",
    Team: "two_team",
    Asset: "two_asset",
    Location: "two_place",
    Contract: "two_contract",
    VendorContact: "other_contact",
    ServiceLevel: "two_level",
    Amendment: "two_amendment",
    Offer: "offer",  # of another case
    Queue: "two_queue",
    Category: "two_category",
    ServicePolicy: "two_policy",
    Ticket: "two_ticket",
    Mailbox: "two_mailbox",
}


def typed_names(field, row):
    """What somebody may send to name `row` in this field, and what names nothing at all in the same way."""
    if isinstance(field, PersonField):
        return [(row.name, "Nemo Persona"), (f"{row.name} #{row.pk}", f"{row.name} #{NOWHERE}"), (row.username, "nemo")]
    if isinstance(field, PickField):
        return [(field.label_of(row), "Nothing of the kind"), (str(row), "Nothing")]
    return [(str(row.pk), str(NOWHERE))]


def naming_fields(form):
    """(name as it is sent, field) of every field of a drawn form that names another row."""
    choices = (ModelChoiceField, ModelMultipleChoiceField)
    return [(form.add_prefix(name), field) for name, field in form.fields.items() if isinstance(field, choices)]


def refusal(scene, name, body):
    """(status, the sentences at all fields) of a submission, which is taken back."""
    form = FORMS[name]
    before = transaction.savepoint()
    response = scene.client(form.by).post(pages.address(scene, name, form.on), body | pages.files_of(name))
    errors = {} if response.status_code == 302 else {k: list(v) for k, v in response.context["form"].errors.items()}
    transaction.savepoint_rollback(before)
    return response.status_code, errors


def drawn(scene):
    return {name: pages.drawn_form(scene, name) for name, form in FORMS.items() if form.box is None}


def test_no_form_takes_a_row_that_its_sender_may_not_see(scene):
    witness, tried, wrong = Witness(), 0, []

    with witness.watching():
        for name, form in drawn(scene).items():
            body = pages.body_of(form) | pages.resolve_typed(scene, FORMS[name].typed)
            for key, field in naming_fields(form):
                model = field.queryset.model
                assert model in SHARED | ABROAD.keys(), f"{name}.{key} names a {model.__name__}: say whose it is"
                if model in SHARED:
                    continue
                for foreign, absent in typed_names(field, getattr(scene, ABROAD[model])):
                    tried += 1
                    wrong += compare(scene, witness, name, body, key, foreign, absent)

    assert not wrong, "\n".join(wrong)
    assert tried > 30


def compare(scene, witness, name, body, key, foreign, absent):
    """What is wrong with the answer to a foreign row, held against the answer to none."""
    refused, unknown = (refusal(scene, name, body | {key: value}) for value in (foreign, absent))
    changes = witness.changes()
    if refused[0] == 302 or not any(key.endswith(field) for field in refused[1]):
        yield f"{name}.{key} took {foreign!r}: {refused}"
    if refused != unknown:
        yield f"{name}.{key} says {refused} of a foreign row and {unknown} of none"
    if changes:
        yield f"{name}.{key} changed {changes}"


# Tags and numbers that are typed as plain text name rows too.
WRITTEN = {
    ("ticket_edit", "asset_tag"): ("TWO-1", "TWO-0"),
    ("contract_coverage_add", "tags"): ("TWO-1", "TWO-0"),
    ("ticket_merge", "number"): ("TWO-TKT-1", "TWO-TKT-0"),
}


@pytest.mark.parametrize(("name", "key"), WRITTEN)
def test_a_foreign_tag_is_as_unknown_as_one_that_nobody_has(scene, name, key):
    witness, body = Witness(), pages.filled(scene, name)
    foreign, absent = WRITTEN[name, key]

    with witness.watching():
        refused, unknown = (refusal(scene, name, body | {key: value}) for value in (foreign, absent))

    assert key in refused[1]
    assert str(refused).replace(foreign, absent) == str(unknown)
    assert not witness.changes()


# Addresses that name two rows: the second must belong to the first.
SECOND = {
    "contract_term_edit": ("contract", "two_term"),
    "contract_level_edit": ("contract", "two_level"),
    "contract_coverage_end": ("contract", "two_coverage"),
    "call_step_confirm": ("call", "two_call_step"),
    "call_step_dispute": ("call", "two_call_step"),
    "call_link_revoke": ("call", "two_call_link"),
    "obligation_meet": ("contract", "two_obligation"),
    "security_extend": ("contract", "two_security"),
    "security_settle": ("contract", "two_security"),
    "obligation_waive": ("contract", "two_obligation"),
    "instalments_plan": ("contract", "two_term"),
    "instalment_invoice": ("contract", "two_part"),
    "instalment_approve": ("contract", "two_part"),
    "instalment_pay": ("contract", "two_part"),
    "instalment_withhold": ("contract", "two_part"),
    "instalment_release": ("contract", "two_part"),
    "penalty_agree": ("contract", "two_penalty"),
    "penalty_waive": ("contract", "two_penalty"),
    "criterion_edit": ("case", "two_criterion"),
    "criterion_remove": ("case", "two_criterion"),
    "member_remove": ("case", "two_seat"),
    "offer_edit": ("study", "two_offer"),
    "offer_aside": ("study", "two_offer"),
    "edit_calendar_hours": ("other_calendar", "slack"),
    "remove_calendar_hours": ("other_calendar", "slack"),
    "edit_calendar_day": ("other_calendar", "day"),
    "confirm_calendar_day": ("other_calendar", "day"),
    "policy_step_remove": ("idle_policy", "step"),
    "remove_calendar_day": ("other_calendar", "day"),
    "team_remove_member": ("team", "xenia"),
    "ticket_remove_watcher": ("ticket", "xenia"),
    "ticket_draft_file_remove": ("ticket", "photo"),
}
AS_IF_DONE = {"ticket_draft_file_remove"}  # whatever stands in no draft of one's own is gone from it already
# A number, a year, a key: no row.
PLAIN = {
    "mail_text_preview",
    "contract_amendment",
    "renewal_file_pdf",
    "proposed_holidays",
    "accept_proposal",
    "account_reset_password_from_key",
}


OF_WHOM = {"contract": "manar", "case": "manar", "study": "manar", "ticket": "basil", "call": "basil"}


def test_every_address_of_two_rows_is_listed():
    pairs = {name for name in url_names() if len(get_resolver().reverse_dict.getlist(name)[0][0][0][1]) > 1}

    assert pairs - PLAIN == set(SECOND)


@pytest.mark.parametrize("name", SECOND)
def test_the_second_row_of_an_address_belongs_to_the_first(scene, name):
    witness = Witness()
    person = OF_WHOM.get(SECOND[name][0], "rania")
    url = pages.address(scene, name, " ".join(SECOND[name]))

    with witness.watching():
        answer = scene.client(person).post(url)

    assert answer.status_code == (302 if name in AS_IF_DONE else 404)
    assert not witness.changes()


# Filters of lists and parameters of pages.
ASKED = {
    "basil": [
        ("tickets", "queue", "two_queue"),
        ("tickets", "queue", "secret_queue"),
        ("tickets", "category", "two_category"),
        ("tickets", "contract", "two_contract"),
        ("tickets", "policy", "two_policy"),
        ("tickets", "team", "two_team"),
        ("tickets", "assignee", "xavier"),
        ("tickets", "unit", "two_unit"),
        ("assets", "unit", "two_unit"),
        ("assets", "location", "two_place"),
        ("contracts", "unit", "two_unit"),
        ("people", "unit", "two_unit"),
        ("absences", "unit", "two_unit"),
        ("new_ticket", "asset", "two_asset"),
        ("asset_hint", "asset", "two_asset"),
    ],
    "amal": [("new_ticket", "asset", "laptop"), ("asset_hint", "asset", "laptop")],
    "rania": [
        ("users", "unit", "two_unit"),
        ("payments", "unit", "two_unit"),
        ("unit_create", "parent", "two_unit"),
        ("received_mails", "mailbox", "two_mailbox"),
    ],
}


def test_every_filter_that_names_a_row_is_asked_for_a_foreign_one(scene):
    asked = {(name, field) for lines in ASKED.values() for name, field, _thing in lines}
    filters = {
        (page.name, field)
        for page in lists().values()
        if page.filterset_class
        for field, one in page.filterset_class.base_filters.items()
        if hasattr(one, "queryset") or "queryset" in one.extra
    }
    shared = {
        ("assets", "category"),
        ("assets", "manufacturer"),
        ("assets", "supplier"),
        ("contracts", "vendor"),
        ("tickets", "vendor"),
        ("payments", "vendor"),
        ("calls", "vendor"),
        ("asset_models", "manufacturer"),
        ("asset_models", "category"),
    }

    assert filters - shared <= asked


def lists(patterns=None):
    """{URL name: class} of every list page."""
    found = {}
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        if hasattr(pattern, "url_patterns"):
            found |= lists(pattern.url_patterns)
        elif hasattr(pattern.callback, "list_class"):
            found[pattern.name] = pattern.callback.list_class
    return found


@pytest.mark.parametrize(
    ("person", "name", "field", "thing"), [(who, *line) for who, lines in ASKED.items() for line in lines]
)
def test_a_parameter_that_names_a_foreign_row_is_as_good_as_one_that_names_none(scene, person, name, field, thing):
    foreign = getattr(scene, thing).pk
    url = pages.address(scene, name)

    refused, unknown = (
        words(scene.client(person).get(f"{url}?{field}={key}"), field, key) for key in (foreign, NOWHERE)
    )

    assert refused == unknown


def words(response, field, key):
    """The page without what differs each time, and without the key that was asked for."""
    page = re.sub(r'[0-9A-Za-z]{64}|value="[0-9a-f]{8}-[0-9a-f-]{27}"', "", response.content.decode())
    page = re.sub(rf'(name="{field}" value="|{field}=|{field}%3D|{field}%253D|<bdi[^>]*>){key}\b', r"\1KEY", page)
    return response.status_code, page


def test_acts_on_many_rows_leave_foreign_ones_alone(scene):
    witness = Witness()
    selected = [scene.two_ticket.pk, scene.secret.pk, NOWHERE]

    with witness.watching():
        for view, action in (("/tickets/", "take"), ("/tickets/view/all/", "close")):
            scene.client("basil").post(view, {"action": action, "selected": selected})

    assert not witness.changes()
