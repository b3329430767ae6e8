"""Every place that takes a file: empty, just small enough, one byte too large, no room on the disk, hostile names."""

import errno
import os
import re
import secrets
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django import forms
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile
from django.db import connection, transaction
from django.utils import timezone

from office import files
from office.models import Attachment, Blob
from tests.security import pages
from tests.security.scene import picture, upload
from tests.security.test_bad_input import (  # noqa: F401 - a fixture
    FRAGMENTS,
    arabic,
    errors_of,
    fields_of,
    forgotten,
    is_arabic,
)
from tests.security.witness import Witness, stored_files

pytestmark = pytest.mark.django_db
UPLOADS = {
    "new_ticket": "files",
    "ticket_reply": "files",
    "ticket_note": "note-files",
    "ticket_draft": "files",
    "ticket_reopen": "again-files",
    "contract_paper_add": "paper",
    "contract_amend": "document",
    "contract_decide": "proof",
    "obligation_meet": "evidence",
    "call_step_add": "document",
    "vendor_page": "document",
    "offer_enter": "document",
    "offer_edit": "document",
    "case_recommend": "document",
}
BESIDE = {(name, "price_document") for name in ("offer_enter", "offer_edit")}  # a second place of the same form
LOOKED_AT = {"mail_trial": "file"}  # read and not kept, see tests/helpdesk/test_mail_pages.py
READ_IN = {
    "ui/pages.py",
    "helpdesk/views/acts.py",
    "helpdesk/views/drafts.py",
    "helpdesk/views/mail.py",
    "contracts/views/vendor.py",
}  # the only places where an upload comes in
LIMIT = 4000


@pytest.fixture(autouse=True)
def _small_limit(settings):
    settings.ATTACHMENT_MAX_BYTES = LIMIT


def text_file(size, name="note.txt"):
    """Of its own content each time, since the same bytes are stored once."""
    return SimpleUploadedFile(name, secrets.token_hex(size)[:size].encode())


def test_every_place_that_takes_a_file_is_tried(scene):
    found = {
        (name, key)
        for name in pages.FORMS
        for key, field in fields_of(scene, name).items()
        if isinstance(field, forms.FileField)
    }
    rooms = ("people", "office", "assets", "contracts", "helpdesk", "ui")
    sources = [path for room in rooms for path in Path(settings.BASE_DIR, room).rglob("*.py")]

    assert found == {*UPLOADS.items(), *LOOKED_AT.items()} | BESIDE
    assert {
        path.relative_to(settings.BASE_DIR).as_posix() for path in sources if "request.FILES" in path.read_text()
    } == READ_IN


def send(scene, name, *sent, undo=True):
    """(answer, errors, body, what it changed) of a submission with these files."""
    form, body, witness = pages.FORMS[name], pages.filled(scene, name), Witness()
    browser = scene.client(form.by, raise_request_exception=False)
    before = transaction.savepoint()
    with witness.watching():
        answer = browser.post(pages.address(scene, name, form.on), body | {UPLOADS[name]: list(sent)})
    changes = witness.changes()
    errors = errors_of(answer)
    if undo:
        transaction.savepoint_rollback(before)
    return answer, errors, body, changes


def assert_refused(answer, errors, body, changes):
    assert answer.status_code in (200, 422)
    sentences = [str(words) for each in errors.values() for words in each]
    assert sentences
    assert [words for words in sentences if not is_arabic(words, body)] == []
    assert forgotten(answer, body, ()) == []
    assert changes == []


@pytest.mark.parametrize("name", UPLOADS)
def test_an_empty_file_is_refused_and_the_text_kept(arabic, name):  # noqa: F811
    assert_refused(*send(arabic, name, text_file(0)))


@pytest.mark.parametrize("name", UPLOADS)
def test_a_file_of_just_the_limit_is_taken(arabic, name):  # noqa: F811
    answer, errors, _body, changes = send(arabic, name, text_file(LIMIT))

    assert answer.status_code in (200 if name in FRAGMENTS else 302, 204)
    assert not errors
    assert {"office_attachment", "files"} <= set(changes)


@pytest.mark.parametrize("in_memory", [True, False])
@pytest.mark.parametrize("name", UPLOADS)
def test_one_byte_more_is_refused_and_the_text_kept(arabic, settings, name, in_memory):  # noqa: F811
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 10**6 if in_memory else 10

    assert_refused(*send(arabic, name, text_file(LIMIT + 1)))


NAMELESS = {"vendor_page"}  # whoever has the link: the record takes so many files, there is no day of a person


