"""The pages of refusals and failures: what happened, what was kept, what to do; drawn even without the database."""

import logging
import sys
import uuid

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.db import InterfaceError, OperationalError
from django.http import HttpResponse
from django.template import loader
from django.utils.translation import gettext as _
from django.views.decorators.csrf import requires_csrf_token

logger = logging.getLogger(__name__)
RETRY_SECONDS = 30


def error_page(request, status, title, sentence, *, advice="", action=None, reference=""):
    """One error page. action: (url, label) of its button, the home page unless given."""
    context = {"status": status, "title": title, "sentence": sentence, "advice": advice, "reference": reference}
    context["action"] = action or ("/", _("To the home page"))
    try:
        content = loader.render_to_string("ui/error.html", context, request)
    except Exception as failure:  # the frame may be what failed
        if database_is_away(failure):
            logger.warning("The error page is drawn without its frame: %s", failure)  # one line each, not a hundred
        else:
            logger.exception("The error page could not be drawn")
        content = loader.render_to_string("ui/error_bare.html", context)
    return HttpResponse(content, status=status)


@requires_csrf_token
def bad_request(request, exception=None):
    return error_page(
        request,
        400,
        _("We could not read this request"),
        _bad_request_words(exception),
        advice=_("Go back, check what you typed, and send it again."),
        action=_back(request),
    )


def _bad_request_words(exception):
    if isinstance(exception, TooManyFieldsSent):
        return _("The form has more fields than we accept at once. Nothing was changed.")
    if isinstance(exception, TooManyFilesSent):
        most = settings.DATA_UPLOAD_MAX_NUMBER_FILES
        return _("More than %(most)d files were sent at once. Nothing was changed.") % {"most": most}
    return _("The address or the form contains something that does not belong there. Nothing was changed.")


@requires_csrf_token
def forbidden(request, exception=None):
    return error_page(
        request,
        403,
        _("You may not do this"),
        _("Your role does not include this step. Nothing was changed."),
        advice=_("If you need it for your work, ask the help desk."),
    )


@requires_csrf_token
def not_found(request, exception=None):
    return error_page(
        request,
        404,
        _("This page does not exist"),
        _("The address may be mistyped, or what it showed is not yours to see."),
        advice=_("Search for the number or the name instead."),
    )


def conflict(request, sentence=""):
    """409: the same thing was done by somebody else first."""
    return error_page(
        request,
        409,
        _("Somebody was faster"),
        sentence or _("This was changed by somebody else while you were working on it. Nothing was overwritten."),
        advice=_("Open it again to see how it stands now."),
        action=_back(request),
    )


def too_large(request, sentence=""):
    megabytes = settings.ATTACHMENT_MAX_BYTES // (1024 * 1024)
    return error_page(
        request,
        413,
        _("That is too large"),
        sentence or _("A file may have at most %(size)d MB. Nothing was changed.") % {"size": megabytes},
        advice=_("Send a smaller file, or several one after the other."),
        action=_back(request),
    )


def address_too_long(request):
    return error_page(
        request,
        414,
        _("The address is too long"),
        _("It holds more than we can read. Nothing was changed."),
        advice=_("Choose fewer filters and try again."),
    )


@requires_csrf_token
def server_error(request):
    if database_is_away(sys.exc_info()[1]):  # it failed in a middleware, before any view
        return unavailable(request)
    reference = uuid.uuid4().hex[:8]
    logger.error("Error page shown with reference %s", reference)
    return error_page(
        request,
        500,
        _("Something went wrong on our side"),
        _("It was not your doing, and we have a record of it."),
        advice=_("Try again in a moment. If it happens again, tell the help desk this reference:"),
        reference=reference,
    )


def unavailable(request):
    """503: the database is away or too busy; what was typed is still in the browser."""
    response = error_page(
        request,
        503,
        _("We are not available just now"),
        _("The system is starting or very busy. Nothing of yours was lost."),
        advice=_("Wait half a minute, then load this page again. To send a form again, go back first."),
        action=(request.get_full_path(), _("Load again")) if request.method == "GET" else None,
    )
    response["Retry-After"] = str(RETRY_SECONDS)
    return response


def csrf_failure(request, reason=""):
    return error_page(
        request,
        403,
        _("This form is no longer valid"),
        _("It was opened long ago, or you signed in again since. Nothing was changed."),
        advice=_("Go back, load the page again, and send it once more. What you typed may still be there to copy."),
        action=_back(request),
    )


def refused_body(request, exception):
    """The page for a body that Django refused to read, None when the exception is another matter."""
    if isinstance(exception, RequestDataTooBig):
        return too_large(request)
    if isinstance(exception, TooManyFieldsSent | TooManyFilesSent):
        return bad_request(request, exception)
    return None


def database_is_away(exception):
    """Locked, unreachable, shutting down or full; a table that does not exist is a fault of ours."""
    return isinstance(exception, OperationalError | InterfaceError) and "no such" not in str(exception)


def _back(request):
    """Back to the form that was sent from, when it is one of our pages."""
    if request.method == "POST":
        return (request.get_full_path(), _("Back to the form"))
    return None
