"""What is new since somebody looked, in the list and on the page; colleagues offered after "@"."""

from django.urls import reverse

from helpdesk import actions
from office.models import Notification
from tests import factories

NEW = "New since you looked"


def queue_of(browser):
    return browser.get(reverse("tickets_view", args=["mine"])).content.decode()


def test_the_queue_marks_what_came_since_one_looked(sign_in, taken, amal, basil):
    browser = sign_in(basil)
    browser.post(reverse("ticket_seen", args=[taken.pk]))
    assert NEW not in queue_of(browser)

    actions.reply_to_ticket(taken, by=amal, text="Hello?")

    assert NEW in queue_of(browser)
    browser.post(reverse("ticket_seen", args=[taken.pk]))
    assert NEW not in queue_of(browser)


def test_a_note_for_me_is_new_though_no_public_word_was_said(sign_in, taken, basil, colleague):
    browser = sign_in(basil)
    browser.post(reverse("ticket_seen", args=[taken.pk]))

    actions.note_ticket(taken, by=colleague, text="The drum is worn.")

    assert NEW in queue_of(browser)


def test_ones_own_word_is_not_new(sign_in, taken, basil):
    browser = sign_in(basil)
    browser.post(reverse("ticket_seen", args=[taken.pk]))

    actions.reply_to_ticket(taken, by=basil, text="We are coming.")

    assert NEW not in queue_of(browser)


def test_the_page_marks_new_words_and_looking_at_it_changes_nothing_by_itself(sign_in, taken, amal, basil):
    browser, url = sign_in(basil), reverse("ticket", args=[taken.pk])
    browser.post(reverse("ticket_seen", args=[taken.pk]))
    actions.reply_to_ticket(taken, by=amal, text="Hello?")

    assert NEW in browser.get(url).content.decode()
    assert NEW in browser.get(url).content.decode()
    assert Notification.objects.filter(recipient=basil, read_at=None, kind="ticket.replied").exists()


def test_looking_reads_the_notifications_of_that_ticket_alone(sign_in, taken, amal, basil, desk):
    other = factories.make_ticket(amal, queue=desk, assignee=basil, status="in_progress")
    for each in (taken, other):
        actions.reply_to_ticket(each, by=amal, text="Hello?")

    sign_in(basil).post(reverse("ticket_seen", args=[taken.pk]))

    unread = Notification.objects.filter(recipient=basil, kind="ticket.replied").unread()
    assert [each.about_id for each in unread] == [other.pk]


def test_colleagues_who_may_read_it_are_offered(sign_in, taken, basil, colleague, dina):
    answer = sign_in(basil).get(reverse("ticket_colleagues", args=[taken.pk]), {"q": "ba", "note": ""})

    assert answer.json() == {"people": [{"name": "Badr Khalil", "job": ""}]}


def test_of_a_restricted_ticket_only_its_team_is_offered(sign_in, amal, colleague, secret_queue):
    salma = factories.make_user(amal.institution, name="Salma", is_technician=True)
    secret_queue.team.members.add(salma, factories.make_user(amal.institution, name="Badia", is_technician=True))
    secret = factories.make_ticket(amal, queue=secret_queue)

    answer = sign_in(salma).get(reverse("ticket_colleagues", args=[secret.pk]), {"q": "ba", "note": ""})

    assert [each["name"] for each in answer.json()["people"]] == ["Badia"]
