"""Where teams, units and calendars are used by the desk."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from helpdesk.models import Queue, ServicePolicy, Ticket
from ui.registry import Use, uses


def register():
    uses.register(
        Use(
            on="people.team",
            name="queues",
            title=_("Work queues"),
            order=10,
            count=lambda team, user: Queue.objects.filter(team=team, is_active=True).count(),
            words=_queues,
            link=lambda team: reverse("queues"),
        )
    )
    uses.register(
        Use(
            on="people.team",
            name="tickets",
            title=_("Tickets"),
            order=20,
            count=lambda team, user: Ticket.objects.visible_to(user).unresolved().filter(queue__team=team).count(),
            words=_tickets,
            link=lambda team: f"{reverse('tickets')}?team={team.pk}",
        )
    )
    uses.register(
        Use(
            on="people.unit",
            name="tickets",
            title=_("Tickets"),
            order=40,
            count=lambda unit, user: Ticket.objects.visible_to(user).unresolved().filter(unit=unit.pk).count(),
            words=_tickets,
            link=lambda unit: f"{reverse('tickets')}?unit={unit.pk}",
        )
    )
    for name, model, title, words, place in (
        ("queues", Queue, _("Work queues"), _queues, "queues"),
        ("policies", ServicePolicy, _("Service policies"), _policies, "policies"),
    ):
        uses.register(
            Use(
                on="office.workingcalendar",
                name=name,
                title=title,
                order=10,
                count=_by_calendar(model),
                words=words,
                link=lambda calendar, place=place: reverse(place),
            )
        )


def _by_calendar(model):
    def count(calendar, user):
        return model.objects.filter(calendar=calendar, institution=user.institution_id, is_active=True).count()

    return count


def _queues(count):
    return ngettext("%(count)s work queue", "%(count)s work queues", count) % {"count": f"{count:,}"}


def _policies(count):
    return ngettext("%(count)s service policy", "%(count)s service policies", count) % {"count": f"{count:,}"}


def _tickets(count):
    return ngettext("%(count)s open ticket", "%(count)s open tickets", count) % {"count": f"{count:,}"}
