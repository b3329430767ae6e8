"""What happened that concerns the reader: the page, the number beside the bell, and having read it."""

from django.db.models import Count, Max
from django.http import HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from office import notifying
from office.models import Notification
from office.prepared import prepared
from ui import text

SIZE = 50


@prepared
def unread_of(user):
    """[(how many, key of the newest)], or nothing; answered from an index of what is unread."""
    unread = Notification.objects.filter(recipient=user).unread().order_by()
    return unread.values("recipient").annotate(n=Count("id"), newest=Max("id")).values_list("n", "newest")


@require_safe
def unread(request):
    """How many, for the bell: asked every half minute, answered by 304 as long as nothing came and nothing was read.

    One statement besides those of the sign-in.
    """
    count, newest = next(iter(unread_of(request.user.pk)), (0, 0))
    etag = f'"{newest}-{count}-{text.language()}"'
    response = get_conditional_response(request, etag=etag)
    if response is None:
        words = ngettext("%(count)d new notification", "%(count)d new notifications", count) % {"count": count}
        response = JsonResponse({"unread": count, "words": words})
        response.headers["ETag"] = etag
    response.headers["Cache-Control"] = "private, no-cache"
    return response


@require_safe
def notifications(request):
    """The newest first, `SIZE` at a time; what the reader may see no more is left out."""
    rows = Notification.objects.filter(recipient=request.user)
    only_unread = "unread" in request.GET
    rows = rows.unread() if only_unread else rows
    before = request.GET.get("before", "")
    if before.isascii() and before.isdigit() and len(before) < 19:
        rows = rows.filter(pk__lt=int(before))
    found = list(rows.order_by("-pk")[: SIZE + 1])
    shown = found[:SIZE]
    context = {
        "title": _("Notifications"),
        "lines": notifying.lines_of(request.user, shown),
        "newest": shown[0].pk if shown else 0,
        "older": shown[-1].pk if len(found) > SIZE else None,
        "only_unread": only_unread,
    }
    return render(request, "office/notifications.html", context)


@require_POST
def read_notifications(request):
    """Everything up to the newest one that the page showed; what came meanwhile stays new."""
    up_to = request.POST.get("up_to", "")
    if up_to.isascii() and up_to.isdigit() and len(up_to) < 19:
        notifying.mark_read(request.user, up_to=int(up_to))
    return HttpResponseRedirect(reverse("notifications"))
