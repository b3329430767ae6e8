"""Where units and calendars are used by contracts."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from contracts.models import Contract, ServiceLevel
from ui.registry import Use, uses


def register():
    uses.register(
        Use(
            on="people.unit",
            name="contracts",
            title=_("Contracts"),
            order=30,
            count=lambda unit, user: Contract.objects.visible_to(user).filter(unit__path__startswith=unit.path).count(),
            words=_contracts,
        )
    )
    uses.register(
        Use(
            on="office.workingcalendar",
            name="levels",
            title=_("Service levels"),
            order=20,
            count=_levels_by,
            words=_levels,
        )
    )


def _levels_by(calendar, user):
    """How many levels of contracts that this user may see promise in the hours of the calendar."""
    return ServiceLevel.objects.filter(calendar=calendar, contract__in=Contract.objects.visible_to(user)).count()


def _contracts(count):
    return ngettext("%(count)s contract", "%(count)s contracts", count) % {"count": f"{count:,}"}


def _levels(count):
    return ngettext("%(count)s service level of a contract", "%(count)s service levels of contracts", count) % {
        "count": f"{count:,}"
    }
