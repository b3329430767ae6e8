"""The contract with a vendor, its terms as rows, and the service levels it promises."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from contracts.choices import (
    OPEN,
    RUNNING,
    ContractState,
    ContractType,
    CreditFor,
    CreditUnit,
    NoticeUnit,
    Renewal,
    TermOrigin,
)
from contracts.querysets import ContractQuerySet, TermQuerySet
from office.models import Named, Versioned
from office.search import Searchable


class Contract(Searchable, Versioned):
    """What the ministry and a vendor agreed."""

    institution = models.ForeignKey("people.Unit", on_delete=models.PROTECT, related_name="+")
    number = models.CharField(_("contract number"), max_length=60)
    title = models.CharField(_("title"), max_length=300)
    vendor = models.ForeignKey(
        "people.Vendor", on_delete=models.PROTECT, related_name="contracts", verbose_name=_("vendor")
    )
    type = models.CharField(_("type"), max_length=14, choices=ContractType.choices, default=ContractType.MAINTENANCE)
    state = models.CharField(_("state"), max_length=12, choices=ContractState.choices, default=ContractState.DRAFT)
    unit = models.ForeignKey(
        "people.Unit", on_delete=models.PROTECT, related_name="contracts", verbose_name=_("responsible unit")
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="owned_contracts",
        verbose_name=_("owner"),
    )
    deputy = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="deputised_contracts",
        verbose_name=_("deputy"),
    )
    payer = models.CharField(
        _("paid by"),
        max_length=200,
        blank=True,
        help_text=_("Only where somebody else pays, as the government for its correspondence system."),
    )
    beneficiary = models.CharField(
        _("for the benefit of"), max_length=200, blank=True, help_text=_("Only where it serves somebody else.")
    )
    currency = models.CharField(_("currency"), max_length=3, default=settings.CURRENCY)
    signed_on = models.DateField(_("signed on"), null=True, blank=True)
    renewal = models.CharField(_("renewal"), max_length=8, choices=Renewal.choices, default=Renewal.EXPRESS)
    renewal_months = models.PositiveSmallIntegerField(
        _("months of a renewal"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(600)]
    )
    max_renewals = models.PositiveSmallIntegerField(
        _("renewals at most"), null=True, blank=True, validators=[MaxValueValidator(100)]
    )
    notice_value = models.PositiveSmallIntegerField(
        _("notice period"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(730)]
    )
    notice_unit = models.CharField(
        _("notice counted in"), max_length=14, choices=NoticeUnit.choices, default=NoticeUnit.DAYS
    )
    lead_days = models.PositiveSmallIntegerField(
        _("internal lead in days"),
        default=30,
        validators=[MaxValueValidator(730)],
        help_text=_("Time the ministry needs for its own decision."),
    )
    last_possible_end = models.DateField(_("last possible end"), null=True, blank=True)
    ended_on = models.DateField(
        _("terminated as of"), null=True, blank=True, help_text=_("The first day on which nothing is covered any more.")
    )
    end_reason = models.TextField(_("reason"), max_length=4000, blank=True)
    predecessor = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="successors",
        verbose_name=_("predecessor contract"),
    )
    notes = models.TextField(_("notes"), max_length=8000, blank=True)
    outside_number = models.CharField(max_length=60, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    # Copies of the latest term's dates, kept by actions.refresh_dates, so that lists sort by an index. decide_by is
    # empty when nothing is to be decided, or everything was.
    current_end = models.DateField(_("end date"), null=True, editable=False)
    decide_by = models.DateField(_("decide by"), null=True, editable=False)

    objects = ContractQuerySet.as_manager()
    search_sources = ("number", "title", "vendor")  # not the notes: they may name amounts

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["institution", "number"], name="one_contract_per_number"),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "cancelled"]) | Q(owner__isnull=False), name="no_contract_without_owner"
            ),
        ]
        indexes = [
            models.Index(fields=["institution", "decide_by", "id"], name="contract_by_decision"),
            models.Index(fields=["institution", "current_end", "id"], name="contract_by_end"),
            models.Index(fields=["institution", "number", "id"], name="contract_by_number"),
        ]

    def __str__(self):
        return f"{self.number} · {self.title}"

    def search_fields(self):
        return [self.number, self.title, self.vendor.name]

    def get_absolute_url(self):
        return reverse("contract", args=[self.pk])

    @property
    def is_open(self):
        """Whether it may still be changed."""
        return self.state in OPEN

    @property
    def is_running(self):
        return self.state in RUNNING

    @property
    def has_notice(self):
        return self.notice_value is not None


class Term(models.Model):
    """One stretch of the contract: the initial one or a renewal. Dates are local and inclusive."""

    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="terms")
    sequence = models.PositiveSmallIntegerField(_("term"))
    start = models.DateField(_("start date"))
    end = models.DateField(_("end date"), help_text=_("The last day, included."))
    origin = models.CharField(_("origin"), max_length=10, choices=TermOrigin.choices, default=TermOrigin.INITIAL)
    value = models.DecimalField(_("value"), max_digits=14, decimal_places=3, null=True, blank=True)
    notice_deadline = models.DateField(_("notice deadline"), null=True, editable=False)
    decide_by = models.DateField(_("decide by"), null=True, editable=False)
    remind_on = models.DateField(
        null=True, editable=False, help_text="No reminder is due before this day; empty: none ever. Kept by reminders."
    )

    snoozed_until = models.DateField(
        _("put off until"), null=True, editable=False, help_text="no reminder before this day; never past decide-by"
    )
    snoozed_on = models.DateField(null=True, editable=False)
    snoozed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )

    objects = TermQuerySet.as_manager()

    class Meta:
        ordering = ["contract", "sequence"]
        constraints = [
            models.UniqueConstraint(fields=["contract", "sequence"], name="one_term_per_sequence"),
            models.CheckConstraint(condition=Q(end__gte=F("start")), name="term_ends_after_it_begins"),
        ]
        indexes = [models.Index(fields=["remind_on", "id"], name="term_by_reminder")]

    def __str__(self):
        return f"{self.contract.number}, {self.sequence}: {self.start} - {self.end}"


class SuspensionQuerySet(models.QuerySet):
    def on(self, day):
        """Suspensions that include the local date `day`."""
        return self.filter(Q(until=None) | Q(until__gt=day), from_date__lte=day)


class Suspension(models.Model):
    """Days on which the contract was suspended: nothing was covered, the vendor's clock stood still."""

    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="suspensions")
    from_date = models.DateField(_("from date"))
    until = models.DateField(_("until"), null=True, help_text="the first day in force again")
    reason = models.TextField(_("reason"), max_length=4000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    objects = SuspensionQuerySet.as_manager()

    class Meta:
        ordering = ["contract", "from_date", "id"]
        constraints = [
            models.UniqueConstraint(fields=["contract"], condition=Q(until=None), name="suspended_once_at_a_time"),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("from_date")), name="resumed_after_suspended"
            ),
        ]

    def __str__(self):
        return f"{self.contract_id}: {self.from_date} - {self.until or ''}"


