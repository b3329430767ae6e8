"""Reports of service: parts sum to the age, each figure opens its tickets, what one may not see does not count."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from django.core.management import call_command

from helpdesk import actions
from helpdesk.choices import WaitingFor
from helpdesk.models import ServiceResult
from helpdesk.models.service import SPENT
from tests import factories

SUNDAY = datetime(2026, 11, 15, 7, 0, tzinfo=UTC)


@pytest.fixture
def clock(time_machine):
    def move(hours):
        time_machine.move_to(SUNDAY + timedelta(hours=hours), tick=False)

    move(0)
    return move


@pytest.fixture
def served(clock, desk, amal, basil):
    """Waited an hour for the vendor, answered late, solved in time."""
    ticket = actions.take_ticket(actions.file_ticket(requester=amal, subject="Slow"), by=basil)
    actions.wait_ticket(ticket, by=basil, kind=WaitingFor.VENDOR)
    clock(1)
    actions.resume_ticket(ticket, by=basil)
    clock(30)
    return actions.resolve_ticket(ticket, by=basil, resolution="New toner.")


def test_the_parts_are_the_age(served):
    result = ServiceResult.objects.get(ticket=served)

    assert (result.age, result.vendor) == (30 * 3600, 3600)
    assert sum(getattr(result, name) for name in SPENT) == result.age
    assert (result.first_response, result.resolution, f"{result.month:%Y-%m}") == ("late", "met", "2026-11")


def test_reopening_takes_the_result_away_and_the_next_solution_writes_another(served, clock, amal, basil):
    clock(31)
    reopened = actions.reopen_ticket(served, by=amal)
    assert not ServiceResult.objects.exists()

    clock(32)
    actions.resolve_ticket(reopened, by=basil, resolution="Now.")

    assert ServiceResult.objects.get().solved == 3600


def test_closing_brings_the_result_up_to_the_end(served, clock, amal):
    clock(33)

    actions.confirm_ticket(served, by=amal)

    assert (ServiceResult.objects.get().age, ServiceResult.objects.get().solved) == (33 * 3600, 3 * 3600)


def figures(page):
    """[(number, address)] of all figures that open lists."""
    links = re.findall(r'<a href="(/tickets/view/all/\?[^"]+)"><bdi dir="ltr">([\d,]+)</bdi>', page)
    return [(int(number.replace(",", "")), unescape(address)) for address, number in links]


@pytest.mark.parametrize("by", ["month", "team", "category", "priority"])
def test_each_figure_opens_exactly_its_tickets(sign_in, served, clock, amal, basil, desk, by):
    category = factories.make_category(desk)
    other = actions.file_ticket(requester=amal, subject="x", category=category, impact=1, urgency=1)
    clock(40)
    actions.resolve_ticket(actions.take_ticket(other, by=basil), by=basil, resolution="Done.")
    browser = sign_in(basil)

    found = figures(browser.get(f"/reports/service/?by={by}&months=2026-11").content.decode())

    assert found
    for number, address in found:
        assert len(browser.get(address).context["page"].rows) == number, address


def test_a_restricted_queue_is_counted_for_its_team_alone(sign_in, served, secret_queue, outsider):
    before = figures(sign_in(outsider).get("/reports/service/").content.decode())
    type(served).objects.filter(pk=served.pk).update(queue=secret_queue)
    ServiceResult.objects.update(queue=secret_queue)

    after = figures(sign_in(outsider).get("/reports/service/").content.decode())

    assert (bool(before), after) == (True, [])


@pytest.mark.parametrize(
    "address", ["?by=moon", "?months=soon", "?months=2026-13", "?months=%E2%80%AE", "?months=2026-11..2026-01"]
)
def test_a_strange_question_gets_a_page(sign_in, served, basil, address):
    assert sign_in(basil).get(f"/reports/service/{address}").status_code == 200


def test_employees_have_no_reports(sign_in, served, dina):
    assert sign_in(dina).get("/reports/service/").status_code == 404


def test_the_report_asks_as_much_for_three_tickets_as_for_one(
    sign_in, served, amal, basil, django_assert_num_queries, django_assert_max_num_queries
):
    browser = sign_in(basil)
    with django_assert_max_num_queries(10) as asked:
        browser.get("/reports/service/?by=team")
    for _ in range(2):
        actions.resolve_ticket(actions.file_ticket(requester=amal, subject="x"), by=basil, resolution="Done.")

    with django_assert_num_queries(len(asked)):
        browser.get("/reports/service/?by=team")


def test_the_report_speaks_arabic(client, served, basil):
    basil.language = "ar"
    basil.save()
    client.force_login(basil)

    page = client.get("/reports/service/").content.decode()

    assert 'dir="rtl"' in page


def test_results_of_before_are_written_by_a_command(served, capsys):
    kept = ServiceResult.objects.values().get()
    ServiceResult.objects.all().delete()

    call_command("service_results")
    call_command("service_results")

    assert {**ServiceResult.objects.values().get(), "id": 0} == {**kept, "id": 0}
    assert "Results written: 1" in capsys.readouterr().out
