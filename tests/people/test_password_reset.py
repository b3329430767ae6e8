"""A forgotten password: the link by mail, what it opens, when it is dead."""

import re

import pytest
from django.contrib.auth.tokens import default_token_generator
from django.core import mail
from django.urls import reverse

from office import outbox
from office.models import OutboxRow
from people import actions, sign_in_mail
from tests.factories import PASSWORD

RESET = "/accounts/password/reset/"
NEW = "an entirely new phrase"


def ask_for_link(client, login, **options):
    return client.post(RESET, {"email": login}, **options)


def mailed_link():
    outbox.drain()
    return re.search(r"https?://\S+", mail.outbox[-1].body)[0]


def choose(client, link, password=NEW):
    """Open the link and send the form behind it."""
    page = client.get(link, follow=True)
    if not page.redirect_chain:
        return page
    return client.post(page.redirect_chain[-1][0], {"password1": password, "password2": password}, follow=True)


def test_the_link_of_the_mail_leads_to_a_new_password(client, amal):
    ask_for_link(client, "amal")

    choose(client, mailed_link())

    amal.refresh_from_db()
    assert amal.check_password(NEW)


def test_known_and_unknown_names_hear_the_same(client, amal):
    known = ask_for_link(client, amal.email)
    unknown = ask_for_link(client, "nobody@ministry.example")

    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    assert OutboxRow.objects.count() == 1


def test_the_row_of_the_outbox_holds_no_secret(client, amal):
    ask_for_link(client, "amal")
    outbox.drain()

    row = OutboxRow.objects.get()
    token = re.search(r"key/\w+-([\w-]+)/", mail.outbox[0].body)[1]
    assert (row.recipient, row.payload, row.state) == (amal, {}, "sent")
    assert token not in str(vars(row))


def test_the_link_leads_to_this_site_whatever_the_request_said(client, amal, settings):
    settings.SITE_URL = "https://helpdesk.ministry.example"

    ask_for_link(client, "amal", headers={"x-forwarded-host": "evil.example"})

    assert mailed_link().startswith("https://helpdesk.ministry.example/accounts/password/reset/key/")


def test_a_request_under_a_foreign_name_is_refused(client, amal):
    assert ask_for_link(client, "amal", headers={"host": "evil.example"}).status_code == 400
    assert not OutboxRow.objects.exists()


def test_a_used_link_is_dead(client, amal):
    link = sign_in_mail.reset_link(amal)
    choose(client, link)

    page = choose(client, link, "yet another long phrase")

    assert "This link does not work" in page.content.decode()
    amal.refresh_from_db()
    assert amal.check_password(NEW)


def test_a_link_dies_after_an_hour(client, amal, time_machine):
    time_machine.move_to("2026-03-01 10:00")
    link = sign_in_mail.reset_link(amal)

    time_machine.move_to("2026-03-01 11:00:01")

    assert "This link does not work" in choose(client, link).content.decode()


def test_a_link_that_could_not_leave_within_the_hour_is_not_sent(client, amal, time_machine):
    time_machine.move_to("2026-03-01 10:00")
    ask_for_link(client, "amal")

    time_machine.move_to("2026-03-01 11:01")
    outbox.drain()

    assert mail.outbox == []
    assert OutboxRow.objects.get().state == "expired"


def test_a_link_dies_when_the_mail_address_changes(client, amal, administrator):
    link = sign_in_mail.reset_link(amal)
    actions.change_user(amal, by=administrator, email="amal.haddad@ministry.example")

    assert "This link does not work" in choose(client, link).content.decode()


def test_a_link_of_one_opens_nothing_for_another(client, amal, dina):
    path = reverse("account_reset_password_from_key", kwargs={"uidb36": "x", "key": "y"})
    foreign = path.replace("x-y", f"{dina.pk}-{default_token_generator.make_token(amal)}")

    assert "This link does not work" in choose(client, foreign).content.decode()


@pytest.mark.parametrize("key", ["%20", "null", "0-0", "x" * 500])
def test_an_invented_key_opens_nothing(client, amal, key):
    page = client.get(f"/accounts/password/reset/key/{amal.pk}-{key}/")

    assert page.status_code == 200
    assert "This link does not work" in page.content.decode()


def test_a_closed_account_gets_no_link_and_its_old_one_is_dead(client, amal):
    link = sign_in_mail.reset_link(amal)
    amal.is_active = False
    amal.save()

    ask_for_link(client, "amal")

    assert not OutboxRow.objects.exists()
    assert "This link does not work" in choose(client, link).content.decode()


def test_one_account_gets_at_most_five_links_an_hour(client, amal):
    for n in range(30):
        ask_for_link(client, ["amal", amal.email, "AMAL"][n % 3], REMOTE_ADDR=f"10.0.0.{n}")

    assert OutboxRow.objects.count() == 5


def test_one_address_gets_at_most_twenty_answers_an_hour(client, db):
    answers = [ask_for_link(client, f"somebody{n}").status_code for n in range(22)]
    spoofed = ask_for_link(client, "somebody", headers={"x-forwarded-for": "10.9.9.9"})

    assert answers == [302] * 20 + [429] * 2
    assert spoofed.status_code == 429


def test_the_mail_is_in_the_language_of_its_reader(client, amal, ministry):
    amal.language = "ar"
    amal.save()
    ask_for_link(client, "amal", headers={"accept-language": "en"})

    outbox.drain()

    assert mail.outbox[0].to == [amal.email]
    assert "amal" in mail.outbox[0].body


@pytest.mark.parametrize("password", ["short", "x" * 257, "amalhaddadamal"])
def test_a_password_against_the_rules_is_refused(client, amal, password):
    choose(client, sign_in_mail.reset_link(amal), password)

    amal.refresh_from_db()
    assert amal.check_password(PASSWORD)


def test_a_changed_password_is_written_down_and_told_by_mail(client, amal):
    choose(client, sign_in_mail.reset_link(amal))

    outbox.drain()

    assert [message.subject for message in mail.outbox] == ["Your password was changed"]
    assert NEW not in mail.outbox[0].body


def test_a_new_password_by_the_link_ends_the_wait_after_wrong_ones(client, amal):
    for _ in range(6):
        client.post("/accounts/login/", {"login": "amal", "password": "wrong"})

    choose(client, sign_in_mail.reset_link(amal))

    assert client.post("/accounts/login/", {"login": "amal", "password": NEW, "next": "/profile/"}).status_code == 302


def test_changing_the_own_password_needs_the_present_one(sign_in, amal):
    browser = sign_in(amal)
    form = {"oldpassword": "wrong", "password1": NEW, "password2": NEW}

    refused = browser.post("/accounts/password/change/", form)
    browser.post("/accounts/password/change/", form | {"oldpassword": PASSWORD})

    assert "This is not your present password." in refused.content.decode()
    amal.refresh_from_db()
    assert amal.check_password(NEW)
    assert browser.get("/profile/").status_code == 302
