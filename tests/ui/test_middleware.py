"""What is stopped at the door, and what every answer carries."""

import pytest
from django.db import InterfaceError, OperationalError
from django.http import HttpResponse
from django.test import RequestFactory
from django.utils.translation import override

from ui import errors
from ui.middleware import CleanInputMiddleware, HeadersMiddleware

ask = RequestFactory()


def through(request):
    return CleanInputMiddleware(lambda request: HttpResponse("in"))(request)


@pytest.mark.parametrize(
    "request_made",
    [
        lambda: ask.get("/assets/%00"),
        lambda: ask.get("/", QUERY_STRING="q=%00"),
        lambda: ask.get("/", QUERY_STRING="q=%FF"),
        lambda: ask.get("/", QUERY_STRING="q=%C0%AF"),
        lambda: ask.post("/", {"a\x00b": "x"}),
        lambda: ask.post("/", b"x", content_type="multipart/form-data"),
        lambda: ask.post("/", {f"f{n}": "x" for n in range(2500)}),
    ],
)
def test_what_no_form_could_have_sent_is_answered_with_a_sentence(request_made):
    response = through(request_made())

    assert response.status_code == 400
    assert "Nothing was changed." in response.content.decode()


def test_a_body_that_is_too_large_says_so(settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100

    response = through(ask.post("/", "a=" + "x" * 500, content_type="application/x-www-form-urlencoded"))

    assert response.status_code == 413
    assert "25 MB" in response.content.decode()


def test_a_body_that_no_form_could_have_is_refused_before_it_is_read(settings):
    settings.BODY_MAX_BYTES = 100
    request = ask.post("/", {"a": "x" * 500})

    response = through(request)

    assert response.status_code == 413
    assert not hasattr(request, "_post")


def test_an_address_that_is_too_long_says_so():
    assert through(ask.get("/", {"q": "x" * 9000})).status_code == 414


def test_ordinary_arabic_comes_in():
    assert through(ask.get("/", {"q": "طابعة 100%"})).content == b"in"
    assert through(ask.post("/", {"q": "طابعة"})).content == b"in"


def test_what_is_stopped_at_the_door_is_said_in_the_browsers_language():
    response = through(ask.get("/%00", headers={"Accept-Language": "ar"}))

    assert 'lang="ar"' in response.content.decode()
    assert 'dir="rtl"' in response.content.decode()


@pytest.mark.parametrize("problem", [OperationalError("database is locked"), InterfaceError("connection closed")])
def test_an_absent_database_is_no_failure_of_ours(problem):
    response = CleanInputMiddleware(None).process_exception(ask.get("/assets/"), problem)

    assert (response.status_code, response["Retry-After"]) == (503, "30")


def test_a_missing_table_is_a_failure_of_ours():
    assert CleanInputMiddleware(None).process_exception(ask.get("/"), OperationalError("no such table: x")) is None


def test_a_database_lost_before_any_view_shows_the_same_page():
    try:
        raise OperationalError("server closed the connection")
    except OperationalError:
        assert errors.server_error(ask.get("/")).status_code == 503


def test_every_answer_carries_the_headers():
    response = HeadersMiddleware(lambda request: HttpResponse())(ask.get("/"))

    assert response["Cache-Control"] == "no-store"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=(self)" in response["Permissions-Policy"]


def test_a_view_that_says_otherwise_is_heard():
    def kept(request):
        return HttpResponse(headers={"Cache-Control": "private, max-age=60"})

    assert HeadersMiddleware(kept)(ask.get("/"))["Cache-Control"] == "private, max-age=60"


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize(
    ("page", "status"),
    [
        (errors.bad_request, 400),
        (errors.forbidden, 403),
        (errors.not_found, 404),
        (errors.conflict, 409),
        (errors.too_large, 413),
        (errors.server_error, 500),
        (errors.unavailable, 503),
        (errors.csrf_failure, 403),
    ],
)
def test_every_error_has_a_page_in_both_directions(page, status, language):
    with override(language):
        response = page(ask.get("/"))

    assert response.status_code == status
    assert f'lang="{language}"' in response.content.decode()
    assert "<h1>" in response.content.decode()


def test_a_failure_shows_a_reference_and_no_trace():
    page = errors.server_error(ask.get("/")).content.decode()

    assert "error-reference" in page
    assert "Traceback" not in page


def test_an_error_is_shown_even_when_the_frame_fails(monkeypatch):
    monkeypatch.setattr("ui.context.branding_of", lambda request: 1 / 0)

    response = errors.not_found(ask.get("/"))

    assert response.status_code == 404
    assert "This page does not exist" in response.content.decode()
