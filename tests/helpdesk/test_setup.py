"""Setting up the desk on screens of the product."""

import uuid

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from helpdesk import actions as acts
from helpdesk import defaults
from helpdesk.actions import setting as actions
from helpdesk.models import Category, PriorityCell, Queue
from office.models import Event
from tests import factories

PAGES = ["/setup/queues/", "/setup/categories/", "/setup/priorities/", "/setup/policies/", "/setup/hand-over/"]


def queue_form(team, **fields):
    return {"name_en": "Network", "team": team.pk, "close_after_days": 5, "form_key": uuid.uuid4()} | fields


@pytest.mark.parametrize("address", PAGES)
def test_the_desk_sees_the_setup_and_others_do_not(
    sign_in, desk, basil, auditor, administrator, amal, manager, address
):
    seen = {user: sign_in(user).get(address).status_code for user in (basil, auditor, administrator, amal, manager)}

    assert list(seen.values()) == [200, 200, 200, 404, 404]


@pytest.mark.parametrize("address", ["/setup/queues/new/", "/setup/categories/new/"])
def test_only_administrators_change_it(sign_in, desk, basil, administrator, amal, address):
    answers = [sign_in(user).get(address).status_code for user in (administrator, basil, amal)]

    assert answers == [200, 403, 404]


@pytest.mark.parametrize("page", [0, 1, 2, 3])
def test_the_setup_in_arabic(sign_in, desk, ministry, page):
    reader = factories.make_user(ministry, is_administrator=True, language="ar")

    assert 'dir="rtl"' in sign_in(reader).get(PAGES[page]).content.decode()


@pytest.mark.parametrize("address", PAGES[:2])
def test_a_list_costs_the_same_whatever_its_length(sign_in, desk, administrator, team, address):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    browser, spent = sign_in(administrator), []
    for more in (1, 2):
        for _ in range(more):
            factories.make_category(factories.make_queue(team))
        browser.get(address)
        with CaptureQueriesContext(connection) as queries:
            browser.get(address)
        spent.append(len(queries))

    assert spent[0] == spent[1] <= 10


def test_a_queue_is_made_once_and_remembered(sign_in, desk, team, administrator):
    browser, form = sign_in(administrator), queue_form(team)

    for _ in range(2):
        response = browser.post("/setup/queues/new/", form)

    made = Queue.objects.get(name_en="Network")
    assert response.url == made.get_absolute_url()
    assert "Created" in browser.get(response.url).content.decode()


def test_a_queue_is_changed_and_its_history_says_so(sign_in, desk, team, administrator):
    browser = sign_in(administrator)

    browser.post(f"{desk.get_absolute_url()}edit/", queue_form(team, name_en="Devices", is_default="on", version=1))

    desk.refresh_from_db()
    assert desk.name_en == "Devices"
    assert "Devices" in browser.get(desk.get_absolute_url()).content.decode()
    assert Event.objects.about(desk).latest("id").changes["name_en"][1] == "Devices"


def test_the_second_of_two_people_gets_both_values(sign_in, desk, team, administrator):
    actions.change_row(desk, {"name_en": "Theirs"}, by=administrator)

    response = sign_in(administrator).post(
        f"{desk.get_absolute_url()}edit/", queue_form(team, name_en="Mine", is_default="on", version=1)
    )

    assert response.status_code == 409
    assert "Theirs" in response.content.decode()


def test_another_default_queue_takes_over(desk, team, administrator):
    other = factories.make_queue(team)

    actions.change_row(other, {"is_default": True}, by=administrator)

    assert list(Queue.objects.filter(is_default=True)) == [other]


def test_one_queue_always_takes_the_rest(desk, administrator):
    for values in ({"is_default": False}, {"is_restricted": True}):
        with pytest.raises(ValidationError):
            actions.change_row(desk, values, by=administrator)
    with pytest.raises(ValidationError):
        actions.deactivate(desk, by=administrator)


