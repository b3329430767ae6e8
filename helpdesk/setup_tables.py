"""What the lists of the desk's set-up show."""

from django.utils.translation import gettext_lazy as _

from people.tables import use_state
from ui.tables import BaseTable, ChoiceColumn, Column, NumberColumn, StateColumn, YesColumn


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
