"""The first page, and what the desk hangs into other rooms."""

import pytest
from django.core.exceptions import ValidationError

from assets.blockers import blockers_of
from helpdesk import actions, handover
from helpdesk.models import Mailbox
from office.models import OutboxRow
from tests import factories


def test_an_employee_finds_one_large_button_and_her_requests(sign_in, ticket, amal):
    shown = sign_in(amal).get("/").content.decode()

    assert "Report a fault" in shown
    assert "The printer is jammed" in shown
    assert "We answer by" in shown


def test_what_waits_for_her_stands_first(sign_in, solved, amal):
    actions.file_ticket(requester=amal, subject="Newer")

    cards = next(data for tile, data in sign_in(amal).get("/").context["tiles"] if tile.name == "requests")["cards"]

    assert [card["ticket"].subject for card in cards] == ["The printer is jammed", "Newer"]
    assert cards[0]["waits_for_reader"]


def test_nobody_sees_the_requests_of_others(sign_in, ticket, dina):
    assert "The printer is jammed" not in sign_in(dina).get("/").content.decode()


def test_a_technician_reads_what_is_due(sign_in, desk, amal, basil):
    actions.file_ticket(requester=amal, subject="Free")
    actions.take_ticket(actions.file_ticket(requester=amal, subject="Mine"), by=basil)

    shown = sign_in(basil).get("/").content.decode()

    assert "0 due in the next hour" in shown
    assert "1 unassigned" in shown
    assert "Take the next one" in shown


def test_overdue_tickets_are_counted_and_soon_ones_too(sign_in, desk, amal, basil, time_machine):
    time_machine.move_to("2026-11-15T06:00:00Z", tick=False)
    actions.file_ticket(requester=amal, subject="Fire", impact=1, urgency=1)  # 30 minutes
    actions.file_ticket(requester=amal, subject="Smoke", impact=1, urgency=2)  # 60 minutes
    time_machine.move_to("2026-11-15T06:40:00Z", tick=False)

    shown = sign_in(basil).get("/").content.decode()

    assert "1 due in the next hour" in shown
    assert "1 overdue" in shown


@pytest.mark.parametrize("role", ["amal", "basil", "manager", "auditor", "administrator"])
def test_everybody_has_a_home_of_few_statements(request, sign_in, ticket, role, django_assert_max_num_queries):
    browser = sign_in(request.getfixturevalue(role))
    browser.get("/")

    with django_assert_max_num_queries(15):
        assert browser.get("/").status_code == 200


def test_home_in_arabic(sign_in, ticket, colleague):
    assert "استلام الطلب التالي" in sign_in(colleague).get("/").content.decode()


def test_a_number_leads_to_its_ticket(sign_in, ticket, amal, dina):
    arabic = ticket.number.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")).lower()

    assert sign_in(amal).get("/search/", {"q": arabic}).url == ticket.get_absolute_url()
    assert sign_in(dina).get("/search/", {"q": ticket.number}).status_code == 200


def test_words_lead_to_tickets_one_may_see(sign_in, ticket, amal, dina):
    assert "The printer is jammed" in sign_in(amal).get("/search/?q=jammed").content.decode()
    assert "The printer is jammed" not in sign_in(dina).get("/search/?q=jammed").content.decode()


def test_a_device_shows_its_tickets(sign_in, ministry, desk, amal, basil):
    device = factories.make_asset(ministry)
    actions.file_ticket(requester=amal, subject="Paper jam", asset=device)

    assert "Paper jam" in sign_in(basil).get(device.get_absolute_url()).content.decode()


def test_a_person_shows_her_tickets_to_the_desk_alone(sign_in, ticket, amal, basil, dina):
    assert "The printer is jammed" in sign_in(basil).get(amal.get_absolute_url()).content.decode()
    assert "The printer is jammed" not in sign_in(dina).get(amal.get_absolute_url()).content.decode()


def test_open_tickets_go_to_a_colleague_when_a_technician_leaves(taken, basil, colleague, administrator):
    handover.hand_over(basil, colleague, administrator)

    taken.refresh_from_db()
    assert taken.assignee == colleague
    assert handover.tickets_in_hand(basil) == []


def test_they_do_not_go_to_an_employee(taken, basil, dina, administrator):
    with pytest.raises(ValidationError) as refusal:
        handover.hand_over(basil, dina, administrator)

    assert taken.number in refusal.value.messages[0]


def test_a_device_with_an_open_ticket_does_not_leave_service_unnoticed(ministry, desk, amal):
    device = factories.make_asset(ministry)
    ticket = actions.file_ticket(requester=amal, subject="Paper jam", asset=device)

    assert ticket.get_absolute_url() in [blocker.url for blocker in blockers_of(device)]


def test_the_administrator_reads_what_stops_the_mail(sign_in, administrator, basil, desk):
    browser = sign_in(administrator)
    assert "The mail server cannot be used" not in browser.get("/").content.decode()
    OutboxRow.objects.create(
        key="k", topic="t", address="a@x.example", error_class="server", error="535 wrong password"
    )
    Mailbox.objects.create(
        institution=administrator.institution,
        name="Desk",
        address="it@x.example",
        queue=desk,
        connection="desk",
        paused_because="restored",
    )

    page = browser.get("/").content.decode()

    assert "535 wrong password" in page
    assert "A mailbox is not read until you look at it" in page
    assert "535 wrong password" in browser.get("/outbox/").content.decode()
    assert "535 wrong password" not in sign_in(basil).get("/").content.decode()
