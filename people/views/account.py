"""Signing in and one's own preferences."""

from allauth.account.views import LoginView
from django.conf import settings
from django.http import Http404, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from people import actions, demo
from people.models import User

YEAR = 365 * 24 * 60 * 60


class SignIn(LoginView):
    """The sign-in page; in a demonstration it lists the sign-ins that were made for it."""

    def get_context_data(self, **kwargs):
        return super().get_context_data(demo_sign_ins=demo.sign_ins(self.request), **kwargs)


def closed(request):
    """Accounts are made by the administration: there is no sign-up."""
    raise Http404


@require_POST
def set_preferences(request):
    """Language, theme, keyboard shortcuts: one's own when signed in, and a cookie for the page before that."""
    asked = {name: request.POST.get(name, "") for name in ("language", "theme", "shortcuts")}
    chosen = {name: value for name, value in asked.items() if value in CHOICES[name]}
    if request.user.is_authenticated and chosen:
        actions.set_preferences(request.user, **chosen)
    response = HttpResponseRedirect(_back(request))
    for name in ("language", "theme"):
        if name in chosen:
            response.set_cookie(name, chosen[name], max_age=YEAR, samesite="Lax", secure=settings.SECURE, httponly=True)
    return response


CHOICES = {
    "language": {code for code, _name in settings.LANGUAGES},
    "theme": {value for value, _label in User._meta.get_field("theme").choices},
    "shortcuts": {"on", "off"},
}


def _back(request):
    """Where the reader was, when that is a page of ours."""
    asked = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(asked, {request.get_host()}, require_https=request.is_secure())
    return asked if safe and asked.startswith("/") else "/"
