"""Reminder rules: the list in the set-up, one rule, and the own rule of a contract."""

from django.db.models import Count
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from contracts import actions, ladder, permissions, words
from contracts.account import rule_of
from contracts.forms import RuleForm
from contracts.models import Contract, ReminderRule
from contracts.views.register import ContractPage, get_contract
from office.history import history_of
from office.once import once
from people.views.shared import SETUP, button
from ui.pages import FormPage, admit

RULES = (_("Reminder rules"), "/setup/reminder-rules/")


def _rules(user):
    if not permissions.sees_rules(user):
        raise Http404
    return ReminderRule.objects.filter(institution=user.institution_id, contract=None)


@require_safe
def rules(request):
    """All rules of the institution, and the one that holds where there is none."""
    every = list(_rules(request.user))
    counts = _governed(every, request.user.institution_id)
    rows = [{"rule": rule, "count": counts[rule.pk], **words.ladder(rule.as_rule())} for rule in every]
    context = {
        "title": RULES[0],
        "lead": _("When somebody is reminded of a decision, and after how much silence the next person is."),
        "breadcrumbs": [SETUP],
        "rows": rows,
        "standard": words.ladder(ladder.Rule()),
        "own": ReminderRule.objects.in_use()
        .filter(contract__in=Contract.objects.visible_to(request.user))
        .select_related("contract"),
        "can_edit": permissions.can_change_rules(request.user),
    }
    return render(request, "contracts/rules.html", context)


def _governed(rules, institution):
    """{rule pk: how many contracts wait by it}, in one query; `rules` are all of the institution."""
    waiting = Contract.objects.to_decide().filter(institution=institution).exclude(reminder_rule__is_active=True)
    by_type = dict(waiting.order_by().values_list("type").annotate(Count("pk")))
    own_types = {rule.type for rule in rules if rule.is_active and rule.type}
    rest = sum(count for kind, count in by_type.items() if kind not in own_types)
    return {rule.pk: by_type.get(rule.type, 0) if rule.type else rest for rule in rules}


def _count_of(rule):
    rules = ReminderRule.objects.filter(institution=rule.institution_id, contract=None)
    return _governed(list(rules), rule.institution_id)[rule.pk]


@require_safe
def rule_page(request, pk):
    """One rule, what it governs, and its history."""
    rule = get_object_or_404(_rules(request.user), pk=pk)
    context = {
        "title": str(rule),
        "lead": RULES[0],
        "breadcrumbs": [SETUP, RULES],
        "object": rule,
        "count": _count_of(rule),
        "history": history_of(rule),
        "can_edit": permissions.can_change_rules(request.user),
        "ladder": words.ladder(rule.as_rule()),
    }
    return render(request, "contracts/rule.html", context)


class RulePage(FormPage):
    form_class = RuleForm
    breadcrumbs = [SETUP, RULES]
    success_message = _("The rule holds from the next round; what was sent is not sent again.")

    def allowed(self, request):
        return permissions.sees_rules(request.user)

    def get_success_url(self, outcome):
        return reverse("reminder_rules")

    def get_cancel_url(self):
        return reverse("reminder_rules")


class RuleCreate(RulePage):
    title = _("New reminder rule")

    def allowed(self, request):
        return admit(super().allowed(request), permissions.can_change_rules(request.user))

    def get_form_arguments(self):
        return {"instance": ReminderRule(institution_id=self.request.user.institution_id)}

    def act(self, form):
        def create():
            rule = ReminderRule(institution_id=self.request.user.institution_id)
            return actions.save_rule(rule, by=self.request.user, values=form.get_values())

        return once(form.form_key, user=self.request.user, kind="reminder_rule", act=create)


class RuleEdit(RulePage):
    title = _("Edit the reminder rule")
    template_name = "contracts/rule_form.html"

    def get_object(self):
        rule = get_object_or_404(_rules(self.request.user), pk=self.kwargs["pk"])
        admit(True, permissions.can_change_rules(self.request.user))
        return rule

    def get_context(self, **context):
        count = _count_of(self.object)
        used = ngettext(
            "%(count)d contract waits for a decision by this rule.",
            "%(count)d contracts wait for a decision by this rule.",
            count,
        ) % {"count": count}
        return context | {"used": used, "lead": str(self.object)}

    def act(self, form):
        return actions.save_rule(
            self.object, by=self.request.user, values=form.get_values(), version=form.current_version
        )


@require_POST
def switch_rule(request, pk):
    """Put a rule out of use, or back into it; without it the rule of all contracts holds, or the standard."""
    rule = get_object_or_404(_rules(request.user), pk=pk)
    admit(True, permissions.can_change_rules(request.user))

    def switch(row, by):
        return actions.save_rule(row, by=by, values={"is_active": not row.is_active})

    sentence = _("The rule is out of use.") if rule.is_active else _("The rule is in use again.")
    return button(request, rule, switch, sentence, reverse("reminder_rules"))


class OwnRule(ContractPage):
    """The rule of one contract, in the place of that of its type."""

    form_class, title = RuleForm, _("Reminders of this contract")
    lead = _("This rule holds for this contract alone, in the place of that of its type.")
    success_message = _("The rule holds from the next round; what was sent is not sent again.")

    def get_form_arguments(self):
        rule = ReminderRule.objects.filter(contract=self.object).first()
        return {"instance": rule or self._blank()}

    def _blank(self):
        current, _own = rule_of(self.object)
        return ReminderRule(
            institution_id=self.object.institution_id,
            contract=self.object,
            rungs=list(current.rungs),
            repeat_days=current.repeat_days,
            repeat_at_most=current.repeat_at_most,
            climb_after=current.climb_after,
        )

    def act(self, form):
        rule = ReminderRule.objects.filter(contract=self.object).first() or self._blank()
        values = form.get_values() | {"is_active": True}
        version = form.current_version if rule.pk else None
        return actions.save_rule(rule, by=self.request.user, values=values, version=version)


@require_POST
def drop_own_rule(request, pk):
    contract = get_contract(request, pk)
    admit(True, contract.is_open and permissions.can_edit(request.user, contract))
    actions.drop_own_rule(contract, by=request.user)
    return HttpResponseRedirect(contract.get_absolute_url())
