"""The page behind the link at the foot of a mail: it asks; only its button, or the reader's mail program, acts."""

from django.contrib.auth import get_user_model
from django.http import Http404
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from office import stopping


@csrf_exempt  # the mail program of RFC 8058 has no cookie; the signature in the address is what lets one in
@require_http_methods(["GET", "HEAD", "POST"])
def stop_mail(request, token):
    """Stop mails of one kind, or start them again from the page that says so; in the language of their reader."""
    found = stopping.read(token)
    person = found and get_user_model().objects.filter(pk=found[0], is_active=True).first()
    if person is None:
        raise Http404
    _pk, kind, key = found
    with translation.override(person.language):
        about = kind.about(person, key)
        if about is None:
            raise Http404
        is_stopped = request.method == "POST" and "again" not in request.POST
        if request.method == "POST":
            (kind.stop if is_stopped else kind.start)(person, key)
        context = {"title": _title(request, is_stopped), "words": kind.words, "about": about, "is_stopped": is_stopped}
        return render(request, "office/stop_mail.html", context)


def _title(request, is_stopped):
    if request.method != "POST":
        return _("Stop these mails?")
    return _("You get these mails no more") if is_stopped else _("You get these mails again")
