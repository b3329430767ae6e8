"""What the lists of this room show."""

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from contracts import explain, looks, words
from office.calendars import today
from ui import markup, text
from ui.tables import NOTHING, BaseTable, ChoiceColumn, Column, DayColumn, MachineColumn, MoneyColumn, StateColumn


class ContractTable(BaseTable):
    number = MachineColumn(_("Contract number"), link=True, css="contract-number")
    title = Column(_("Title"))
    vendor = Column(_("Vendor"), accessor="vendor__name")
    type = ChoiceColumn(_("Type"))
    state = StateColumn(_("State"), look=looks.state_of)
    decide_by = DayColumn(_("Decide by"))
    end = DayColumn(_("End date"), accessor="current_end")
    owner = Column(_("Owner"), accessor="owner__name")
    unit = Column(_("Responsible unit"), accessor="unit__name")
    renewal = ChoiceColumn(_("Renewal"))
    signed_on = DayColumn(_("Signed on"))

    default_columns = ("number", "title", "vendor", "type", "state", "decide_by", "end", "owner")

    why = {}  # of the page at hand; a sheet shows the bare date

    def prepare(self, records):
        self.why = explain.decide_by_of(records)

    def render_decide_by(self, contract):
        """The date and how far it is, with why it is that one, in the colour of its urgency; a sign when it passed."""
        if contract.decide_by is None:
            return NOTHING
        day = today()
        tone = looks.tone_of(contract.decide_by, day)
        return format_html(
            '<span class="decide decide-{}">{}{} <span class="decide-left">{}</span></span>',
            tone,
            markup.icon("alert-triangle") if tone == "over" else "",
            markup.explained(text.day(contract.decide_by), self.why.get(contract.pk)),
            words.days_left(contract.decide_by, day),
        )


class ContractValueTable(ContractTable):
    """With the value of the latest term, for managers, auditors and administrators."""

    value = MoneyColumn(_("Contract value"))

    default_columns = (*ContractTable.default_columns, "value")


class CoverageTable(BaseTable):
    thing = Column(_("Covered"))
    kind = Column(_("Kind"))
    state = Column(_("State"))
    level = Column(_("Service level"), accessor="level__name")
    from_date = DayColumn(_("From date"))
    to_date = DayColumn(_("To date"))

    def render_thing(self, row):
        if row.asset_id:
            tag = markup.machine(row.asset.tag)
            return format_html('<a href="{}">{} <bdi>{}</bdi></a>', row.asset.get_absolute_url(), tag, row.asset.title)
        return markup.person(str(row.thing))

    def value_thing(self, row):
        return str(row.thing)

    def render_kind(self, row):
        return self.value_kind(row)

    def value_kind(self, row):
        return gettext("Asset") if row.asset_id else gettext("Model") if row.model_id else gettext("Location")

    def render_state(self, row):
        """Of the asset; what is paid for but no longer alive is flagged the same day. (C7.)"""
        if not row.asset_id:
            return NOTHING
        if row.asset.is_gone:
            label = gettext("%(state)s: paid, but not in service") % {"state": row.asset.get_state_display()}
            return format_html('<span class="state state-red">{}{}</span>', markup.icon("alert-triangle"), label)
        return row.asset.get_state_display()

    def value_state(self, row):
        return row.asset.get_state_display() if row.asset_id else None


class CoverageCostTable(CoverageTable):
    """With the share of the cost, for managers, auditors and administrators."""

    cost_share = MoneyColumn(_("Share of cost"), currency="term__contract__currency")


class CoverageEditTable(CoverageCostTable):
    """With the button that ends a line, for managers who may edit the contract."""

    end = Column(_("End"), accessor="pk")

    def render_end(self, row):
        if row.to_date < today():
            return NOTHING
        url = reverse("contract_coverage_end", args=[row.term.contract_id, row.pk])
        return format_html('<a class="text-button" href="{}">{}</a>', url, gettext("End the coverage"))

    def value_end(self, row):
        return None
