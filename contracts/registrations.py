"""What this room hangs into the pages of the house: navigation, search, the manager's tile, panels, columns, cards."""

from datetime import datetime
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from assets.lanes import Bar, register_lane
from contracts import actions, coverage, deadlines, looks, permissions, report_entries, tiles
from contracts.choices import (
    CallChannel,
    CallState,
    CaseState,
    CriterionKind,
    ObligationState,
    PenaltyState,
    SecurityState,
    StepKind,
    VendorClock,
)
from contracts.models import (
    Amendment,
    Approval,
    BudgetLine,
    CallStep,
    CommitteeMember,
    Contract,
    Coverage,
    Criterion,
    Instalment,
    Obligation,
    Offer,
    Promise,
    ReminderRule,
    RenewalCase,
    RenewalDecision,
    Security,
    ServiceCall,
    ServiceLevel,
    Suspension,
    Term,
    VendorLink,
)
from office import files, search
from office.calendars import today
from office.history import register_currency, register_parts, register_words
from office.setup import register_card
from people import leaving
from ui import text
from ui.registry import (
    Hit,
    HomeTile,
    ListColumn,
    NavigationEntry,
    Panel,
    SearchSource,
    home_tiles,
    list_columns,
    navigation,
    panels,
    search_sources,
)
from ui.tables import NOTHING

VENDOR_ROWS = 20


def register():
    """Called once, when the room opens."""
    _navigation()
    _search()
    _panels()
    _words()
    _kinds()
    register_lane("coverage", _("Coverage"), 20, coverage_bars, gaps=True)
    leaving.register("contracts", _("Contracts"), contracts_of, actions.hand_over_contracts, order=30)
    files.register_owner("contracts.contract", sees_papers)
    files.register_owner("contracts.renewalcase", sees_minutes)
    files.register_owner("contracts.offer", sees_offer_papers)
    files.register_owner("contracts.servicecall", sees_call_files)
    register_card(
        _("Reminder rules"),
        "bell-ringing",
        "reminder_rules",
        permissions.sees_rules,
        _("When somebody is reminded of a decision, and when the next person is."),
        count=lambda user: ReminderRule.objects.in_use().filter(institution=user.institution_id, contract=None),
        order=400,
    )
    report_entries.register()


def _kinds():
    """What is reminded of besides terms. Licences, domains and certificates come from their rooms by the same call."""
    deadlines.register(
        deadlines.Kind(
            name="security",
            words=_("Securities"),
            address=lambda deadline: reverse("contract_securities", args=[deadline.contract_id]),
            visible=lambda user, deadline: permissions.sees_contract(user, deadline.contract),
        )
    )


def sees_register(user, obj=None):
    return permissions.sees_register(user)


def sees_papers(user, attachment):
    """Papers may name amounts: for those who may see amounts, of contracts they may see."""
    return permissions.sees_amounts(user) and Contract.objects.visible_to(user).filter(pk=attachment.object_id).exists()


def sees_minutes(user, attachment):
    """Minutes may name amounts: for those who may see amounts, of cases they may see."""
    cases = RenewalCase.objects.visible_to(user).filter(pk=attachment.object_id)
    return permissions.sees_amounts(user) and cases.exists()


def sees_offer_papers(user, attachment):
    """Technical offers for whoever sees the case; financial ones as prices are."""
    cases = RenewalCase.objects.visible_to(user).filter(offers=attachment.object_id).select_related("term__contract")
    case = cases.first()
    return case is not None and (not attachment.is_internal or permissions.shows_prices(user, case))


def sees_call_files(user, attachment):
    """What the vendor or the desk attached to a call: for whoever may see the call."""
    return ServiceCall.objects.visible_to(user).filter(pk=attachment.object_id).exists()


def contracts_of(user):
    return list(Contract.objects.run_by(user).defer("search_text", "notes").order_by("pk"))


def _navigation():
    navigation.register(
        NavigationEntry(
            name="contracts",
            title=_("Contracts"),
            icon="file-certificate",
            url="contracts",
            key="c",
            order=40,
            allowed=sees_register,
        )
    )
    navigation.register(
        NavigationEntry(
            name="calls",
            title=_("Service calls"),
            icon="phone-call",
            url="calls",
            order=45,
            allowed=sees_register,
        )
    )
    home_tiles.register(
        HomeTile(
            name="decisions",
            title=_("To decide"),
            icon="gavel",
            order=5,
            allowed=tiles.has_decisions,
            fetch=tiles.decisions,
            template="contracts/_decisions_tile.html",
            query_budget=5,
            wide=True,
        )
    )
    home_tiles.register(
        HomeTile(
            name="committees",
            title=_("Committees I sit on"),
            icon="users",
            order=15,
            allowed=lambda user, obj=None: bool(user.institution_id),
            fetch=tiles.committees,
            template="contracts/_committees_tile.html",
        )
    )


