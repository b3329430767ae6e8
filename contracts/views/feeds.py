"""The own calendar: its secret address, and the calendar read by it."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from contracts import permissions
from contracts.feed import calendar_of
from contracts.models import CalendarFeed
from contracts.views.register import register_crumbs
from ui.pages import admit

LONGEST = 100


def _admit(user):
    return admit(permissions.sees_register(user) or bool(user.institution_id and user.headed_units))


@require_safe
def feed_page(request):
    """What the calendar holds, since when it has an address, and the address itself right after it was made."""
    _admit(request.user)
    token = request.session.pop("calendar_token", None)
    context = {
        "title": _("My calendar of contracts"),
        "breadcrumbs": register_crumbs(request.user),
        "feed": CalendarFeed.objects.filter(user=request.user, revoked_at=None).first(),
        "address": token and settings.SITE_URL + reverse("calendar_feed", args=[token]),
    }
    return render(request, "contracts/feed.html", context)


@require_POST
def make_feed(request):
    """A new address; the one before leads nowhere from now on."""
    _admit(request.user)
    _revoke(request.user)
    _feed, request.session["calendar_token"] = CalendarFeed.make(request.user)
    messages.success(request, _("Copy the address now: it is shown once."))
    return HttpResponseRedirect(reverse("own_calendar"))


@require_POST
def revoke_feed(request):
    _admit(request.user)
    _revoke(request.user)
    messages.success(request, _("The address leads nowhere any more."))
    return HttpResponseRedirect(reverse("own_calendar"))


def _revoke(user):
    CalendarFeed.objects.filter(user=user, revoked_at=None).update(revoked_at=timezone.now())


@require_safe
def calendar_feed(request, token):
    """The calendar itself, for whoever has the address; reading it changes nothing."""
    feed = CalendarFeed.by_token(token) if len(token) <= LONGEST else None
    if feed is None:
        raise Http404
    response = HttpResponse(calendar_of(feed.user), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'inline; filename="contracts.ics"'
    response["Cache-Control"] = "private, no-store"
    return response