@pytest.mark.parametrize("name", [name for name in UPLOADS if name not in NAMELESS])
def test_a_day_that_is_full_is_said_at_the_field_and_the_text_kept(arabic, settings, name):  # noqa: F811
    settings.ATTACHMENTS_PER_DAY = 0

    assert_refused(*send(arabic, name, text_file(100)))


def test_a_person_attaches_so_many_files_and_bytes_within_a_day_and_nobody_else_pays_for_it(scene, settings):
    before = transaction.savepoint()
    Attachment.objects.update(added_at=timezone.now() - timedelta(hours=25))
    settings.ATTACHMENTS_PER_DAY, settings.ATTACHMENT_BYTES_PER_DAY = 3, 1000

    files.require_day(scene.amal, [1000])  # what is a day old does not count
    files.attach(scene.ticket, text_file(600), by=scene.amal)
    files.require_day(scene.amal, [400])
    with pytest.raises(forms.ValidationError) as too_large:
        files.require_day(scene.amal, [401])
    files.require_day(scene.amal, [1, 1])
    with pytest.raises(forms.ValidationError) as too_many:
        files.require_day(scene.amal, [1, 1, 1])
    files.require_day(scene.basil, [1000])
    transaction.savepoint_rollback(before)

    assert [refusal.value.code for refusal in (too_large, too_many)] == ["day", "day"]


def test_counting_the_day_of_a_person_costs_one_statement_by_an_index(scene, django_assert_num_queries):
    with django_assert_num_queries(1) as asked:
        files.require_day(scene.amal, [1])

    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN QUERY PLAN {asked.captured_queries[0]['sql']}")
            assert "attachment_of_day" in str(cursor.fetchall())


def no_room(*args, **kwargs):
    raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize("name", UPLOADS)
def test_a_full_disk_is_said_at_the_field_and_nothing_is_half_written(arabic, monkeypatch, name):  # noqa: F811
    monkeypatch.setattr(os, "fsync", no_room)

    assert_refused(*send(arabic, name, text_file(100)))


@pytest.mark.parametrize("edge", ["write", "seek", "__init__"])
@pytest.mark.parametrize("name", UPLOADS)
def test_a_disk_that_is_full_while_the_form_is_read_loses_the_file_only(
    arabic,  # noqa: F811
    settings,
    monkeypatch,
    name,
    edge,
):
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 10
    monkeypatch.setattr(TemporaryUploadedFile, edge, no_room, raising=False)

    assert_refused(*send(arabic, name, text_file(100)))


@pytest.mark.parametrize("name", ["new_ticket", "ticket_reply"])
def test_when_the_second_file_finds_no_room_the_first_is_not_kept_either(arabic, monkeypatch, name):  # noqa: F811
    files.sweep(now=in_two_days())
    synced, before = [], {*stored_files()}

    def fill(descriptor):
        synced.append(descriptor)
        if len(synced) > 1:
            no_room()

    monkeypatch.setattr(os, "fsync", fill)
    answer, errors, body, changes = send(arabic, name, text_file(100), text_file(101, "more.txt"))
    left = {*stored_files()} - before
    swept_at_once, swept_later = files.sweep(), files.sweep(now=in_two_days())

    assert_refused(answer, errors, body, [table for table in changes if table != "files"])
    assert (len(left), swept_at_once, swept_later) == (1, 0, 1)
    assert {*stored_files()} == before  # what rows name stays, however old


def in_two_days():
    from datetime import UTC, datetime

    return datetime.fromtimestamp(time.time() + 2 * 86_400, UTC)


def test_files_larger_than_the_limit_never_reach_the_disk(arabic, settings, monkeypatch):  # noqa: F811
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE, written = 10, []
    monkeypatch.setattr(TemporaryUploadedFile, "write", lambda file, data: written.append(len(data)), raising=False)

    send(arabic, "new_ticket", text_file(LIMIT * 1000))

    assert sum(written) <= LIMIT + 2**16


# J1: the name is made plain first and judged then; J2: no word of a request becomes a path.


