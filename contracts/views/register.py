"""The list of contracts, the page of one, its coverage; entering and changing contracts."""

from django.conf import settings
from django.http import Http404, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from assets.picker import FEWEST_LETTERS, LONGEST
from contracts import actions, looks, permissions, pickers
from contracts.choices import BEFORE_FORCE, ContractState
from contracts.filters import ContractFilter, CoverageFilter
from contracts.forms import ContractForm, NewContractForm
from contracts.models import Contract, Coverage
from contracts.overview import overview_of, told_dates
from contracts.states import MOVES
from contracts.tables import (
    ContractTable,
    ContractValueTable,
    CoverageCostTable,
    CoverageEditTable,
    CoverageTable,
)
from office import search, sheets
from office.calendars import today
from office.once import once
from ui import markup, text
from ui.lists import ListPage
from ui.pages import FormPage, admit
from ui.saved import Shipped

CONTRACTS = (_("Contracts"), "/contracts/")


class ContractList(ListPage):
    name = "contracts"
    title = _("Contracts")
    template_name = "contracts/list.html"
    table_class = ContractTable
    filterset_class = ContractFilter
    orderings = {
        "decide_by": ("decide_by",),
        "end": ("current_end",),
        "number": ("number",),
        "newest": ("-pk",),
    }
    default_sort = "decide_by"
    shipped_views = (
        Shipped("overdue", _("Decision overdue"), {"decide": "over"}),
        Shipped("month", _("To decide within 30 days"), {"decide": "30"}),
        Shipped("ending", _("Ending within 90 days"), {"ends": "90", "sort": "end"}),
        Shipped("ownerless", _("Without an owner"), {"lacks": "owner"}),
        Shipped("suspended", _("Suspended"), {"state": ContractState.SUSPENDED.value}),
    )
    search = True
    search_label = _("Search by number, title or vendor")
    empty_icon = "file-certificate"
    empty_text = _("The contracts with vendors will stand here, the most urgent decision first.")

    def allowed(self, request):
        return permissions.sees_register(request.user)

    def read_request(self, request):
        if permissions.sees_amounts(request.user):
            self.table_class = ContractValueTable
        super().read_request(request)

    def get(self, request, *args, **kwargs):
        """`?export=ocds`: the contracts of this list as a release package, written by a worker."""
        if request.GET.get("export") == "ocds" and permissions.reads_reports(request.user):
            return sheets.prepare(request, "ocds", str(_("Contracts as open data (OCDS)")))
        return super().get(request, *args, **kwargs)

    def get_queryset(self):
        rows = Contract.objects.visible_to(self.request.user).for_list()
        return rows.with_value() if permissions.sees_amounts(self.request.user) else rows

    def search_queryset(self, queryset, words):
        return search.search(queryset, words, prefix=True)

    def get_create(self):
        may = permissions.can_create(self.request.user)
        return (reverse("contract_create"), _("New contract")) if may else None

    def get_context(self, **context):
        reports = reverse("contract_reports") if permissions.reads_reports(self.request.user) else ""
        own = {"calendar_url": reverse("contract_month"), "board_url": reverse("renewal_board")}
        ocds = self.query.url(export="ocds", after=None, before=None) if reports else ""
        return context | own | {"reports_url": reports, "ocds_url": ocds}

    def count_words(self, count):
        return ngettext("%(count)s contract", "%(count)s contracts", count) % {"count": f"{count:,}"}


def get_contract(request, pk):
    """The contract with what its head shows, through its visibility."""
    return get_object_or_404(Contract.objects.visible_to(request.user).for_page(), pk=pk)


def register_crumbs(user):
    """The way to the register, for those who have it."""
    return [CONTRACTS] if permissions.sees_register(user) else []


def crumb(contract):
    return (contract.number, contract.get_absolute_url())


@require_safe
def contract_page(request, pk):
    """One contract: by when to decide, its time line, terms, levels, coverage, reminders, papers, history."""
    contract = get_contract(request, pk)
    user = request.user
    context = {
        "title": contract.title,
        "breadcrumbs": register_crumbs(user),
        "object": contract,
        "state": looks.state_of(contract),
        "chip": looks.decide_chip(contract, today()),
        "may": may_do(user, contract),
        "short_url": settings.SITE_URL + reverse("contract_by_number", args=[contract.number]),
        **overview_of(contract, user, today()),
    }
    return render(request, "contracts/contract.html", context)


@require_safe
def contract_dates(request, pk):
    """The dates of a contract's terms for programs, each with the sentence that explains it in every language."""
    contract = get_contract(request, pk)
    return JsonResponse({"number": contract.number, "terms": told_dates(contract)})


