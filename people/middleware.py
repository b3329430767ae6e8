"""The signed-in person's language, and a closed door for everybody else."""

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.utils import translation

OPEN_PREFIXES = ("/accounts/", "/healthz", "/preferences/", "/brand/", settings.STATIC_URL)


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
        return redirect_to_login(request.get_full_path())