def test_a_queue_with_open_tickets_stays_in_use(ministry, amal, team, administrator, desk):
    queue = factories.make_queue(team)
    factories.make_ticket(amal, queue=queue)

    with pytest.raises(ValidationError) as refusal:
        actions.deactivate(queue, by=administrator)

    assert refusal.value.code == "tickets"


def test_a_category_out_of_use_is_chosen_by_nobody(desk, amal, administrator):
    category = actions.deactivate(factories.make_category(desk), by=administrator)

    with pytest.raises(ValidationError):
        acts.file_ticket(requester=amal, subject="Slow", category=category)


def test_a_category_is_not_its_own_parent(desk, administrator):
    category = factories.make_category(desk)
    below = factories.make_category(desk, parent=category)

    with pytest.raises(ValidationError):
        actions.change_row(category, {"parent": below}, by=administrator)


def test_a_team_of_another_institution_is_refused(sign_in, desk, administrator):
    response = sign_in(administrator).post("/setup/queues/new/", queue_form(factories.make_team()))

    assert "team" in response.context["form"].errors
    assert Queue.objects.count() == 1


def test_nobody_changes_the_desk_of_another_institution(desk):
    stranger = factories.make_user(factories.make_institution(), is_administrator=True)

    with pytest.raises(PermissionDenied):
        actions.change_row(desk, {"name_en": "Mine"}, by=stranger)


def test_rows_of_another_institution_are_not_found(sign_in, desk, administrator):
    foreign = factories.make_queue()

    for address in (foreign.get_absolute_url(), f"{foreign.get_absolute_url()}edit/"):
        assert sign_in(administrator).get(address).status_code == 404


def matrix_form(**cells):
    return {f"cell_{i}_{u}": p for (i, u), p in factories.MATRIX.items()} | cells


def test_the_matrix_is_edited_in_one_grid(sign_in, desk, ministry, amal, administrator):
    response = sign_in(administrator).post("/setup/priorities/", matrix_form(cell_3_3=1), follow=True)

    assert PriorityCell.objects.get(institution=ministry, impact=3, urgency=3).priority == 1
    assert acts.file_ticket(requester=amal, subject="x", impact=3, urgency=3).priority == 1
    assert "low × low" in response.content.decode()


def test_the_second_of_two_people_at_the_matrix_overwrites_nothing(sign_in, desk, ministry, administrator):
    browser = sign_in(administrator)
    seen = browser.get("/setup/priorities/").context["form"]["seen"].value()
    browser.post("/setup/priorities/", matrix_form(cell_3_3=1, seen=seen))

    response = browser.post("/setup/priorities/", matrix_form(cell_1_1=4, seen=seen))

    assert response.status_code == 409
    assert PriorityCell.objects.get(institution=ministry, impact=1, urgency=1).priority == 1


def test_a_priority_that_does_not_exist_is_refused_at_its_cell(sign_in, desk, administrator):
    response = sign_in(administrator).post("/setup/priorities/", matrix_form(cell_1_1=9))

    assert list(response.context["form"].errors) == ["cell_1_1"]


def test_technicians_look_at_the_grids_and_change_nothing(sign_in, desk, basil):
    browser = sign_in(basil)

    assert "disabled" in browser.get("/setup/priorities/").content.decode()
    assert browser.post("/setup/priorities/", matrix_form(cell_3_3=1)).status_code == 403


def test_a_new_institution_can_take_its_first_ticket(administrator):
    place = factories.Unit.objects.create(name="New ministry", kind="institution")
    person = factories.make_user(place)

    defaults.seed(place, factories.make_team(place))
    defaults.seed(place, factories.make_team(place))

    assert acts.file_ticket(requester=person, subject="Slow").queue.is_default
    assert Category.objects.filter(institution=place).count() == len(defaults.CATEGORIES)
    assert all(category.name_ar and category.name_en for category in Category.objects.filter(institution=place))
