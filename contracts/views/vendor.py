"""The vendor's own page of one call, behind its secret address and no sign-in: asking shows, only sending changes."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from contracts import actions, forms
from contracts.call_page import clocks_of, step_lines, steps_of
from contracts.choices import StepKind
from contracts.models import VendorLink
from people.addresses import client_address, is_too_often
from ui import text
from ui.forms import add_refusal

LONGEST = 100
MINUTE, HOUR = 60, 3600
GUESSES, SENT = 20, 60  # from one address in a minute; by one link in an hour
LANGUAGES = ("ar", "en")


@require_http_methods(["GET", "HEAD", "POST"])
def vendor_page(request, token):
    """What is to be repaired, by when, and the forms by which the vendor answers; in his language or the other one.

    Whatever does not lead to a living link is answered alike, whoever asks; who guesses often is told to wait.
    """
    link = VendorLink.by_token(token) if len(token) <= LONGEST else None
    if link is None:
        if is_too_often("vendor_guess", client_address(request), most=GUESSES, seconds=MINUTE):
            return render(request, "429.html", status=429)
        raise Http404
    language = _language(request, link.call)
    translation.activate(language)  # until the next request, as the middleware does
    response = _answer(request, link, token, language)
    response.headers["Content-Language"] = language
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _language(request, call):
    chosen = request.GET.get("language", "")
    return chosen if chosen in LANGUAGES else call.language


def _answer(request, link, token, language):
    if request.method != "POST":
        return _draw(request, link, token, language)
    if is_too_often("vendor_step", link.pk, most=SENT, seconds=HOUR):
        return render(request, "429.html", status=429)
    form = forms.VendorStepForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            actions.record_vendor_step(link, ip=client_address(request), **form.get_act())
        except PermissionDenied:  # revoked while the form was open
            raise Http404 from None
        except ValidationError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("Thank you. It is recorded."))
            return HttpResponseRedirect(f"{reverse('vendor_page', args=[token])}?language={language}")
    return _draw(request, link, token, language, refused=form)


def _draw(request, link, token, language, refused=None):
    call = link.call
    steps = steps_of(call)
    clock, blocks = clocks_of(call, steps=steps), _blocks(call, link, steps, refused)
    here = reverse("vendor_page", args=[token])
    context = {
        "title": _("Service call %(number)s") % {"number": text.isolate(call.number)},
        "object": call,
        "clock": clock,
        "steps": step_lines(steps),
        "blocks": blocks,
        "form": refused or blocks[0]["form"],
        "errors": refused.non_field_errors() if refused else (),
        "here": f"{here}?language={language}",
        "other": f"{here}?language={'en' if language == 'ar' else 'ar'}",
        "expires_at": link.expires_at,
        "now": timezone.localtime(),
    }
    return render(request, "contracts/vendor_page.html", context)


def _blocks(call, link, steps, refused):
    """[{kind, title, icon, form, fields, is_open, is_next}] of what the vendor may report now, the next step open."""
    found = []
    name = next((row.name for row in reversed(steps) if row.link_id == link.pk and row.name), "")
    titles = {
        StepKind.RECEIVED: (_("I have received it"), "mail-check", ("remark",)),
        StepKind.COMING: (_("I say when I come"), "calendar-event", ("promised_for", "remark")),
        StepKind.ON_SITE: (_("I have arrived"), "map-pin", ("happened_at", "remark", "document")),
        StepKind.RESTORED: (_("It is fixed"), "tool", ("happened_at", "remark", "document", "signature")),
        StepKind.REPORT: (_("I attach the report"), "file-text", ("document", "remark")),
    }
    kinds = _possible(call, steps)
    asked = str(refused.data.get("kind", "")) if refused else ""
    for kind in kinds:
        title, icon, names = titles[kind]
        is_refused = asked == kind
        form = (
            refused
            if is_refused
            else forms.VendorStepForm(initial={"kind": kind, "name": name}, auto_id=f"id_{kind}_%s")
        )
        opens = is_refused or (not refused and kind == kinds[0] and kind != StepKind.REPORT)
        fields = [form[field] for field in (*names, "name") if field != "signature"]
        found.append(
            {
                "kind": kind,
                "title": title,
                "icon": icon,
                "form": form,
                "fields": fields,
                "signature": form["signature"] if "signature" in names else None,
                "is_open": opens,
            }
        )
    return found


def _possible(call, steps):
    """Kinds of steps that still make sense, the next one first."""
    if not call.is_open:
        return [StepKind.REPORT]
    done = {row.kind for row in steps if row.counts}
    kinds = []
    if not done & {StepKind.RECEIVED, StepKind.COMING, StepKind.ON_SITE, StepKind.RESTORED}:
        kinds.append(StepKind.RECEIVED)
    if call.restored_at is None:
        if StepKind.ON_SITE not in done:
            kinds += [StepKind.COMING, StepKind.ON_SITE]
        kinds.append(StepKind.RESTORED)
    return [*kinds, StepKind.REPORT]
