"""Calls at the desk: the list, the page of one, its acts and links; for whom they show, and what they cost."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.urls import reverse

from contracts import actions, coverage
from contracts.models import Penalty, VendorLink
from tests import factories

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def the_clock():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def make_call(contract, basil, ministry):
    def _make_call(**fields):
        printer = factories.make_asset(ministry)
        factories.cover(contract, printer)
        cover = coverage.who_covers(printer)[0]
        values = {"subject": "The printer is jammed", "text": "It jams.", "channel": "phone"} | fields
        return actions.open_call(by=basil, institution=ministry, cover=cover, asset=printer, **values)

    return _make_call


@pytest.fixture
def call(make_call):
    return make_call()


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_list_costs_the_same_for_one_row_and_for_three(
    sign_in, basil, make_call, language, django_assert_max_num_queries
):
    basil.language = language
    basil.save()
    client = sign_in(basil)
    make_call()
    client.get(reverse("calls"))

    with django_assert_max_num_queries(10) as first:
        assert client.get(reverse("calls")).status_code == 200
    for _ in range(2):
        make_call()
    with django_assert_max_num_queries(len(first)):
        assert b"CALL-2026-00003" in client.get(reverse("calls")).content


def test_the_list_narrows_by_what_is_late_and_by_contract(sign_in, basil, call, contract, the_clock):
    client = sign_in(basil)
    the_clock.move_to(datetime(2026, 11, 24, 12, 0, tzinfo=UTC))
    actions.look_again(call)

    assert call.number.encode() in client.get(reverse("calls"), {"late": "restore"}).content
    assert call.number.encode() in client.get(reverse("calls"), {"contract": contract.number}).content
    assert call.number.encode() not in client.get(reverse("calls"), {"late": "on_site"}).content


def test_the_list_is_written_into_a_sheet(sign_in, basil, call):
    response = sign_in(basil).get(reverse("calls"), {"export": "csv"})

    assert call.number in b"".join(response).decode()


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_page_of_a_call_costs_no_more_than_fifteen_statements(
    sign_in, basil, call, language, django_assert_max_num_queries
):
    basil.language = language
    basil.save()
    for _ in range(3):
        link, _token = actions.make_link(call, by=basil)
        actions.record_vendor_step(link, kind="received", name="Fadi", ip="192.0.2.7")
    client = sign_in(basil)
    client.get(call.get_absolute_url())

    with django_assert_max_num_queries(15):
        response = client.get(call.get_absolute_url())

    assert "192.0.2.7" in response.content.decode()


def test_employees_and_strangers_find_no_call(sign_in, call, dina):
    stranger = factories.make_user(factories.make_institution(), is_technician=True)

    for person in (dina, stranger):
        client = sign_in(person)
        assert client.get(call.get_absolute_url()).status_code == 404
    assert sign_in(dina).get(reverse("calls")).status_code == 404


def test_technicians_see_no_amounts_and_managers_do(sign_in, basil, owner, call):
    Penalty.objects.create(term=call.term, call=call, clock="restore", days_late=1, hours_late=4, amount="76.543")

    his, hers = (sign_in(person).get(call.get_absolute_url()).content.decode() for person in (basil, owner))

    assert ("76.543" in his, "76.543" in hers) == (False, True)


def test_a_link_is_shown_once_and_can_be_revoked(sign_in, basil, call):
    client = sign_in(basil)

    page = client.post(reverse("call_link_make", args=[call.pk]), follow=True).content.decode()
    token = page.split("/v/")[1].split("/")[0]
    assert VendorLink.by_token(token).call == call
    assert token not in client.get(call.get_absolute_url()).content.decode()

    client.post(reverse("call_link_revoke", args=[call.pk, call.links.get().pk]))
    assert VendorLink.by_token(token) is None


def test_a_step_is_recorded_confirmed_and_disputed_on_pages(sign_in, basil, call):
    client = sign_in(basil)
    link, _token = actions.make_link(call, by=basil)
    step = actions.record_vendor_step(link, kind="received", name="Fadi")

    client.post(reverse("call_step_confirm", args=[call.pk, step.pk]))
    step.refresh_from_db()
    assert step.verdict == "confirmed"
    client.post(reverse("call_step_dispute", args=[call.pk, step.pk]), {"reason": "Nobody called."})
    step.refresh_from_db()
    assert (step.verdict, step.verdict_reason) == ("disputed", "Nobody called.")
    client.post(reverse("call_step_add", args=[call.pk]), {"kind": "pause", "pause_reason": "us", "remark": "Keys."})
    call.refresh_from_db()
    assert call.response_state == "standing"


def test_what_an_action_refuses_comes_back_in_the_form(sign_in, basil, call):
    response = sign_in(basil).post(reverse("call_step_add", args=[call.pk]), {"kind": "pause", "remark": "Keys."})

    assert "Say why the clock is to stand still." in response.content.decode()
    assert "Keys." in response.content.decode()


def test_auditors_look_and_do_not_act(sign_in, auditor, call):
    client = sign_in(auditor)

    assert client.get(call.get_absolute_url()).status_code == 200
    for name in ("call_step_add", "call_reference", "call_close", "call_cancel"):
        assert client.get(reverse(name, args=[call.pk])).status_code == 403
    assert client.post(reverse("call_link_make", args=[call.pk])).status_code == 403


def test_the_contract_and_the_vendor_show_their_calls(sign_in, owner, call, contract):
    client = sign_in(owner)

    for thing in (contract, contract.vendor):
        address = reverse(f"calls_of_{thing._meta.model_name}", args=[thing.pk])
        assert address in client.get(thing.get_absolute_url()).content.decode()
        assert call.number in client.get(address, headers={"HX-Request": "true"}).content.decode()
        assert call.number in client.get(address, follow=True).content.decode()


def test_a_call_is_closed_and_called_off_with_a_reason(sign_in, basil, make_call):
    client, one, other = sign_in(basil), make_call(), make_call()

    client.post(reverse("call_close", args=[one.pk]), {"reason": "We did it ourselves."})
    client.post(reverse("call_cancel", args=[other.pk]), {"reason": ""})

    one.refresh_from_db()
    other.refresh_from_db()
    assert (one.state, one.reason, other.state) == ("closed", "We did it ourselves.", "open")


def test_what_lateness_costs_stands_at_the_level_for_those_who_may_see_amounts(sign_in, basil, owner, contract):
    contract.levels.update(credit_amount="33.125", on_site_minutes=480)

    his, hers = (sign_in(person).get(contract.get_absolute_url()).content.decode() for person in (basil, owner))

    assert ("33.125" in his, "33.125" in hers) == (False, True)
    assert "Comes within" in his
