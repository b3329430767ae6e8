"""Headers on every answer, and the gate that keeps unreadable input and an absent database from becoming a 500."""

import logging
from urllib.parse import unquote_to_bytes

from django.conf import settings
from django.core.exceptions import BadRequest, RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.utils import translation

from ui import errors

logger = logging.getLogger(__name__)
MAX_ADDRESS = 8_000
HEADERS = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "accelerometer=(), browsing-topics=(), camera=(self), display-capture=(), geolocation=(), "
    "gyroscope=(), microphone=(), midi=(), payment=(), usb=()",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


class HeadersMiddleware:
    """Pages are nobody's to keep: `no-store` unless a view said otherwise."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        response.headers.setdefault("Cache-Control", "no-store")
        return response


class CleanInputMiddleware:
    """What no form could have sent is answered at the door.

    400: NUL, control characters or bytes that are no UTF-8 in the path, the query or a field; too many fields or files.
    413: a body larger than allowed. 414: an address longer than 8,000 bytes. 503 with Retry-After: no database.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        with translation.override(translation.get_language_from_request(request)):  # nobody has read the user's yet
            refusal = self._refusal(request)
        return refusal or self.get_response(request)

    def _refusal(self, request):
        query = request.META.get("QUERY_STRING", "")
        if len(query) + len(request.path) > MAX_ADDRESS:
            return errors.address_too_long(request)
        if "\x00" in request.path or "\ufffd" in request.path or not _readable(query):
            return errors.bad_request(request)
        if _length(request) > settings.BODY_MAX_BYTES:
            return errors.too_large(request)
        if request.method in ("POST", "PUT", "PATCH") and request.content_type in FORMS:
            try:
                fields = request.POST
            except (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent) as problem:
                return errors.refused_body(request, problem)
            except (BadRequest, MultiPartParserError, UnreadablePostError, ValueError):
                return errors.bad_request(request)
            if any("\x00" in name for name in fields):
                return errors.bad_request(request)
        return None

    def process_exception(self, request, exception):
        if errors.database_is_away(exception):
            logger.warning("Database unavailable: %s", exception)
            return errors.unavailable(request)
        if isinstance(exception, RequestDataTooBig | TooManyFieldsSent | TooManyFilesSent):
            return errors.refused_body(request, exception)
        if isinstance(exception, UnreadablePostError):
            return errors.bad_request(request)
        return None


FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


def _length(request):
    """Bytes of the body, as its head says."""
    length = request.META.get("CONTENT_LENGTH") or ""
    return int(length) if length.isdecimal() else 0


def _readable(query):
    if "%00" in query:
        return False
    if "%" not in query and query.isascii():
        return True
    try:
        return "\x00" not in unquote_to_bytes(query).decode()
    except UnicodeDecodeError:
        return False