def may_do(user, contract):
    """What the reader may do now; the template is given these and compares no state."""
    edits = contract.is_open and permissions.can_edit(user, contract)
    return {
        "edit": edits,
        "decide": permissions.can_record_decision(user, contract),
        "snooze": permissions.can_record_decision(user, contract) and contract.decide_by > today(),
        **{name: permissions.can_move(user, contract, name) for name in MOVES},
        "renew": edits and contract.state not in BEFORE_FORCE,
        "amend": edits and contract.state not in BEFORE_FORCE,
        "open_case": edits and contract.state not in BEFORE_FORCE,
        "attach": permissions.can_edit(user, contract),
        "amounts": permissions.sees_amounts(user),
        "reasons": permissions.sees_amounts(user) or permissions.answers_for(user, contract),
    }


@require_safe
def contract_by_number(request, number):
    """/c/C-2026-014: what stands in a letter or is read out on the telephone."""
    asked = text.ascii_digits(text.strip_bidi(number)).strip()[:60]
    contract = Contract.objects.visible_to(request.user).filter(number__iexact=asked).only("pk").order_by("pk").first()
    if contract is None:
        raise Http404
    return HttpResponseRedirect(contract.get_absolute_url())


class ContractCreate(FormPage):
    title, form_class = _("New contract"), NewContractForm
    lead = _("It is a draft until you activate it.")
    success_message = _("The draft is entered. Add its levels and what it covers, then activate it.")
    breadcrumbs = [CONTRACTS]
    template_name = "contracts/contract_form.html"

    def allowed(self, request):
        return admit(permissions.sees_register(request.user), permissions.can_create(request.user))

    def get_form_arguments(self):
        user = self.request.user
        blank = Contract(institution_id=user.institution_id, owner=user, unit_id=user.unit_id)
        return {"by": user, "instance": blank}

    def act(self, form):
        def create():
            return actions.create_contract(by=self.request.user, values=form.get_values(), **form.get_term())

        pk, _made = once(form.form_key, user=self.request.user, kind="contract", act=create)
        return Contract.objects.get(pk=pk)


class ContractPage(FormPage):
    """Base of the pages that act on one contract; refused to who sees it and may not."""

    template_name = "contracts/act_form.html"

    def may(self, contract):
        return contract.is_open and permissions.can_edit(self.request.user, contract)

    def get_object(self):
        contract = get_contract(self.request, self.kwargs["pk"])
        admit(True, self.may(contract))
        return contract

    def get_form_arguments(self):
        return {}

    def get_breadcrumbs(self):
        return [*register_crumbs(self.request.user), crumb(self.object)]

    def get_success_url(self, outcome):
        return self.object.get_absolute_url()


class ContractEdit(ContractPage):
    title, form_class = _("Edit the contract"), ContractForm
    template_name = "contracts/contract_form.html"

    def get_form_arguments(self):
        return {"by": self.request.user, "instance": self.object}

    def act(self, form):
        return actions.change_contract(
            self.object, by=self.request.user, values=form.get_values(), version=form.current_version
        )


class CoverageList(ListPage):
    """What one contract covers, line by line."""

    name = "contract_coverage"
    title = _("Covered assets")
    template_name = "contracts/list.html"
    table_class = CoverageTable
    filterset_class = CoverageFilter
    orderings = {"newest": ("-pk",), "oldest": ("pk",)}
    default_sort = "oldest"
    empty_icon = "shield-check"
    empty_text = _("Nothing is covered yet. Add assets by their tags, a model, or a place.")

    def allowed(self, request):
        self.contract = get_contract(request, self.kwargs["pk"])
        return True

    def read_request(self, request):
        if self._may_edit():
            self.table_class = CoverageEditTable
        elif permissions.sees_amounts(request.user):
            self.table_class = CoverageCostTable
        super().read_request(request)

    def _may_edit(self):
        return self.contract.is_open and permissions.can_edit(self.request.user, self.contract)

    def get_queryset(self):
        return Coverage.objects.filter(term__contract=self.contract).for_list()

    def get_create(self):
        if not self._may_edit():
            return None
        return reverse("contract_coverage_add", args=[self.contract.pk]), _("Add coverage")

    def get_context(self, **context):
        return context | {"breadcrumbs": [CONTRACTS, crumb(self.contract)], "lead": self.contract}

    def count_words(self, count):
        return ngettext("%(count)s line", "%(count)s lines", count) % {"count": f"{count:,}"}


@require_safe
def pick_vendor(request):
    """Options for a vendor box."""
    typed = _typed(request) if permissions.sees_register(request.user) else ""
    return _options(vendor.name for vendor in (pickers.find_vendors(typed) if typed else []))


@require_safe
def pick_contract(request):
    """Options for a box that names another contract."""
    typed = _typed(request)
    found = pickers.find_contracts(typed, pickers.contracts_of(request.user)) if typed else []
    return _options(str(contract) for contract in found)


def _typed(request):
    typed = request.GET.get(request.GET.get("from", ""), "").strip()[:LONGEST]
    return typed if len(typed) >= FEWEST_LETTERS else ""


def _options(words):
    return HttpResponse(markup.join([markup.tag("option", value=word) for word in words]))
