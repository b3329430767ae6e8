"""Securities: lodged by the percentages set, extended and settled; their end is reminded of by the same engine."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.core import mail as outgoing
from django.core.exceptions import ValidationError
from django.urls import reverse

from contracts import actions, reminders
from contracts.models import Deadline, Reminder, Security, Term
from office import outbox
from tests import factories
from tests.contracts.oracle import climbing, days_between

UNTIL = date(2026, 12, 31)  # to be decided by Tuesday 1 Dec, first reminded of on 4 June
FIRST = date(2026, 6, 4)


@pytest.fixture
def lodged(contract, owner):
    Term.objects.update(value=Decimal(48000), remind_on=None)  # nothing but the security is reminded of
    return actions.lodge_security(contract, by=owner, kind="performance", valid_until=UNTIL, bank="Arab Bank")


@pytest.mark.parametrize(
    ("kind", "amount"), [("bid", "1440.000"), ("performance", "4800.000"), ("maintenance", "2400.000")]
)
def test_the_amount_follows_from_the_percentages_of_the_settings(contract, owner, kind, amount):
    Term.objects.update(value=Decimal(48000))

    row = actions.lodge_security(contract, by=owner, kind=kind, valid_until=UNTIL)

    assert row.amount == Decimal(amount)


def test_without_a_value_the_amount_is_asked_for(contract, owner):
    with pytest.raises(ValidationError) as refusal:
        actions.lodge_security(contract, by=owner, kind="performance", valid_until=UNTIL)

    assert "amount" in refusal.value.error_dict


def test_its_end_is_to_be_decided_thirty_days_before_on_a_working_day(lodged):
    assert (Deadline.objects.get().decide_by, Deadline.objects.get().ends_on) == (date(2026, 12, 1), UNTIL)


def test_it_climbs_as_a_contract_does(lodged, contract):
    days = list(days_between(FIRST, date(2026, 9, 30)))
    for day in days:
        reminders.climb(day)

    rows = Reminder.objects.values_list("made_on", "rung", "recipient__username")
    chain = ["omar", "dana", "huda", "daoud", "admin"]
    assert sorted(rows) == sorted(climbing(date(2026, 12, 1), (180, 120, 90, 60, 30, 14, 7, 0), days, chain))


def test_a_contract_and_its_security_come_in_one_mail(contract, owner):
    Term.objects.update(value=Decimal(48000))
    actions.lodge_security(contract, by=owner, kind="performance", valid_until=UNTIL, number="G-17")
    with time_machine.travel("2026-06-04T09:00:00Z", tick=True):
        reminders.climb(FIRST)
        outbox.drain()

    (message,) = outgoing.outbox
    assert message.subject.startswith("2 contracts to decide")
    assert "Performance security G-17" in message.body
    assert "4,800" not in message.body


def test_extended_it_is_reminded_of_anew(lodged, owner):
    reminders.climb(FIRST)

    actions.extend_security(lodged, by=owner, valid_until=date(2027, 12, 31))

    assert Reminder.objects.get().state == "cancelled"
    assert reminders.climb(FIRST + timedelta(days=1)) == 0
    assert Deadline.objects.get().ends_on == date(2027, 12, 31)


@pytest.mark.parametrize("state", ["returned", "called"])
def test_settled_it_is_silent_and_cannot_be_settled_again(lodged, owner, state):
    reminders.climb(FIRST)
    actions.settle_security(lodged, by=owner, state=state, reason="Finished.")

    made = sum(reminders.climb(day) for day in days_between(FIRST, date(2027, 1, 31)))

    assert (made, Reminder.objects.get().state) == (0, "silenced")
    with pytest.raises(ValidationError):
        actions.extend_security(lodged, by=owner, valid_until=date(2028, 1, 1))


def test_what_was_settled_before_the_mail_left_is_not_mailed(lodged, owner):
    reminders.climb(FIRST)
    actions.settle_security(lodged, by=owner, state="returned", reason="Finished.")

    outbox.drain()

    assert not outgoing.outbox


def test_a_new_owner_of_the_contract_is_reminded_of_its_securities(lodged, contract, owner, manager):
    actions.change_contract(contract, by=owner, values={"owner": manager})

    reminders.climb(FIRST)

    assert Reminder.objects.get().recipient == manager


def test_an_end_before_the_present_one_is_no_extension(lodged, owner):
    with pytest.raises(ValidationError) as refusal:
        actions.extend_security(lodged, by=owner, valid_until=UNTIL)

    assert "valid_until" in refusal.value.error_dict


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_page_of_the_securities(sign_in, lodged, contract, owner, language):
    owner.language = language
    owner.save()

    page = sign_in(owner).get(reverse("contract_securities", args=[contract.pk])).content.decode()

    assert "4,800.000" in page


def test_the_head_reads_of_it_without_the_amount_and_a_technician_not_at_all(sign_in, lodged, contract, section, basil):
    url = reverse("contract_securities", args=[contract.pk])

    page = sign_in(section.head).get(url).content.decode()

    assert "Arab Bank" in page
    assert "4,800" not in page
    assert sign_in(basil).get(url).status_code == 404


def test_a_security_is_lodged_and_given_back_through_its_forms(sign_in, contract, owner):
    Term.objects.update(value=Decimal(48000))
    client = sign_in(owner)
    client.post(reverse("security_lodge", args=[contract.pk]), {"kind": "bid", "valid_until": "2027-01-31"})
    settle = reverse("security_settle", args=[contract.pk, Security.objects.get().pk])

    client.post(settle, {"state": "returned", "reason": "Awarded."})

    assert (Security.objects.get().state, Security.objects.get().amount) == ("returned", Decimal("1440.000"))


def test_a_security_of_another_contract_is_not_found(sign_in, lodged, owner, ministry):
    other = factories.make_contract(ministry, owner=owner)

    assert sign_in(owner).get(reverse("security_extend", args=[other.pk, lodged.pk])).status_code == 404
