"""The mails of reminders: whole texts in both languages, what is left out, and what an Arabic mail program needs.

The texts stand in golden/; `UPDATE_GOLDEN=1` writes them anew, for a person to read.
"""

import os
import re
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
import time_machine
from django.utils.translation import gettext, override

from contracts import actions, clock, mail, reminders
from contracts.models import Contract, Reminder, Term
from office import outbox
from office.models import OutboxRow
from people.models import Vendor
from tests import factories
from ui import text

GOLDEN = Path(__file__).parent / "golden"


@pytest.fixture
def two(contract, owner):
    """Two contracts of one owner on one day: one on time, one late after an outage."""
    Vendor.objects.filter(pk=contract.vendor_id).update(name="شركة الأفق لأنظمة المعلومات")
    Contract.objects.filter(pk=contract.pk).update(title="صيانة الطابعات والماسحات الضوئية")
    Term.objects.update(value=Decimal("14500.000"))
    late = factories.make_contract(
        contract.institution,
        unit=contract.unit,
        owner=owner,
        number="C-2026-015",
        title="Support of switches",
        end=date(2026, 12, 25),
        vendor=factories.make_vendor(name="Hikma Systems LLC"),
        notice_value=10,
    )
    actions.refresh_dates(late)
    return contract, late


def made(language, day, person):
    """The mail of the reminders of a day, as it would leave on that day."""
    reminders.climb(day)
    person.language = language
    person.save()
    row = OutboxRow.objects.select_related("recipient").get(recipient=person, key__contains=day.isoformat())
    return outbox.make(row)


def compare(name, words):
    """`words` with the keys of this run taken out is what the golden file says."""
    words = re.sub(r"Ministry \d+", "Ministry N", re.sub(r"/contracts/\d+/", "/contracts/N/", words))
    file = GOLDEN / name
    if os.environ.get("UPDATE_GOLDEN"):
        file.write_text(words, encoding="utf-8")
    assert words == file.read_text(encoding="utf-8")


@pytest.mark.parametrize("language", ["en", "ar"])
@time_machine.travel("2026-11-17T06:00:00Z")
def test_the_whole_mail_in_both_languages(two, owner, language):
    with override("ar"):
        if gettext("Decide by") == "Decide by":
            pytest.skip("The Arabic catalogue is not there.")

    letter = made(language, date(2026, 11, 17), owner)

    compare(f"reminders.{language}.txt", f"{letter.subject}\n\n{letter.text}")
    compare(f"reminders.{language}.html", letter.html)


@time_machine.travel("2026-11-17T06:00:00Z")
def test_an_arabic_mail_says_its_direction_where_mail_programs_look(two, owner):
    letter = made("ar", date(2026, 11, 17), owner)

    assert '<html lang="ar" dir="rtl">' in letter.html
    assert '<table dir="rtl"' in letter.html
    assert "text-align:right" in letter.html


@time_machine.travel("2026-11-17T06:00:00Z")
def test_machine_values_keep_their_direction_in_plain_text(two, owner):
    letter = made("ar", date(2026, 11, 17), owner)

    assert "\u2066C-2026-014\u2069" in letter.text
    assert "\u2066http" in letter.text


@time_machine.travel("2026-11-17T06:00:00Z")
def test_what_was_decided_meanwhile_is_left_out(two, owner):
    reminders.climb(date(2026, 11, 17))
    actions.record_decision(two[0], by=owner, decision="expire", reason="Not needed.")

    letter = outbox.make(OutboxRow.objects.select_related("recipient").get())

    assert "C-2026-014" not in letter.text
    assert "C-2026-015" in letter.text


@time_machine.travel("2026-11-17T06:00:00Z")
def test_a_mail_with_nothing_left_to_say_is_not_sent(two, owner):
    reminders.climb(date(2026, 11, 17))
    for contract in two:
        actions.record_decision(contract, by=owner, decision="expire", reason="Not needed.")

    assert outbox.make(OutboxRow.objects.select_related("recipient").get()) is None


@time_machine.travel("2026-11-17T06:00:00Z")
def test_somebody_who_may_not_see_it_any_more_is_not_written_to(two, owner, section):
    reminders.climb(date(2026, 11, 17))
    owner.institution = factories.make_institution()
    owner.save()

    assert outbox.make(OutboxRow.objects.select_related("recipient").get()) is None


@time_machine.travel("2026-11-17T06:00:00Z")
def test_amounts_are_for_those_who_may_see_them(two, section):
    reminders.climb(date(2026, 11, 17))
    Reminder.objects.update(recipient=section.head)
    OutboxRow.objects.update(recipient=section.head)

    letter = outbox.make(OutboxRow.objects.select_related("recipient").get())

    assert "14,500" not in letter.text + letter.html


@time_machine.travel("2026-11-17T06:00:00Z")
def test_one_contract_is_named_in_the_subject(contract, owner):
    letter = made("en", date(2026, 11, 17), owner)

    assert letter.subject == "Decide by 1 Dec 2026: \u2066C-2026-014\u2069"


@time_machine.travel("2026-12-02T06:00:00Z")
def test_an_overdue_decision_says_so(contract, owner):
    letter = made("en", date(2026, 12, 2), owner)

    assert letter.subject.startswith("Decision overdue since 1 Dec 2026")


@time_machine.travel("2026-10-02T06:00:00Z")
def test_a_renewal_by_itself_is_told_to_owner_and_deputy(contract, owner, deputy):
    terms = {"renewal": "auto", "renewal_months": 12, "notice_value": 90}
    actions.change_contract(contract, by=owner, values=terms, amendment=factories.make_amendment(contract))
    clock.renew(date(2026, 10, 2))

    letters = [outbox.make(row) for row in OutboxRow.objects.select_related("recipient")]

    assert [letter.subject for letter in letters] == ["Contract \u2066C-2026-014\u2069 has renewed itself"] * 2
    assert "31 Dec 2027" in letters[0].text


def test_every_step_has_its_sentence(contract, owner, deputy, section):
    for step in range(5):
        for instead in ("", "absent"):
            if (step, instead) == (4, "absent"):
                continue
            reminder = Reminder(step=step, instead=instead, recipient=section.head)
            assert mail.words.why_you(reminder, contract).endswith(".")


@pytest.mark.parametrize(("language", "sentence"), [("en", "This reminder stands for those of"), ("ar", "يغني هذا")])
def test_a_reminder_on_its_day_names_those_that_were_missed_before_it(contract, owner, language, sentence):
    first, on_its_day = date(2026, 11, 1), contract.decide_by  # 30 days before, and the day; between them nothing ran
    reminders.climb(first)

    letter = made(language, on_its_day, owner)

    with override(language):
        missed = [text.day(contract.decide_by - timedelta(days=days)) for days in (14, 7)]
    assert sentence in letter.text
    assert all(day in letter.text for day in missed)
    assert "This reminder is late" not in letter.text
