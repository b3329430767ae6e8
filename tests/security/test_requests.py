"""Requests that nobody should be able to use: no token, a mere GET, words no filter knows."""

import re
from urllib.parse import urljoin, urlsplit

import pytest
from django.conf import settings

from tests.factories import PASSWORD
from tests.security import matrix, pages
from tests.security.scene import EVERYBODY
from tests.security.test_foreign_keys import lists
from tests.security.test_role_matrix import LOGGED
from tests.security.witness import Witness

pytestmark = pytest.mark.django_db
BY_SIGNED_LINK = {"stop_mail"}  # a mail program presses that button, which has the link and no token
GETS = [row for row in matrix.ROWS if row.method == matrix.GET]


# G1: nothing changes without a token, nothing by a GET.


@pytest.mark.parametrize("person", ["rania", "basil", "amal", "anon"])
def test_no_address_takes_anything_without_a_token(scene, undrawn, person):
    """Even a page that only shows something; a stranger is sent to the sign-in, or refused likewise."""
    witness, taken = Witness(), []
    browser = scene.client(person, enforce_csrf_checks=True)
    refused = {302, 403} if person == "anon" else {403}

    with witness.watching():
        for row in {row.name: row for row in matrix.ROWS if row.name not in BY_SIGNED_LINK}.values():
            url = pages.address(scene, row.name, row.on)
            for method in ("post", "put", "patch", "delete"):
                status = getattr(browser, method)(url).status_code
                if status not in refused and not (status == 405 and method == "post"):
                    taken.append(f"{method} {url}: {status}")

    assert taken == []
    assert witness.changes() == []


def test_a_token_of_somebody_else_is_none(scene):
    hers, his = scene.client("amal", enforce_csrf_checks=True), scene.client("sami", enforce_csrf_checks=True)
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', hers.get("/profile/").content.decode())[1]
    his.get("/profile/")

    answer = his.post("/profile/", {"csrfmiddlewaretoken": token, "room": "1"})

    assert answer.status_code == 403


@pytest.mark.parametrize("person", [name for name in EVERYBODY if name in {"amal", "basil", "adel", "manar", "rania"}])
def test_reading_changes_nothing_but_the_log_of_restricted_reading(scene, person):
    witness, wrong = Witness(), []

    with witness.watching():
        for row in GETS:
            scene.client(person).get(pages.address(scene, row.name, row.on) + row.query)
            changes = witness.changes()
            if changes and not (changes == ["office_event"] and row.on in LOGGED):
                wrong.append(f"{row}: {changes}")
            if changes:
                witness.remember()

    assert wrong == []


def test_reading_a_restricted_ticket_leaves_one_line_that_says_who_read_it(scene):
    from office.models import Event

    scene.client("adel").get(pages.address(scene, "ticket", "secret"))

    line = Event.objects.latest("pk")
    assert (line.verb, line.actor, line.kind, line.object_id) == (
        "read",
        scene.adel,
        "helpdesk.ticket",
        scene.secret.pk,
    )


# L1: never to somebody else's pages.

ELSEWHERE = (
    "//evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "https:evil.example",
    "https://evil.example/",
    "http:///evil.example",
    "javascript:alert(1)",
    " //evil.example",
    "/%09/evil.example",
    "\t//evil.example",
    "https://testserver@evil.example",
    "https://testserver.evil.example",
    "//evil.example/%2f..",
    "data:text/html,hi",
)
DOORS = {
    "account_login": {"login": "amal", "password": PASSWORD},
    "account_logout": {},
    "account_reauthenticate": {"password": PASSWORD},
    "set_preferences": {"theme": "dark"},
    "account_change_password": {
        "oldpassword": PASSWORD,
        "password1": "a quite different horse 77",
        "password2": "a quite different horse 77",
    },
}


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("target", ELSEWHERE)
def test_nobody_is_sent_elsewhere(scene, door, target):
    url = pages.address(scene, door)
    browser = scene.client("anon" if door == "account_login" else "amal")

    answers = [browser.post(url, DOORS[door] | {"next": target}), browser.post(f"{url}?next={target}", DOORS[door])]

    for answer in answers:
        assert answer.status_code in (302, 200, 403)
        assert is_ours(answer.headers.get("Location", "/")), answer.headers