def _search():
    search_sources.register(
        SearchSource(
            name="contracts",
            title=_("Contracts"),
            icon="file-certificate",
            order=30,
            allowed=sees_register,
            find=find,
            exact=exact,
            more=lambda words: f"{reverse('contracts')}?{urlencode({'q': words})}",
        )
    )


def find(user, words, limit):
    rows = Contract.objects.visible_to(user).select_related("vendor").defer("search_text", "notes")
    return [
        Hit(
            title=contract.title,
            url=contract.get_absolute_url(),
            subtitle=f"{contract.vendor.name} · {contract.get_state_display()}",
            icon="file-certificate",
            number=contract.number,
        )
        for contract in search.find(rows, words, limit)
    ]


def exact(user, words):
    """The page of the contract with this number."""
    pk = Contract.objects.visible_to(user).filter(number__iexact=words).values_list("pk", flat=True).first()
    return reverse("contract", args=[pk]) if pk else None


def _panels():
    panels.register(
        Panel(
            on="assets.asset",
            name="call_now",
            title=_("Whom do I call now"),
            icon="phone-call",
            order=5,
            allowed=sees_register,
            fetch=call_now_of,
            template="contracts/_call_now_panel.html",
            query_budget=4,
        )
    )
    panels.register(
        Panel(
            on="people.vendor",
            name="contracts",
            title=_("Contracts"),
            icon="file-certificate",
            order=20,
            allowed=sees_register,
            fetch=contracts_of_vendors,
            template="contracts/_vendor_panel.html",
        )
    )
    for on in ("contracts.contract", "people.vendor"):
        panels.register(
            Panel(
                on=on,
                name="calls",
                title=_("Service calls"),
                icon="phone-call",
                order=10,
                allowed=sees_register,
                fetch=calls_of,
                template="contracts/_calls_panel.html",
                query_budget=0,
            )
        )
    list_columns.register(
        ListColumn(
            on="assets",
            name="covered_until",
            title=_("Covered until"),
            order=50,
            allowed=sees_register,
            fetch=covered_until_of,
            cell=lambda asset, day: text.day(day) if day else NOTHING,
            value=lambda asset, day: day,
            visible=False,
        )
    )


def call_now_of(assets, user):
    if len(assets) == 1:
        return {assets[0].pk: coverage.call_now(assets[0], user=user)}
    return coverage.call_now_many(assets, user=user)


def covered_until_of(assets, user):
    return coverage.covered_until(assets, today())


def contracts_of_vendors(vendors, user):
    """{vendor id: its newest contracts, and the address of all of them}."""
    rows = Contract.objects.visible_to(user).filter(vendor__in=vendors).for_list().order_by("-current_end", "-pk")
    found = {}
    for contract in rows[: VENDOR_ROWS * len(vendors)]:
        data = found.setdefault(
            contract.vendor_id, {"rows": [], "url": f"{reverse('contracts')}?vendor={contract.vendor_id}"}
        )
        data["rows"].append({"contract": contract, "state": looks.state_of(contract)})
    return found


def calls_of(objects, user):
    """{pk: the address of a year's calls}; they are fetched after the page, which asks enough by itself, is shown."""
    return {thing.pk: reverse(f"calls_of_{type(thing)._meta.model_name}", args=[thing.pk]) for thing in objects}


def coverage_bars(asset, user):
    """The contracts that cover an asset, as bars of its own time line."""
    if not permissions.sees_register(user):
        return []
    return [
        Bar(start, end, row.term.contract.title, row.term.contract.get_absolute_url(), tone="contract")
        for row, start, end in coverage.rows_ever_covering(asset)
    ]


def _moment(value):
    """A stored instant as people read it."""
    try:
        return text.day_time(datetime.fromisoformat(value))
    except (TypeError, ValueError):
        return ""


