"""Who gets a mail about a ticket, in which language, and what is never in it."""

import pytest

from helpdesk import actions
from helpdesk.choices import WaitingFor
from office import outbox
from office.models import Notification, OutboxRow
from office.models.events import Channel
from tests import factories


@pytest.fixture
def owed():
    """What was told since this was last asked: {user name: [kinds]}."""
    seen = set()

    def _owed():
        rows = Notification.objects.exclude(pk__in=seen).select_related("recipient").order_by("pk")
        seen.update(row.pk for row in rows)
        found = {}
        for row in rows:
            found.setdefault(row.recipient.username, []).append(row.kind.removeprefix("ticket."))
        return found

    return _owed


def test_the_team_hears_of_a_new_ticket_and_she_who_filed_it_does_not(desk, amal, basil, colleague, owed):
    actions.file_ticket(requester=amal, subject="No network")

    assert owed() == {"basil": ["queued"], "badr": ["queued"]}


def test_a_caller_gets_her_number_by_mail(desk, amal, basil, owed):
    actions.file_ticket(requester=amal, by=basil, subject="No network", channel=Channel.PHONE, take=True)

    assert owed() == {"amal": ["filed"]}


def test_the_assignee_hears_and_whoever_takes_it_herself_does_not(ticket, basil, colleague, owed):
    owed()

    assigned = actions.assign_ticket(ticket, by=basil, to=colleague)
    assert owed() == {"badr": ["assigned"]}

    actions.take_ticket(assigned, by=basil)
    assert owed() == {}


def test_a_reply_of_the_desk_goes_to_the_requester_and_followers(taken, basil, dina, owed):
    taken.watchers.create(user=dina)
    owed()

    actions.reply_to_ticket(taken, by=basil, text="We are coming.")

    assert owed() == {"amal": ["replied"], "dina": ["replied"]}


def test_a_word_of_the_requester_goes_to_the_assignee_or_else_to_the_team(ticket, amal, basil, colleague, owed):
    owed()

    actions.reply_to_ticket(ticket, by=amal, text="Hello?")
    assert owed() == {"basil": ["replied"], "badr": ["replied"]}

    actions.take_ticket(ticket, by=basil)
    actions.reply_to_ticket(ticket, by=amal, text="Still there?")
    assert owed() == {"basil": ["replied"]}


def test_a_note_is_mailed_to_those_of_the_desk_alone(taken, colleague, dina, owed):
    taken.watchers.create(user=dina)
    owed()

    actions.note_ticket(taken, by=colleague, text="marzipan")

    assert owed() == {"basil": ["noted"], "dina": ["noted"]}
    assert _mail("noted", "dina") is None
    assert "marzipan" in _mail("noted", "basil").text


def test_solving_reopening_and_cancelling_are_told(taken, amal, basil, owed):
    owed()

    actions.resolve_ticket(taken, by=basil, resolution="New toner.")
    assert owed() == {"amal": ["resolved"]}
    actions.reopen_ticket(taken, by=amal)
    assert owed() == {"basil": ["reopened"]}
    actions.cancel_ticket(taken, by=basil, reason="Twice the same.")
    assert owed() == {"amal": ["cancelled"]}


def test_only_waiting_for_her_is_told_to_the_requester(taken, basil, owed):
    owed()

    actions.wait_ticket(taken, by=basil, kind=WaitingFor.VENDOR)
    assert owed() == {}
    actions.wait_ticket(actions.resume_ticket(taken, by=basil), by=basil, kind=WaitingFor.REQUESTER)
    assert owed() == {"amal": ["waiting"]}


def test_an_arabic_subject_begins_with_an_arabic_word(colleague, ticket):
    mail = _mail("queued", "badr")

    assert mail.subject.startswith("طلب الدعم ⁦TKT-")
    assert 'lang="ar" dir="rtl"' in mail.html


def test_an_english_reader_gets_english(ticket, basil):
    mail = _mail("queued", "basil")

    assert mail.subject == f"Ticket ⁦{ticket.number}⁩: ⁨The printer is jammed⁩"
    assert f"/t/{ticket.number}" in mail.text
    assert 'lang="en" dir="ltr"' in mail.html


def test_whoever_lost_the_right_meanwhile_gets_nothing(ticket, basil, team, secret_queue):
    actions.transfer_ticket(ticket, by=basil, queue=secret_queue)

    assert _mail("queued", "basil") is None


def test_what_somebody_took_meanwhile_is_no_news_for_the_team(colleague, ticket, basil):
    actions.take_ticket(ticket, by=basil)

    assert _mail("queued", "badr") is None


def test_text_of_people_is_escaped_in_the_mail(desk, amal, basil):
    actions.file_ticket(requester=amal, subject="<b>bold</b>", description="<script>alert(1)</script>")

    mail = _mail("queued", "basil")

    assert "<script>" not in mail.html
    assert "<b>bold" not in mail.html


def test_who_has_no_address_is_owed_nothing(desk, amal, ministry, team):
    team.members.set([factories.make_user(ministry, is_technician=True, email="")])

    actions.file_ticket(requester=amal, subject="No network")

    assert not OutboxRow.objects.exists()


def _mail(kind, username):
    told = Notification.objects.filter(kind=f"ticket.{kind}", recipient__username=username).latest("pk")
    return outbox.make(OutboxRow.objects.get(key=told.outbox_key))
