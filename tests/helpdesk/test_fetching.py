"""Fetching from a real Dovecot: once each, through restores; what kills and races do stands in tests/faults."""

import shutil
from pathlib import Path

import pytest

from helpdesk import tasks
from helpdesk.intake import connecting, fetching, limits
from helpdesk.models import Mailbox, ReceivedMail, Ticket
from helpdesk.models.mail import TOKEN_REFUSED
from office import bell
from office.files import path_of
from office.models import OutboxRow
from tests.dovecot import Dovecot, Tokens
from tests.faults.post import self_signed
from tests.helpdesk.letters import MALFORMED, letter

pytestmark = [
    pytest.mark.processes,
    pytest.mark.skipif(not (shutil.which("dovecot") or Path("/usr/sbin/dovecot").exists()), reason="no Dovecot here"),
]


@pytest.fixture
def server():
    with Dovecot() as server:
        yield server


@pytest.fixture
def box(desk, amal, server, settings, tmp_path, monkeypatch):
    from config import env

    amal.email = "amal@ministry.example"
    amal.save()
    settings.MEDIA_ROOT = tmp_path / "media"
    monkeypatch.setenv("MAILBOX_DESK_URL", server.url)
    settings.MAILBOXES = env.mailboxes()
    return Mailbox.objects.create(
        institution=desk.institution, name="Desk", address="it@ministry.example", queue=desk, connection="desk"
    )


def letters(count, start=0):
    senders = [f"P{n} <p{n}@vendor.example>" for n in range(count)]
    return [
        letter(f"Number {start + n}", sender=sender, message_id=f"<{start + n}@x.example>")
        for n, sender in enumerate(senders)
    ]


def test_what_lies_in_the_mailbox_becomes_tickets_and_is_not_taken_twice(box, server):
    server.deliver(*letters(5))

    assert [fetching.fetch(box.pk), fetching.fetch(box.pk)] == [5, 0]
    assert Ticket.objects.count() == 5
    assert all("S" in name.partition(":2,")[2] for name in server.names())


def test_a_round_gives_way_when_its_time_is_over_and_rings_for_the_rest(box, server, monkeypatch):
    rung = []
    monkeypatch.setattr(bell, "ring", lambda task=bell.DRAIN: rung.append(task))
    server.deliver(*letters(3))

    assert fetching.fetch(box.pk, seconds=0) == 0
    assert rung == [tasks.fetch_mail.name]
    assert fetching.fetch(box.pk) == 3


def test_what_is_done_moves_to_its_folder(box, server):
    Mailbox.objects.update(done_folder="Done")
    server.deliver(*letters(2))
    with connecting.connect("desk") as client:
        client.folder.create("Done")

    fetching.fetch(box.pk)

    assert (len(server.names()), len(server.names(".Done"))) == (0, 2)


def test_poison_in_front_keeps_nobody_out(box, server):
    server.deliver(*MALFORMED.values(), *letters(40))

    fetching.fetch(box.pk)

    assert Ticket.objects.filter(subject="Printer").count() == 40
    states = set(ReceivedMail.objects.exclude(subject="Printer").values_list("state", flat=True))
    assert states <= {"done", "held", "failed", "ignored"}
    assert not ReceivedMail.objects.filter(reason="error").exists()


def large(subject="Big", **values):
    return letter("x" * 5000 + "\n" + "the end", subject=subject, **values)


def test_a_message_too_large_to_read_is_stored_whole_and_leaves_the_mailbox(box, server, monkeypatch):
    monkeypatch.setattr(limits, "MOST_BYTES", 2000)
    monkeypatch.setattr(fetching._Pieces, "SIZE", 700)
    raw = large()
    server.deliver(raw, *letters(1))

    fetching.fetch(box.pk)

    kept = ReceivedMail.objects.get(subject="Big")
    assert (kept.state, kept.reason, Ticket.objects.count()) == ("failed", "too large", 1)
    stored = path_of(kept.raw.sha256).read_bytes()
    assert stored.replace(b"\r\n", b"\n") == raw.replace(b"\r\n", b"\n")
    assert kept.size == len(stored)
    assert len(server.names()) == 1


def test_what_is_too_large_to_be_kept_stays_at_the_server_and_its_head_is_shown(box, server, monkeypatch):
    monkeypatch.setattr(limits, "MOST_BYTES", 2000)
    monkeypatch.setattr(limits, "MOST_KEPT", 3000)
    server.deliver(large())

    fetching.fetch(box.pk)

    kept = ReceivedMail.objects.get(subject="Big")
    assert (kept.state, kept.reason, kept.raw.size < 1000, kept.size > 5000) == ("failed", "too large", True, True)
    assert len(server.names()) == 1


def test_a_large_message_goes_to_the_folder_of_what_is_done_where_there_is_one(box, server, monkeypatch):
    monkeypatch.setattr(limits, "MOST_BYTES", 2000)
    Mailbox.objects.update(done_folder="Done")
    server.deliver(large())
    with connecting.connect("desk") as client:
        client.folder.create("Done")

    fetching.fetch(box.pk)

    assert (len(server.names()), len(server.names(".Done"))) == (0, 1)


def test_a_large_message_whose_fetcher_died_before_it_left_the_mailbox_is_one_with_one_answer(
    box, server, monkeypatch, amal
):
    monkeypatch.setattr(limits, "MOST_BYTES", 2000)
    monkeypatch.setattr(fetching._Round, "_put_aside", lambda *_nothing: None)
    server.deliver(large())
    fetching.fetch(box.pk)
    monkeypatch.undo()
    monkeypatch.setattr(limits, "MOST_BYTES", 2000)
    server.restore_from_backup()
    Mailbox.objects.update(last_uid=0)

    fetching.fetch(box.pk)

    assert ReceivedMail.objects.get().repeats == 1
    assert OutboxRow.objects.get(topic="mail.too_large").recipient == amal
    assert server.names() == []


