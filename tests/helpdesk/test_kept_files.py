"""Files of a form that was refused: nobody chooses them twice, and nobody else gets hold of them."""

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from helpdesk.models import Ticket
from office import files, kept
from office.models import Attachment, KeptUpload

pytestmark = pytest.mark.django_db
KEY = "7f2b1c1e-0d3a-4a57-9a1b-2f1f5f6f7a01"
TICK = re.compile(r'name="files-kept" value="(\w{32})"')


@pytest.fixture
def report(sign_in, desk, amal):
    """Amal, or somebody else, reports a fault; gives the answer."""

    def _report(by=amal, text="", key=KEY, **data):
        return sign_in(by).post("/tickets/new/", {"text": text, "form_key": key} | data)

    return _report


def note(name="note.txt", words=b"It hums."):
    return SimpleUploadedFile(name, words)


def names_on_tickets():
    return sorted(Attachment.objects.values_list("name", flat=True))


def test_a_refused_report_keeps_its_files_for_the_next_try(report):
    page = report(files=[note(), note("more.txt")]).content.decode()

    assert "note.txt" in page
    assert "Kept from before" in page
    assert report(text="It hums.", **{"files-kept": TICK.findall(page)}).status_code == 302
    assert names_on_tickets() == ["more.txt", "note.txt"]
    assert Attachment.objects.get(name="note.txt").blob.size == len(b"It hums.")
    assert not KeptUpload.objects.exists()


def test_they_are_kept_through_as_many_tries_as_it_takes(report):
    first = TICK.findall(report(files=[note()]).content.decode())
    page = report(files=[note("more.txt")], **{"files-kept": first}).content.decode()
    report(text="It hums.", **{"files-kept": TICK.findall(page)})

    assert len(TICK.findall(page)) == 2
    assert names_on_tickets() == ["more.txt", "note.txt"]


def test_a_file_that_was_unticked_is_left_out(report):
    page = report(files=[note(), note("more.txt")]).content.decode()
    report(text="It hums.", **{"files-kept": TICK.findall(page)[:1]})

    assert names_on_tickets() == ["note.txt"]


def test_the_good_files_beside_a_bad_one_are_kept(report):
    page = report(text="It hums.", files=[note(), note("virus.exe")]).content.decode()
    report(text="It hums.", **{"files-kept": TICK.findall(page)})

    assert "virus.exe" in page
    assert names_on_tickets() == ["note.txt"]


def test_neither_another_person_nor_another_form_gets_them(report, dina):
    tokens = TICK.findall(report(files=[note()]).content.decode())

    report(dina, "Mine now.", **{"files-kept": tokens})
    report(text="Another form.", key="7f2b1c1e-0d3a-4a57-9a1b-2f1f5f6f7a02", **{"files-kept": tokens})
    report(text="A made up one.", **{"files-kept": ["0" * 32, "../../secret", "\x00"]})

    assert Ticket.objects.count() == 3
    assert names_on_tickets() == []


def test_after_a_day_they_are_forgotten(report):
    tokens = TICK.findall(report(files=[note()]).content.decode())
    in_two_days = timezone.now() + timedelta(days=2)

    assert kept.tidy() == 0
    assert kept.path_of(tokens[0]).is_file()
    assert kept.tidy(in_two_days) == 1
    assert files.sweep(in_two_days) >= 1
    assert not kept.path_of(tokens[0]).exists()
    assert report(text="It hums.", **{"files-kept": tokens}).status_code == 302
    assert names_on_tickets() == []


def test_one_person_fills_no_disk_with_them(report):
    for number in range(0, kept.MOST + 20, 20):
        report(files=[note(f"{number}-{each}.txt") for each in range(20)])

    assert KeptUpload.objects.count() == kept.MOST
    assert not KeptUpload.objects.filter(name__startswith="0-").exists()


def test_a_refused_word_on_a_ticket_keeps_its_files_too(sign_in, ticket, amal):
    browser = sign_in(amal)
    page = browser.post(f"/tickets/{ticket.pk}/reply/", {"form_key": KEY, "files": [note()]}).content.decode()
    browser.post(
        f"/tickets/{ticket.pk}/reply/", {"form_key": KEY, "text": "See the file.", "files-kept": TICK.findall(page)}
    )

    assert names_on_tickets() == ["note.txt"]
