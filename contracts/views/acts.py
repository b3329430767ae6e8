"""The acts on one contract: its terms, levels, coverage, papers, states, and the decision."""

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from contracts import actions, explain, forms, permissions
from contracts.actions.coverage import LEVEL_FIELDS
from contracts.choices import BEFORE_FORCE, TermOrigin
from contracts.models import Coverage
from contracts.views.register import ContractPage, get_contract
from office.calendars import today
from office.once import once
from people.views.shared import button
from ui import markup, text
from ui.pages import admit


class Decide(ContractPage):
    """Records what was decided about the latest term."""

    form_class, title = forms.DecisionForm, _("Record the decision")
    success_message = _("The decision is recorded. No reminder is sent any more.")

    def may(self, contract):
        return permissions.can_record_decision(self.request.user, contract)

    def get_form_arguments(self):
        may_add = permissions.can_edit(self.request.user, self.object)
        initial = {"new_end": actions.proposed_end(self.object)} if may_add else {}
        return {"may_add_term": may_add, "currency": self.object.currency, "initial": initial}

    def get_context(self, **context):
        lead = gettext("%(contract)s, to be decided by %(day)s") % {
            "contract": text.isolate_text(self.object.title),
            "day": text.day(self.object.decide_by),
        }
        why = explain.decide_by_of([self.object]).get(self.object.pk)
        return context | {"lead": markup.explained(lead, why)}

    def act(self, form):
        return actions.record_decision(self.object, by=self.request.user, **form.get_act())


class NextTerm(ContractPage):
    form_class, title = forms.NextTermForm, _("Add the next term")
    success_message = _("The term is added; what was covered stays covered.")

    def get_form_arguments(self):
        return {"currency": self.object.currency, "initial": {"end": actions.proposed_end(self.object)}}

    def act(self, form):
        return _once(self, form, "term", lambda: actions.add_term(self.object, by=self.request.user, **_given(form)))


def amendments_of(contract):
    """Those by which a contract in force is changed; None for a draft, which needs none."""
    return None if contract.state in BEFORE_FORCE else contract.amendments.all()


class AmendingPage(ContractPage):
    """Base of the pages that change what was agreed: in force they name the amendment by which."""

    def get_form_arguments(self):
        return {"amendments": amendments_of(self.object)}

    def get_context(self, **context):
        missing = self.object.state not in BEFORE_FORCE and not self.object.amendments.exists()
        return context | (
            {"lead": gettext("Write the amendment first: a contract in force changes by it.")} if missing else {}
        )


class EditTerm(AmendingPage):
    form_class, title = forms.TermForm, _("Change the term")

    def get_object(self):
        contract = super().get_object()
        self.term = get_object_or_404(contract.terms, pk=self.kwargs["term"])
        return contract

    def get_form_arguments(self):
        initial = {name: getattr(self.term, name) for name in ("start", "end", "value")}
        return super().get_form_arguments() | {"currency": self.object.currency, "initial": initial}

    def get_context(self, **context):
        words = {"number": self.term.sequence, "origin": TermOrigin(self.term.origin).label}
        return super().get_context(**context | {"lead": gettext("Term %(number)d, %(origin)s") % words})

    def act(self, form):
        return actions.change_term(self.term, by=self.request.user, **_given(form))


class AddLevel(AmendingPage):
    form_class, title = forms.LevelForm, _("New service level")

    def get_form_arguments(self):
        return super().get_form_arguments() | {"currency": self.object.currency}

    def act(self, form):
        return _once(
            self,
            form,
            "level",
            lambda: actions.add_level(
                self.object, by=self.request.user, values=form.get_values(), amendment=_amendment(form)
            ),
        )


class EditLevel(AmendingPage):
    form_class, title = forms.LevelForm, _("Edit the service level")

    def get_object(self):
        contract = super().get_object()
        self.level = get_object_or_404(contract.levels, pk=self.kwargs["level"])
        return contract

    def get_form_arguments(self):
        initial = {name: getattr(self.level, name) for name in LEVEL_FIELDS}
        return super().get_form_arguments() | {"initial": initial, "currency": self.object.currency}

    def act(self, form):
        values, amendment = form.get_values(), _amendment(form)
        return actions.change_level(self.level, by=self.request.user, values=values, amendment=amendment)


class AddCoverage(AmendingPage):
    form_class, title = forms.CoverageForm, _("Add coverage")
    success_message = _("It is covered.")

    def get_object(self):
        contract = super().get_object()
        self.term = contract.terms.order_by("sequence").last()
        return contract

    def get_form_arguments(self):
        newest = self.object.state not in BEFORE_FORCE and self.object.amendments.first()
        begin = max(self.term.start, min(newest.effective if newest else today(), self.term.end))
        if self.object.state in BEFORE_FORCE:
            begin = self.term.start
        initial = {"from_date": begin, "to_date": self.term.end, "level": self.object.levels.first()}
        known = {"contract": self.object, "by": self.request.user, "initial": initial}
        return super().get_form_arguments() | known

    def get_context(self, **context):
        missing = not self.object.levels.exists()
        return super().get_context(**context | ({"lead": gettext("Add a service level first.")} if missing else {}))

    def act(self, form):
        return _once(
            self,
            form,
            "coverage",
            lambda: actions.add_coverage(self.object, by=self.request.user, **form.get_act())[0],
        )

    def get_success_url(self, outcome):
        return reverse("contract_coverage", args=[self.object.pk])


