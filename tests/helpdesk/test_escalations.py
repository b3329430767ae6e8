"""Steps of escalation: once each, by the instant they were due at, told to whom the step names."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError

from helpdesk import actions, policies, tasks
from helpdesk.actions import promising
from helpdesk.choices import Level, Tell, WaitingFor
from helpdesk.models import Escalation, EscalationStep, ServicePolicy
from office.models import Event, Notification
from tests import factories

SUNDAY = datetime(2026, 11, 15, 7, 0, tzinfo=UTC)  # 10:00 in Amman


@pytest.fixture
def clock(time_machine):
    def move(hours):
        time_machine.move_to(SUNDAY + timedelta(hours=hours), tick=False)

    move(0)
    return move


@pytest.fixture
def step(ministry):
    """Adds a step to the only policy: critical tickets are solved within four hours."""

    def add(**values):
        policy = ServicePolicy.objects.get(institution=ministry)
        step = EscalationStep.objects.create(policy=policy, **{"clock": "resolution"} | values)
        policies.touch(ministry.pk)
        return step

    return add


def file(amal, basil):
    ticket = actions.file_ticket(requester=amal, subject="Slow", impact=Level.HIGH, urgency=Level.HIGH)
    return actions.take_ticket(ticket, by=basil)


def noted(ticket):
    return [(each.step, each.at, each.is_told) for each in Escalation.objects.filter(ticket=ticket).order_by("at")]


def told(person):
    kinds = ("ticket.due_soon", "ticket.late")
    return list(
        Notification.objects.filter(recipient=person, kind__in=kinds).order_by("pk").values_list("kind", flat=True)
    )


def test_a_step_is_climbed_once_at_its_own_instant(clock, desk, amal, basil, step):
    half = step(percent=50)
    ticket = file(amal, basil)
    assert ticket.clock_due == ticket.response_due  # half an hour

    clock(2.1)
    tasks.note_breaches()
    tasks.note_breaches()

    assert noted(ticket) == [(half, SUNDAY + timedelta(hours=2), True)]
    assert told(basil) == ["ticket.due_soon"]


def test_a_round_that_comes_late_climbs_every_step_with_the_instant_it_was_due_at(clock, desk, amal, basil, step):
    before, due, after = step(offset_minutes=-60), step(percent=100), step(offset_minutes=60)
    ticket = file(amal, basil)

    clock(40)
    tasks.note_breaches()

    hours = [SUNDAY + timedelta(hours=hours) for hours in (3, 4, 5)]
    assert noted(ticket) == [(before, hours[0], True), (due, hours[1], True), (after, hours[2], True)]
    assert told(basil) == ["ticket.due_soon", "ticket.late", "ticket.late"]
    assert [e.at for e in Event.objects.about(ticket).filter(verb="escalated").order_by("pk")] == hours


def test_a_promise_that_moves_into_the_past_speaks_once(clock, desk, amal, basil, step):
    quarter, half = step(percent=25), step(percent=50)
    ticket = actions.take_ticket(actions.file_ticket(requester=amal, subject="Slow"), by=basil)  # forty hours
    clock(3)

    critical = actions.change_ticket(ticket, by=basil, impact=Level.HIGH, urgency=Level.HIGH)

    assert [(which, is_told) for which, _at, is_told in noted(critical)] == [(quarter, False), (half, True)]


def test_a_step_that_was_climbed_is_not_climbed_again_when_the_promise_moves_later(clock, desk, amal, basil, step):
    step(percent=50)
    ticket = file(amal, basil)
    clock(2.5)
    tasks.note_breaches()

    actions.change_ticket(ticket, by=basil, impact=Level.LOW, urgency=Level.LOW)
    clock(500)
    tasks.note_breaches()

    assert Escalation.objects.filter(ticket=ticket).count() == 1


def test_while_it_waits_nothing_climbs(clock, desk, amal, basil, step):
    step(percent=50)
    ticket = actions.wait_ticket(file(amal, basil), by=basil, kind=WaitingFor.VENDOR)

    clock(100)
    tasks.note_breaches()

    assert noted(ticket) == []


def test_what_was_solved_in_the_meantime_is_noted_and_nobody_is_told(clock, desk, amal, basil, step):
    half = step(percent=50)
    ticket = file(amal, basil)
    clock(3)

    actions.resolve_ticket(ticket, by=basil, resolution="Done.")

    assert noted(ticket) == [(half, SUNDAY + timedelta(hours=2), False)]


@pytest.mark.parametrize("tell", [Tell.TEAM, Tell.ADMINISTRATORS, Tell.PERSON])
def test_a_step_tells_whom_it_names(clock, desk, amal, basil, colleague, administrator, manager, step, tell):
    step(percent=50, tell=tell, person=colleague if tell == Tell.PERSON else None)
    file(amal, basil)

    clock(2.5)
    tasks.note_breaches()

    people = {Tell.TEAM: {basil, colleague}, Tell.ADMINISTRATORS: {administrator}, Tell.PERSON: {colleague}}[tell]
    assert {person for person in (basil, colleague, administrator, manager) if told(person)} == people


def test_a_step_is_added_and_taken_away_on_the_page_of_its_policy(sign_in, desk, administrator, ministry):
    policy = ServicePolicy.objects.get(institution=ministry)
    browser = sign_in(administrator)
    typed = {"clock": "resolution", "percent": "٧٥", "tell": "assignee"}

    page = browser.post(f"/setup/policies/{policy.pk}/steps/new/", typed, follow=True).content.decode()
    step = EscalationStep.objects.get()
    browser.post(f"/setup/policies/{policy.pk}/steps/{step.pk}/remove/")

    assert "at 75 % of the promised time" in page
    assert list(policy.steps.filter(is_active=True)) == []


@pytest.mark.parametrize(
    "wrong", [{}, {"percent": 50, "offset_minutes": 5}, {"percent": 50, "tell": "person"}, {"percent": 75}]
)
def test_a_step_that_makes_no_sense_is_refused(desk, administrator, ministry, wrong):
    policy = ServicePolicy.objects.get(institution=ministry)
    promising.add_step(policy, by=administrator, clock="resolution", tell="team", percent=75)

    with pytest.raises(ValidationError):
        promising.add_step(policy, by=administrator, **{"clock": "resolution", "tell": "team"} | wrong)


def test_a_page_without_steps_says_so(sign_in, desk, administrator, ministry):
    page = sign_in(administrator).get(ServicePolicy.objects.get(institution=ministry).get_absolute_url())

    assert "Nobody is told" in page.content.decode()
    assert factories.make_policy(ministry).steps.count() == 0
