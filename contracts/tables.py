"""What the lists of this room show."""

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from contracts import dues, explain, looks, permissions, words
from office.calendars import today
from people.tables import use_state
from ui import markup, text
from ui.tables import (
    NOTHING,
    BaseTable,
    ChoiceColumn,
    Column,
    DayColumn,
    MachineColumn,
    MoneyColumn,
    NumberColumn,
    StateColumn,
    WhenColumn,
    YesColumn,
)
from ui.templatetags.ui import money


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


class CallTable(BaseTable):
    number = MachineColumn(_("Call number"), link=True, css="contract-number")
    subject = Column(_("Subject"))
    vendor = Column(_("Vendor"), accessor="vendor__name")
    contract = Column(_("Contract"), accessor="term__contract__number", css="contract-number")
    asset = Column(_("Asset"), css="contract-number")
    state = StateColumn(_("State"), look=looks.call_of)
    opened = WhenColumn(_("Opened"), accessor="opened_at")
    response = StateColumn(_("Answer"), accessor="response_state", look=looks.clock_column("response"))
    on_site = StateColumn(_("On site"), accessor="on_site_state", look=looks.clock_column("on_site"))
    restore = StateColumn(_("Repair"), accessor="restore_state", look=looks.clock_column("restore"))
    response_due = WhenColumn(_("Answer due"))
    answered = WhenColumn(_("Answered"), accessor="response_at")
    restore_due = WhenColumn(_("Repair due"))
    repaired = WhenColumn(_("Repaired"), accessor="restored_at")
    reference = MachineColumn(_("Reference of the vendor"))

    default_columns = ("number", "subject", "vendor", "contract", "asset", "state", "opened", "response", "restore")

    def render_contract(self, call):
        if not call.term_id:
            return gettext("warranty")
        contract = call.term.contract
        return format_html('<a href="{}">{}</a>', contract.get_absolute_url(), markup.machine(contract.number))

    def value_contract(self, call):
        return call.term.contract.number if call.term_id else gettext("warranty")

    def render_asset(self, call):
        return markup.machine(call.asset.tag) if call.asset_id else NOTHING

    def value_asset(self, call):
        return call.asset.tag if call.asset_id else None


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


class PaymentTable(BaseTable):
    """Instalments of all contracts, for those who may see amounts."""

    due = DayColumn(_("Due on"))
    contract = Column(_("Contract"), accessor="term__contract")
    vendor = Column(_("Vendor"), accessor="term__contract__vendor__name")
    part = MachineColumn(_("Instalment"), accessor="number")
    amount = MoneyColumn(_("Excluding tax"), currency="term__contract__currency")
    total = MoneyColumn(_("Including tax"), currency="term__contract__currency", accessor="amount")
    state = StateColumn(_("State"), look=looks.payment_of)
    budget_line = MachineColumn(_("Budget item"), css="contract-number")
    fiscal_year = MachineColumn(_("Fiscal year"))
    unit = Column(_("Responsible unit"), accessor="term__contract__unit__name")
    invoice_number = MachineColumn(_("Invoice number"))
    paid_on = DayColumn(_("Paid on"))

    default_columns = ("due", "contract", "vendor", "part", "amount", "state", "budget_line", "fiscal_year")

    def render_contract(self, row):
        contract = row.term.contract
        url = reverse("contract_money", args=[contract.pk])
        return format_html('<a href="{}">{} <bdi>{}</bdi></a>', url, markup.machine(contract.number), contract.title)

    def value_contract(self, row):
        return str(row.term.contract)

    def render_part(self, row):
        return markup.machine(self.value_part(row))

    def value_part(self, row):
        return f"{row.term.sequence}/{row.number}"

    def render_total(self, row):
        return money(self.value_total(row), row.term.contract.currency)

    def value_total(self, row):
        return dues.payable(row.amount, row.tax_percent, dues.NOTHING, dues.NOTHING).total


class BudgetLineTable(BaseTable):
    code = MachineColumn(_("Budget item"), link=True)
    title = Column(_("Title"))
    fiscal_year = MachineColumn(_("Fiscal year"))
    allocated = MoneyColumn(_("Allocated"))
    state = StateColumn(_("Status"), look=use_state)


