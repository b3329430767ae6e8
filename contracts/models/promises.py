"""What the vendor owes besides answering calls: promises, the dated obligations that follow, and their evidence."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from contracts.choices import ObligationKind, ObligationState, PenaltyState, VendorClock
from ui import text

PERCENT = {"max_digits": 5, "decimal_places": 2, "validators": [MinValueValidator(0), MaxValueValidator(100)]}


class Promise(models.Model):
    """Something the vendor is to do so many times a year, and what being late with it costs."""

    contract = models.ForeignKey("contracts.Contract", on_delete=models.CASCADE, related_name="promises")
    kind = models.CharField(_("kind"), max_length=10, choices=ObligationKind.choices, default=ObligationKind.VISIT)
    title = models.CharField(_("title"), max_length=200, blank=True)
    per_year = models.PositiveSmallIntegerField(
        _("times a year"), default=4, validators=[MinValueValidator(1), MaxValueValidator(52)]
    )
    penalty_per_day = models.DecimalField(
        _("penalty for each day late"), max_digits=14, decimal_places=3, null=True, blank=True
    )
    penalty_cap = models.DecimalField(_("at most per cent of the term's value"), null=True, blank=True, **PERCENT)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["contract", "id"]

    def __str__(self):
        return self.title or self.get_kind_display()


class Obligation(models.Model):
    """One promise on one day: to be met by evidence, or waived with a reason."""

    term = models.ForeignKey("contracts.Term", on_delete=models.CASCADE, related_name="obligations")
    promise = models.ForeignKey(Promise, on_delete=models.PROTECT, related_name="obligations")
    due = models.DateField(_("due on"))
    state = models.CharField(
        _("state"), max_length=14, choices=ObligationState.choices, default=ObligationState.SCHEDULED
    )
    met_on = models.DateField(_("done on"), null=True, blank=True)
    evidence = models.ForeignKey(
        "office.Attachment", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("evidence")
    )
    remark = models.TextField(_("remark"), max_length=4000, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["due", "id"]
        constraints = [
            models.UniqueConstraint(fields=["term", "promise", "due"], name="one_obligation_per_day"),
            models.CheckConstraint(
                condition=~Q(state__in=["met", "partially_met"]) | Q(met_on__isnull=False, evidence__isnull=False),
                name="met_by_evidence",
            ),
        ]
        indexes = [models.Index(fields=["state", "due"], name="obligation_by_day")]

    def __str__(self):
        return f"{self.promise} · {text.day(self.due)}"


class Instalment(models.Model):
    """A part of a term's value: due on a day, depending on obligations, paid or held back."""

    class State(models.TextChoices):
        PLANNED = "planned", _("planned")
        INVOICED = "invoiced", _("invoiced")
        APPROVED = "approved", _("approved for payment")
        PAID = "paid", _("paid")
        WITHHELD = "withheld", _("held back")

    term = models.ForeignKey("contracts.Term", on_delete=models.CASCADE, related_name="instalments")
    number = models.PositiveSmallIntegerField(_("instalment"))
    due = models.DateField(_("due on"))
    amount = models.DecimalField(_("amount"), max_digits=14, decimal_places=3)
    tax_percent = models.DecimalField(_("tax rate, per cent"), **PERCENT)
    retention_percent = models.DecimalField(_("retention, per cent"), default=0, **PERCENT)
    depends_on = models.ManyToManyField(Obligation, related_name="instalments", verbose_name=_("depends on"))
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.PLANNED)
    reason = models.TextField(_("reason"), max_length=4000, blank=True, help_text="why it is held back")
    invoice_number = models.CharField(_("invoice number"), max_length=60, blank=True)
    e_invoice_number = models.CharField(_("national e-invoice number"), max_length=60, blank=True)
    paid_on = models.DateField(_("paid on"), null=True, blank=True)
    budget_line = models.CharField(_("budget line"), max_length=60, blank=True)
    fiscal_year = models.PositiveSmallIntegerField(_("fiscal year"))

    class Meta:
        ordering = ["term", "number"]
        constraints = [
            models.UniqueConstraint(fields=["term", "number"], name="one_instalment_per_number"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="instalment_of_something"),
            models.CheckConstraint(condition=~Q(state="paid") | Q(paid_on__isnull=False), name="paid_on_a_day"),
        ]
        indexes = [
            models.Index(fields=["state", "due"], name="instalment_by_day"),
            models.Index(fields=["due", "id"], name="instalment_in_order"),
        ]

    def __str__(self):
        return f"{self.term_id}/{self.number}"


class Penalty(models.Model):
    """What a breach costs by the contract's rule: proposed, then agreed or waived with a reason, and taken off once."""

    term = models.ForeignKey("contracts.Term", on_delete=models.CASCADE, related_name="penalties")
    obligation = models.OneToOneField(
        Obligation, on_delete=models.PROTECT, null=True, blank=True, related_name="penalty"
    )
    call = models.ForeignKey(
        "contracts.ServiceCall", on_delete=models.PROTECT, null=True, blank=True, related_name="penalties"
    )
    clock = models.CharField(max_length=8, choices=VendorClock.choices, blank=True, help_text="the promise of the call")
    days_late = models.PositiveSmallIntegerField(_("days late"))
    hours_late = models.PositiveIntegerField(_("hours late"), null=True, help_text="where it is charged by the hour")
    amount = models.DecimalField(_("amount"), max_digits=14, decimal_places=3)
    state = models.CharField(_("state"), max_length=10, choices=PenaltyState.choices, default=PenaltyState.PROPOSED)
    reason = models.TextField(_("reason"), max_length=4000, blank=True)
    instalment = models.ForeignKey(
        Instalment, on_delete=models.PROTECT, null=True, blank=True, related_name="penalties"
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["id"]
        verbose_name_plural = "penalties"
        constraints = [
            models.CheckConstraint(condition=Q(amount__gte=0), name="penalty_of_something"),
            models.CheckConstraint(condition=~Q(state="waived") | ~Q(reason=""), name="waived_with_a_reason"),
            models.UniqueConstraint(
                fields=["call", "clock"], condition=Q(call__isnull=False), name="one_penalty_per_promise_of_a_call"
            ),
            models.CheckConstraint(
                condition=Q(call=None, clock="") | Q(call__isnull=False, clock__gt="", obligation=None),
                name="penalty_of_a_call_names_the_promise",
            ),
        ]

    named_by = ("call", "obligation__promise")

    def __str__(self):
        """What it is for; never how much, since the history is read by those, too, who may not see amounts."""
        return f"{self.call.number} · {self.get_clock_display()}" if self.call_id else str(self.obligation)
