"""The demonstration ministry is loaded once, whole or not at all, and only where nobody works yet."""

import json

import pytest
from django.contrib.auth import get_user_model

from config.management.commands import start
from tests import factories

SIGN_INS = [{"role": "Employee", "username": "amal", "password": "one-two-three"}]


@pytest.fixture
def loads(monkeypatch, tmp_path):
    """Stands in for the loading command; counts its calls."""
    calls = []

    def load(name, **options):
        calls.append(name)
        factories.make_user(username="amal")
        (tmp_path / "demo.json").write_text(json.dumps({"sign_ins": SIGN_INS}))

    monkeypatch.setattr(start, "call_command", load)
    return calls


def test_the_first_start_loads_the_demonstration_and_later_ones_remember_it(db, loads, tmp_path):
    first = start.Command()._demonstration(tmp_path)
    second = start.Command()._demonstration(tmp_path)

    assert first == second == SIGN_INS
    assert loads == ["load_demo"]


def test_a_database_with_people_is_left_alone(amal, loads, tmp_path):
    assert start.Command()._demonstration(tmp_path) == []
    assert loads == []


def test_a_demonstration_that_breaks_off_leaves_nobody(db, monkeypatch, tmp_path):
    def break_off(name, **options):
        factories.make_user()
        raise KeyboardInterrupt

    monkeypatch.setattr(start, "call_command", break_off)

    with pytest.raises(KeyboardInterrupt):
        start.Command()._demonstration(tmp_path)

    assert not get_user_model().objects.exists()


def test_the_sign_ins_are_told_on_the_terminal(db):
    told = "\n".join(start.Command()._announcement("127.0.0.1", SIGN_INS))

    assert "amal" in told
    assert "one-two-three" in told


def test_without_a_demonstration_the_first_administrator_is_explained(db):
    told = "\n".join(start.Command()._announcement("127.0.0.1", []))

    assert "createadmin" in told


def test_listening_everywhere_tells_the_names_it_answers_to(db, settings):
    settings.ALLOWED_HOSTS = ["help.example"]

    assert "help.example" in "\n".join(start.Command()._announcement("0.0.0.0", []))
