"""What the vendor owes, kept or not; and what is paid, held back and taken off."""

from collections import defaultdict
from decimal import Decimal

from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from contracts import actions, forms, looks, permissions
from contracts.actions.instalments import SETTLED
from contracts.choices import ContractState, ObligationState, PenaltyState
from contracts.dues import payable
from contracts.models import BudgetLine, Instalment, Obligation, Penalty
from contracts.views.acts import AmendingPage
from contracts.views.register import ContractPage, crumb, get_contract, register_crumbs
from office.calendars import today
from office.once import once
from people.views.shared import button
from ui.pages import admit

LINES_NAMED = 12  # budget lines that the form of the instalments names
OWED = (PenaltyState.AGREED, PenaltyState.APPLIED)


def may_account(user, contract):
    """Whether `user` keeps the account of obligations and payments; it is settled after the contract's end, too."""
    return contract.state != ContractState.CANCELLED and permissions.can_edit(user, contract)


@require_safe
def obligations_page(request, pk):
    """Promises, and their dated obligations: due, overdue, met by which evidence, and the penalty that followed."""
    contract = get_contract(request, pk)
    amounts = permissions.sees_amounts(request.user)
    rows = Obligation.objects.filter(term__contract=contract).select_related("term", "promise", "evidence", "by")
    day = today()
    lines = [
        {
            "row": row,
            "look": looks.obligation_of(row, day),
            "is_open": row.state == ObligationState.SCHEDULED,
            "penalty": getattr(row, "penalty", None),
        }
        for row in rows.select_related("penalty").order_by("due", "pk")
    ]
    met = sum(line["row"].state in SETTLED for line in lines)
    past = [line for line in lines if line["row"].due < day]
    context = {
        "title": _("Obligations"),
        "breadcrumbs": [*register_crumbs(request.user), crumb(contract)],
        "object": contract,
        "promises": contract.promises.all(),
        "lines": lines,
        "met": met,
        "past": len(past),
        "overdue": sum(line["is_open"] for line in past),
        "may": {
            "edit": contract.is_open and permissions.can_edit(request.user, contract),
            "account": may_account(request.user, contract),
            "amounts": amounts,
        },
    }
    return render(request, "contracts/obligations.html", context)


@require_safe
def money_page(request, pk):
    """Instalments with what each comes to, and penalties; for those who may see amounts."""
    contract = get_contract(request, pk)
    if not permissions.sees_amounts(request.user):
        raise Http404
    penalties = list(_penalties(contract))
    taken = defaultdict(Decimal)
    for row in penalties:
        if row.state in OWED and row.instalment_id:
            taken[row.instalment_id] += row.amount
    rows = Instalment.objects.filter(term__contract=contract).select_related("term").prefetch_related("depends_on")
    lines = [_line(row, taken[row.pk]) for row in rows.order_by("term__sequence", "number")]
    planned = {line["row"].term_id for line in lines}
    paid = [line["payable"] for line in lines if line["row"].state == Instalment.State.PAID]
    context = {
        "title": _("Payments"),
        "breadcrumbs": [*register_crumbs(request.user), crumb(contract)],
        "object": contract,
        "lines": lines,
        "penalties": [_answerable(row) for row in penalties],
        "paid": sum((one.total for one in paid), Decimal(0)),
        "retained": sum((one.retained for one in paid), Decimal(0)),
        "unplanned": [term for term in contract.terms.all() if term.pk not in planned and term.value],
        "may": {"account": may_account(request.user, contract)},
    }
    return render(request, "contracts/money.html", context)


def _penalties(contract):
    return (
        Penalty.objects.filter(term__contract=contract)
        .select_related("term", "obligation__promise", "instalment", "call")
        .defer("call__text")
    )


def _line(row, taken):
    due = payable(row.amount, row.tax_percent, row.retention_percent, taken)
    waits = [one for one in row.depends_on.all() if one.state not in SETTLED]
    states = Instalment.State
    steps = {
        "invoice": row.state == states.PLANNED,
        "approve": row.state == states.INVOICED,
        "pay": row.state == states.APPROVED,
        "withhold": row.state in (states.PLANNED, states.INVOICED, states.APPROVED),
        "release": row.state == states.WITHHELD,
    }
    return {"row": row, "payable": due, "look": looks.payment_of(row), "waits": len(waits), "may": steps}


class AccountPage(ContractPage):
    """Base of the acts on what is owed and paid."""

    back = "contract_obligations"

    def may(self, contract):
        return may_account(self.request.user, contract)

    def get_success_url(self, outcome):
        return reverse(self.back, args=[self.object.pk])

    def get_cancel_url(self):
        return self.get_success_url(None)