class EndCoverage(AmendingPage):
    form_class, title = forms.EndCoverageForm, _("End the coverage")
    success_message = _("The coverage ends on that day.")

    def get_object(self):
        contract = super().get_object()
        rows = Coverage.objects.filter(term__contract=contract).for_list()
        self.row = get_object_or_404(rows, pk=self.kwargs["row"])
        return contract

    def get_form_arguments(self):
        last_day = max(self.row.from_date, min(today(), self.row.to_date))
        return super().get_form_arguments() | {"initial": {"last_day": last_day, "changes_value": True}}

    def get_context(self, **context):
        return super().get_context(**context | {"lead": self.row.thing})

    def act(self, form):
        return actions.end_coverage(self.row, by=self.request.user, **_given(form))

    def get_success_url(self, outcome):
        return reverse("contract_coverage", args=[self.object.pk])


class Suspend(ContractPage):
    form_class, title = forms.SuspendForm, _("Suspend the contract")
    lead = _("From today nothing is covered and the vendor's clock stands still; reminders go on.")
    success_message = _("The contract is suspended.")

    def may(self, contract):
        return permissions.can_move(self.request.user, contract, "suspend")

    def act(self, form):
        return actions.suspend_contract(self.object, by=self.request.user, reason=form.cleaned_data["reason"])


class Terminate(ContractPage):
    form_class, title = forms.TerminateForm, _("Terminate the contract")
    lead = _("This cannot be taken back. Nothing is covered from that day, and no reminder is sent any more.")
    success_message = _("The contract is terminated.")

    def may(self, contract):
        return permissions.can_move(self.request.user, contract, "terminate")

    def get_form_arguments(self):
        return {"initial": {"on": today()}}

    def act(self, form):
        return actions.terminate_contract(self.object, by=self.request.user, **_given(form))


class AttachPaper(ContractPage):
    form_class, title = forms.PaperForm, _("Attach a paper")
    lead = _("Only managers, auditors and administrators can open it: it may name amounts.")
    success_message = _("The paper is attached.")

    def may(self, contract):
        return permissions.can_edit(self.request.user, contract)

    def act(self, form):
        return _once(
            self,
            form,
            "paper",
            lambda: actions.hand_paper(self.object, form.cleaned_data["paper"], by=self.request.user),
        )


class Reject(ContractPage):
    form_class, title = forms.RejectForm, _("Send the contract back")
    lead = _("It becomes a draft again; whoever sent it reads your reason.")
    success_message = _("The contract is a draft again.")

    def may(self, contract):
        return permissions.can_move(self.request.user, contract, "reject")

    def act(self, form):
        return actions.reject_contract(self.object, by=self.request.user, reason=form.cleaned_data["reason"])


@require_POST
def submit(request, pk):
    contract = _for_button(request, pk, "submit")
    return button(
        request, contract, actions.submit_contract, _("It waits for approval by somebody who did not write it.")
    )


@require_POST
def approve(request, pk):
    contract = _for_button(request, pk, "approve")
    return button(request, contract, actions.approve_contract, _("The contract is approved."))


@require_POST
def withdraw(request, pk):
    contract = _for_button(request, pk, "withdraw")
    return button(request, contract, actions.withdraw_contract, _("The contract is a draft again."))


@require_POST
def activate(request, pk):
    """Put an approved contract into force before its first day comes."""
    contract = _for_button(request, pk, "activate")
    return button(request, contract, actions.activate_contract, _("The contract is in force; reminders begin."))


@require_POST
def resume(request, pk):
    contract = _for_button(request, pk, "resume")
    return button(request, contract, actions.resume_contract, _("The contract is in force again."))


@require_POST
def cancel(request, pk):
    contract = _for_button(request, pk, "cancel")
    return button(request, contract, actions.cancel_contract, _("The draft is given up. It stays in the register."))


def _for_button(request, pk, move):
    contract = get_contract(request, pk)
    admit(True, permissions.can_move(request.user, contract, move))
    return contract


def _amendment(form):
    return form.cleaned_data.get("amendment")


def _given(form):
    return {name: value for name, value in form.cleaned_data.items() if name != "form_key"}


def _once(page, form, kind, act):
    """The same form twice is one term, level, line or paper."""
    once(form.form_key, user=page.request.user, kind=f"contract_{kind}", act=act)
    return page.object