class ServiceLevel(Named):
    """What the vendor promises for the devices at this level: times in minutes of its own hours."""

    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="levels")
    calendar = models.ForeignKey(
        "office.WorkingCalendar", on_delete=models.PROTECT, related_name="+", verbose_name=_("hours")
    )
    response_minutes = models.PositiveIntegerField(_("response within minutes"), null=True, blank=True)
    on_site_minutes = models.PositiveIntegerField(_("on site within minutes"), null=True, blank=True)
    restore_minutes = models.PositiveIntegerField(_("restored within minutes"), null=True, blank=True)
    on_site = models.BooleanField(_("on site"), default=False)
    parts_included = models.BooleanField(_("spare parts included"), default=False)
    credit_amount = models.DecimalField(
        _("credit for being late"), max_digits=14, decimal_places=3, null=True, blank=True
    )
    credit_unit = models.CharField(_("for"), max_length=4, choices=CreditUnit.choices, default=CreditUnit.HOUR)
    credit_for = models.CharField(_("charged for"), max_length=8, choices=CreditFor.choices, default=CreditFor.RESTORE)
    credit_cap = models.DecimalField(
        _("at most per cent of the term's value, each call"),
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )

    class Meta(Named.Meta):
        ordering = ["contract", "restore_minutes", "response_minutes", "id"]
