"""Service policies: the first that fits, one chosen for this ticket, whose hours count; and their pages."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from helpdesk import actions, policies, replans, tasks
from helpdesk.actions import promising
from helpdesk.choices import Clock
from helpdesk.models import Replan, ServicePolicy, TeamTarget
from office.models import Event
from tests import factories
from ui.forms import Conflict


@pytest.fixture
def usual(ministry):
    return ServicePolicy.objects.get(institution=ministry)


def in_front(ministry, **conditions):
    policy = factories.make_policy(ministry, dict.fromkeys((1, 2, 3, 4), (1, 1, 2)), place=0, **conditions)
    policies.touch(ministry.pk)
    return policy


def file(amal, **values):
    return actions.file_ticket(requester=amal, subject="Slow", **values)


def test_the_first_policy_that_fits_is_the_tickets(desk, amal, ministry, usual):
    other = in_front(ministry, queue=factories.make_queue(factories.make_team(ministry)))

    assert file(amal).policy == usual
    assert (
        actions.file_ticket(requester=amal, subject="x", category=factories.make_category(other.queue)).policy == other
    )


def test_a_category_stands_for_those_below_it(desk, amal, ministry):
    above = factories.make_category(desk)
    below = factories.make_category(desk, parent=factories.make_category(desk, parent=above))
    policy = in_front(ministry, category=above)

    assert file(amal, category=below).policy == policy


def test_a_unit_stands_for_those_below_it(desk, amal, ministry):
    section = factories.make_unit(factories.make_unit(ministry))
    policy = in_front(ministry, unit=section.parent)

    assert file(amal, unit=section).policy == policy
    assert file(amal, unit=factories.make_unit(ministry)).policy != policy


def test_the_kind_of_the_device_is_a_condition(desk, amal, ministry):
    policy = in_front(ministry, asset_kind="network")
    switch = factories.make_asset(ministry, category=factories.make_asset_category(kind="network"))

    assert (file(amal, asset=switch).policy == policy, file(amal).policy == policy) == (True, False)


def test_another_queue_may_mean_another_policy(ticket, basil, ministry, team):
    other = factories.make_queue(team)
    policy = in_front(ministry, queue=other)

    assert actions.transfer_ticket(ticket, by=basil, queue=other).policy == policy


def test_a_policy_chosen_by_hand_stays(ticket, basil, ministry, team):
    chosen = factories.make_policy(ministry)
    policies.touch(ministry.pk)
    actions.choose_policy(ticket, by=basil, policy=chosen)
    other = factories.make_queue(team)
    in_front(ministry, queue=other)

    assert actions.transfer_ticket(ticket, by=basil, queue=other).policy == chosen
    ticket.refresh_from_db()
    assert actions.choose_policy(ticket, by=basil, policy=None).policy != chosen


def test_a_policy_of_elsewhere_cannot_be_chosen(ticket, basil):
    foreign = ServicePolicy.objects.get(institution=factories.make_institution())

    with pytest.raises(ValidationError):
        actions.choose_policy(ticket, by=basil, policy=foreign)


def test_the_hours_are_the_policys_the_queues_or_the_ministrys(desk, amal, ministry, usual):
    night, day = factories.make_calendar(), factories.make_calendar()
    desk.calendar = day
    desk.save()
    assert file(amal).calendar == day

    in_front(ministry, hours="own", calendar=night)
    assert file(amal).calendar == night


def test_the_hours_may_be_those_of_the_contract_that_covers_the_device(desk, amal, ministry, covered):
    in_front(ministry, hours="contract")

    assert file(amal, asset=covered.asset).calendar == covered.level.calendar
    assert file(amal).calendar.is_default


@pytest.fixture
def covered(ministry):
    contract = factories.make_contract(ministry)
    factories.make_level(contract, calendar=factories.make_calendar())
    asset = factories.make_asset(ministry)
    return factories.cover(contract, asset)


TARGETS = {(1, Clock.FIRST_RESPONSE): (30, "minutes"), (1, Clock.RESOLUTION): (2, "closes")}


def test_a_policy_is_written_with_its_targets_and_its_history(desk, administrator):
    blank = ServicePolicy(institution=administrator.institution)
    policy = promising.save_policy(blank, {"name_en": "Board"}, TARGETS, by=administrator)

    promising.save_policy(policy, {"name_en": "Board"}, {(1, Clock.RESOLUTION): (4, "hours")}, by=administrator)

    first, second = Event.objects.about(policy).order_by("pk")
    assert first.changes["resolution_1"] == [None, "2d!"]
    assert second.changes == {"resolution_1": ["2d!", "4h"], "first_response_1": ["30m", None]}


def test_an_answer_later_than_the_solution_is_refused(desk, administrator):
    blank = ServicePolicy(institution=administrator.institution, name_en="x")
    targets = {(1, Clock.FIRST_RESPONSE): (90, "minutes"), (1, Clock.RESOLUTION): (60, "minutes")}

    with pytest.raises(ValidationError) as refusal:
        promising.save_policy(blank, {}, targets, by=administrator)

    assert list(refusal.value.error_dict) == ["amount_1_resolution"]


def test_the_second_of_two_people_at_a_policy_overwrites_nothing(desk, administrator, usual):
    promising.save_policy(usual, {"name_en": "Mine"}, TARGETS, by=administrator, version=1)

    with pytest.raises(Conflict):
        promising.save_policy(usual, {"name_en": "Yours"}, TARGETS, by=administrator, version=1)


def test_only_administrators_change_promises(desk, basil, usual):
    with pytest.raises(PermissionDenied):
        promising.save_policy(usual, {}, TARGETS, by=basil)


def test_policies_change_places(desk, administrator, usual, ministry):
    second = factories.make_policy(ministry)

    promising.move_policy(second, by=administrator, up=True)

    assert list(ServicePolicy.objects.filter(institution=ministry)) == [second, usual]
    assert promising.move_policy(second, by=administrator, up=True) == second  # it is the first already


def test_another_promise_is_a_job_for_open_tickets(ticket, administrator, usual, monkeypatch):
    monkeypatch.setattr(replans, "CHUNK", 1)
    before = ticket.resolution_due
    values = {(p, Clock.RESOLUTION): (1, "minutes") for p in (1, 2, 3, 4)}

    promising.save_policy(usual, {}, values, by=administrator)
    tasks.bulk_replan()

    ticket.refresh_from_db()
    order = Replan.objects.get()
    assert ticket.resolution_due < before
    assert (order.total, order.done, order.changed, order.finished_at is None) == (1, 1, 1, False)


def test_a_policy_out_of_use_is_passed_over(ticket, amal, administrator, usual, ministry):
    other = factories.make_policy(ministry)

    promising.switch_policy(usual, by=administrator)

    assert file(amal).policy == other


def test_the_page_of_policies_is_filled_in_and_opened(sign_in, desk, administrator):
    browser = sign_in(administrator)
    typed = {"name_en": "Board", "hours": "queue", "amount_1_first_response": "١٥", "unit_1_first_response": "minutes"}

    page = browser.post("/setup/policies/new/", typed, follow=True).content.decode()

    assert "Board" in page
    assert "15 working minutes" in page


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"amount_1_resolution": "0"}, "amount_1_resolution"),
        ({"amount_1_resolution": "soon"}, "amount_1_resolution"),
        ({"amount_1_resolution": "400", "unit_1_resolution": "days"}, "amount_1_resolution"),
        ({"amount_1_resolution": "4", "unit_1_resolution": "weeks"}, "unit_1_resolution"),
        ({"name_en": ""}, None),
        ({"hours": "own"}, "calendar"),
    ],
)
def test_a_wrong_promise_gets_a_sentence_at_its_box(sign_in, desk, administrator, wrong, field):
    typed = {"name_en": "Board", "hours": "queue"} | wrong

    response = sign_in(administrator).post("/setup/policies/new/", typed)

    assert response.status_code == 200
    assert field is None or field in response.context["form"].errors


def test_the_list_asks_as_much_for_three_policies_as_for_one(
    sign_in, desk, administrator, ministry, django_assert_num_queries, django_assert_max_num_queries
):
    browser = sign_in(administrator)
    with django_assert_max_num_queries(12) as asked:
        browser.get("/setup/policies/")
    factories.make_policy(ministry), factories.make_policy(ministry)

    with django_assert_num_queries(len(asked)):
        browser.get("/setup/policies/")


def test_teams_promise_each_other_to_take_up_what_they_are_handed(sign_in, desk, administrator, team):
    browser = sign_in(administrator)
    seen = browser.get("/setup/hand-over/").context["form"]["seen"].value()
    typed = {f"amount_{team.pk}": "45", f"unit_{team.pk}": "minutes", "seen": seen}

    page = browser.post("/setup/hand-over/", typed, follow=True).content.decode()
    late = browser.post("/setup/hand-over/", typed | {f"amount_{team.pk}": "50"})

    assert TeamTarget.objects.get().amount == 45
    assert "45 working minutes" in page
    assert late.status_code == 409


def test_how_far_a_count_is_and_what_it_changed_is_a_page(sign_in, ticket, administrator, usual):
    promising.save_policy(usual, {}, {(4, Clock.RESOLUTION): (1, "minutes")}, by=administrator)
    tasks.bulk_replan()

    page = sign_in(administrator).get(Replan.objects.get().get_absolute_url()).content.decode()

    assert ticket.number in page
    assert "/setup/replans/" in page


@pytest.mark.parametrize(
    "address", ["/setup/policies/", "/setup/policies/new/", "/setup/hand-over/", "/setup/replans/"]
)
def test_the_pages_speak_arabic(client, desk, administrator, address):
    administrator.language = "ar"
    administrator.save()
    client.force_login(administrator)

    assert 'dir="rtl"' in client.get(address).content.decode()