NAMES = {
    "\u200b.htaccess": None,
    ".htaccess": None,
    "photo.png\u200b": "photo.png",
    "photo.p\u200dng": "photo.png",
    "gnp.\u202ephoto.exe": None,
    "\u202egnp.png": "gnp.png",
    "ｐｈｏｔｏ．ｐｎｇ": "photo.png",
    "photo.png\x00.exe": None,
    "photo.exe.png": "photo.exe.png",
    "photo.png.exe": None,
    "photo.PHP": None,
    "photo.svg": None,
    "photo.html": None,
    "../../../etc/passwd.png": "passwd.png",
    "..\\..\\boot.png": "boot.png",
    "/etc/cron.d/x.png": "x.png",
    "%2e%2e%2fx.png": "%2e%2e%2fx.png",
    "a\r\nSet-Cookie: x=1.png": "aSet-Cookie: x=1.png",
    '"><svg onload=1>.png': '"><svg onload=1>.png',
    "صورة ١.png": "صورة ١.png",
    "n" * 300 + ".png": "n" * 110 + ".png",
    "png": None,
    ".png": None,
    "": None,
}


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_made_plain_before_it_is_judged(name):
    sent = upload("x.png")
    sent._name = name

    if NAMES[name] is None:
        with pytest.raises(forms.ValidationError):
            files.check(sent)
    else:
        assert files.check(sent) == (NAMES[name], "image/png")


@pytest.mark.parametrize("name", [name for name in NAMES if "\x00" not in name])
def test_no_name_of_a_file_becomes_a_path_or_a_line_of_a_header(scene, settings, name):
    """As it comes over the wire: written into the body by hand, since a polite client would clean it."""
    settings.ATTACHMENT_MAX_BYTES = 10**6
    outside = Path(settings.MEDIA_ROOT).parent
    before, known = {*outside.rglob("*")}, {*Attachment.objects.values_list("pk", flat=True)}
    wire = name.replace("\\", "\\\\").replace('"', "%22").replace("\r\n", "%0D%0A").encode()
    part = b'--B\r\nContent-Disposition: form-data; name="%s"%s\r\n\r\n%s\r\n'
    body = part % (b"text", b"", b"See the picture.")
    body += part % (b"files", b'; filename="%s"\r\nContent-Type: text/html' % wire, picture("pink")) + b"--B--\r\n"

    answer = scene.client("amal").post("/tickets/new/", body, content_type="multipart/form-data; boundary=B")

    made = Attachment.objects.exclude(pk__in=known)
    assert answer.status_code in (200, 302)
    for path in {*outside.rglob("*")} - before:
        assert re.fullmatch(r"media\w*|incoming|[0-9a-f]{2}|[0-9a-f]{64}(\.thumb\.jpg)?", path.name), path
    for attachment in made:
        download = scene.client("amal").get(f"/files/{attachment.pk}/")
        header = download.headers["Content-Disposition"]
        assert header.startswith("attachment")
        assert re.fullmatch(r"[\x20-\x7e]+", header)
        assert download.headers["Content-Type"] == "application/octet-stream"
        assert "sandbox" in download.headers["Content-Security-Policy"]
        assert not re.search("[\u200b-\u200f\u202a-\u202e\x00-\x1f/\\\\]", attachment.name)
        assert len(attachment.name) <= 120


PATHS = (
    "../../etc/passwd",
    "..%2f..%2fetc%2fpasswd",
    "..%5c..%5cetc",
    "%2e%2e/%2e%2e/etc/passwd",
    "%252e%252e%252fetc",
    "/etc/passwd",
    "C:%5cboot.ini",
    "....//....//etc/passwd",
    "{sha}",
    "1/../2",
    "1/%2e%2e/2/",
    "{pk}/..;/{pk}",
    "{pk}/thumbnail/../../x",
)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("place", ["/files/", "/static/", "/media/", "/a/", "/c/", "/t/", "/brand/"])
def test_no_path_leads_to_a_file(scene, place, path):
    words = path.format(sha=scene.photo.blob.sha256, pk=scene.secret_photo.pk)

    answer = scene.client("basil").get(f"{place}{words}")

    assert answer.status_code in (301, 400, 404)
    assert "root:" not in (answer.getvalue().decode(errors="replace"))


@pytest.mark.parametrize("word", ["../../etc/passwd", "a" * 63, "A" * 64, "a" * 64 + "\n", "a" * 63 + "/", ""])
def test_only_a_digest_makes_a_path(word):
    with pytest.raises(ValueError):
        files.path_of(word)


def test_bytes_lie_under_their_digest_and_nobody_serves_that_folder(scene):
    blob = Blob.objects.get(pk=scene.photo.blob_id)
    path = files.path_of(blob.sha256)

    assert path.is_file()
    assert path.suffix == ""
    assert not Path(settings.MEDIA_ROOT).resolve().is_relative_to(Path(settings.STATIC_ROOT).resolve())
    assert scene.client("rania").get(f"/{path.relative_to(settings.MEDIA_ROOT)}").status_code == 404
