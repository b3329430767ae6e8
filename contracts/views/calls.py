"""Calls to vendors at the desk: the list, the page of one with its evidence, and the acts on it."""

from datetime import timedelta
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from contracts import actions, forms, looks, permissions
from contracts.call_figures import figures_of
from contracts.call_page import clocks_of, step_lines, steps_of
from contracts.choices import CallState
from contracts.filters import CallFilter
from contracts.models import ServiceCall
from contracts.overview import HIDDEN_AMOUNTS
from contracts.tables import CallTable
from contracts.views.register import get_contract
from office.calendars import today
from office.history import history_of
from people.models import Vendor
from people.views.shared import button
from ui.lists import ListPage
from ui.pages import FormPage, admit
from ui.registry import panels_of

CALLS = (_("Service calls"), "/calls/")
SHOWN, YEAR = 5, 365


class CallList(ListPage):
    name = "calls"
    title = _("Service calls")
    template_name = "contracts/list.html"
    table_class, filterset_class = CallTable, CallFilter
    orderings = {"newest": ("-opened_at",), "oldest": ("opened_at",)}
    default_sort = "newest"
    empty_icon = "phone-call"
    empty_text = _("Faults that were handed to vendors will stand here, with what became of each promise.")

    def allowed(self, request):
        return permissions.sees_calls(request.user)

    def get_queryset(self):
        return ServiceCall.objects.visible_to(self.request.user).for_list()

    def count_words(self, count):
        return ngettext("%(count)s call", "%(count)s calls", count) % {"count": f"{count:,}"}


@require_safe
def calls_of_contract(request, pk):
    """A year's calls under one contract: part of its page, fetched after it is shown."""
    contract = get_contract(request, pk)
    admit(permissions.sees_calls(request.user))
    return _calls_of(request, contract, {"contract": contract.number})


@require_safe
def calls_of_vendor(request, pk):
    vendor = get_object_or_404(Vendor.objects.visible_to(request.user), pk=pk)
    admit(permissions.sees_calls(request.user))
    return _calls_of(request, vendor, {"vendor": vendor.pk})


def _calls_of(request, thing, narrowed):
    """What is open, of what is over the newest few; without htmx the list of all."""
    url = f"{reverse('calls')}?{urlencode(narrowed)}"
    if not request.htmx:
        return HttpResponseRedirect(url)
    day = today()
    figures = figures_of([thing], day - timedelta(days=YEAR), day, request.user)[thing.pk]
    over = [call.pk for call in figures.calls if not call.is_open][-SHOWN:]
    rows = [
        {
            "call": call,
            "state": looks.call_of(call),
            "response": looks.clock_column("response")(call),
            "restore": looks.clock_column("restore")(call),
        }
        for call in figures.calls[::-1]
        if call.is_open or call.pk in over
    ]
    context = {"figures": figures, "rows": rows[: 2 * SHOWN], "url": url}
    return render(request, "contracts/_calls.html", context)


def get_call(request, pk):
    """The call with what its page shows, through its visibility."""
    related = (
        "vendor",
        "contact",
        "asset__category",
        "asset__model__manufacturer",
        "coverage",
        "term__contract__unit",
        "level__calendar",
        "opened_by",
        "ended_by",
    )
    return get_object_or_404(ServiceCall.objects.visible_to(request.user).select_related(*related), pk=pk)


@require_safe
def call_page(request, pk):
    """One call: what was promised and kept, every step with its evidence, the vendor's links, what it costs."""
    call, user = get_call(request, pk), request.user
    tends, amounts = permissions.can_tend(user, call), permissions.sees_amounts(user)
    steps = steps_of(call)
    token = request.session.pop(f"call_link:{call.pk}", None) if tends else None
    context = {
        "title": f"{call.number} {call.subject}",
        "breadcrumbs": [CALLS],
        "object": call,
        "state": looks.call_of(call),
        "clock": clocks_of(call, steps=steps),
        "steps": step_lines(steps, may_judge=tends and call.state != CallState.CANCELLED),
        "links": _links(call) if tends else [],
        "address": token and settings.SITE_URL + reverse("vendor_page", args=[token]),
        "penalties": [(row, looks.penalty_of(row)) for row in call.penalties.all()] if amounts else [],
        "may": {"tend": tends, "act": tends and call.is_open, "amounts": amounts},
        "hung": panels_of(call, user),
        "history": history_of(call, limit=30, hidden=() if amounts else HIDDEN_AMOUNTS),
    }
    return render(request, "contracts/call.html", context)


