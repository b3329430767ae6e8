"""The vendor and the ticket: the page that hands a fault to him, and his clock beside ours."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from contracts import coverage, looks
from contracts.call_page import clocks_of
from contracts.models import ServiceCall
from helpdesk import actions, escalating
from helpdesk.models import TicketCall
from helpdesk.vendor_forms import EscalateForm
from helpdesk.views.acts import TicketAct
from helpdesk.views.ticket import open_ticket
from office.once import once

SHOWN = 3


class Escalate(TicketAct):
    """Who covers the device at this minute, the mail to him to be looked at, and the button that starts his clock."""

    title, may, form_class = gettext_lazy("Escalate to the vendor"), "escalate", EscalateForm
    template_name = "helpdesk/escalate.html"
    success_message = gettext_lazy("The vendor's clock runs. The ticket waits for the vendor.")

    def get_object(self):
        ticket = super().get_object()
        self.now = timezone.now()
        self.covers = escalating.covers_of(ticket, self.now)
        asked = self.request.POST.get("cover") or self.request.GET.get("cover", "")
        self.cover = escalating.chosen(self.covers, asked) or escalating.chosen(self.covers, "")
        return ticket

    def get_form_arguments(self):
        arguments = {"ticket": self.object, "cover": self.cover}
        if self.cover is None or self.cover.vendor is None:
            return arguments
        subject, words = escalating.letter(self.object, self.cover, self.request.user)
        initial = {
            "cover": escalating.key_of(self.cover),
            "contact": self.cover.contact,
            "channel": "mail" if self.cover.email else "phone",
            "subject": subject,
            "text": words,
        }
        return arguments | {"initial": initial}

    def get_context(self, **context):
        ended = None if self.covers else coverage.last_covers([self.object.asset], self.now)[self.object.asset_id]
        chosen = self.cover and escalating.key_of(self.cover)
        return super().get_context(**context) | {
            "ticket": self.object,
            "cover": self.cover,
            "covers": [(each, escalating.key_of(each), escalating.key_of(each) == chosen) for each in self.covers],
            "ended": ended,
            "call": {"sees_contracts": True},
        }

    def act(self, form):
        if self.cover is None:
            raise ValidationError(
                _("Nobody covers this device now: there is nobody to escalate to."), code="not_covered"
            )
        user = self.request.user

        def escalate():
            return actions.escalate_ticket(self.object, by=user, **form.get_act())

        pk, _made = once(form.form_key, user=user, kind=f"escalate:{self.object.pk}", act=escalate)
        return ServiceCall.objects.get(pk=pk)


@require_safe
def ticket_calls(request, pk):
    """The calls a ticket was handed over by, each on the vendor's own clock: part of its page, fetched afterwards."""
    opened = open_ticket(request, pk)
    if not opened.is_workplace:
        raise PermissionDenied
    related = ("vendor", "contact", "term__contract", "coverage", "level__calendar")
    mine = TicketCall.objects.filter(ticket=opened.ticket).values("call")
    rows = ServiceCall.objects.visible_to(request.user).filter(pk__in=mine)
    rows = rows.select_related(*related).order_by("-pk")[:SHOWN]
    is_over = not opened.ticket.is_unresolved
    lines = [
        {"call": call, "state": looks.call_of(call), "clock": clocks_of(call), "is_left": is_over and call.is_open}
        for call in rows
    ]
    template = "helpdesk/_calls.html" if request.htmx else "helpdesk/calls.html"
    crumbs = [(_("Tickets"), reverse("tickets")), (opened.ticket.number, opened.ticket.get_absolute_url())]
    return render(request, template, {"lines": lines, "title": _("The vendor's clock"), "breadcrumbs": crumbs})
