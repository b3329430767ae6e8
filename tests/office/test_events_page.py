"""The movement log."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assets import actions
from office.events import record_event
from office.history import register_words
from tests.factories import (
    make_asset,
    make_asset_category,
    make_institution,
    make_model,
    make_queue,
    make_team,
    make_ticket,
    make_user,
)


@pytest.fixture
def moved(ministry, basil, amal):
    asset = make_asset(ministry, tag="PC-0042")
    actions.hand_over(asset, to=amal, by=basil)
    return asset


def verbs(response):
    return [event.verb for event in response.context["page"].rows]


@pytest.mark.parametrize("who", ["administrator", "auditor", "basil", "manager"])
def test_the_log_says_who_did_what_to_what(who, sign_in, moved, request):
    page = sign_in(request.getfixturevalue(who)).get("/events/").content.decode()

    for words in ("Basil Nasser", "Handed over", "PC-0042", "Amal Haddad"):
        assert words in page


def test_dina_finds_no_log(sign_in, dina, moved):
    assert sign_in(dina).get("/events/").status_code == 404


def test_another_institution_is_not_in_the_log(sign_in, administrator, moved):
    stranger = make_institution()
    record_event(make_asset(stranger), "created", by=make_user(stranger))

    assert set(verbs(sign_in(administrator).get("/events/"))) == {"handed_over", "state_changed"}


def test_the_cost_is_not_in_the_log_of_a_technician(sign_in, basil, administrator, moved):
    actions.change_asset(moved, by=administrator, values={"purchase_cost": Decimal("888.125")})

    assert "888" not in sign_in(basil).get("/events/").content.decode()
    assert "888" in sign_in(administrator).get("/events/").content.decode()


def test_the_log_is_narrowed_by_kind_person_and_day(sign_in, administrator, moved):
    browser = sign_in(administrator)
    today, tomorrow = timezone.localdate(), timezone.localdate() + timedelta(days=1)

    assert len(verbs(browser.get("/events/?kind=assets.asset"))) == 2
    assert len(verbs(browser.get("/events/?actor=nobody"))) == 0
    assert len(verbs(browser.get(f"/events/?since={today}&until={today}"))) == 2
    assert len(verbs(browser.get(f"/events/?since={tomorrow}"))) == 0


@pytest.mark.parametrize("count", [1, 3])
def test_the_log_costs_the_same_however_long(
    count, sign_in, administrator, basil, ministry, django_assert_max_num_queries
):
    for _number in range(count):
        values = {"category": make_asset_category(), "model": make_model()}
        actions.hand_over(actions.create_asset(by=basil, values=values), to=make_user(ministry), by=basil)
    browser = sign_in(administrator)
    browser.get("/events/")

    with django_assert_max_num_queries(10):
        browser.get("/events/")


def test_the_log_speaks_arabic(sign_in, administrator, moved):
    administrator.language = "ar"
    administrator.save()

    assert 'dir="rtl"' in sign_in(administrator).get("/events/").content.decode()


def test_tickets_of_a_restricted_queue_are_in_no_log_but_the_teams(sign_in, administrator, auditor, basil, ministry):
    member = make_user(ministry, is_technician=True, language="en")
    secret = make_queue(make_team(ministry, [member]), is_restricted=True)
    record_event(make_ticket(make_user(ministry), queue=secret, subject="A theft"), "filed", by=member)

    seen = {person: verbs(sign_in(person).get("/events/")) for person in (administrator, auditor, basil, member)}
    assert seen == {administrator: [], auditor: [], basil: [], member: ["filed"]}


def test_two_rooms_never_call_one_thing_differently():
    with pytest.raises(ValueError, match="deactivated"):
        register_words({"deactivated": "Dismissed"})

    register_words({"deactivated": _("Put out of use")})
