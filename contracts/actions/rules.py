"""Reminder rules: for all contracts of an institution, for one type, or for one contract."""

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from contracts import permissions, reminders
from contracts.actions.common import refusal
from contracts.models import Contract, ReminderRule, Term
from office.events import changes_between, record_event, snapshot
from ui.forms import Conflict

FIELDS = ("type", "rungs", "repeat_days", "repeat_at_most", "climb_after", "is_active")


@transaction.atomic
def save_rule(rule, *, by, values, version=None):
    """Write a new or changed rule; the ladders it governs are looked at again by the next run.

    `rule` may be unsaved: then its institution or its contract is set. Rungs already sent are not sent again.
    """
    _demand(by, rule)
    before = {}
    if rule.pk:
        rule = ReminderRule.objects.select_for_update().get(pk=rule.pk)
        if version is not None and rule.version != version:
            raise Conflict([])
        before = _told(rule)
    for name in FIELDS:
        if name in values:
            setattr(rule, name, values[name])
    rule.rungs = sorted(set(rule.rungs), reverse=True)
    rule.clean()
    changes = changes_between(before, _told(rule))
    if rule.pk and changes:
        rule.version += 1
    _save(rule)
    if changes:
        record_event(rule, "changed" if before else "created", by=by, changes=changes)
        if rule.contract_id:
            record_event(rule.contract, "rule_changed", by=by, changes=changes)
    _rearm(rule)
    return rule


@transaction.atomic
def drop_own_rule(contract, *, by):
    """Let a contract follow the rule of its type again."""
    contract = Contract.objects.select_for_update(of=("self",)).select_related("unit").get(pk=contract.pk)
    if not permissions.can_edit(by, contract):
        raise PermissionDenied
    if ReminderRule.objects.filter(contract=contract).delete()[0]:
        record_event(contract, "rule_dropped", by=by)
        reminders.rearm(contract.terms.all())


def _demand(by, rule):
    if rule.contract_id:
        allowed = permissions.can_edit(by, rule.contract)
    else:
        allowed = permissions.can_change_rules(by) and rule.institution_id == by.institution_id
    if not allowed:
        raise PermissionDenied


def _told(rule):
    """The rule as plain values for the trail; the rungs as one word."""
    return snapshot(rule, FIELDS) | {"rungs": ", ".join(str(rung) for rung in rule.rungs)}


def _save(rule):
    try:
        with transaction.atomic():
            rule.save()
    except IntegrityError:
        raise refusal("type", _("There is a rule for this type already."), "taken") from None


def _rearm(rule):
    if rule.contract_id:
        reminders.rearm(rule.contract.terms.all())
    else:
        reminders.rearm(Term.objects.filter(contract__institution=rule.institution_id))
