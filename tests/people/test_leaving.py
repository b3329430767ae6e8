"""Leaving: nothing stays behind without somebody who takes it."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from office.calendars import today
from office.models import Event
from people import actions, leaving
from people.signals import person_left
from tests.factories import make_institution, make_team, make_unit, make_user


@pytest.fixture(autouse=True)
def _own_kinds(monkeypatch):
    """What the rooms above register is tested there."""
    own = {name: kind for name, kind in leaving._kinds.items() if name in ("headed_units", "substitutions")}
    monkeypatch.setattr(leaving, "_kinds", own)


@pytest.fixture
def section(ministry, amal):
    return make_unit(ministry, name="Archive", head=amal)


def leave(person, by, **successors):
    return actions.deactivate_user(person, by=by, successors=successors)


def test_who_holds_nothing_just_leaves(amal, administrator):
    left = leave(amal, administrator)

    assert (left.is_active, left.left_at is None) == (False, False)


def test_what_stands_in_the_way_is_named(amal, administrator, section):
    with pytest.raises(ValidationError) as refusal:
        leave(amal, administrator)

    amal.refresh_from_db()
    assert refusal.value.code == "holds"
    assert refusal.value.messages == ["Name somebody who takes over: Units headed (1)."]
    assert amal.is_active


def test_everything_goes_to_the_named_colleague_in_one_act(amal, dina, administrator, section):
    leave(amal, administrator, headed_units=dina)

    section.refresh_from_db()
    amal.refresh_from_db()
    assert section.head == dina
    assert not amal.is_active
    verbs = list(Event.objects.about(amal).order_by("pk").values_list("verb", flat=True))
    assert verbs == ["handed_over", "left", "sessions_ended"]


def test_one_kind_without_a_successor_keeps_everything_as_it_was(amal, dina, basil, administrator, section):
    day = today()
    actions.add_absence(basil, by=basil, from_date=day, to_date=day + timedelta(3), substitute=amal)

    with pytest.raises(ValidationError, match="Stands in for"):
        leave(amal, administrator, headed_units=dina)

    section.refresh_from_db()
    assert section.head == amal


@pytest.mark.parametrize("who", ["herself", "closed", "stranger"])
def test_only_an_active_colleague_takes_over(amal, ministry, administrator, section, who):
    successor = {
        "herself": amal,
        "closed": make_user(ministry, is_active=False),
        "stranger": make_user(make_institution()),
    }[who]

    with pytest.raises(ValidationError) as refusal:
        leave(amal, administrator, headed_units=successor)

    assert refusal.value.code == "successor"


def test_a_kind_that_keeps_something_back_stops_it(amal, dina, administrator):
    leaving.register("keys", "Keys", holdings=lambda user: ["a key"], hand_over=lambda user, to, by: None)

    with pytest.raises(ValidationError, match="Keys"):
        leave(amal, administrator, keys=dina)


def test_the_leaver_goes_out_of_the_teams(basil, administrator, team):
    leave(basil, administrator)

    assert list(team.members.all()) == []


def test_the_rooms_above_hear_of_it(amal, administrator):
    heard = []
    person_left.connect(lambda sender, person, by, **kwargs: heard.append((person, by)), weak=False)

    leave(amal, administrator)

    assert heard == [(amal, administrator)]


def test_nobody_closes_the_own_account(administrator, ministry, sign_in):
    make_user(ministry, is_administrator=True)

    assert sign_in(administrator).get(f"/setup/users/{administrator.pk}/leaving/").status_code == 403


def test_the_page_asks_for_a_person_for_each_kind(sign_in, administrator, amal, dina, section):
    browser = sign_in(administrator)
    address = f"/setup/users/{amal.pk}/leaving/"

    page = browser.get(address).content.decode()
    refused = browser.post(address, {"headed_units": ""})
    browser.post(address, {"headed_units": "Dina Saleh"})

    amal.refresh_from_db()
    section.refresh_from_db()
    assert "Archive" in page
    assert refused.status_code == 200
    assert (amal.is_active, section.head) == (False, dina)


def test_a_closed_account_is_opened_again_without_roles_of_old_teams(sign_in, amal, administrator):
    leave(amal, administrator)

    sign_in(administrator).post(f"/setup/users/{amal.pk}/reactivate/")

    amal.refresh_from_db()
    assert (amal.is_active, amal.left_at) == (True, None)


def test_the_history_of_a_leaver_reads_in_words(sign_in, amal, dina, administrator, section):
    leave(amal, administrator, headed_units=dina)

    page = sign_in(administrator).get(amal.get_absolute_url()).content.decode()

    assert "Left, account closed" in page
    assert "Handed over" in page
    assert "Dina Saleh" in page


def test_a_team_that_works_a_queue_is_not_put_out_of_use(administrator, queue):
    with pytest.raises(ValidationError, match="Still used by: Queue"):
        actions.retire_team(queue.team, by=administrator)

    assert not Event.objects.about(queue.team).exists()
    assert not actions.retire_team(make_team(administrator.institution), by=administrator).is_active