def test_a_restored_mailbox_brings_nothing_twice_and_pauses_when_it_is_a_flood(box, server):
    server.deliver(*letters(60))
    fetching.fetch(box.pk)
    server.restore_from_backup()
    server.deliver(*letters(1, start=900))

    fetching.fetch(box.pk)

    box.refresh_from_db()
    assert (Ticket.objects.count(), box.paused_because) == (60, "restored")


def test_a_few_known_messages_after_a_restore_are_passed_over(box, server):
    server.deliver(*letters(10))
    fetching.fetch(box.pk)
    server.restore_from_backup()
    server.deliver(*letters(1, start=900))

    fetching.fetch(box.pk)

    box.refresh_from_db()
    assert (Ticket.objects.count(), box.paused_because) == (11, "")


def test_a_server_that_is_gone_is_a_sentence_and_the_next_round_goes_on(box, server):
    server.deliver(*letters(3))
    server.kill()
    assert fetching.fetch(box.pk) == 0
    box.refresh_from_db()
    assert box.error
    server.start()

    assert fetching.fetch(box.pk) == 3
    box.refresh_from_db()
    assert box.error == ""


def test_without_encryption_nobody_signs_in_elsewhere(settings):
    settings.MAILBOXES = {"far": {"scheme": "imap", "host": "mail.example"}}

    with pytest.raises(connecting.NoConnection):
        connecting.connect("far")


def test_a_certificate_that_nobody_vouches_for_is_refused_and_one_that_is_trusted_is_taken(
    desk, settings, tmp_path, monkeypatch
):
    from config import env

    _context, certificate = self_signed(tmp_path)
    settings.MEDIA_ROOT = tmp_path / "media"
    with Dovecot(tls=tmp_path) as server:
        monkeypatch.setenv("MAILBOX_DESK_URL", server.tls_url)
        settings.MAILBOXES = env.mailboxes()
        box = Mailbox.objects.create(
            institution=desk.institution, name="Desk", address="it@ministry.example", queue=desk, connection="desk"
        )
        server.deliver(*letters(2))

        assert fetching.fetch(box.pk) == 0
        box.refresh_from_db()
        assert "CERTIFICATE_VERIFY_FAILED" in box.error
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        assert fetching.fetch(box.pk) == 2
        box.refresh_from_db()
        assert box.error == ""


def test_a_token_is_read_anew_at_each_sign_in(settings, tmp_path, monkeypatch):
    file, said = tmp_path / "token", []
    settings.MAILBOXES = {
        "desk": {
            "scheme": "imaps",
            "host": "mail.example",
            "port": 993,
            "user": "it",
            "password": "",
            "token": "",
            "token_file": str(file),
        }
    }

    class Box:
        def __init__(self, **where):
            self.client = self

        def authenticate(self, mechanism, showing):
            said.append((mechanism, showing(b"")))

    monkeypatch.setattr(connecting, "MailBox", Box)
    for token in ("first", "second"):
        file.write_text(f"{token}\n")
        connecting.connect("desk")

    assert said == [("XOAUTH2", f"user=it\1auth=Bearer {token}\1\1") for token in ("first", "second")]


@pytest.fixture
def token(tmp_path):
    """The file that whatever renews the token writes."""
    return tmp_path / "token"


@pytest.fixture
def tokens():
    with Tokens("good", "renewed") as tokens:
        yield tokens


@pytest.fixture
def box_by_token(desk, tokens, token, settings, tmp_path, monkeypatch):
    from config import env

    settings.MEDIA_ROOT = tmp_path / "media"
    with Dovecot(tokens=tokens) as server:
        monkeypatch.setenv("MAILBOX_DESK_URL", server.token_url)
        monkeypatch.setenv("MAILBOX_DESK_TOKEN_FILE", str(token))
        settings.MAILBOXES = env.mailboxes()
        box = Mailbox.objects.create(
            institution=desk.institution, name="Desk", address="it@ministry.example", queue=desk, connection="desk"
        )
        box.server = server
        yield box


def test_a_token_that_the_server_takes_fetches(box_by_token, tokens, token):
    token.write_text("good\n")
    box_by_token.server.deliver(*letters(2))

    assert fetching.fetch(box_by_token.pk) == 2
    box_by_token.refresh_from_db()
    assert (box_by_token.error, Ticket.objects.count(), set(tokens.asked)) == ("", 2, {"good"})


def test_a_token_that_has_expired_says_so_burns_nothing_and_a_new_one_goes_on(
    box_by_token, tokens, token, client, administrator
):
    box = box_by_token
    token.write_text("good")
    box.server.deliver(*letters(1))
    fetching.fetch(box.pk)
    tokens.good.discard("good")  # it has expired
    box.server.deliver(*letters(2, start=1))

    assert [fetching.fetch(box.pk) for _round in range(2)] == [0, 0]
    box.refresh_from_db()
    assert box.error.startswith(f"{TOKEN_REFUSED}: status ")
    assert (box.lease_until, box.last_uid, ReceivedMail.objects.count()) == (None, 1, 1)
    client.force_login(administrator)
    page, status = client.get(box.get_absolute_url()), client.get("/status/")
    assert "refuses the access token" in page.content.decode()
    assert (status.json()["mailboxes"], status.json()["degraded"]) == ({box.address: box.error}, ["mailboxes"])

    token.write_text("renewed")
    assert fetching.fetch(box.pk) == 2
    box.refresh_from_db()
    assert (box.error, Ticket.objects.count()) == ("", 3)
    assert client.get("/status/").json()["mailboxes"] == {}