def _links(call):
    """[{row, is_alive}], the newest first."""
    now, rows = timezone.now(), list(call.links.select_related("made_by"))
    for row in rows:
        row.call = call
    return [{"row": row, "is_alive": row.is_alive(now)} for row in rows]


class CallPage(FormPage):
    """Base of the pages that act on one call; refused to who sees it and may not."""

    template_name = "contracts/act_form.html"

    def get_object(self):
        call = get_call(self.request, self.kwargs["pk"])
        admit(True, permissions.can_tend(self.request.user, call))
        return call

    def get_form_arguments(self):
        return {}

    def get_breadcrumbs(self):
        return [CALLS, (self.object.number, self.object.get_absolute_url())]

    def get_success_url(self, outcome):
        return self.object.get_absolute_url()


class RecordStep(CallPage):
    form_class, title = forms.DeskStepForm, _("Record a step")
    success_message = _("The step is recorded.")

    def act(self, form):
        return actions.record_step(self.object, by=self.request.user, **form.get_act())


class DisputeStep(CallPage):
    form_class, title, submit_label = forms.ReasonForm, _("Dispute the step"), _("Dispute")
    success_message = _("The step counts no more.")

    def get_object(self):
        call = super().get_object()
        self.step = get_object_or_404(call.steps, pk=self.kwargs["step"])
        return call

    def get_context(self, **context):
        return context | {"lead": self.step.get_kind_display()}

    def act(self, form):
        return actions.dispute_step(self.step, by=self.request.user, reason=form.cleaned_data["reason"])


class CloseCall(CallPage):
    form_class, title, submit_label = forms.CloseCallForm, _("Close without a repair"), _("Close the call")
    lead = _("The vendor owes nothing more from then on. What was broken by then stays broken.")
    success_message = _("The call is closed.")

    def act(self, form):
        data = form.cleaned_data
        return actions.close_call(self.object, by=self.request.user, reason=data["reason"], since=data["since"])


class CancelCall(CallPage):
    form_class, title, submit_label = forms.ReasonForm, _("Call it off"), _("Call it off")
    lead = _("It was made by mistake: it counts in no figure, and its links lead nowhere.")
    success_message = _("The call is called off.")

    def act(self, form):
        return actions.cancel_call(self.object, by=self.request.user, reason=form.cleaned_data["reason"])


class SetReference(CallPage):
    form_class, title = forms.CallReferenceForm, _("Reference of the vendor")

    def get_form_arguments(self):
        return {"initial": {"reference": self.object.reference}}

    def act(self, form):
        return actions.set_reference(self.object, by=self.request.user, reference=form.cleaned_data["reference"])


def _tended(request, pk):
    call = get_call(request, pk)
    admit(True, permissions.can_tend(request.user, call))
    return call


@require_POST
def confirm_step(request, pk, step):
    call = _tended(request, pk)
    row = get_object_or_404(call.steps, pk=step)
    return button(request, row, actions.confirm_step, _("The step is confirmed."), back=call.get_absolute_url())


@require_POST
def make_link(request, pk):
    """A new link, shown once on the page that follows."""
    call = _tended(request, pk)
    try:
        _link, request.session[f"call_link:{call.pk}"] = actions.make_link(call, by=request.user)
    except ValidationError as refusal:
        for words in refusal.messages:
            messages.error(request, words)
    else:
        messages.success(request, _("Copy the address now: it is shown once."))
    return HttpResponseRedirect(f"{call.get_absolute_url()}#links")


@require_POST
def revoke_link(request, pk, link):
    call = _tended(request, pk)
    row = get_object_or_404(call.links, pk=link)
    sentence = _("The address leads nowhere any more.")
    return button(request, row, actions.revoke_link, sentence, back=f"{call.get_absolute_url()}#links")
