"""Where units and calendars are used by people and vendors."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from people.models import User, VendorContact
from ui.registry import Use, uses


def register():
    uses.register(
        Use(
            on="people.unit",
            name="people",
            title=_("People"),
            order=10,
            count=lambda unit, user: (
                User.objects.visible_to(user).active().filter(unit__path__startswith=unit.path).count()
            ),
            words=_people,
            link=lambda unit: f"{reverse('people')}?unit={unit.pk}",
        )
    )
    uses.register(
        Use(
            on="office.workingcalendar",
            name="contacts",
            title=_("Contacts"),
            order=30,
            count=lambda calendar, user: VendorContact.objects.in_use().filter(hours=calendar).count(),
            words=_contacts,
        )
    )


def _people(count):
    return ngettext("%(count)s person", "%(count)s people", count) % {"count": f"{count:,}"}


def _contacts(count):
    return ngettext("%(count)s contact of vendors", "%(count)s contacts of vendors", count) % {"count": f"{count:,}"}
