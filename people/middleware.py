"""The signed-in person's language, and a closed door for everybody else."""

from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponse
from django.urls import reverse
from django.utils import translation

OPEN_PREFIXES = (
    "/accounts/",
    "/healthz",
    "/preferences/",
    "/brand/",
    "/mail/stop/",
    "/calendar/",
    "/v/",
    settings.STATIC_URL,
)


class PreferredLanguageMiddleware:
    """The user's own language; before sign-in the cookie's, else the browser's."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.user.is_authenticated:
            language = request.user.language
        else:
            language = translation.get_language_from_request(request)
        translation.activate(language)
        request.LANGUAGE_CODE = language
        response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response


class SignInRequiredMiddleware:
    """Every page is behind sign-in unless its address is listed as open; a deactivated user is signed out."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.user.is_authenticated or request.path.startswith(OPEN_PREFIXES):
            return self.get_response(request)
        if request.headers.get("HX-Request") == "true":  # a whole page, not the sign-in inside a box
            return HttpResponse(status=204, headers={"HX-Redirect": f"{reverse(settings.LOGIN_URL)}?{_next(request)}"})
        return redirect_to_login(_back(request))


def _next(request):
    return urlencode({"next": _back(request)})


def _back(request):
    """Where to come back to after signing in: what was sent is over, so the page that it was sent from."""
    if request.method in ("GET", "HEAD") and request.headers.get("HX-Request") != "true":
        return request.get_full_path()
    page = urlsplit(request.headers.get("HX-Current-URL") or request.headers.get("Referer", ""))
    if page.netloc != request.get_host() or not page.path.startswith("/"):
        return "/"
    return f"{page.path}?{page.query}" if page.query else page.path
