"""What the lists of this room show."""

from django.urls import reverse
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from people.permissions import can_change_absence_of
from ui import markup
from ui.tables import BaseTable, Column, DayColumn, MachineColumn, StateColumn, WhenColumn

OPEN = (pgettext_lazy("account", "open"), "green", "circle-check")
CLOSED = (pgettext_lazy("account", "closed"), "secondary", "user-off")
IN_USE = (_("in use"), "green", "circle-check")
OUT_OF_USE = (_("out of use"), "secondary", "ban")


def account_state(person):
    return OPEN if person.is_active else CLOSED


def use_state(row):
    return IN_USE if row.is_active else OUT_OF_USE


class DirectoryTable(BaseTable):
    """What everybody may know of a colleague."""

    name = Column(_("Name"), link=True)
    unit = Column(_("Unit"))
    extension = MachineColumn(_("Extension"))


class DeskDirectoryTable(DirectoryTable):
    """What those who help need besides."""

    phone = MachineColumn(_("Telephone"))
    room = Column(_("Room"))
    job_title = Column(_("Job title"), visible=False)
    email = MachineColumn(_("Mail address"), visible=False)
    employee_number = MachineColumn(_("Employee number"), visible=False)


class UserTable(BaseTable):
    name = Column(_("Name"), link=True)
    username = MachineColumn(_("User name"))
    roles = Column(_("Roles"))
    unit = Column(_("Unit"))
    state = StateColumn(_("Account"), look=account_state)
    last_login = WhenColumn(_("Last sign-in"))
    email = MachineColumn(_("Mail address"), visible=False)
    employee_number = MachineColumn(_("Employee number"), visible=False)

    def render_roles(self, record):
        return self.value_roles(record) or gettext("employee")

    def value_roles(self, record):
        return gettext(", ").join(str(role) for role in record.roles)


class AbsenceTable(BaseTable):
    person = Column(_("Person"))
    from_date = DayColumn(_("From date"))
    to_date = DayColumn(_("To date"))
    substitute = Column(_("Substitute"))

    def render_person(self, record):
        changes = can_change_absence_of(self.user, record.person)
        url = reverse("absence_edit", args=[record.pk]) if changes else record.person.get_absolute_url()
        return markup.tag("a", markup.person(record.person), href=url)


class VendorTable(BaseTable):
    name = Column(_("Name"), link=True)
    phone = MachineColumn(_("Telephone"))
    email = MachineColumn(_("Mail address"))
    tax_number = MachineColumn(_("Tax number"))
    state = StateColumn(_("In use"), look=use_state)


class InstitutionTable(BaseTable):
    name = Column(_("Name"), link=lambda unit: reverse("institution_edit", args=[unit.pk]))
    second_name = Column(_("Name in the other language"))
    code = MachineColumn(_("Short code"))