def is_ours(location):
    """Where a browser would go: it drops tabs and line ends, and takes a backslash for a slash."""
    read = urljoin("https://testserver/here/", re.sub(r"[\t\r\n]", "", location.strip()).replace("\\", "/"))
    return urlsplit(read)[:2] == ("https", "testserver")


@pytest.mark.parametrize("target", ELSEWHERE)
def test_a_signed_in_visitor_of_the_sign_in_page_goes_to_a_page_of_ours(scene, target):
    answer = scene.client("amal").get("/accounts/login/", {"next": target})

    assert is_ours(answer.headers["Location"])


# L2: headers on every answer.

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}


FRAMED = ("/setup/mail-texts/ticket.received/ar/",)  # drawn in a frame of our own page, sandboxed


def faults_of(answer):
    policy = answer.headers.get("Content-Security-Policy", "")
    if "unsafe" in policy or "default-src" not in policy or "*" in policy:
        yield f"policy {policy!r}"
    if "frame-ancestors 'none'" not in policy and "sandbox" not in policy:
        yield "may be framed"
    for name, value in HEADERS.items():
        if name == "X-Frame-Options" and answer.request["PATH_INFO"] in FRAMED:
            value = "SAMEORIGIN" if answer.status_code == 200 else "DENY"
        if answer.headers.get(name) != value:
            yield f"{name}: {answer.headers.get(name)}"
    if "Access-Control-Allow-Origin" in answer.headers:
        yield "answers other origins"
    kind = answer.headers.get("Content-Type", "")
    if answer.status_code != 204 and kind.startswith("text/") and "charset=utf-8" not in kind:
        yield f"type {kind}"


@pytest.mark.parametrize("person", ["rania", "basil", "amal", "anon"])
def test_every_answer_carries_the_headers(scene, person):
    wrong, browser = [], scene.client(person)

    for row in GETS:
        answer = browser.get(pages.address(scene, row.name, row.on) + row.query)
        wrong += [f"{row} ({answer.status_code}): {fault}" for fault in faults_of(answer)]

    assert wrong == []


def broken(browser):
    """Answers of every kind of refusal that comes before any page."""
    yield browser.get("/nowhere/")
    yield browser.get("/tickets/1/take/")  # 405
    yield browser.get("/tickets/?q=%00")  # 400
    yield browser.get("/tickets/?q=%ff")
    yield browser.get("/tickets/?q=" + "x" * 9000)  # 414
    yield browser.post("/tickets/new/", {f"f{n}": "" for n in range(settings.DATA_UPLOAD_MAX_NUMBER_FIELDS + 1)})
    yield browser.post("/profile/", b"x" * 10, content_type="multipart/form-data; boundary=nothing")
    yield browser.get("/assets/?export=csv")
    yield browser.get("/assets/?export=xlsx")
    yield browser.get("/assets/1/qr.svg")
    yield browser.get("/tickets/", headers={"host": "evil.example"})


@pytest.mark.parametrize("person", ["basil", "anon"])
def test_refusals_and_downloads_carry_the_headers_too(scene, person):
    wrong = [
        f"{answer.request['PATH_INFO']} {answer.status_code}: {fault}"
        for answer in broken(scene.client(person))
        for fault in faults_of(answer)
    ]

    assert wrong == []


def test_a_page_that_fails_carries_the_headers_and_tells_nothing(scene, monkeypatch):
    def fail(request):
        raise RuntimeError("secret-detail-of-the-inside")

    monkeypatch.setattr("helpdesk.views.home.tiles_of", fail)

    answer = scene.client("amal", raise_request_exception=False).get("/")

    assert answer.status_code == 500
    assert list(faults_of(answer)) == []
    assert b"secret-detail" not in answer.content
    assert b"Traceback" not in answer.content


# A7: words in the address that no list knows never change what it shows, and never break it.

