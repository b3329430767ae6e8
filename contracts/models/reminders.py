"""Reminders: the rule of the rungs, every single mail owed or sent, and the decision that ends them."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from contracts.choices import ContractType, Decision, ReminderState
from contracts.ladder import DEFAULT_RUNGS
from office.models import Activatable


def default_rungs():
    return list(DEFAULT_RUNGS)


class ReminderRule(Activatable):
    """The days before decide-by on which somebody is reminded: for all contracts, one type, or one contract."""

    institution = models.ForeignKey("people.Unit", on_delete=models.PROTECT, related_name="+")
    type = models.CharField(_("contract type"), max_length=14, choices=ContractType.choices, blank=True)
    contract = models.OneToOneField(
        "contracts.Contract", on_delete=models.CASCADE, null=True, blank=True, related_name="reminder_rule"
    )
    rungs = models.JSONField(_("days before"), default=default_rungs)
    repeat_days = models.PositiveSmallIntegerField(_("afterwards every so many days"), default=7)
    repeat_at_most = models.PositiveSmallIntegerField(_("at most so many times"), default=8)
    climb_after = models.PositiveSmallIntegerField(_("climbs after so many working days of silence"), default=5)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["institution", "type"], condition=Q(contract=None), name="one_rule_per_type"
            ),
        ]

    def __str__(self):
        return str(self.contract or self.get_type_display() or _("all contracts"))

    def clean(self):
        if not isinstance(self.rungs, list) or not all(isinstance(n, int) and 0 <= n <= 730 for n in self.rungs):
            raise ValidationError({"rungs": _("Give whole numbers of days between 0 and 730.")})


class Reminder(models.Model):
    """One reminder of one person for one rung of one term: to come, sent, silenced or cancelled, and why."""

    term = models.ForeignKey("contracts.Term", on_delete=models.CASCADE, related_name="reminders")
    rung = models.SmallIntegerField(_("rung"), help_text="days before decide-by; negative: after it")
    anchor_date = models.DateField(help_text="the decide-by date from which the rung was counted")
    due_on = models.DateField(_("due on"))
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="contract_reminders"
    )
    channel = models.CharField(max_length=10, default="mail")
    step = models.PositiveSmallIntegerField(default=0, help_text="0 owner, 1 deputy, 2 head, 3 director, 4 administrators")
    state = models.CharField(
        _("state"), max_length=10, choices=ReminderState.choices, default=ReminderState.OWED
    )
    is_late = models.BooleanField(_("late"), default=False)
    because = models.CharField(max_length=40, blank=True)
    made_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True)
    outbox_key = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["term", "rung", "anchor_date", "recipient", "channel"], name="one_reminder_once"
            )
        ]
        indexes = [
            models.Index(fields=["recipient", "state"], name="reminders_of_person"),
            models.Index(fields=["outbox_key"], name="reminders_of_mail"),
        ]

    def __str__(self):
        return f"{self.term_id} {self.rung:+d} {self.recipient_id}"


class RenewalDecision(models.Model):
    """What was decided about a term, by whom and why. The one thing that silences its reminders."""

    term = models.OneToOneField("contracts.Term", on_delete=models.PROTECT, related_name="decision")
    decision = models.CharField(_("decision"), max_length=12, choices=Decision.choices)
    reason = models.TextField(_("reason"), max_length=4000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    notice_sent_on = models.DateField(_("notice sent on"), null=True, blank=True)

    def __str__(self):
        return f"{self.term_id}: {self.decision}"