class AddPromise(AmendingPage):
    form_class, title = forms.PromiseForm, _("New promise")
    success_message = _("The promise is written down; its dates are made.")

    def get_form_arguments(self):
        return super().get_form_arguments() | {"currency": self.object.currency}

    def act(self, form):
        def add():
            return actions.add_promise(self.object, by=self.request.user, **form.get_act())

        once(form.form_key, user=self.request.user, kind="contract_promise", act=add)
        return self.object

    def get_success_url(self, outcome):
        return reverse("contract_obligations", args=[self.object.pk])


class OfObligation(AccountPage):
    def get_object(self):
        contract = super().get_object()
        rows = Obligation.objects.filter(term__contract=contract).select_related("term__contract", "promise")
        self.row = get_object_or_404(rows, pk=self.kwargs["row"])
        return contract

    def get_context(self, **context):
        return context | {"lead": self.row.promise}


class Meet(OfObligation):
    form_class, title = forms.MeetForm, _("What came of the obligation")

    def get_form_arguments(self):
        return {"initial": {"met_on": min(today(), self.row.due)}}

    def act(self, form):
        given = {name: form.cleaned_data[name] for name in ("state", "met_on", "evidence", "remark")}
        return actions.meet_obligation(self.row, by=self.request.user, **given)


class Waive(OfObligation):
    form_class, title = forms.ReasonForm, _("Do without the obligation")
    lead = _("No payment waits for it and no penalty is proposed.")

    def act(self, form):
        return actions.waive_obligation(self.row, by=self.request.user, reason=form.cleaned_data["reason"])


class MoneyPage(AccountPage):
    """Base of the acts on amounts."""

    back = "contract_money"


class PlanInstalments(MoneyPage):
    form_class, title = forms.InstalmentsForm, _("Plan the instalments")

    def get_object(self):
        contract = super().get_object()
        self.term = get_object_or_404(contract.terms, pk=self.kwargs["term"])
        return contract

    def get_form_arguments(self):
        years = (self.term.start.year, self.term.end.year)
        lines = BudgetLine.objects.in_use().filter(institution=self.object.institution_id, fiscal_year__range=years)
        known = {line.code: line for line in lines.order_by("code", "fiscal_year")}
        return super().get_form_arguments() | {"lines": list(known.values())[:LINES_NAMED]}

    def act(self, form):
        given = {name: value for name, value in form.cleaned_data.items() if name != "form_key"}
        return actions.plan_instalments(self.term, by=self.request.user, **given)


class OfInstalment(MoneyPage):
    def get_object(self):
        contract = super().get_object()
        rows = Instalment.objects.filter(term__contract=contract).select_related("term__contract")
        self.row = get_object_or_404(rows, pk=self.kwargs["row"])
        return contract


class Invoice(OfInstalment):
    form_class, title = forms.InvoiceForm, _("Record the invoice")

    def act(self, form):
        numbers = {name: form.cleaned_data[name] for name in ("invoice_number", "e_invoice_number")}
        return actions.invoice_instalment(self.row, by=self.request.user, **numbers)


class Pay(OfInstalment):
    form_class, title = forms.PayForm, _("Record the payment")

    def get_form_arguments(self):
        return {"initial": {"paid_on": today()}}

    def act(self, form):
        return actions.pay_instalment(self.row, by=self.request.user, paid_on=form.cleaned_data["paid_on"])


class Withhold(OfInstalment):
    form_class, title, submit_label = forms.ReasonForm, _("Hold the instalment back"), _("Hold it back")

    def act(self, form):
        return actions.withhold_instalment(self.row, by=self.request.user, reason=form.cleaned_data["reason"])


class WaivePenalty(MoneyPage):
    form_class, title, submit_label = forms.ReasonForm, _("Waive the penalty"), _("Waive")

    def get_object(self):
        contract = super().get_object()
        self.row = get_object_or_404(_penalties(contract), pk=self.kwargs["row"])
        return contract

    def act(self, form):
        return actions.waive_penalty(self.row, by=self.request.user, reason=form.cleaned_data["reason"])


@require_POST
def approve_instalment(request, pk, row):
    return _press(request, pk, Instalment, row, actions.approve_instalment, _("It is released for payment."))


@require_POST
def release_instalment(request, pk, row):
    return _press(request, pk, Instalment, row, actions.release_instalment, _("It is held back no more."))


@require_POST
def agree_penalty(request, pk, row):
    sentence = _("The penalty is agreed: it is taken off the next instalment.")
    return _press(request, pk, Penalty, row, actions.agree_penalty, sentence)


def _press(request, pk, model, row, act, sentence):
    contract = get_contract(request, pk)
    admit(True, may_account(request.user, contract))
    thing = get_object_or_404(model.objects.select_related("term__contract"), pk=row, term__contract=contract)
    return button(request, thing, act, sentence, reverse("contract_money", args=[pk]))


def _answerable(row):
    return {"row": row, "look": looks.penalty_of(row), "is_proposed": row.state == PenaltyState.PROPOSED}
