"""The queue: its views, order, counts, acts on many rows, and what it costs."""

import pytest

from helpdesk import actions
from helpdesk.choices import Level, Priority, Status, WaitingFor
from helpdesk.models import TicketCall
from tests import factories


@pytest.fixture
def listed(sign_in):
    """The numbers that a reader finds at an address, in order."""

    def _listed(user, address="/tickets/"):
        response = sign_in(user).get(address)
        assert response.status_code == 200, address
        return [
            part.split("<")[0] for part in response.content.decode().split('<bdi dir="ltr">')[1:] if "TKT-" in part[:4]
        ]

    return _listed


def test_the_order_is_what_is_due_next(listed, desk, amal, basil):
    slow = actions.file_ticket(requester=amal, subject="Slow", impact=Level.LOW, urgency=Level.LOW)
    fire = actions.file_ticket(requester=amal, subject="Fire", impact=Level.HIGH, urgency=Level.HIGH)
    waits = actions.wait_ticket(actions.file_ticket(requester=amal, subject="Later"), by=basil, kind=WaitingFor.PARTS)

    assert listed(basil) == [fire.number, slow.number, waits.number]


def test_each_view_shows_its_own(listed, desk, amal, basil, outsider):
    free = actions.file_ticket(requester=amal, subject="Free")
    mine = actions.take_ticket(actions.file_ticket(requester=amal, subject="Mine"), by=basil)
    waits = actions.wait_ticket(actions.file_ticket(requester=amal, subject="Waits"), by=basil, kind=WaitingFor.VENDOR)
    elsewhere = factories.make_ticket(amal, queue=factories.make_queue(factories.make_team(amal.institution)))
    done = actions.resolve_ticket(actions.file_ticket(requester=amal, subject="Done"), by=basil, resolution="Done.")

    assert listed(basil, "/tickets/view/mine/") == [mine.number]
    assert set(listed(basil, "/tickets/view/unassigned/")) == {free.number, elsewhere.number}
    assert set(listed(basil, "/tickets/view/team/")) == {free.number, mine.number, waits.number}
    assert listed(basil, "/tickets/view/waiting-vendor/") == [waits.number]
    assert listed(basil, "/tickets/view/all/")[0] == done.number
    assert done.number not in listed(basil)


def test_the_counts_beside_the_views_agree_with_their_lists(sign_in, desk, amal, basil):
    for number in range(3):
        actions.file_ticket(requester=amal, subject=f"Fault {number}")
    actions.take_next(by=basil)

    views = sign_in(basil).get("/tickets/").context["views"]

    numbers = {str(title): number for title, _icon, _url, number, _here in views}
    assert (numbers["Mine"], numbers["Unassigned"], numbers["My team"], numbers["All open"]) == (1, 2, 3, 3)


def test_a_view_that_is_none_does_not_exist(sign_in, desk, basil):
    assert sign_in(basil).get("/tickets/view/nonsense/").status_code == 404


def test_employees_have_no_queue(sign_in, ticket, amal, dina):
    for user in (amal, dina):
        assert sign_in(user).get("/tickets/").status_code == 404


def test_restricted_tickets_stay_with_their_team(listed, secret_queue, desk, amal, basil, administrator, auditor):
    ticket = factories.make_ticket(amal, queue=secret_queue, number="TKT-2026-77777")

    for user in (basil, administrator):
        assert ticket.number not in listed(user, "/tickets/view/all/")
    assert ticket.number in listed(auditor, "/tickets/view/all/")


def test_a_manager_lists_what_her_contracts_cover(listed, ministry, desk, amal, manager):
    device = factories.make_asset(ministry)
    factories.cover(factories.make_contract(ministry, owner=manager), device)
    covered = actions.file_ticket(requester=amal, subject="Covered", asset=device)
    actions.file_ticket(requester=amal, subject="Not covered")

    assert listed(manager) == [covered.number]


def test_a_head_lists_the_tickets_of_her_unit(listed, ministry, desk, dina):
    unit = factories.make_unit(ministry, head=dina)
    ticket = actions.file_ticket(requester=factories.make_user(ministry, unit=unit), subject="No network")

    assert listed(dina) == [ticket.number]


def test_words_are_found_in_public_text_only(listed, ticket, basil):
    actions.reply_to_ticket(ticket, by=basil, text="porcelain")
    actions.note_ticket(ticket, by=basil, text="marzipan")

    assert listed(basil, "/tickets/?q=porcelain") == [ticket.number]
    assert listed(basil, "/tickets/?q=marzipan") == []


