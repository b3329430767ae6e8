"""The page of notifications, the bell, and the table of what one hears of."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from helpdesk import actions
from office.models import Notification
from tests import factories


@pytest.fixture
def ticket(queue, amal, basil):
    return actions.take_ticket(actions.file_ticket(requester=amal, subject="The printer is jammed"), by=basil)


def test_the_page_says_what_happened_and_where(sign_in, ticket, amal, basil):
    actions.reply_to_ticket(ticket, by=basil, text="We are coming.")

    page = sign_in(amal).get(reverse("notifications")).content.decode()

    assert "Basil Nasser" in page
    assert ticket.number in page


def test_dina_reads_nothing_of_it(sign_in, ticket, dina, basil):
    actions.reply_to_ticket(ticket, by=basil, text="We are coming.")

    assert ticket.number not in sign_in(dina).get(reverse("notifications")).content.decode()


def test_what_one_may_see_no_more_is_left_out(sign_in, ticket, basil, dina):
    watcher = ticket.watchers.create(user=dina)
    actions.reply_to_ticket(ticket, by=basil, text="We are coming.")
    watcher.delete()

    assert ticket.number not in sign_in(dina).get(reverse("notifications")).content.decode()
    assert Notification.objects.filter(recipient=dina).exists()


def test_the_page_in_arabic(sign_in, ticket, amal, basil):
    amal.language = "ar"
    amal.save()
    actions.reply_to_ticket(ticket, by=basil, text="We are coming.")

    page = sign_in(amal).get(reverse("notifications")).content.decode()

    assert 'dir="rtl"' in page
    assert "كتب" in page


def test_one_and_three_notifications_cost_the_same(sign_in, ticket, amal, basil, queue):
    browser, spent = sign_in(amal), []
    for _round in range(2):
        for n in range(2):
            other = factories.make_ticket(amal, queue=queue, assignee=basil, status="in_progress")
            actions.reply_to_ticket(other, by=basil, text=f"News {n}.")
        browser.get(reverse("notifications"))
        with CaptureQueriesContext(connection) as queries:
            browser.get(reverse("notifications"))
        spent.append(len(queries))

    assert spent[0] == spent[1] <= 10


def test_the_bell_counts_and_answers_304_until_something_comes(sign_in, ticket, amal, basil):
    browser = sign_in(amal)
    actions.reply_to_ticket(ticket, by=basil, text="We are coming.")
    first = browser.get(reverse("unread_notifications"))

    second = browser.get(reverse("unread_notifications"), headers={"If-None-Match": first["ETag"]})
    actions.reply_to_ticket(ticket, by=basil, text="We are there.")
    third = browser.get(reverse("unread_notifications"), headers={"If-None-Match": first["ETag"]})

    assert [first.json()["unread"], second.status_code, second.content, third.json()["unread"]] == [1, 304, b"", 2]


def test_the_bell_costs_one_statement_besides_the_sign_in(sign_in, ticket, amal, django_assert_num_queries):
    browser = sign_in(amal)

    with django_assert_num_queries(3):
        browser.get(reverse("unread_notifications"))


def test_all_are_read_at_one_press_and_what_came_meanwhile_stays(sign_in, ticket, amal, basil):
    browser = sign_in(amal)
    actions.reply_to_ticket(ticket, by=basil, text="We are coming.")
    seen = Notification.objects.filter(recipient=amal).latest("pk")
    actions.reply_to_ticket(ticket, by=basil, text="We are there.")

    browser.post(reverse("read_notifications"), {"up_to": seen.pk})

    assert browser.get(reverse("unread_notifications")).json()["unread"] == 1


def test_what_one_hears_of_is_chosen_in_a_table(sign_in, amal, ticket, basil):
    browser = sign_in(amal)
    form = browser.get(reverse("notify_preferences")).context["form"]
    chosen = {name: form[name].value() for name in form.fields} | {"ticket.reply.mine": "page", "mail_window": "15"}

    browser.post(reverse("notify_preferences"), chosen)
    actions.reply_to_ticket(ticket, by=basil, text="We are coming.")

    amal.refresh_from_db()
    assert (amal.preferences["notify"]["ticket.reply.mine"], amal.preferences["mail_window"]) == ("page", 15)
    assert Notification.objects.get(recipient=amal).outbox_key == ""


def test_employees_are_not_asked_about_teams(sign_in, amal, basil):
    mine = sign_in(amal).get(reverse("notify_preferences")).context["form"]
    theirs = sign_in(basil).get(reverse("notify_preferences")).context["form"]

    assert "ticket.new.team" not in mine.fields
    assert "ticket.new.team" in theirs.fields
