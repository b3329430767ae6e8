"""What tickets say about contracts and vendors."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import escape

from helpdesk import service_figures
from helpdesk.models import Rating
from tests import factories
from ui.registry import figures_of, report_figures

pytestmark = pytest.mark.django_db
NOVEMBER = (date(2026, 11, 1), date(2026, 11, 30))


def at(words):
    return datetime.fromisoformat(words).replace(tzinfo=UTC)


@pytest.fixture(autouse=True)
def _on_a_day():
    with time_machine.travel("2026-11-26T09:00:00Z", tick=False):
        yield


@pytest.fixture
def contract(manager, ministry):
    return factories.make_contract(ministry, owner=manager)


@pytest.fixture
def printer(contract, ministry):
    printer = factories.make_asset(ministry)
    factories.cover(contract, printer)
    return printer


@pytest.fixture
def fault(amal, queue):
    """A ticket about a device: (device, filed, resolved or None, urgency)."""

    def _fault(asset, filed, resolved=None, urgency=2, **fields):
        done = {"status": "resolved", "resolved_at": at(resolved)} if resolved else {}
        values = {"asset": asset, "created_at": at(filed), "urgency": urgency, "queue": queue} | done | fields
        return factories.make_ticket(amal, **values)

    return _fault


def test_tickets_count_for_the_contract_that_covered_the_device_on_that_day(contract, printer, ministry, fault, basil):
    factories.cover(contract, factories.make_asset(ministry))
    mine = fault(printer, "2026-11-10T08:00")
    fault(printer, "2026-11-11T08:00", status="cancelled")
    fault(printer, "2026-10-10T08:00")
    fault(factories.make_asset(ministry), "2026-11-10T08:00")

    found = service_figures.tickets_per_device([contract], *NOVEMBER, basil)[contract.pk]

    assert (found.tickets, found.devices, found.rate) == ((mine.pk,), 2, Decimal("0.50"))


def test_a_device_taken_out_of_the_contract_counts_until_that_day(contract, ministry, fault, basil):
    scanner = factories.make_asset(ministry)
    factories.cover(contract, scanner, to_date=date(2026, 11, 10))
    before = fault(scanner, "2026-11-10T20:59")
    fault(scanner, "2026-11-10T21:00")  # the 11th in Amman

    assert service_figures.tickets_per_device([contract], *NOVEMBER, basil)[contract.pk].tickets == (before.pk,)


def test_all_of_a_model_and_everything_at_a_place_is_covered(contract, ministry, fault, basil):
    model, room = factories.make_model(), factories.make_location(ministry)
    desk = factories.make_location(ministry, parent=room)
    one, two = factories.make_asset(ministry, model=model), factories.make_asset(ministry, location=desk)
    factories.cover(contract, None, model=model)
    factories.cover(contract, None, location=room)
    tickets = (fault(one, "2026-11-10T08:00").pk, fault(two, "2026-11-11T08:00").pk)

    assert service_figures.tickets_per_device([contract], *NOVEMBER, basil)[contract.pk].tickets == tickets


def test_the_same_device_again_within_thirty_days_is_a_repeat(contract, printer, fault, basil):
    fault(printer, "2026-09-01T08:00", "2026-10-12T08:00")
    again = fault(printer, "2026-11-11T08:00", "2026-11-12T08:00")  # 30 days to the minute
    third = fault(printer, "2026-11-20T08:00")

    found = service_figures.repeat_failures([contract], *NOVEMBER, basil)[contract.pk]

    assert (found.tickets, found.of, found.percent) == ((again.pk, third.pk), 2, Decimal("100.0"))


def test_thirty_one_days_later_it_is_another_fault(contract, printer, fault, basil):
    fault(printer, "2026-09-01T08:00", "2026-10-12T08:00")
    fault(printer, "2026-11-11T08:01")

    assert service_figures.repeat_failures([contract], *NOVEMBER, basil)[contract.pk].tickets == ()


def test_downtime_is_of_those_who_could_not_work_once_an_hour_and_inside_the_period(contract, printer, fault, basil):
    long = fault(printer, "2026-10-30T08:00", "2026-11-01T03:00", urgency=1)  # 6 h since midnight in Amman
    first = fault(printer, "2026-11-10T08:00", "2026-11-10T12:00", urgency=1)
    both = fault(printer, "2026-11-10T10:00", "2026-11-10T14:00", urgency=1)  # two hours of them a second time
    fault(printer, "2026-11-12T08:00", "2026-11-13T08:00", urgency=2)
    open_still = fault(printer, "2026-11-26T08:00", urgency=1)  # an hour ago

    found = service_figures.downtime([contract], *NOVEMBER, basil)[contract.pk]

    assert found.hours == Decimal("13.0")
    assert found.tickets == (long.pk, first.pk, both.pk, open_still.pk)


def test_satisfaction_is_the_mean_of_what_was_given(contract, printer, fault, basil, amal):
    for stars in (5, 4, 4):
        Rating.objects.create(ticket=fault(printer, "2026-11-10T08:00", "2026-11-10T09:00"), stars=stars, by=amal)

    found = service_figures.satisfaction([contract], *NOVEMBER, basil)[contract.pk]

    assert (found.average, found.stars) == (Decimal("4.3"), (5, 4, 4))


def test_a_vendor_has_the_faults_of_all_contracts_with_it(contract, printer, fault, basil):
    ticket = fault(printer, "2026-11-10T08:00")

    found = service_figures.tickets_per_device([contract.vendor], *NOVEMBER, basil)

    assert found[contract.vendor_id].tickets == (ticket.pk,)


def test_only_tickets_the_reader_may_see_are_counted(contract, printer, fault, basil):
    restricted = factories.make_queue(factories.make_team(contract.institution), is_restricted=True)
    fault(printer, "2026-11-10T08:00", queue=restricted)

    assert service_figures.tickets_per_device([contract], *NOVEMBER, basil)[contract.pk].tickets == ()


def test_every_figure_keeps_its_budget_and_has_words_and_a_number(contract, printer, ministry, fault, basil, amal):
    others = [factories.make_contract(ministry, owner=contract.owner) for _ in range(3)]
    factories.cover(others[0], None, model=factories.make_model())
    ticket = fault(printer, "2026-11-10T08:00", "2026-11-10T09:00", urgency=1)
    Rating.objects.create(ticket=ticket, stars=4, by=amal)

    for on, things in (("contracts.contract", [contract, *others]), ("people.vendor", [contract.vendor])):
        for figure in report_figures.on(on):
            with CaptureQueriesContext(connection) as statements:
                data = figure.fetch(things, *NOVEMBER, basil)
            assert len(statements) <= figure.query_budget, figure.name
            assert figure.shown(data[things[0].pk])
            assert figure.number(data[things[0].pk]) is not None


def test_employees_are_given_no_figures(contract, dina, basil):
    assert figures_of("contracts.contract", [contract], *NOVEMBER, dina) == []
    assert len(figures_of("contracts.contract", [contract], *NOVEMBER, basil)) == 4


def test_each_figure_leads_to_exactly_the_tickets_behind_it(contract, printer, ministry, fault, basil, amal, sign_in):
    model, room = factories.make_model(), factories.make_location(ministry)
    inside = factories.make_asset(ministry, location=factories.make_location(ministry, parent=room))
    factories.cover(contract, None, model=model)
    factories.cover(contract, None, location=room)
    fault(printer, "2026-10-20T08:00", "2026-11-02T08:00", urgency=1)
    rated = fault(printer, "2026-11-10T08:00", "2026-11-10T09:00", urgency=1)
    Rating.objects.create(ticket=rated, stars=4, by=amal)
    fault(inside, "2026-11-30T20:59")
    fault(factories.make_asset(ministry, model=model), "2026-11-05T08:00")
    fault(printer, "2026-11-11T08:00", status="cancelled")
    fault(printer, "2026-12-01T08:00", urgency=1)
    fault(factories.make_asset(ministry), "2026-11-05T08:00", urgency=1)
    client = sign_in(basil)

    for thing in (contract, contract.vendor):
        for figure in report_figures.on(thing._meta.label_lower):
            behind = set(figure.fetch([thing], *NOVEMBER, basil)[thing.pk].tickets)
            page = client.get(figure.rows(thing, *NOVEMBER))
            assert {row.pk for row in page.context["page"].rows} == behind, figure.name


def opened(client, url):
    """The keys of the tickets that an address lists."""
    return {row.pk for row in client.get(url).context["page"].rows}


@pytest.mark.parametrize("address", ["vendor_scorecard", "vendor_score_part"])
def test_what_tickets_say_in_a_scorecard_opens_the_tickets_behind_it(
    sign_in, manager, contract, printer, fault, address
):
    fault(printer, "2026-11-10T08:00", "2026-11-12T08:00")
    again = fault(printer, "2026-11-15T08:00", "2026-11-15T10:00")
    Rating.objects.create(ticket=again, stars=4, by=again.requester)
    client = sign_in(manager)

    page = client.get(reverse(address, args=[contract.vendor_id]))

    urls = {name: page.context["card"].measures[name].url for name in ("repeat", "satisfaction")}
    assert [opened(client, url) for url in urls.values()] == [{again.pk}, {again.pk}]
    assert all(f'href="{escape(url)}"' in page.content.decode() for url in urls.values())


def test_where_no_fault_came_back_the_scorecard_opens_all_tickets(sign_in, manager, contract, printer, fault):
    ticket = fault(printer, "2026-11-10T08:00", "2026-11-12T08:00")
    client = sign_in(manager)

    page = client.get(reverse("vendor_scorecard", args=[contract.vendor_id]))

    repeat = page.context["card"].measures["repeat"]
    assert (repeat.percent, opened(client, repeat.url)) == (100, {ticket.pk})
