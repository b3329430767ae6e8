"""A ticket by telephone: the caller found by name, number or extension, her devices beside it, filed in seconds."""

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from helpdesk import actions
from helpdesk.choices import Circle, Work
from helpdesk.forms import PhoneForm, devices_for
from helpdesk.models import Ticket
from helpdesk.permissions import can_file_for_others, has_ticket_list
from office.models.events import Channel
from people.directory import find_people
from people.picker import labels
from ui import markup, text
from ui.pages import FormPage, admit

SUGGESTIONS = 8


class PhoneTicket(FormPage):
    title = gettext_lazy("New ticket by telephone")
    form_class = PhoneForm
    template_name = "helpdesk/phone_ticket.html"

    def allowed(self, request):
        return _admit(request.user)

    def get_form_arguments(self):
        return {"user": self.request.user}

    def act(self, form):
        return actions.file_ticket(
            requester=form.cleaned_data["requester"],
            by=self.request.user,
            key=form.form_key,
            channel=Channel.PHONE,
            **form.get_values(),
        )

    def get_success_message(self, ticket):
        return _("Filed. Tell the caller the number %(number)s.") % {"number": text.isolate(ticket.number)}

    def get_context(self, **context):
        form = context["form"]
        work, circle = form["trouble"].value() or ("", "")
        return context | {
            "work": [(value, label, value == (work or Work.PARTLY)) for value, label in Work.choices],
            "circle": [(value, label, value == (circle or Circle.ME)) for value, label in Circle.choices],
            "caller": _caller(form, self.request.user),
            "chosen": str(form["asset"].value() or ""),
        }


def _admit(user):
    return admit(has_ticket_list(user), can_file_for_others(user))


@require_safe
def callers(request):
    """Options of the box: everybody who matches what was typed so far."""
    _admit(request.user)
    people = find_people(request.user, request.GET.get("requester", ""), SUGGESTIONS)
    options = [
        format_html(
            '<li role="option" id="caller-{}" data-value="{}" aria-selected="false">{}</li>',
            person.pk,
            words,
            _line(person),
        )
        for person, words in zip(people, labels(people), strict=True)
    ]
    return HttpResponse(markup.join(options))


def _line(person):
    unit = markup.tag("span", person.unit or "", class_="quiet")
    known = " ".join(part for part in (person.employee_number, person.extension) if part)
    return markup.join([markup.person(person.name), unit, markup.machine(known)], " ")


@require_safe
def caller(request):
    """The caller's card: where she sits, her devices to choose from, what is open already."""
    _admit(request.user)
    form = PhoneForm({"requester": request.GET.get("requester", "")}, user=request.user)
    context = {"caller": _caller(form, request.user), "chosen": ""}
    return render(request, "helpdesk/_caller.html", context)


def _caller(form, user):
    """{person, devices, tickets} of whoever stands in the box, None while nobody does."""
    try:
        person = form.fields["requester"].clean(form["requester"].value())
    except ValidationError:
        return None
    tickets = Ticket.objects.visible_to(user).unresolved().filter(requester=person.pk).order_by("-id")
    return {
        "person": person,
        "devices": list(devices_for(person)),
        "tickets": list(tickets.only("number", "subject", "status", "waiting_for", "created_at")[:5]),
    }