def _words():
    register_words(
        verbs={
            "amended": _("Amendment written"),
            "submitted": _("Sent for approval"),
            "approved": _("Approved"),
            "rejected": _("Sent back"),
            "withdrawn": _("Taken back"),
            "activated": _("Put into force"),
            "cancelled": _("Given up"),
            "suspended": _("Suspended"),
            "resumed": _("In force again"),
            "terminated": _("Terminated"),
            "expired": _("Expired"),
            "succeeded": _("Renewed by a successor"),
            "reactivated_by_term": _("In force again by a new term"),
            "promise_added": _("Promise written down"),
            "obligation_answered": _("Obligation answered"),
            "obligation_waived": _("Obligation waived"),
            "penalty_proposed": _("Penalty proposed"),
            "penalty_agreed": _("Penalty agreed"),
            "penalty_waived": _("Penalty waived"),
            "penalty_withdrawn": _("Proposed penalty taken back"),
            "call_opened": _("Escalated to the vendor"),
            "call_stepped": _("Step of the call recorded"),
            "step_judged": _("Step of the call judged"),
            "call_breached": _("A promise of the vendor is late"),
            "call_closed": pgettext_lazy("call", "closed"),
            "call_cancelled": pgettext_lazy("call", "called off"),
            "call_changed": pgettext_lazy("call", "changed"),
            "link_made": _("Link for the vendor made"),
            "link_revoked": _("Link for the vendor revoked"),
            "instalments_planned": _("Instalments planned"),
            "instalment_invoiced": _("Invoice received"),
            "instalment_approved": _("Approved for payment"),
            "instalment_paid": _("Instalment paid"),
            "instalment_withheld": _("Instalment held back"),
            "instalment_released": _("Instalment released"),
            "security_lodged": _("Security lodged"),
            "security_extended": _("Security extended"),
            "security_settled": _("Security settled"),
            "snoozed": _("Reminders put off"),
            "decided": _("Decision recorded"),
            "term_added": _("Term added"),
            "term_changed": _("Term corrected"),
            "renewed_by_itself": _("Renewed by itself"),
            "level_added": _("Service level added"),
            "level_changed": _("Service level changed"),
            "coverage_added": _("Coverage added"),
            "covered_gone": _("Covered, but not in service any more"),
            "coverage_ended": _("Coverage ended"),
            "paper_added": _("Paper attached"),
            "case_opened": _("Renewal case opened"),
            "criterion_added": _("Criterion added"),
            "criterion_changed": _("Criterion changed"),
            "criterion_removed": _("Criterion removed"),
            "criteria_frozen": _("Criteria frozen"),
            "contracts.renewalcase:member_added": _("Member named"),
            "contracts.renewalcase:member_removed": _("Seat taken away"),
            "offer_entered": _("Offer entered"),
            "offer_changed": _("Offer corrected"),
            "offer_set_aside": _("Offer set aside"),
            "marks_locked": _("Marks locked"),
            "prices_opened": _("Financial offers opened"),
            "offer_recommended": _("Offer recommended"),
            "voted": _("Vote cast"),
            "case_awarded": _("Awarded"),
            "case_closed": _("Closed without an award"),
            "closed_by_decision": _("Closed by the decision"),
            "closed_by_renewal": _("Closed: the contract renewed itself"),
            "successor_made": _("Draft of the successor made"),
            "rule_changed": _("Reminders of this contract changed"),
            "rule_dropped": _("Reminders follow the rule of the type again"),
        },
        names={
            "covered_assets": _("Covered assets"),
            "paper": _("Paper"),
            "amendment": _("Amendment"),
            "instalment": _("Instalment"),
            "instalments": _("Instalments"),
            "penalty": _("Penalty"),
            "call": _("Service call to the vendor"),
            "call_channel": _("Channel"),
            "call_step": _("Step"),
            "call_state": _("State"),
            "vendor_clock": _("Promise"),
            "days_late": _("Days late"),
            "broken_since": _("Late since"),
            "promise": _("Promise"),
            "security": _("Security"),
            "security_state": _("State"),
            "obligation_state": _("State"),
            "penalty_state": _("State"),
            "instalment_state": _("State"),
            "case_state": _("State"),
            "criterion": _("Criterion"),
            "criterion_kind": _("Kind"),
            "offer": _("Offer"),
            "marks": _("Marks"),
            "votes": _("Votes"),
            "user": _("Member"),
            "price_sealed": _("Sealed price"),
            "successor": _("Successor contract"),
        },
        models={
            "promise": Promise,
            "security": Security,
            "offer": Offer,
            "criterion": Criterion,
            "call": ServiceCall,
        },
        values={
            "obligation_state": lambda code: dict(ObligationState.choices).get(code, code),
            "call_channel": lambda code: dict(CallChannel.choices).get(code, code),
            "call_step": lambda code: dict(StepKind.choices).get(code, code),
            "call_state": lambda code: dict(CallState.choices).get(code, code),
            "broken_since": _moment,
            "vendor_clock": lambda code: dict(VendorClock.choices).get(code, code),
            "security_state": lambda code: dict(SecurityState.choices).get(code, code),
            "penalty_state": lambda code: dict(PenaltyState.choices).get(code, code),
            "instalment_state": lambda code: dict(Instalment.State.choices).get(code, code),
            "case_state": lambda code: dict(CaseState.choices).get(code, code),
            "criterion_kind": lambda code: dict(CriterionKind.choices).get(code, code),
        },
    )
    register_parts(
        Contract,
        Amendment,
        Approval,
        Promise,
        Obligation,
        Instalment,
        Security,
        RenewalDecision,
        Term,
        Coverage,
        ServiceLevel,
        Suspension,
        ReminderRule,
    )
    register_parts(RenewalCase, Criterion, Offer, CommitteeMember, Term)
    register_parts(ServiceCall, CallStep, VendorLink)
    register_currency(Contract)
    register_currency(BudgetLine)
    register_currency(RenewalCase, "term__contract__currency")
    register_currency(ServiceCall, "term__contract__currency")
