"""Signing in: who gets in, who does not, and how long it lasts."""

import json
import time

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from people import actions
from tests.factories import PASSWORD, make_institution, make_user

LOGIN = "/accounts/login/"


def try_to_sign_in(client, login, password=PASSWORD, **options):
    return client.post(LOGIN, {"login": login, "password": password, "next": "/profile/"}, **options)


def is_signed_in(client):
    return client.get("/profile/").status_code == 200


@pytest.mark.parametrize("login", ["amal", "AMAL", "Amal@Ministry.Example", " amal "])
def test_one_signs_in_by_user_name_or_mail_address_however_written(client, amal, login):
    amal.email = "Amal@ministry.example"
    amal.save()

    response = try_to_sign_in(client, login)

    assert response["Location"] == "/profile/"
    assert is_signed_in(client)


def test_a_wrong_password_and_an_unknown_name_hear_the_same(client, amal):
    known = try_to_sign_in(client, "amal", "not the right one")
    unknown = try_to_sign_in(client, "nobody", "not the right one")
    by_mail = try_to_sign_in(client, amal.email, "not the right one")

    sentence = "The user name or the password is not right."
    assert [sentence in page.content.decode() for page in (known, unknown, by_mail)] == [True, True, True]
    assert not is_signed_in(client)


def test_a_closed_account_does_not_get_in(client, amal):
    amal.is_active = False
    amal.save()

    response = try_to_sign_in(client, "amal")

    assert response["Location"] == reverse("account_inactive")
    assert not is_signed_in(client)


def test_after_five_wrong_passwords_the_account_waits_and_its_neighbour_does_not(client, amal, dina):
    for _ in range(5):
        try_to_sign_in(client, "amal", "wrong")

    locked = try_to_sign_in(client, "amal")
    neighbour = try_to_sign_in(client, "dina")

    assert "Wait five minutes" in locked.content.decode()
    assert neighbour.status_code == 302


def test_user_name_and_mail_address_share_one_count(client, amal):
    for login in ["amal", amal.email, "AMAL", amal.email, "amal"]:
        try_to_sign_in(client, login, "wrong")

    assert "Wait five minutes" in try_to_sign_in(client, amal.email).content.decode()


def test_fifty_wrong_passwords_for_one_leave_the_others_behind_the_same_address_alone(client, amal, dina):
    for _ in range(50):
        try_to_sign_in(client, "amal", "wrong")

    assert try_to_sign_in(client, "dina").status_code == 302


def test_the_wait_ends(client, amal, time_machine):
    for _ in range(6):
        try_to_sign_in(client, "amal", "wrong")

    time_machine.move_to(time.time() + 5 * 60 + 1)

    assert try_to_sign_in(client, "amal").status_code == 302


def test_the_wait_is_ended_by_a_command(client, amal, capsys):
    for _ in range(6):
        try_to_sign_in(client, "amal", "wrong")

    call_command("unlock", "amal")

    assert try_to_sign_in(client, "amal").status_code == 302


def test_the_wait_is_told_in_arabic(client, amal):
    for _ in range(5):
        try_to_sign_in(client, "amal", "wrong", headers={"accept-language": "ar"})

    page = try_to_sign_in(client, "amal", headers={"accept-language": "ar"}).content.decode()

    assert 'lang="ar"' in page
    assert 'dir="rtl"' in page


def test_an_endless_password_is_refused_before_it_is_hashed(client, amal, monkeypatch):
    monkeypatch.setattr("django.contrib.auth.hashers.check_password", lambda *args, **kwargs: pytest.fail("hashed"))
    monkeypatch.setattr("people.models.User.check_password", lambda *args: pytest.fail("hashed"))
    monkeypatch.setattr("people.models.User.set_password", lambda *args: pytest.fail("hashed"))

    page = try_to_sign_in(client, "amal", "x" * 257)

    assert "256" in page.content.decode()
    assert not is_signed_in(client)


def test_nobody_signs_up(client, db):
    assert client.get("/accounts/signup/").status_code == 404
    assert client.post("/accounts/signup/", {"username": "x", "password1": PASSWORD}).status_code == 404


