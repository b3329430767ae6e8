"""The calendar of one person: what stands in it, who can read it, and what its address gives away."""

from datetime import date

import pytest
import time_machine
from django.urls import reverse

from contracts import actions
from contracts.feed import _folded, calendar_of
from contracts.models import CalendarFeed, Contract
from tests import factories


@pytest.fixture(autouse=True)
def _on_a_day():
    with time_machine.travel("2026-11-20T09:00:00Z", tick=True):
        yield


@pytest.fixture
def feed(owner, contract):
    _feed, token = CalendarFeed.make(owner)
    return reverse("calendar_feed", args=[token])


def unfolded(response):
    return response.content.decode().replace("\r\n ", "").split("\r\n")


def test_it_holds_the_decision_the_notice_and_the_end(client, feed, contract):
    known = {"by": contract.owner, "amendment": factories.make_amendment(contract)}
    actions.change_contract(contract, values={"notice_value": 15}, **known)

    response = client.get(feed)

    lines = unfolded(response)
    assert response.headers["Content-Type"].startswith("text/calendar")
    days = [line for line in lines if line.startswith("DTSTART")]
    assert days == [f"DTSTART;VALUE=DATE:{day}" for day in ("20261231", "20261116", "20261216")]
    assert any(line.startswith("SUMMARY:Decide by: C-2026-014 Maintenance of printers") for line in lines)


def test_after_the_decision_only_the_end_is_left(client, feed, contract, owner):
    actions.record_decision(contract, by=owner, decision="expire", reason="Not needed.")

    lines = unfolded(client.get(feed))

    assert [line for line in lines if line.startswith("UID")] == [f"UID:end-{contract.terms.get().pk}@127.0.0.1"]


def test_it_is_that_of_one_person(contract, ministry, owner, section):
    other = factories.make_user(unit=factories.make_unit(ministry), is_manager=True)

    assert b"C-2026-014" in calendar_of(owner)
    assert b"C-2026-014" in calendar_of(section.head)
    assert b"C-2026-014" not in calendar_of(other)


def test_it_speaks_arabic_and_no_line_is_too_long(contract, owner):
    owner.language = "ar"
    Contract.objects.update(title="صيانة الطابعات والماسحات الضوئية في جميع مديريات الوزارة، والقطع; والمستهلكات")

    calendar = calendar_of(owner)

    assert "آخر موعد للقرار" in calendar.decode().replace("\r\n ", "")
    assert max(len(line) for line in calendar.split(b"\r\n")) <= 75
    assert r"والقطع\;" in calendar.decode().replace("\r\n ", "")


@pytest.mark.parametrize("text", ["a" * 200, "ع" * 100, "x" * 74, "x" * 75, ""])
def test_folding_loses_no_letter(text):
    folded = _folded(text)

    assert folded.replace(b"\r\n ", b"").decode().rstrip("\r\n") == text


def test_it_holds_no_amount(client, feed, contract):
    contract.terms.update(value=48271)
    Contract.objects.update(notes="48271 for all")

    assert b"48271" not in client.get(feed).content


def test_a_revoked_address_and_that_of_somebody_who_left_lead_nowhere(client, feed, owner, sign_in):
    CalendarFeed.objects.create(user=owner, digest="other")
    owner.is_active = False
    owner.save()
    left = client.get(feed).status_code
    owner.is_active = True
    owner.save()
    sign_in(owner).post(reverse("own_calendar_revoke"))

    assert (left, client.get(feed).status_code) == (404, 404)


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_the_address_can_only_be_read(client, feed, method):
    assert getattr(client, method)(feed).status_code == 405


def test_the_address_is_shown_once_and_a_new_one_ends_the_old(sign_in, owner, feed):
    client = sign_in(owner)

    shown = client.post(reverse("own_calendar_make"), follow=True).content.decode()
    again = client.get(reverse("own_calendar")).content.decode()

    assert ".ics" in shown
    assert ".ics" not in again
    assert client.get(feed).status_code == 404
    assert CalendarFeed.objects.filter(revoked_at=None).count() == 1


def test_dina_has_no_calendar_of_contracts(sign_in, dina):
    assert sign_in(dina).get(reverse("own_calendar")).status_code == 404


def test_what_it_costs_does_not_grow_with_the_contracts(owner, section, ministry, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def cost():
        with CaptureQueriesContext(connection) as queries:
            calendar_of(type(owner).objects.get(pk=owner.pk))
        return len(queries)

    before = cost()
    for _ in range(3):
        factories.make_contract(ministry, unit=section, owner=owner, end=date(2027, 1, 31))

    assert cost() == before