class CaseTable(BaseTable):
    number = MachineColumn(_("Contract number"), accessor="term__contract__number", link=True)
    title = Column(_("Title"), accessor="term__contract__title")
    vendor = Column(_("Vendor"), accessor="term__contract__vendor__name")
    state = StateColumn(_("State"), look=looks.case_of)
    decide_by = DayColumn(_("Decide by"), accessor="term__contract__decide_by")
    end = DayColumn(_("End date"), accessor="term__end")
    opened = DayColumn(_("Opened"), accessor="opened_at")
    offers = NumberColumn(_("Offers"), accessor="offer_count")
    awarded_to = Column(_("Awarded to"), accessor="awarded_offer__vendor__name")
    successor = MachineColumn(_("Successor contract"), accessor="successor__number")
    owner = Column(_("Owner"), accessor="term__contract__owner__name")

    default_columns = ("number", "title", "vendor", "state", "decide_by", "end", "offers", "awarded_to")

    def value_opened(self, case):
        return text.local(case.opened_at).date()


class CasePriceTable(CaseTable):
    """With the lowest price, where the financial offers of a case are open for the reader."""

    lowest = MoneyColumn(_("Lowest price a year"), accessor="lowest_price", currency="term__contract__currency")

    default_columns = (*CaseTable.default_columns, "lowest")

    def render_lowest(self, case):
        if not permissions.shows_prices(self.user, case):
            return NOTHING
        return self.own_columns()["lowest"].cell(case)

    def value_lowest(self, case):
        return case.lowest_price if permissions.shows_prices(self.user, case) else None


class OfferTable(BaseTable):
    """The technical part; `lines` is {offer: offers.Line}, which the list has fetched."""

    lines = {}
    currency = "JOD"

    vendor = Column(_("Vendor"), accessor="vendor__name")
    received_on = DayColumn(_("Received on"))
    valid_until = DayColumn(_("Valid until"))
    level = Column(_("Service level"))
    response = Column(_("Response"))
    restore = Column(_("Restored"))
    visits = NumberColumn(_("Preventive visits a year"), accessor="visits_per_year")
    on_site = YesColumn(_("On site"))
    parts_included = YesColumn(_("Spare parts included"))
    exclusions = Column(_("Exclusions"))
    set_aside = Column(_("Set aside"), accessor="excluded_reason")

    def render_response(self, offer):
        return words.minutes(offer.response_minutes) or NOTHING

    def value_response(self, offer):
        return words.minutes(offer.response_minutes)

    def render_restore(self, offer):
        return words.minutes(offer.restore_minutes) or NOTHING

    def value_restore(self, offer):
        return words.minutes(offer.restore_minutes)


class OfferPriceTable(OfferTable):
    """With prices and scores, for whom `permissions.shows_prices` lets see them."""

    price = NumberColumn(_("Price a year"))
    per_asset = NumberColumn(_("Price a year for each asset"))
    technical = NumberColumn(_("Technical score"))
    financial = NumberColumn(_("Financial score"))
    total = NumberColumn(_("Total score"))
    place = NumberColumn(_("Place"))

    def _price(self, name, offer):
        value = getattr(self.lines[offer.pk], name)
        return NOTHING if value is None else money(value, self.currency)

    def render_price(self, offer):
        return self._price("price", offer)

    def render_per_asset(self, offer):
        return self._price("per_asset", offer)

    def value_price(self, offer):
        return self.lines[offer.pk].price

    def value_per_asset(self, offer):
        return self.lines[offer.pk].per_asset

    def _score(self, name, offer):
        score = self.lines[offer.pk].score
        return None if score is None else getattr(score, name)

    def render_technical(self, offer):
        return _shown(self._score("technical", offer))

    def value_technical(self, offer):
        return self._score("technical", offer)

    def render_financial(self, offer):
        return _shown(self._score("financial", offer))

    def value_financial(self, offer):
        return self._score("financial", offer)

    def render_total(self, offer):
        return _shown(self._score("total", offer))

    def value_total(self, offer):
        return self._score("total", offer)

    def render_place(self, offer):
        return _shown(self._score("place", offer))

    def value_place(self, offer):
        return self._score("place", offer)


def _shown(value):
    return NOTHING if value is None else markup.machine(value)
