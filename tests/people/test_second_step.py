"""Two-step sign-in: switched on, asked for, switched off."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.test import Client

from tests.factories import PASSWORD


def code_of(secret):
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


def switch_on(browser):
    browser.post("/accounts/reauthenticate/", {"password": PASSWORD, "next": "/accounts/2fa/totp/activate/"})
    page = browser.get("/accounts/2fa/totp/activate/")
    browser.post("/accounts/2fa/totp/activate/", {"code": code_of(page.context["form"].secret)})


@pytest.fixture
def protected(sign_in, amal):
    """Amal's browser, after she switched two-step sign-in on."""
    browser = sign_in(amal)
    switch_on(browser)
    return browser


def test_switching_it_on_asks_for_the_password_first(sign_in, amal):
    response = sign_in(amal).get("/accounts/2fa/totp/activate/")

    assert response["Location"].startswith("/accounts/reauthenticate/")


def test_the_secret_is_stored_encrypted(protected, amal):
    stored = Authenticator.objects.get(user=amal, type="totp")

    secret = stored.wrap().instance.data["secret"]
    assert secret.startswith("gAAAA")
    assert len(Authenticator.objects.get(user=amal, type="recovery_codes").wrap().get_unused_codes()) == 10


@pytest.mark.django_db(transaction=True)
def test_the_session_at_hand_goes_on_and_others_end(client, amal):
    other = Client()
    other.force_login(amal)
    client.force_login(amal)

    switch_on(client)

    assert client.get("/profile/").status_code == 200
    assert other.get("/profile/").status_code == 302


@pytest.mark.usefixtures("protected")
def test_the_password_alone_opens_nothing(client, amal):
    client.logout()

    response = client.post("/accounts/login/", {"login": "amal", "password": PASSWORD})

    assert response["Location"] == "/accounts/2fa/authenticate/"
    assert client.get("/profile/").status_code == 302
    assert PASSWORD not in str(client.session.items())


@pytest.mark.usefixtures("protected")
def test_password_and_recovery_code_open_the_account(client, amal):
    code = Authenticator.objects.get(user=amal, type="recovery_codes").wrap().get_unused_codes()[0]
    client.logout()

    client.post("/accounts/login/", {"login": "amal", "password": PASSWORD, "next": "/profile/"})
    client.post("/accounts/2fa/authenticate/", {"code": code, "next": "/profile/"})

    assert client.get("/profile/").status_code == 200


@pytest.mark.parametrize(
    "address",
    [
        "/accounts/2fa/",
        "/accounts/2fa/recovery-codes/",
        "/accounts/2fa/recovery-codes/generate/",
        "/accounts/2fa/totp/deactivate/",
        "/accounts/sessions/",
        "/accounts/password/change/",
        "/accounts/reauthenticate/",
    ],
)
def test_its_pages_stand_in_both_languages(protected, amal, address):
    english = protected.get(address).content.decode()
    amal.language = "ar"
    amal.save()
    arabic = protected.get(address).content.decode()

    assert 'dir="ltr"' in english
    assert '<html lang="ar"' in arabic


def test_switching_it_off_leaves_the_password(protected, amal):
    protected.post("/accounts/2fa/totp/deactivate/")

    assert not Authenticator.objects.filter(user=amal).exists()