def test_filters_narrow_the_list(listed, ministry, desk, amal, basil):
    fire = actions.file_ticket(requester=amal, subject="Fire", impact=Level.HIGH, urgency=Level.HIGH)
    actions.file_ticket(requester=amal, subject="Slow")

    assert listed(basil, "/tickets/?priority=1") == [fire.number]
    assert listed(basil, f"/tickets/?queue={desk.pk}&status=new&priority=1") == [fire.number]


@pytest.fixture
def shipped(sign_in, listed):
    """The numbers in a view that the queue comes with, by what the reader is told it is called."""

    def _shipped(user, name):
        views = sign_in(user).get("/tickets/").context["saved_views"]
        (address,) = [view["url"] for view in views if view["name"] == name]
        return listed(user, address)

    return _shipped


def test_the_view_of_the_urgent_lists_what_is_critical_or_high_and_open(shipped, desk, amal, basil):
    def file(impact, urgency):
        return actions.file_ticket(requester=amal, subject="A fault", impact=impact, urgency=urgency)

    levels = [(impact, urgency) for impact in Level for urgency in Level]
    tickets = [file(*pair) for pair in levels] + [file(Level.HIGH, Level.HIGH)]
    actions.resolve_ticket(tickets[-1], by=basil, resolution="Done.")

    told = shipped(basil, "Critical and high priority")

    wanted = {ticket.number for ticket in tickets[:-1] if ticket.priority in (Priority.CRITICAL, Priority.HIGH)}
    assert 0 < len(wanted) < len(levels)
    assert (set(told), len(told)) == (wanted, len(wanted))


def test_the_views_of_the_vendors_tell_open_tickets_from_ended_ones(shipped, ministry, desk, amal, basil):
    def ticket(state=None):
        return factories.make_ticket(amal, queue=desk, status=state or Status.NEW)

    def call(of, state):
        made = factories.make_call(factories.cover(contract, factories.make_asset(ministry)), state=state)
        TicketCall.objects.create(ticket=of, call=made, by=basil)

    contract = factories.make_contract(ministry)
    away, back, ended, clean, _plain = (
        ticket(),
        ticket(),
        ticket(Status.RESOLVED),
        ticket(Status.CLOSED),
        ticket(),
    )
    for of, state in ((away, "open"), (back, "closed"), (ended, "open"), (clean, "closed")):
        call(of, state)

    assert shipped(basil, "With a vendor") == [away.number]
    assert shipped(basil, "Ended, while the call to the vendor is open") == [ended.number]


def test_many_are_taken_at_once_and_what_cannot_be_is_named(sign_in, desk, amal, basil, colleague):
    free = actions.file_ticket(requester=amal, subject="Free")
    done = actions.resolve_ticket(actions.file_ticket(requester=amal, subject="Done"), by=basil, resolution="Done.")

    browser = sign_in(basil)
    response = browser.post(
        "/tickets/view/all/", {"action": "take", "selected": [free.pk, done.pk], "confirmed": "1"}, follow=True
    )

    free.refresh_from_db()
    assert free.assignee == basil
    assert done.number in response.content.decode()


def test_taking_the_next_opens_it(sign_in, ticket, basil):
    response = sign_in(basil).post("/tickets/next/")

    ticket.refresh_from_db()
    assert response.url == ticket.get_absolute_url()
    assert ticket.assignee == basil


def test_nothing_to_take_is_said(sign_in, desk, basil):
    response = sign_in(basil).post("/tickets/next/", follow=True)

    assert "Nothing waits in your queues." in response.content.decode()


@pytest.mark.parametrize("address", ["/tickets/", "/tickets/view/all/", "/requests/"])
def test_a_list_costs_the_same_whatever_its_length(sign_in, ministry, desk, amal, basil, address):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def file():
        device = factories.make_asset(ministry)
        actions.file_ticket(requester=amal, by=basil, subject="Fault", asset=device)

    browser, spent = sign_in(basil), []
    for more in (1, 2):
        for _ in range(more):
            file()
        browser.get(address)
        with CaptureQueriesContext(connection) as queries:
            browser.get(address)
        spent.append(len(queries))

    assert spent[0] == spent[1] <= 10


def test_the_list_is_exported_in_the_columns_shown(sign_in, ticket, basil):
    response = sign_in(basil).get("/tickets/?export=csv")

    written = b"".join(response.streaming_content if response.streaming else [response.content]).decode("utf-8-sig")
    assert ticket.number in written
    assert "Amal Haddad" in written


def test_the_queue_in_arabic(sign_in, ticket, colleague):
    shown = sign_in(colleague).get("/tickets/").content.decode()

    assert 'dir="rtl"' in shown
    assert "بانتظار المورّد" in shown


def test_my_requests_are_mine(listed, ticket, amal, dina):
    assert listed(amal, "/requests/") == [ticket.number]
    assert listed(dina, "/requests/") == []
