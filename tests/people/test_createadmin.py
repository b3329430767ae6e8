"""`manage.py createadmin`: the first administrator and an installation that is ready to work."""

import io

import pytest
from django.core.management import CommandError, call_command

from office import calendars
from office.models import WorkingCalendar
from people.models import Team, Unit, User

PHRASE = "a long enough phrase 77"


def createadmin(monkeypatch, password=PHRASE, **options):
    monkeypatch.setenv("HELPDESK_ADMIN_PASSWORD", password)
    values = {"username": "rania", "name": "Rania", "email": "", "institution": "Ministry of Works"} | options
    call_command("createadmin", password_from_env=True, stdout=io.StringIO(), **values)


@pytest.mark.django_db
def test_the_first_administrator_finds_everything_ready(monkeypatch, client):
    createadmin(monkeypatch)

    rania = User.objects.get(username="rania")
    assert (rania.is_administrator, rania.is_operator) == (True, False)
    assert Team.objects.get().institution == rania.institution
    assert client.login(username="rania", password=PHRASE)


@pytest.mark.django_db
def test_the_default_calendar_is_the_official_one(monkeypatch):
    createadmin(monkeypatch)

    week = calendars.ministry().weekly[0].days
    assert sorted(week) == [0, 1, 2, 3, 6]
    assert {(span.start.isoformat(), span.end.isoformat()) for spans in week.values() for span in spans} == {
        ("08:30:00", "15:30:00")
    }


@pytest.mark.django_db
def test_a_second_administrator_joins_what_there_is(monkeypatch):
    createadmin(monkeypatch)
    createadmin(monkeypatch, username="salma", name="Salma", institution=None)

    assert Unit.objects.count() == WorkingCalendar.objects.count() == Team.objects.count() == 1
    assert User.objects.filter(is_administrator=True).count() == 2


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"password": "short"}, "too short"),
        ({"password": "x" * 300}, "256"),
        ({"username": "with blanks"}, "valid username"),
        ({"email": "no address"}, "valid email"),
        ({"name": ""}, "Name is missing"),
        ({"institution": ""}, "Name of the institution is missing"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_made(monkeypatch, options, words):
    with pytest.raises(CommandError, match=words):
        createadmin(monkeypatch, **options)

    assert not User.objects.exists()
    assert not Unit.objects.exists()


@pytest.mark.django_db
def test_a_taken_user_name_is_refused(monkeypatch):
    createadmin(monkeypatch)

    with pytest.raises(CommandError, match="user name"):
        createadmin(monkeypatch, username="RANIA")


@pytest.mark.django_db
def test_a_further_institution_needs_a_code(monkeypatch):
    createadmin(monkeypatch)

    with pytest.raises(CommandError, match="--code"):
        createadmin(monkeypatch, username="huda", institution="Ministry of Water")
    createadmin(monkeypatch, username="huda", institution="Ministry of Water", code="MOW", operator=True)

    assert Unit.objects.get(code="MOW").people.get().is_operator


@pytest.mark.django_db
def test_the_password_comes_from_standard_input_too(monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{PHRASE}\n"))

    call_command(
        "createadmin",
        username="rania",
        name="Rania",
        institution="Ministry",
        password_from_stdin=True,
        stdout=io.StringIO(),
    )

    assert User.objects.get().check_password(PHRASE)
