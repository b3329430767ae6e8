"""The command that takes in mails from files."""

import io
import json

import pytest
from django.core.management import CommandError, call_command

from helpdesk.models import Mailbox, Ticket
from tests import factories
from tests.helpdesk.letters import PNG, letter


@pytest.fixture
def post(desk, amal, settings, tmp_path):
    """Write letters into files and hand them to the command; returns what it said."""
    settings.MEDIA_ROOT = tmp_path / "media"
    amal.email = "amal@ministry.example"
    amal.save()

    def _post(*letters, json=True, **options):
        paths = [tmp_path / f"{n}.eml" for n, _letter in enumerate(letters)]
        for path, raw in zip(paths, letters, strict=True):
            path.write_bytes(raw)
        said = io.StringIO()
        call_command("receive_mail", *map(str, paths), json=json, stdout=said, **options)
        return said.getvalue()

    return _post


def test_it_tells_of_each_message_what_became_of_it_and_why(post):
    (line,) = post(letter("لا تطبع", subject="عطل", files=[("p.png", "image/png", PNG)])).splitlines()

    told = json.loads(line)
    assert told["sender"] == {"address": "amal@ministry.example", "name": "Amal Haddad", "from": "from"}
    assert (told["subject"], told["text"].strip(), told["direction"]) == ("عطل", "لا تطبع", "rtl")
    assert [step["name"] for step in told["trace"]][:3] == ["size", "trust", "automatic"]
    assert (told["result"], told["ticket"], told["attachments"][0]["name"]) == (
        "ticket",
        Ticket.objects.get().number,
        "p.png",
    )


def test_in_words_every_step_is_a_line(post):
    said = post(letter("No network"), json=False, dry_run=True)

    assert "Who sent it: known" in said
    assert "Result: a new ticket" in said
    assert not Ticket.objects.exists()


def test_a_file_that_is_not_there_gets_a_sentence_and_the_next_is_taken_in(post, tmp_path):
    (tmp_path / "good.eml").write_bytes(letter())
    said = io.StringIO()

    call_command("receive_mail", str(tmp_path / "none.eml"), str(tmp_path), str(tmp_path / "good.eml"), stdout=said)

    assert "none.eml: unreadable: No such file or directory" in said.getvalue()
    assert Ticket.objects.count() == 1


def test_the_mailbox_that_is_addressed_decides_the_queue(post, desk, ministry):
    networks = factories.make_queue(desk.team, name_en="Networks")
    Mailbox.objects.create(institution=ministry, name="a", address="it@ministry.example", queue=desk)
    Mailbox.objects.create(institution=ministry, name="b", address="net@ministry.example", queue=networks)

    post(letter(to="NET@ministry.example"))

    assert Ticket.objects.get().queue == networks


def test_with_two_institutions_it_has_to_be_said_which(post):
    factories.make_institution()

    with pytest.raises(CommandError):
        post(letter())
