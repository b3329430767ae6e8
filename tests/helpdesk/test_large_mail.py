"""A mail that is too large to be read: kept raw, said to its sender once, and to nobody whom an answer would harm.

The texts stand in golden/; `UPDATE_GOLDEN=1` writes them anew, for a person to read.
"""

import os
import re
from pathlib import Path

import pytest

from helpdesk.intake import limits, receiving, telling
from helpdesk.models import Mailbox, ReceivedMail, Ticket, UndeliverableAddress
from helpdesk.models.mail import Large
from office import outbox
from office.models import OutboxRow
from tests.helpdesk.letters import letter
from tests.helpdesk.test_mail_in import VOUCHED, box, receive  # noqa: F401 - fixtures

GOLDEN = Path(__file__).parent / "golden"
AMAL = "Amal Haddad <amal@ministry.example>"
VENDOR = "Vendor <v@vendor.example>"
VENDOR_VOUCHED = {"Authentication_Results": "mx.ministry.example; dmarc=pass header.from=vendor.example"}


@pytest.fixture(autouse=True)
def _small_limit(monkeypatch):
    monkeypatch.setattr(limits, "MOST_BYTES", 3000)


@pytest.fixture
def large(receive):  # noqa: F811
    def _large(text="x" * 4000, **values):
        return receive(text, **{"subject": "Photos of the printer"} | values)

    return _large


def answers():
    return list(OutboxRow.objects.filter(topic="mail.too_large").order_by("pk"))


def answer_in(received):
    """What the trace says of the answer."""
    return next(step["answer"] for step in received.trace if step["name"] == "answer")


def test_its_sender_is_told_how_large_it_is_and_how_large_it_may_be(large, amal):
    received = large(message_id="<big@ministry.example>")

    [row] = answers()
    mail = outbox.make(row)
    assert (received.state, received.reason, answer_in(received)) == ("failed", "too large", "told")
    assert (row.recipient, Ticket.objects.count()) == (amal, 0)
    assert (mail.headers["In-Reply-To"], mail.headers["Auto-Submitted"]) == ("<big@ministry.example>", "auto-replied")
    assert mail.headers["Reply-To"] == "it@ministry.example"
    assert [name for name in ("4 KB", "3 KB", "Photos of the printer") if name not in mail.text] == []


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_whole_answer_in_both_languages(large, amal, language):
    amal.language = language
    amal.save()
    large()

    mail = outbox.make(answers()[0])

    words = re.sub(r"Ministry \d+", "Ministry N", f"{mail.subject}\n\n{mail.text}")
    file = GOLDEN / f"too_large.{language}.txt"
    if os.environ.get("UPDATE_GOLDEN"):
        file.write_text(words, encoding="utf-8")
    assert words == file.read_text(encoding="utf-8")
    assert f'dir="{"rtl" if language == "ar" else "ltr"}"' in mail.html


def test_the_same_mail_again_is_answered_once(large):
    for _time in range(3):
        large(message_id="<big@ministry.example>")

    assert (ReceivedMail.objects.get().repeats, len(answers())) == (2, 1)


def test_processing_it_again_answers_nothing_more(large):
    received = large()

    receiving.work_on(received.pk, again=True)

    assert (ReceivedMail.objects.get().state, len(answers())) == ("failed", 1)


def test_a_sender_is_told_three_times_an_hour_at_most(large):
    told = [answer_in(large(subject=f"Photo {n}")) for n in range(5)]

    assert told == ["told"] * 3 + ["too many"] * 2
    assert len(answers()) == 3


SILENT = {
    "an automatic reply": ({"Auto_Submitted": "auto-replied"}, "machine"),
    "a bounce": ({"sender": "Mail Delivery System <mailer-daemon@ministry.example>"}, "machine"),
    "a mailing list": ({"List_Id": "<all.ministry.example>"}, "machine"),
    "bulk mail": ({"Precedence": "bulk"}, "machine"),
    "a sender who takes no answer": ({"sender": "no-reply@ministry.example"}, "machine"),
    "a stranger": ({"sender": VENDOR}, "stranger"),
    "a forged colleague": ({"Authentication_Results": "mx.ministry.example; dmarc=fail"}, "forged"),
    "no sender but an answer address": ({"sender": "nobody", "Reply_To": "amal@ministry.example"}, "no sender"),
}


@pytest.mark.parametrize("who", SILENT)
def test_nobody_is_told_whom_an_answer_would_harm(large, who):
    values, reason = SILENT[who]

    received = large(**values)

    assert (received.state, received.reason, answer_in(received)) == ("failed", "too large", reason)
    assert answers() == []


def test_our_own_mail_that_comes_back_large_is_left_alone(large):
    received = large(sender="it@ministry.example")

    assert (received.state, received.reason, answers()) == ("ignored", "loop", [])


def test_a_vendor_for_whom_our_server_vouches_is_told_in_the_language_of_the_mail(large):
    large("هذه صور الطابعة. " * 300, sender=VENDOR, subject="صور الطابعة", **VENDOR_VOUCHED)

    [row] = answers()
    mail = outbox.make(row)
    assert (row.recipient, row.address, row.payload["language"]) == (None, "v@vendor.example", "ar")
    assert 'dir="rtl"' in mail.html
    assert "/tickets/new/" not in mail.text  # a vendor cannot sign in


def test_a_mailbox_may_tell_its_administrators_alone(large):
    Mailbox.objects.update(large_mail=Large.ALERT)

    received = large()

    assert (received.reason, answer_in(received), answers()) == ("too large", "by choice", [])


def test_an_address_that_takes_no_mail_gets_none(large):
    large()
    UndeliverableAddress.objects.create(address="amal@ministry.example")

    assert outbox.make(answers()[0]) is None


def test_the_page_says_why_with_both_sizes_and_hands_out_the_whole(large, administrator, sign_in):
    received = large()
    browser = sign_in(administrator)

    page = browser.get(received.get_absolute_url()).content.decode()

    assert "too large to be read" in page
    assert "4 KB, up to 3 KB are read" in page
    assert "yes, once" in page
    raw = browser.get(f"/mail/{received.pk}/raw/")
    assert len(raw.getvalue()) == received.size == received.raw.size


def test_a_trial_tells_the_same_and_writes_nothing(box):  # noqa: F811
    _letter, decision = receiving.dry_run(letter("x" * 4000), box)

    told = [answer for _question, answer, _facts in telling.in_words(decision.trace)]
    assert decision.tells_size
    assert "yes, once" in map(str, told)
    assert (ReceivedMail.objects.count(), answers()) == (0, [])
