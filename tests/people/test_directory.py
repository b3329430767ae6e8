"""The directory: who is found by what, and what one sees of a colleague."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from office.calendars import today
from people.models import Absence, User
from tests.factories import make_institution, make_team, make_unit, make_user, make_vendor
from ui.registry import Panel, panels

SECRETS = ("06-4644777", "sentinel@ministry.example", "SENT-7f3a", "Room Sentinel", "Sentinel of records")


@pytest.fixture
def basma(ministry):
    return make_user(
        ministry,
        name="بسمة القضاة",
        username="basma",
        email=SECRETS[1],
        phone=SECRETS[0],
        employee_number=SECRETS[2],
        room=SECRETS[3],
        job_title=SECRETS[4],
        extension="457",
        unit=make_unit(ministry, name="Archive"),
    )


def found(browser, words):
    page = browser.get("/people/", {"q": words})
    return [person.name for person in page.context["page"].rows]


@pytest.mark.parametrize("words", ["بسمه", "القضاه", "457", "بسم"])
def test_everybody_finds_a_colleague_by_name_and_extension(sign_in, amal, basma, words):
    assert found(sign_in(amal), words) == ["بسمة القضاة"]


@pytest.mark.parametrize("words", [SECRETS[0], SECRETS[1], SECRETS[2], "basma"])
def test_only_those_who_help_find_by_what_others_do_not_see(sign_in, amal, basil, basma, words):
    assert found(sign_in(basil), words) == ["بسمة القضاة"]
    assert found(sign_in(amal), words) == []


@pytest.mark.parametrize("address", ["/people/", "/people/?export=csv", "/search/?q=457", "/people/pick/?from=q&q=457"])
def test_an_employee_sees_name_unit_and_extension_and_nothing_else(sign_in, amal, basma, address):
    response = sign_in(amal).get(address)
    page = b"".join(response).decode() if response.streaming else response.content.decode()

    assert "457" in page
    assert not any(secret in page for secret in SECRETS)


def test_the_page_of_a_colleague_keeps_the_rest_to_itself(sign_in, amal, basil, basma):
    address = basma.get_absolute_url()
    employee = sign_in(amal).get(address).content.decode()
    technician = sign_in(basil).get(address).content.decode()

    assert not any(secret in employee for secret in SECRETS)
    assert all(secret in technician for secret in SECRETS)
    assert "basma" not in technician.replace(SECRETS[1], "").replace("بسمة", "")


@pytest.mark.parametrize("who", ["amal", "basil", "manager", "auditor", "administrator"])
def test_people_of_another_institution_are_not_there(request, ministry, sign_in, who):
    stranger = make_user(make_institution(), name="Stranger", extension="999")
    browser = sign_in(request.getfixturevalue(who))

    assert browser.get(stranger.get_absolute_url()).status_code == 404
    assert found(browser, "Stranger") == []
    assert browser.get("/people/pick/?from=q&q=Stranger").content == b""


def test_closed_accounts_are_seen_by_the_desk_only(sign_in, amal, basil, basma):
    User.objects.filter(pk=basma.pk).update(is_active=False)

    assert sign_in(amal).get(basma.get_absolute_url()).status_code == 404
    assert sign_in(basil).get(basma.get_absolute_url()).status_code == 200
    assert found(sign_in(basil), "457") == []


def test_the_rooms_above_hang_panels_on_the_page(sign_in, basil, basma, monkeypatch):
    panel = Panel(
        on="people.user",
        name="test",
        title="Test of panels",
        fetch=lambda people, user: {person.pk: "there" for person in people},
        template="ui/_messages.html",
        allowed=lambda user, person: user.is_technician,
    )
    panels.register(panel)
    try:
        assert "Test of panels" in sign_in(basil).get(basma.get_absolute_url()).content.decode()
    finally:
        panels.unregister(panel)


def test_a_unit_narrows_to_everything_below_it(sign_in, amal, ministry):
    above = make_unit(ministry, name="Directorate")
    make_user(ministry, name="Below", unit=make_unit(above))
    make_user(ministry, name="Beside", unit=make_unit(ministry))

    page = sign_in(amal).get("/people/", {"unit": above.pk})

    assert [person.name for person in page.context["page"].rows] == ["Below"]


@pytest.mark.parametrize(
    "address", ["/people/", "/setup/users/", "/absences/", "/vendors/", "/setup/units/", "/setup/teams/"]
)
def test_a_list_costs_the_same_for_one_row_and_three(sign_in, administrator, ministry, address, rows_of, count_queries):
    browser = sign_in(administrator)
    rows_of(1)
    browser.get(address)
    one = count_queries(lambda: browser.get(address))
    rows_of(2)

    assert count_queries(lambda: browser.get(address)) == one <= 10


def test_the_page_of_a_person_stays_within_its_budget(sign_in, administrator, basma, count_queries):
    browser = sign_in(administrator)

    assert count_queries(lambda: browser.get(basma.get_absolute_url())) <= 15


@pytest.fixture
def rows_of(ministry):
    """Adds so many of everything these lists show."""

    def add(count):
        for _ in range(count):
            head = make_user(ministry, unit=ministry)
            make_unit(ministry, head=head)
            make_team(ministry, members=[head])
            make_vendor()
            day = today()
            Absence.objects.create(
                person=head, from_date=day, to_date=day + timedelta(1), substitute=make_user(ministry)
            )

    return add


@pytest.fixture
def count_queries():
    def count(act):
        with CaptureQueriesContext(connection) as queries:
            act()
        return len(queries)

    return count
