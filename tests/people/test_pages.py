"""Every page of the room meets every role, Dina first; the table of who has what is written by hand."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client

from office.calendars import today
from people import actions
from people.models import Absence, VendorContact
from tests.factories import make_institution, make_team, make_unit, make_user, make_vendor

EVERYBODY = "dina basil manager auditor administrator"
DESK = "basil manager auditor administrator"
SETUP = "basil auditor administrator"
ACCOUNTS = "auditor administrator"
VENDORS = "manager administrator"
ADMIN = "administrator"

PAGES = {
    "/profile/": EVERYBODY,
    "/people/": EVERYBODY,
    "/people/{amal}/": EVERYBODY,
    "/people/pick/?from=q&q=am": EVERYBODY,
    "/absences/": EVERYBODY,
    "/absences/new/": EVERYBODY,
    "/absences/{absence}/edit/": ADMIN,
    "/accounts/2fa/": EVERYBODY,
    "/accounts/sessions/": EVERYBODY,
    "/accounts/password/change/": EVERYBODY,
    "/vendors/": DESK,
    "/vendors/{vendor}/": DESK,
    "/vendors/new/": VENDORS,
    "/vendors/{vendor}/edit/": VENDORS,
    "/vendors/{vendor}/contacts/new/": VENDORS,
    "/vendors/contacts/{contact}/edit/": VENDORS,
    "/setup/users/": ACCOUNTS,
    "/setup/users/new/": ADMIN,
    "/setup/users/{amal}/edit/": ADMIN,
    "/setup/users/{amal}/password/": ADMIN,
    "/setup/users/{amal}/leaving/": ADMIN,
    "/setup/units/": SETUP,
    "/setup/units/new/": ADMIN,
    "/setup/units/{unit}/": SETUP,
    "/setup/units/{unit}/edit/": ADMIN,
    "/setup/teams/": SETUP,
    "/setup/teams/new/": ADMIN,
    "/setup/teams/{team}/": SETUP,
    "/setup/teams/{team}/edit/": ADMIN,
    "/setup/institutions/": "",
    "/setup/institutions/new/": "",
    "/setup/institutions/{institution}/edit/": "",
}
BUTTONS = {
    "/absences/{absence}/remove/": ADMIN,
    "/vendors/{vendor}/retire/": VENDORS,
    "/vendors/{vendor}/revive/": VENDORS,
    "/vendors/contacts/{contact}/retire/": VENDORS,
    "/vendors/contacts/{contact}/revive/": VENDORS,
    "/setup/users/{amal}/reactivate/": ADMIN,
    "/setup/users/{amal}/sign-out/": ADMIN,
    "/setup/users/{amal}/send-link/": ADMIN,
    "/setup/units/{unit}/retire/": ADMIN,
    "/setup/units/{unit}/revive/": ADMIN,
    "/setup/teams/{team}/retire/": ADMIN,
    "/setup/teams/{team}/revive/": ADMIN,
    "/setup/teams/{team}/members/{basil}/remove/": ADMIN,
}
SEEN = {  # who sees the thing itself, and hears that the right is missing instead of "does not exist"
    "/absences/{absence}": SETUP,
    "/vendors/": DESK,
    "/setup/users/": ACCOUNTS,
    "/setup/units/": SETUP,
    "/setup/teams/": SETUP,
}
FOREIGN = [
    address
    for address in [*PAGES, *BUTTONS]
    if any(f"{{{name}}}" in address for name in ("amal", "unit", "team", "absence"))
]


def things_of(institution, person, team_members=()):
    vendor = make_vendor()
    day = today()
    return {
        "amal": person.pk,
        "unit": make_unit(institution).pk,
        "team": make_team(institution, members=team_members).pk,
        "basil": team_members[0].pk if team_members else 1,
        "vendor": vendor.pk,
        "contact": VendorContact.objects.create(vendor=vendor, name="Desk", phone="1").pk,
        "absence": Absence.objects.create(person=person, from_date=day, to_date=day + timedelta(2)).pk,
        "institution": institution.pk,
    }


@pytest.fixture
def things(ministry, amal, basil):
    return things_of(ministry, amal, [basil])


@pytest.fixture
def foreign_things(db):
    elsewhere = make_institution()
    return things_of(elsewhere, make_user(elsewhere))


def expected(address, who, success):
    if who in (PAGES | BUTTONS)[address].split():
        return success
    sees = next((people for start, people in SEEN.items() if address.startswith(start)), "")
    return 403 if who in sees.split() else 404


def everything():
    """What is stored of business, to be compared."""
    tables = [
        name
        for name in connection.introspection.table_names()
        if name.startswith(("people_", "office_event", "office_outbox")) and "_fts" not in name
    ]
    with connection.cursor() as cursor:
        return {name: cursor.execute(f"SELECT * FROM {name}") and cursor.fetchall() for name in sorted(tables)}


@pytest.mark.parametrize("address", PAGES)
def test_a_page_is_there_for_those_who_have_it_and_for_nobody_else(request, things, address):
    answers = {}
    for who in EVERYBODY.split():
        browser = Client()
        browser.force_login(request.getfixturevalue(who))
        answers[who] = browser.get(address.format(**things)).status_code

    assert answers == {who: expected(address, who, 200) for who in EVERYBODY.split()}


@pytest.mark.parametrize("address", BUTTONS)
@pytest.mark.parametrize("who", EVERYBODY.split())
def test_a_button_works_for_those_who_have_it_and_for_nobody_else(request, things, address, who):
    browser = Client()
    browser.force_login(request.getfixturevalue(who))
    before = everything()

    status = browser.post(address.format(**things)).status_code

    assert status == expected(address, who, 302)
    assert status == 302 or everything() == before


@pytest.mark.parametrize("address", FOREIGN)
def test_what_belongs_to_another_institution_does_not_exist(administrator, foreign_things, address):
    browser = Client()
    browser.force_login(administrator)
    before = everything()

    act = browser.post if address in BUTTONS else browser.get
    assert act(address.format(**foreign_things)).status_code == 404
    assert everything() == before


@pytest.mark.parametrize("address", BUTTONS)
def test_a_button_is_not_pressed_by_an_address(administrator, things, address):
    browser = Client()
    browser.force_login(administrator)

    assert browser.get(address.format(**things)).status_code == 405


@pytest.mark.parametrize(
    "address", [*BUTTONS, *(address for address in PAGES if "new" in address or "edit" in address)]
)
def test_without_the_forms_key_nothing_is_taken_in(administrator, things, address):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(administrator)
    before = everything()

    assert browser.post(address.format(**things), {"name": "x"}).status_code == 403
    assert everything() == before


def test_reading_changes_nothing(administrator, things):
    browser = Client()
    browser.force_login(administrator)
    before = everything()

    for address in PAGES:
        browser.get(address.format(**things))

    assert everything() == before


@pytest.mark.parametrize("address", PAGES)
def test_whoever_is_not_signed_in_is_asked_to(client, things, address):
    response = client.get(address.format(**things))

    assert response.status_code == 302
    assert response["Location"].startswith("/accounts/login/?next=")


@pytest.mark.parametrize("address", [address for address in PAGES if PAGES[address] and "pick" not in address])
def test_every_page_stands_in_arabic(administrator, things, address):
    administrator.language = "ar"
    administrator.save()
    browser = Client()
    browser.force_login(administrator)

    page = browser.get(address.format(**things)).content.decode()

    assert '<html lang="ar"' in page
    assert 'dir="rtl"' in page


@pytest.mark.parametrize("address", ["/setup/", "/setup/institutions/", "/setup/institutions/new/"])
def test_the_operator_has_the_institutions(ministry, address):
    browser = Client()
    browser.force_login(operator(ministry))

    assert browser.get(address).status_code == 200


@pytest.mark.parametrize("address", [a for a in PAGES if PAGES[a] and not a.startswith(("/profile", "/accounts"))])
def test_the_operator_has_nothing_inside_them(things, ministry, address):
    browser = Client()
    browser.force_login(operator(ministry))

    answer = browser.get(address.format(**things))

    assert answer.status_code == 404 or answer.content == b""


def operator(ministry):
    person = make_user(ministry, is_operator=True)
    person.institution = None
    person.save()
    return person


def test_the_own_absence_is_ones_own_to_change(dina, things, client):
    day = today()
    absence = actions.add_absence(dina, by=dina, from_date=day, to_date=day)
    client.force_login(dina)

    assert client.get(f"/absences/{absence.pk}/edit/").status_code == 200
    assert client.post(f"/absences/{absence.pk}/remove/").status_code == 302
    assert not Absence.objects.filter(pk=absence.pk).exists()
