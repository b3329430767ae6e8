"""What an employee uses: reporting a fault, and the hint that somebody has reported it already."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from assets.models import Asset
from helpdesk import actions, promise
from helpdesk.choices import Circle, Work
from helpdesk.forms import NewTicketForm
from helpdesk.models import Queue, Ticket
from helpdesk.views.acts import go
from ui import text
from ui.pages import FormPage


class NewTicket(FormPage):
    """Report a fault: which device, what is wrong, how bad, a photo."""

    title = gettext_lazy("Report a fault")
    form_class = NewTicketForm
    template_name = "helpdesk/new_ticket.html"

    def allowed(self, request):
        return bool(request.user.institution_id)

    def get_form_arguments(self):
        return {"user": self.request.user, "asset": self._asked_asset()}

    def _asked_asset(self):
        """The device that a label or a device's page sent us with; one that is not to be seen is left out."""
        asked = self.request.GET.get("asset", "")
        if not (asked.isascii() and asked.isdigit() and len(asked) < 19):
            return None
        return Asset.objects.visible_to(self.request.user).live().filter(pk=asked).first()

    def act(self, form):
        user = self.request.user
        return actions.file_ticket(requester=user, key=form.form_key, **form.get_values())

    def post(self, request, *args, **kwargs):
        response = super().post(request, *args, **kwargs)
        return go(request, response.url) if response.status_code == 302 else response

    def get_success_message(self, ticket):
        sentence = promise.sentence(ticket, timezone.now())
        number = text.isolate(ticket.number)
        return _("Your request has the number %(number)s. %(promise)s") % {"number": number, "promise": sentence}

    def get_context(self, **context):
        form = context["form"]
        work, circle = form["trouble"].value() or ("", "")
        return context | {
            "devices": form.devices,
            "chosen": form.chosen_asset,
            "work": [(value, label, value == (work or Work.PARTLY)) for value, label in Work.choices],
            "circle": [(value, label, value == (circle or Circle.ME)) for value, label in Circle.choices],
            "hint": _hint(self.request.user, form.chosen_asset) if form.chosen_asset else None,
        }


@require_safe
def asset_hint(request):
    """Whether somebody has reported this device already; an empty answer when not."""
    hint = _hint(request.user, request.GET.get("asset", ""))
    return render(request, "helpdesk/_asset_hint.html", {"hint": hint}) if hint else HttpResponse()


def _hint(user, pk):
    """{ticket, None when it is not this reader's to see; since} of the newest open ticket of a device she may name."""
    if not (pk.isascii() and pk.isdigit() and len(pk) < 19):
        return None
    asset = Asset.objects.visible_to(user).filter(pk=pk).only("pk").first()
    if asset is None:
        return None
    ordinary = Queue.objects.filter(institution=user.institution_id, is_restricted=False).values("pk")
    open_tickets = Ticket.objects.unresolved().filter(institution=user.institution_id, asset=asset.pk).order_by("-id")
    seen = open_tickets.visible_to(user).only("pk", "number", "subject", "created_at").first()
    ticket = seen or open_tickets.filter(queue__in=ordinary).only("pk", "created_at").first()
    return ticket and {"ticket": seen, "since": promise.since(ticket.created_at, timezone.now())}
