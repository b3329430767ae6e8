"""Real mails that once broke somebody's helpdesk: the facts their collectors wrote down."""

import csv
import io
import json

import pytest
from django.apps import apps
from django.core.management import call_command

from helpdesk.intake.reading import read
from helpdesk.models import ReceivedMail, Ticket
from office.models import OutboxRow
from tests import factories

ZAMMAD = "mail_zammad/expected.json"


@pytest.fixture
def zammad(data):
    """[(what is expected, the letter)]"""
    facts = json.loads(data(ZAMMAD).read_text(encoding="utf-8"))
    folder = data("mail_zammad")
    return [(fact, read((folder / f"{name}.box").read_bytes())) for name, fact in sorted(facts.items())]


def test_at_least_33_of_34_senders_and_subjects_are_read(zammad):
    senders = [(fact["from_email"], fact["from_display_name"]) == _sender(letter) for fact, letter in zammad]
    subjects = [fact["subject"] == letter.subject for fact, letter in zammad]

    assert (len(zammad), sum(senders), sum(subjects)) == (34, 33, 34)
    assert all(fact["from_email"] == letter.sender.email for fact, letter in zammad)


def test_every_file_of_them_is_found_to_the_byte(zammad):
    for fact, letter in zammad:
        real = [file for file in fact.get("attachments", ()) if not file["preferences"].get("content-alternative")]

        assert {(file["sha256"], file["size"]) for file in real} <= {(file.sha256, file.size) for file in letter.files}


def test_nothing_is_left_undecoded_in_their_words(zammad):
    assert not [letter.subject for _fact, letter in zammad if "�" in letter.text + letter.subject]


def _sender(letter):
    return letter.sender.email, letter.sender.name


@pytest.mark.parametrize(("name", "reply"), [("gmail", "Hello"), ("outlook", "Hello"), ("iphone", None)])
def test_the_new_words_stand_above_the_quotation(data, name, reply):
    folder = data("mail_other/talon/standard_replies")
    reply = reply or (folder / "iphone_reply_text").read_text().strip()

    letter = read((folder / f"{name}.eml").read_bytes())

    assert letter.reply == reply
    assert letter.quoted


def test_every_other_mail_is_read_without_complaint(data):
    files = [*data("mail_other").rglob("*.eml"), *data("mail_bounces").rglob("*.eml")]

    letters = [read(path.read_bytes()) for path in files]

    assert len(letters) == 17 + 72
    assert not [letter.subject for letter in letters if letter.excess]


def labels(data):
    with data("mail_bounces/labels.csv").open(encoding="utf-8", newline="") as file:
        return {row["file"]: row["class"] for row in csv.DictReader(file)}


# What becomes of them


@pytest.fixture
def institution(db, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    institution = factories.make_institution(name="The ministry")
    factories.make_queue(factories.make_team(institution), is_default=True)
    return institution


def run(*paths, **options):
    said = io.StringIO()
    call_command("receive_mail", *map(str, paths), json=True, stdout=said, **options)
    return [json.loads(line) for line in said.getvalue().splitlines()]


def test_bounces_and_automatic_answers_make_no_ticket_and_get_no_answer_and_the_one_ordinary_mail_makes_one(
    institution, data
):
    classes = labels(data)
    told = run(*(data(f"mail_bounces/{name}") for name in classes))

    made = [one["file"] for one in told if one["result"] == "ticket"]
    ordinary = [name for name, kind in classes.items() if kind == "not-bounce"]
    assert len(told) == 72
    assert [name for name in classes if any(file.endswith(name) for file in made)] == ordinary
    assert Ticket.objects.count() == 1
    assert not OutboxRow.objects.exists()


def test_a_dry_run_tells_everything_and_writes_nothing(institution, data, settings):
    before = row_counts()

    told = run(*sorted(data("mail_zammad").glob("*.box")), *data("mail_bounces").rglob("*.eml"), dry_run=True)

    assert len(told) == 34 + 72
    assert all(one["trace"][-1]["name"] == "result" for one in told)
    assert row_counts() == before
    assert not settings.MEDIA_ROOT.exists()


def row_counts():
    return {model._meta.label: model._default_manager.count() for model in apps.get_models()}


def test_every_collected_mail_goes_through_without_a_failure(institution, data):
    paths = [*data("mail_zammad").glob("*.box"), *data("mail_other").rglob("*.eml")]

    told = run(*paths)

    assert len(told) == 34 + 17
    assert not [one for one in told if one["result"] in ("failed", "unreadable")]
    assert ReceivedMail.objects.filter(state="failed").count() == 0
