"""Amendments: writing one, what it changed, the conditions it may change; and the contract as it stood on a day."""

from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from contracts import actions, explain, forms, permissions
from contracts.as_of import as_of
from contracts.choices import BEFORE_FORCE
from contracts.looks import state_of
from contracts.overview import COVERED, HIDDEN_AMOUNTS, level_words
from contracts.views.register import ContractPage, crumb, get_contract, register_crumbs
from office.calendars import today
from office.history import lines_of
from office.models import Event
from office.once import once


class Amend(ContractPage):
    form_class, title = forms.AmendmentForm, _("New amendment")
    lead = _("Write down the paper first; then change by it what it changes.")
    success_message = _("The amendment is written down. Now change by it what it changes.")

    def may(self, contract):
        return super().may(contract) and contract.state not in BEFORE_FORCE

    def get_form_arguments(self):
        return {"initial": {"dated": today(), "effective": today()}}

    def act(self, form):
        given = {name: form.cleaned_data[name] for name in ("dated", "effective", "reason", "document")}

        def write():
            return actions.amend_contract(self.object, by=self.request.user, **given)

        once(form.form_key, user=self.request.user, kind="contract_amendment", act=write)
        return self.object

    def get_success_url(self, outcome):
        return outcome.amendments.first().get_absolute_url()


class Conditions(ContractPage):
    """What was agreed besides value, dates, levels and coverage."""

    form_class, title = forms.ConditionsForm, _("Change the conditions")

    def may(self, contract):
        return super().may(contract) and contract.state not in BEFORE_FORCE

    def get_form_arguments(self):
        return {"instance": self.object, "amendments": self.object.amendments.all()}

    def act(self, form):
        return actions.change_contract(
            self.object,
            by=self.request.user,
            values=form.get_values(),
            version=form.current_version,
            amendment=form.cleaned_data["amendment"],
        )


@require_safe
def amendment_page(request, pk, number):
    """One amendment: its paper, and every change that was made by it, old and new."""
    contract = get_contract(request, pk)
    user = request.user
    amendment = get_object_or_404(contract.amendments.select_related("document", "by"), number=number)
    amounts = permissions.sees_amounts(user)
    events = Event.objects.about(contract).filter(changes__amendment__1=number).select_related("actor").order_by("-pk")
    hidden = {"amendment", *(() if amounts else HIDDEN_AMOUNTS)}
    context = {
        "title": str(amendment),
        "breadcrumbs": [*register_crumbs(user), crumb(contract)],
        "object": contract,
        "amendment": amendment,
        "history": lines_of(type(contract), list(events), hidden),
        "may_edit": contract.is_open and permissions.can_edit(user, contract),
        "shows_paper": amounts,
        "shows_reason": amounts or permissions.answers_for(user, contract),
    }
    return render(request, "contracts/amendment.html", context)


@require_safe
def as_of_page(request, pk):
    """The contract as it stood on the day that is asked for, today without one."""
    contract = get_contract(request, pk)
    user, form = request.user, forms.DayForm(request.GET if "day" in request.GET else None, initial={"day": today()})
    if form.is_bound and not form.is_valid():
        return render(request, "contracts/as_of.html", _frame(contract, user) | {"form": form})
    stood = as_of(contract, form.cleaned_data["day"] if form.is_bound else today())
    terms = [
        {
            "term": term,
            "end": explain.dated(dates.end, stood.contract, term),
            "notice": dates.notice_deadline and explain.dated(dates.notice_deadline, stood.contract, term),
            "decide": explain.dated(dates.decide_by, stood.contract, term),
        }
        for term, dates in zip(stood.terms, stood.dates, strict=True)
    ]
    covered = list(stood.covered.for_list().order_by("pk")[: COVERED + 1])
    context = {
        "form": form,
        "stood": stood,
        "state": state_of(stood.contract),
        "terms": terms[::-1],
        "levels": [level_words(level) for level in stood.levels],
        "covered": covered[:COVERED],
        "covered_count": stood.covered.count(),
        "may": {"amounts": permissions.sees_amounts(user)},
    }
    return render(request, "contracts/as_of.html", _frame(contract, user) | context)


def _frame(contract, user):
    return {
        "title": _("As it stood"),
        "breadcrumbs": [*register_crumbs(user), crumb(contract)],
        "object": contract,
        "lead": contract,
    }
