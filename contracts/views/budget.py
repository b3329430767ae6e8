"""Spend against budget; the budget lines of the set-up; the payments of all contracts."""

from decimal import Decimal

from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from contracts import actions, permissions
from contracts.budget import spending_of, totals_of
from contracts.filters import BudgetLineFilter, PaymentFilter
from contracts.forms import BudgetLineForm
from contracts.models import BudgetLine, Contract, Instalment
from contracts.tables import BudgetLineTable, PaymentTable
from contracts.views.register import CONTRACTS, register_crumbs
from contracts.views.reports import Asked, admit_reader, sheet_links, sheet_of
from office.calendars import today
from office.history import history_of
from office.once import once
from people.tables import use_state
from people.views.shared import SETUP, button
from ui import text
from ui.lists import ListPage
from ui.pages import FormPage, admit

LINES = (_("Budget lines"), "/setup/budget-lines/")


@require_safe
def budget_page(request):
    """Of one fiscal year: allotted, committed, spent and left, line by line; each figure opens its instalments."""
    admit_reader(request.user)
    asked = Asked(request)
    year = asked.year(_("Fiscal year"), today().year)
    rows = spending_of(request.user, year)
    title = _("Budget of %(year)s") % {"year": year}
    if sheet := sheet_of(request, title, _headers, lambda: _lines(rows)):
        return sheet
    context = {
        "title": title,
        "lead": _lead(rows),
        "breadcrumbs": register_crumbs(request.user),
        "year": year,
        "years": range(today().year - 3, today().year + 3),
        "warnings": asked.warnings,
        "sheets": sheet_links(request),
        "rows": [{"one": one, "urls": _urls(one)} for one in rows],
        "totals": [(currency, *figures) for currency, figures in sorted(totals_of(rows).items())],
        "setup_url": reverse("budget_lines"),
    }
    return render(request, "contracts/budget.html", context)


def _lead(rows):
    over = [one for one in rows if one.is_over]
    if over:
        most = max(over, key=lambda one: -one.left)
        return ngettext(
            "%(count)d line is overdrawn, by %(money)s at most.",
            "%(count)d lines are overdrawn, by %(money)s at most.",
            len(over),
        ) % {"count": len(over), "money": text.money(-most.left, most.currency)}
    return _("Committed is what is still owed, spent is what was paid; both with tax.")


def _urls(one):
    return {"committed": one.url(state="open"), "spent": one.url(state=Instalment.State.PAID)}


def _headers():
    names = [_("Budget item"), _("Title"), _("Currency"), _("Allocated"), _("Committed")]
    return [*names, _("Spent"), _("Left")]


def _lines(rows):
    for one in rows:
        title = one.line.title if one.line else None
        yield [one.code, title, one.currency, one.allocated, one.committed, one.spent, one.left]


class BudgetLineList(ListPage):
    """The lines of all years, for those who may see amounts."""

    name, title = "budget_lines", _("Budget lines")
    table_class, filterset_class = BudgetLineTable, BudgetLineFilter
    orderings = {"newest": ("-fiscal_year", "code"), "oldest": ("fiscal_year", "code")}
    default_sort = "newest"
    breadcrumbs = [SETUP]
    empty_icon = "cash"
    empty_text = _("What the budget of each fiscal year allots will stand here, line by line.")

    def allowed(self, request):
        return permissions.reads_reports(request.user)

    def get_queryset(self):
        return BudgetLine.objects.filter(institution=self.request.user.institution_id)

    def get_create(self):
        may = permissions.can_change_budget(self.request.user)
        return (reverse("budget_line_create"), _("New budget line")) if may else None

    def count_words(self, count):
        return ngettext("%(count)s line", "%(count)s lines", count) % {"count": f"{count:,}"}


def _get_line(user, pk):
    if not permissions.reads_reports(user):
        raise Http404
    return get_object_or_404(BudgetLine, institution=user.institution_id, pk=pk)


