"""Language, theme and keyboard, before and after signing in; one's own account page."""

import pytest

SET = "/preferences/"


def test_before_sign_in_the_language_is_a_cookie(client, db):
    client.post(SET, {"language": "ar", "next": "/accounts/login/"})

    assert '<html lang="ar"' in client.get("/accounts/login/").content.decode()


def test_after_sign_in_it_is_ones_own(sign_in, amal):
    browser = sign_in(amal)

    browser.post(SET, {"language": "ar", "next": "/profile/"})

    amal.refresh_from_db()
    assert amal.language == "ar"
    assert '<html lang="ar"' in browser.get("/profile/").content.decode()


def test_theme_and_keyboard_are_kept(sign_in, amal):
    browser = sign_in(amal)

    browser.post(SET, {"theme": "dark"})
    browser.post(SET, {"shortcuts": "off"})

    page = browser.get("/profile/").content.decode()
    assert 'data-bs-theme="dark"' in page
    assert 'data-shortcuts="off"' in page


def test_what_there_is_not_is_left_out(sign_in, amal):
    browser = sign_in(amal)

    response = browser.post(SET, {"language": "xx", "theme": "pink", "shortcuts": "maybe"})

    amal.refresh_from_db()
    assert response.status_code == 302
    assert (amal.language, amal.theme, amal.keyboard_shortcuts) == ("en", "auto", True)


def test_a_list_preference_and_a_shortcut_preference_live_together(sign_in, amal):
    amal.set_list_preference("people", {"size": 50})

    sign_in(amal).post(SET, {"shortcuts": "off"})

    amal.refresh_from_db()
    assert amal.preferences == {"lists": {"people": {"size": 50}}, "shortcuts": False}


def test_it_is_posted_not_fetched(client, db):
    assert client.get(SET).status_code == 405


@pytest.mark.parametrize(
    "foreign", ["//evil.example/", "https://evil.example/", "javascript:alert(1)", "/\\evil.example"]
)
def test_it_leads_to_no_foreign_page(client, db, foreign):
    assert client.post(SET, {"language": "ar", "next": foreign})["Location"] == "/"


def test_one_changes_telephone_extension_and_room_oneself(sign_in, amal):
    sign_in(amal).post("/profile/", {"phone": "06-4644400", "extension": "٢١٠", "room": "3rd floor"})

    amal.refresh_from_db()
    assert (amal.phone, amal.extension, amal.room) == ("06-4644400", "210", "3rd floor")


def test_one_changes_nothing_else_oneself(sign_in, amal, dina):
    form = {"phone": "1", "is_administrator": "on", "email": "x@x.example", "institution": "", "pk": dina.pk}

    sign_in(amal).post("/profile/", form | {"roles": ["is_administrator"], "username": "root", "is_active": ""})

    amal.refresh_from_db()
    dina.refresh_from_db()
    assert (amal.is_administrator, amal.email, amal.username, amal.is_active) == (False, "amal@x.example", "amal", True)
    assert dina.phone == ""


@pytest.fixture(autouse=True)
def _known_address(request):
    if "amal" in request.fixturenames:
        amal = request.getfixturevalue("amal")
        amal.email = "amal@x.example"
        amal.save()
