"""The mail about one ticket: gathered, the mention first, stopped by its link, and nothing lost on the way."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from helpdesk import actions
from helpdesk.models import Attention
from office import outbox
from office.models import Notification, OutboxRow
from office.models.outbox import OutboxState


@pytest.fixture
def at():
    """Another moment, in minutes from when the test began."""
    start = timezone.now()

    def _at(minutes):
        return time_machine.travel(start + timedelta(minutes=minutes), tick=False)

    return _at


def rows_for(person):
    return OutboxRow.objects.filter(recipient=person, topic="ticket.news").order_by("pk")


def test_twenty_events_in_five_minutes_are_one_mail_with_twenty_lines(taken, amal, basil, at):
    for n in range(20):
        with at(n * 0.2):
            actions.reply_to_ticket(taken, by=basil, text=f"News number {n}.")

    (row,) = rows_for(amal)
    mail = outbox.make(row)

    assert [f"News number {n}." in mail.text for n in range(20)] == [True] * 20
    assert mail.html.count("News number") == 20


def test_the_mail_waits_until_its_window_closes_and_the_next_one_opens_after(taken, amal, basil, at, mailoutbox):
    with at(0):
        actions.reply_to_ticket(taken, by=basil, text="First.")
        outbox.drain()
        assert mailoutbox == []
    with at(6):
        outbox.drain()
        actions.reply_to_ticket(taken, by=basil, text="Second.")
        outbox.drain()
        assert len(mailoutbox) == 1
    with at(12):
        outbox.drain()

    assert ["First." in mailoutbox[0].body, "First." in mailoutbox[1].body] == [True, False]
    assert len({mail.extra_headers["Message-ID"] for mail in mailoutbox}) == 2


def test_nothing_is_added_to_a_mail_that_may_be_on_its_way(taken, amal, basil, at):
    with at(0):
        actions.reply_to_ticket(taken, by=basil, text="First.")
    with at(6):
        actions.reply_to_ticket(taken, by=basil, text="Second.")

    assert len({told.outbox_key for told in Notification.objects.filter(recipient=amal, kind="ticket.replied")}) == 2


def test_a_mention_leaves_at_once_with_everything_gathered_and_stands_first(taken, amal, basil, colleague, at):
    taken.watchers.create(user=colleague)
    with at(0):
        actions.note_ticket(taken, by=basil, text="The drum is worn.")
    with at(2):
        actions.note_ticket(taken, by=basil, text="@Badr Khalil can you look?")

    row = rows_for(colleague).latest("pk")
    mail = outbox.make(row)

    assert row.not_before <= Notification.objects.latest("pk").at + timedelta(seconds=1)
    assert mail.text.index("can you look") < mail.text.index("The drum is worn")


@pytest.mark.parametrize("call", ["@badr", "@Badr Khalil", "@badr khalil، شكرا", "(@Badr)"])
def test_a_colleague_is_called_by_name_or_user_name(taken, basil, colleague, call):
    actions.note_ticket(taken, by=basil, text=f"{call} please")

    told = Notification.objects.filter(recipient=colleague, kind="ticket.noted")
    assert [each.relation for each in told] == ["mention"]


def test_who_may_not_read_the_note_is_not_called(taken, basil, dina, amal):
    taken.watchers.create(user=dina)
    actions.note_ticket(taken, by=basil, text="@Amal Haddad @dina do not read this.")

    assert not Notification.objects.filter(relation="mention").exists()


def test_nobody_is_called_by_an_address_or_by_herself(taken, basil, colleague):
    actions.note_ticket(taken, by=basil, text="Write to someone@badr or @basil")

    assert not Notification.objects.filter(relation="mention").exists()


def test_the_link_of_the_mail_changes_nothing_until_its_button_is_pressed(taken, amal, basil, client):
    actions.reply_to_ticket(taken, by=basil, text="First.")
    mail = outbox.make(rows_for(amal).get())
    url = mail.headers["List-Unsubscribe"].strip("<>")
    assert mail.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"

    page = client.get(url)
    assert taken.number in page.content.decode()
    assert not Attention.objects.exists()
    assert client.post(url, {"List-Unsubscribe": "One-Click"}).status_code == 200

    actions.reply_to_ticket(taken, by=basil, text="Second.")
    assert Notification.objects.filter(recipient=amal, outbox_key="").count() == 1


def test_mails_can_be_asked_for_again(taken, amal, basil, client):
    actions.reply_to_ticket(taken, by=basil, text="First.")
    url = outbox.make(rows_for(amal).get()).headers["List-Unsubscribe"].strip("<>")

    client.post(url)
    client.post(url, {"again": "1"})

    assert not Attention.objects.filter(is_muted=True).exists()


def test_the_foot_says_why_and_the_message_id_is_the_same_at_each_attempt(taken, amal, basil):
    actions.reply_to_ticket(taken, by=basil, text="First.")
    row = rows_for(amal).get()
    mail = outbox.make(row)

    assert "You get this mail because it is your request." in mail.text
    assert "You get this mail because it is your request." in mail.html
    first, second = outbox.envelope(row, mail), outbox.envelope(row, outbox.make(row))
    assert first.extra_headers["Message-ID"] == second.extra_headers["Message-ID"]
    assert first.extra_headers["Auto-Submitted"] == "auto-generated"


def test_a_digest_comes_once_a_day_at_eight(taken, amal, basil, at):
    amal.preferences["notify"] = {"ticket.reply.mine": "digest"}
    amal.save()
    with time_machine.travel("2026-11-22T10:00:00+03:00", tick=False):
        actions.reply_to_ticket(taken, by=basil, text="First.")
        actions.reply_to_ticket(taken, by=basil, text="Second.")

    row = OutboxRow.objects.get(topic="digest")
    assert row.not_before.isoformat() == "2026-11-23T05:00:00+00:00"
    mail = outbox.make(row)
    assert mail.text.count("Basil Nasser⁩ has written") == 2
    assert mail.headers["List-Unsubscribe"]


def test_what_was_read_on_the_page_is_not_in_the_digest(taken, amal, basil):
    amal.preferences["notify"] = {"ticket.reply.mine": "digest"}
    amal.save()
    actions.reply_to_ticket(taken, by=basil, text="First.")

    Notification.objects.update(read_at=timezone.now())

    assert outbox.make(OutboxRow.objects.get(topic="digest")) is None


def test_who_wants_to_hear_nothing_hears_nothing(taken, amal, basil):
    amal.preferences["notify"] = {"ticket.reply.mine": "nothing"}
    amal.save()

    actions.reply_to_ticket(taken, by=basil, text="First.")

    assert not Notification.objects.filter(recipient=amal).exists()
    assert not rows_for(amal).exists()


def test_a_mail_that_is_tried_again_takes_nothing_more_in(taken, amal, basil, at):
    actions.reply_to_ticket(taken, by=basil, text="First.")
    rows_for(amal).update(attempts=1, state=OutboxState.QUEUED)

    actions.reply_to_ticket(taken, by=basil, text="Second.")

    assert rows_for(amal).count() == 2