@require_safe
def budget_line_page(request, pk):
    """One line: allotted, committed, spent, left, and its history."""
    line = _get_line(request.user, pk)
    found = [one for one in spending_of(request.user, line.fiscal_year) if one.line == line]
    one = found[0] if found else None
    context = {
        "title": line.title,
        "breadcrumbs": [SETUP, LINES],
        "object": line,
        "one": one,
        "urls": one and _urls(one),
        "state": use_state(line),
        "history": history_of(line),
        "can_edit": permissions.can_change_budget(request.user),
        "budget_url": f"{reverse('budget')}?year={line.fiscal_year}",
    }
    return render(request, "contracts/budget_line.html", context)


class BudgetLinePage(FormPage):
    form_class = BudgetLineForm
    breadcrumbs = [SETUP, LINES]

    def allowed(self, request):
        return permissions.reads_reports(request.user)


class BudgetLineCreate(BudgetLinePage):
    title = _("New budget line")
    success_message = _("The line stands in the budget. Instalments find it by its code.")

    def allowed(self, request):
        return admit(super().allowed(request), permissions.can_change_budget(request.user))

    def get_form_arguments(self):
        return {"instance": BudgetLine(institution_id=self.request.user.institution_id, fiscal_year=today().year)}

    def act(self, form):
        def create():
            line = BudgetLine(institution_id=self.request.user.institution_id)
            return actions.save_budget_line(line, by=self.request.user, values=form.get_values())

        pk, _made = once(form.form_key, user=self.request.user, kind="budget_line", act=create)
        return BudgetLine.objects.get(pk=pk)


class BudgetLineEdit(BudgetLinePage):
    title = _("Edit the budget line")

    def get_object(self):
        line = _get_line(self.request.user, self.kwargs["pk"])
        admit(True, permissions.can_change_budget(self.request.user))
        return line

    def get_context(self, **context):
        count = Instalment.objects.filter(
            term__contract__institution=self.object.institution_id,
            fiscal_year=self.object.fiscal_year,
            budget_line__iexact=self.object.code,
        ).count()
        used = ngettext(
            "%(count)d instalment names this line by its code.",
            "%(count)d instalments name this line by its code.",
            count,
        ) % {"count": count}
        return context | {"lead": used}

    def act(self, form):
        return actions.save_budget_line(
            self.object, by=self.request.user, values=form.get_values(), version=form.current_version
        )


@require_POST
def switch_budget_line(request, pk):
    """Put a line out of use, or back into it; what it allotted stays in the years that spent of it."""
    line = _get_line(request.user, pk)
    admit(True, permissions.can_change_budget(request.user))

    def switch(row, by):
        return actions.save_budget_line(row, by=by, values={"is_active": not row.is_active})

    sentence = _("The line is out of use.") if line.is_active else _("The line is in use again.")
    return button(request, line, switch, sentence)


class PaymentList(ListPage):
    """The instalments of all contracts by their day: what is due, held back and paid."""

    name, title = "payments", _("Payments")
    template_name = "contracts/list.html"
    table_class, filterset_class = PaymentTable, PaymentFilter
    orderings = {"due": ("due",)}
    default_sort = "due"
    breadcrumbs = [CONTRACTS]
    empty_icon = "receipt"
    empty_text = _("The instalments of the contracts will stand here once they are planned.")

    def allowed(self, request):
        return permissions.reads_reports(request.user)

    def get_queryset(self):
        rows = Instalment.objects.filter(term__contract__in=Contract.objects.visible_to(self.request.user))
        rows = rows.select_related("term__contract__vendor", "term__contract__unit")
        texts = [f"term__contract__{name}" for name in ("search_text", "notes", "end_reason")]
        texts += [f"term__contract__vendor__{name}" for name in ("search_text", "notes")]
        return rows.defer(*texts)

    def count_words(self, count):
        """How many, and what they come to by currency, without tax."""
        words = ngettext("%(count)s payment", "%(count)s payments", count) % {"count": f"{count:,}"}
        sums = {}
        for currency, amount in self.filtered().order_by().values_list("term__contract__currency", "amount"):
            sums[currency] = sums.get(currency, Decimal(0)) + amount
        money = [text.money(amount, currency) for currency, amount in sorted(sums.items())]
        return " · ".join([words, *money])