ODD = {
    "sort": ["requester__password", "-owner__password", "password", "id) --", "'", "institution__name", "?"],
    "ordering": ["requester__password"],
    "size": ["1000000", "-1", "0", "1e9", "٢٥", "25; DROP TABLE people_user"],
    "columns": ["password", "requester__password", "__class__", "search_text", ",,,"],
    "after": ["x", "eyJhIjoxfQ:1:x", "' OR 1=1"],
    "before": ["..", "0"],
    "export": ["exe", "pdf", "../csv"],
    "count": [""],
    "requester__password__startswith": ["a"],
    "asset__contract__price__gt": ["1"],
    "purchase_cost__gt": ["1"],
    "terms__value__gte": ["1"],
    "institution": ["2"],
    "_connector": ["OR 1=1", "OR"],
    "_negated": ["1"],
    "pk__in": ["1,2"],
    "id": ["1"],
    "subject__regex": ["(a+)+$"],
    "model": ["people.User"],
    "field": ["password"],
}


def rows_of(browser, url):
    """(status, the lines of the sheet) of a list as it was asked for."""
    answer = browser.get(f"{url}{'&' if '?' in url else '?'}export=csv")
    return answer.status_code, answer.getvalue().decode() if answer.status_code == 200 else ""


@pytest.mark.parametrize("name", sorted(lists()))
def test_words_that_no_list_knows_change_nothing(scene, name):
    person = {"institutions": "omar", "own_tickets": "amal"}.get(name, "rania")
    browser = scene.client(person)
    url = pages.address(scene, name, pages.LISTS_ON.get(name, ""))
    plain, wrong = rows_of(browser, url), []

    for parameter, values in ODD.items():
        for value in values:
            asked = browser.get(url, {parameter: value})
            same = parameter == "export" or rows_of(browser, f"{url}?{parameter}={value.replace('#', '')}") == plain
            if asked.status_code not in (200, 400) or not same:
                wrong.append(f"{parameter}={value}: {asked.status_code}, {'same' if same else 'other'} rows")

    assert plain[0] == 200
    assert wrong == []


@pytest.mark.parametrize("name", sorted(lists()))
def test_a_list_counts_just_the_rows_that_it_shows(scene, name):
    """A5: for everybody who has the list, the number on it is that of the lines in the sheet."""
    url = pages.address(scene, name, pages.LISTS_ON.get(name, ""))
    counted = 0

    for person in ("amal", "hala", "basil", "manar", "majed", "adel", "rania", "omar", "xerxes"):
        status, sheet = rows_of(scene.client(person), url)
        if status != 200:
            continue
        told = scene.client(person).get(url, {"count": "1"}).content.decode()
        counted += 1
        assert int(re.search(r"\d+", told.replace(",", ""))[0]) == sheet.count("\r\n") - 1, person

    assert counted


# A18: no second way in.


def test_no_address_works_in_another_spelling(scene):
    """Doubled slashes, other case, endings and encodings lead to the same answer or to none."""
    browser = scene.client("amal")
    ticket = pages.address(scene, "ticket", "secret")
    odd = [
        f"/{ticket}",
        ticket.upper(),
        f"{ticket[:-1]}.json",
        f"{ticket[:-1]};a=b/",
        f"/x/..{ticket}",
        f"/x/%2e%2e{ticket}",
        f"/requests/..;{ticket}",
        ticket.replace("tickets", "%74ickets"),
        ticket.replace("/tickets/", "/tickets//"),
        f"/tickets/0{scene.secret.pk}/",
        f"/tickets/{scene.secret.pk}%00/",
        f"/tickets/{chr(0x661)}/",
        f"/t/{scene.secret.number.lower()}",
        f"/t/%20{scene.secret.number}",
    ]

    answers = {url: browser.get(url, follow=True).status_code for url in odd}

    assert set(answers.values()) <= {400, 404}, answers


def test_methods_that_no_page_knows_are_refused(scene, undrawn):
    witness, odd, browser = Witness(), [], scene.client("rania")

    with witness.watching():
        for row in {row.name: row for row in matrix.ROWS}.values():
            url = pages.address(scene, row.name, row.on)
            for method in ("put", "patch", "delete", "trace"):
                status = getattr(browser, method)(url).status_code
                if status not in (403, 404, 405) and not url.startswith("/accounts/"):  # allauth reads nothing of it
                    odd.append(f"{method} {url}: {status}")

    assert odd == []
    assert witness.changes() == []