@pytest.mark.parametrize(
    "next_page", ["//evil.example", "/\\evil.example", "https:evil.example", "javascript:alert(1)"]
)
def test_signing_in_leads_to_no_foreign_page(client, amal, next_page, settings):
    settings.LOGIN_REDIRECT_URL = "/profile/"

    response = client.post(LOGIN, {"login": "amal", "password": PASSWORD, "next": next_page})

    assert response["Location"] == "/profile/"


def test_every_page_is_behind_sign_in(client, db):
    assert client.get("/people/?q=a")["Location"] == "/accounts/login/?next=/people/%3Fq%3Da"


def test_signing_out_asks_by_get_and_acts_by_post(sign_in, amal):
    browser = sign_in(amal)

    assert "sign out" in browser.get("/accounts/logout/").content.decode()
    assert is_signed_in(browser)
    browser.post("/accounts/logout/")
    assert not is_signed_in(browser)


def test_what_is_posted_without_the_forms_key_is_refused(amal):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(amal)

    assert browser.post("/accounts/logout/").status_code == 403
    assert browser.post("/preferences/", {"language": "ar"}).status_code == 403
    assert is_signed_in(browser)


def test_sessions_end_when_the_account_is_closed(sign_in, amal, administrator):
    browser = sign_in(amal)

    actions.deactivate_user(amal, by=administrator)

    assert not is_signed_in(browser)


def test_sessions_end_when_roles_change(sign_in, amal, administrator):
    browser = sign_in(amal)

    actions.grant_roles(amal, ["is_technician"], by=administrator)

    assert not is_signed_in(browser)


def test_sessions_end_when_the_password_changes(sign_in, amal, administrator):
    browser = sign_in(amal)

    actions.set_password(amal, "an entirely new phrase", by=administrator)

    assert not is_signed_in(browser)


def test_sessions_go_on_when_details_change(sign_in, amal, administrator):
    browser = sign_in(amal)

    actions.change_user(amal, by=administrator, room="12")

    assert is_signed_in(browser)


def test_the_list_of_sessions_shows_no_key(client, amal):
    try_to_sign_in(client, "amal")

    page = client.get("/accounts/sessions/").content.decode()

    assert "127.0.0.1" in page
    assert client.session.session_key not in page


@pytest.fixture
def demonstration(settings, tmp_path, db):
    settings.VAR_DIR = tmp_path
    settings.DEMO = True
    people = [{"role": "Employee", "username": "amal", "password": "shown-on-the-page"}]
    (tmp_path / "demo.json").write_text(json.dumps({"sign_ins": people}))


def lists_sign_ins(client, **options):
    return "shown-on-the-page" in client.get(LOGIN, **options).content.decode()


@pytest.mark.usefixtures("demonstration")
def test_a_demonstration_lists_its_sign_ins_on_its_own_machine(client):
    assert lists_sign_ins(client)


@pytest.mark.usefixtures("demonstration")
def test_a_demonstration_lists_none_for_another_machine(client):
    assert not lists_sign_ins(client, REMOTE_ADDR="10.0.0.7")
    assert not lists_sign_ins(client, headers={"x-forwarded-for": "10.0.0.7"})


@pytest.mark.usefixtures("demonstration")
def test_without_demonstration_none_are_listed(client, settings):
    settings.DEMO = False

    assert not lists_sign_ins(client)


def test_the_sign_in_page_names_the_only_institution_in_both_languages(client, db):
    make_institution(name="وزارة الأشغال العامة", second_name="Ministry of Public Works")

    page = client.get(LOGIN).content.decode()

    assert "وزارة الأشغال العامة" in page
    assert "Ministry of Public Works" in page


def test_the_sign_in_page_names_no_institution_when_there_are_several(client, db):
    make_institution(name="Ministry of Secrets")
    make_institution(name="Ministry of Silence")

    page = client.get(LOGIN).content.decode()

    assert "Secrets" not in page
    assert "Silence" not in page


def test_who_and_in_which_language_costs_two_statements(client, amal, django_assert_num_queries):
    client.force_login(amal)

    with django_assert_num_queries(2):
        client.get("/people/pick/?from=q&q=")


def test_an_operator_without_institution_signs_in(client, db):
    operator = make_user(make_institution(), username="op", is_operator=True)
    operator.institution = None
    operator.save()

    with override("en"):
        assert try_to_sign_in(client, "op").status_code == 302
    assert client.get("/setup/").status_code == 200
