"""Reminders: the rule of the rungs, every single mail owed or sent, and the decision that ends them."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from contracts.choices import NON_RENEWAL, ContractType, Decision, Instead, ReminderState, Step
from contracts.ladder import DEFAULT_RUNGS, EARLIEST, Rule
from office.models import Activatable, Versioned


def default_rungs():
    return list(DEFAULT_RUNGS)


class ReminderRule(Activatable, Versioned):
    """The days before decide-by on which somebody is reminded: for all contracts, one type, or one contract."""

    institution = models.ForeignKey("people.Unit", on_delete=models.PROTECT, related_name="+")
    type = models.CharField(
        _("contract type"),
        max_length=14,
        choices=ContractType.choices,
        blank=True,
        help_text=_("Empty: all types that have no rule of their own."),
    )
    contract = models.OneToOneField(
        "contracts.Contract", on_delete=models.CASCADE, null=True, blank=True, related_name="reminder_rule"
    )
    rungs = models.JSONField(_("days before decide-by"), default=default_rungs)
    repeat_days = models.PositiveSmallIntegerField(
        _("afterwards every so many days"), default=7, validators=[MinValueValidator(1), MaxValueValidator(90)]
    )
    repeat_at_most = models.PositiveSmallIntegerField(
        _("at most so many times"), default=8, validators=[MaxValueValidator(52)]
    )
    climb_after = models.PositiveSmallIntegerField(
        _("climbs after so many working days of silence"),
        default=5,
        validators=[MinValueValidator(1), MaxValueValidator(60)],
    )

    class Meta:
        ordering = ["type", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["institution", "type"], condition=Q(contract=None), name="one_rule_per_type"
            ),
        ]

    def __str__(self):
        return str(self.contract or self.get_type_display() or _("all contracts"))

    def get_absolute_url(self):
        return reverse("reminder_rule", args=[self.pk])

    def clean(self):
        if not isinstance(self.rungs, list) or not all(_is_rung(rung) for rung in self.rungs):
            raise ValidationError({"rungs": _("Give whole numbers of days between 0 and 730.")})

    def as_rule(self):
        """The pure rule of the ladder."""
        return Rule(tuple(self.rungs), self.repeat_days, self.repeat_at_most, self.climb_after)


def _is_rung(rung):
    return type(rung) is int and 0 <= rung <= EARLIEST


class Reminder(models.Model):
    """One reminder of one person for one rung of one term. Whether it left stands in the outbox, under its key."""

    term = models.ForeignKey("contracts.Term", on_delete=models.CASCADE, null=True, related_name="reminders")
    deadline = models.ForeignKey(
        "contracts.Deadline", on_delete=models.CASCADE, null=True, related_name="reminders", help_text="or else a term"
    )
    rung = models.SmallIntegerField(_("rung"), help_text="days before decide-by; negative: after it")
    anchor_date = models.DateField(help_text="the decide-by date from which the rung was counted")
    due_on = models.DateField(_("due on"), help_text="the day of the rung, or of the end of the silence")
    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="contract_reminders")
    channel = models.CharField(max_length=10, default="mail")
    step = models.PositiveSmallIntegerField(choices=Step.choices, default=Step.OWNER)
    instead = models.CharField(
        max_length=12, choices=Instead.choices, blank=True, help_text="why the person meant did not get it"
    )
    state = models.CharField(_("state"), max_length=10, choices=ReminderState.choices, default=ReminderState.OWED)
    is_late = models.BooleanField(_("late"), default=False)
    missed = models.JSONField(default=list, help_text="days of the rungs that this one stands for too")
    made_on = models.DateField(default=timezone.localdate, help_text="the local day whose run made it")
    made_at = models.DateTimeField(default=timezone.now)
    outbox_key = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["term", "rung", "anchor_date", "recipient", "channel"], name="one_reminder_once"
            ),
            models.UniqueConstraint(
                fields=["deadline", "rung", "anchor_date", "recipient", "channel"],
                condition=Q(deadline__isnull=False),
                name="one_reminder_of_deadline",
            ),
            models.CheckConstraint(
                condition=Q(term__isnull=False, deadline=None) | Q(term=None, deadline__isnull=False),
                name="reminder_of_one_thing",
            ),
        ]
        indexes = [
            models.Index(fields=["recipient", "made_on"], name="reminders_of_person"),
            models.Index(fields=["outbox_key"], name="reminders_of_mail"),
        ]

    def __str__(self):
        return f"{self.term_id or self.deadline_id} {self.rung:+d} {self.recipient_id}"


class RenewalDecision(models.Model):
    """What was decided about a term, by whom and why. The one thing that silences its reminders."""

    term = models.OneToOneField("contracts.Term", on_delete=models.PROTECT, related_name="decision")
    decision = models.CharField(_("decision"), max_length=12, choices=Decision.choices)
    reason = models.TextField(_("reason"), max_length=4000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    notice_sent_on = models.DateField(_("notice sent on"), null=True, blank=True)
    proof = models.ForeignKey(
        "office.Attachment",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("proof of the notice"),
    )

    def __str__(self):
        return f"{self.term_id}: {self.decision}"

    @property
    def stops_renewal(self):
        """Whether the contract does not renew itself after this: it is to end, or notice was given."""
        return self.decision in NON_RENEWAL or self.notice_sent_on is not None


class CountedBy(models.Model):
    """By which version of which calendar the dates of all contracts were last counted; one row."""

    calendar = models.PositiveBigIntegerField()
    calendar_version = models.PositiveIntegerField()

    def __str__(self):
        return f"{self.calendar} {self.calendar_version}"
