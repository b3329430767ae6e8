"""What the lists of the desk's set-up show."""

from django.utils.translation import gettext_lazy as _

from people.tables import use_state
from ui.tables import BaseTable, ChoiceColumn, Column, MachineColumn, NumberColumn, StateColumn, WhenColumn, YesColumn


class QueueTable(BaseTable):
    name = Column(_("Name"), link=True)
    team = Column(_("Team"))
    restricted = YesColumn(_("Restricted"), accessor="is_restricted")
    default = YesColumn(_("Takes the rest"), accessor="is_default")
    calendar = Column(_("Working calendar"), visible=False)
    close_after_days = NumberColumn(_("Closes after working days"), visible=False)
    state = StateColumn(_("In use"), look=use_state)


class CategoryTable(BaseTable):
    name = Column(_("Name"), link=True)
    queue = Column(_("Queue"))
    parent = Column(_("Belongs to"))
    asset_kind = ChoiceColumn(_("Kind of device"))
    state = StateColumn(_("In use"), look=use_state)


class PolicyTable(BaseTable):
    place = NumberColumn(_("Order"))
    name = Column(_("Name"), link=True)
    queue = Column(_("Queue"))
    category = Column(_("Category"))
    unit = Column(_("Unit"))
    asset_kind = ChoiceColumn(_("Kind of device"))
    hours = ChoiceColumn(_("Hours"), visible=False)
    calendar = Column(_("Working calendar"), visible=False)
    state = StateColumn(_("In use"), look=use_state)


class ReplanTable(BaseTable):
    created_at = WhenColumn(_("Ordered"), link=True)
    by = Column(_("By whom"))
    calendar = Column(_("Working calendar"))
    done = NumberColumn(_("Tickets looked at"))
    changed = NumberColumn(_("Due times changed"))
    finished_at = WhenColumn(_("Finished"))


class MailboxTable(BaseTable):
    name = Column(_("Name"), link=True)
    address = MachineColumn(_("Mail address"))
    queue = Column(_("Queue"))
    checked_at = WhenColumn(_("Last looked"))
    error = Column(_("Trouble"))
    state = StateColumn(_("In use"), look=use_state)
