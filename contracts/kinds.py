"""What the movement log and the outbox page know of contracts."""

from django.utils.translation import gettext_lazy as _

from contracts import call_mail, mail, permissions
from contracts.models import BudgetLine, Contract, ReminderRule, RenewalCase, ScoreWeights, ServiceCall
from contracts.overview import HIDDEN_AMOUNTS
from office.kinds import register_kind
from office.views_outbox import name_topic


def register():
    register_kind("contracts.contract", _("Contract"), _contracts, hidden=_hidden)
    register_kind("contracts.renewalcase", _("Renewal case"), _cases)
    register_kind("contracts.reminderrule", _("Reminder rule"), _rules)
    mail.register_texts()
    call_mail.register_texts()
    register_kind("contracts.budgetline", _("Budget line"), _budget_lines)
    register_kind("contracts.scoreweights", _("Weights of the scorecards"), _weights)
    register_kind("contracts.servicecall", _("Service call to the vendor"), _calls)
    name_topic(mail.TOPIC, _("Reminder of a decision"))
    name_topic(mail.APPROVAL, _("Contract waiting for approval"))
    name_topic(mail.CASE, _("Committee of a renewal"))
    name_topic(mail.ANSWERED, _("Answer to a request for approval"))
    name_topic(call_mail.CALL, _("Service call to the vendor"))
    name_topic(mail.RENEWED, _("Contract renewed by itself"))


def _contracts(user):
    return Contract.objects.visible_to(user).defer("search_text", "notes")


def _cases(user):
    return RenewalCase.objects.visible_to(user).select_related("term__contract")


def _calls(user):
    return ServiceCall.objects.visible_to(user)


def _hidden(user):
    return () if permissions.sees_amounts(user) else HIDDEN_AMOUNTS


def _rules(user):
    rows = ReminderRule.objects.filter(institution=user.institution_id)
    return rows if permissions.sees_rules(user) else rows.none()


def _budget_lines(user):
    rows = BudgetLine.objects.filter(institution=user.institution_id)
    return rows if permissions.reads_reports(user) else rows.none()


def _weights(user):
    rows = ScoreWeights.objects.filter(institution=user.institution_id)
    return rows if permissions.sees_register(user) else rows.none()
