"""The renewal of one term: criteria, offers, the committee with its marks and votes, and the award."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Count, F, Min, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from contracts.choices import LIVE_CASES, CaseState, CriterionKind, Vote
from contracts.models.contracts import Contract
from office.models import Named, Versioned

PERCENT = {"max_digits": 5, "decimal_places": 2, "validators": [MinValueValidator(0), MaxValueValidator(100)]}


class RenewalCaseQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Those of the contracts one sees, and those on whose committee one sits (without the contract itself)."""
        if not user.institution_id or not user.is_active:
            return self.none()
        mine = self.filter(institution=user.institution_id)
        if user.works_at_desk:
            return mine
        seats = CommitteeMember.objects.filter(user=user).values("case")
        return mine.filter(Q(pk__in=seats) | Q(term__contract__in=Contract.objects.visible_to(user)))

    def live(self):
        """Neither awarded nor closed."""
        return self.filter(state__in=LIVE_CASES)

    def for_list(self):
        """With what a row shows; `lowest_price` is for those only whom `permissions.shows_prices` lets see it."""
        valid = Offer.objects.filter(case=OuterRef("pk"), excluded_reason="").order_by().values("case")
        long = [f"term__contract__{name}" for name in ("search_text", "notes", "end_reason")]
        return (
            self.select_related("term__contract__vendor", "term__contract__owner", "awarded_offer__vendor", "successor")
            .defer(*long, "minutes", "recommendation_reason", "closed_reason")
            .annotate(
                offer_count=Subquery(valid.annotate(n=Count("pk")).values("n")),
                lowest_price=Subquery(valid.annotate(least=Min("price_per_year")).values("least")),
            )
        )


class RenewalCase(Versioned):
    """What is done to decide about one term: it opens at the first reminder, or by hand."""

    institution = models.ForeignKey("people.Unit", on_delete=models.PROTECT, related_name="+")
    term = models.OneToOneField("contracts.Term", on_delete=models.PROTECT, related_name="renewal_case")
    state = models.CharField(_("state"), max_length=10, choices=CaseState.choices, default=CaseState.OPEN)
    opened_at = models.DateTimeField(_("opened"), default=timezone.now)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        help_text="empty: the clock, at the first reminder",
    )
    frozen_at = models.DateTimeField(_("criteria frozen"), null=True)
    prices_opened_at = models.DateTimeField(_("financial offers opened"), null=True)
    recommended_offer = models.ForeignKey(
        "contracts.Offer", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("recommended offer")
    )
    recommendation_reason = models.TextField(_("reason of the recommendation"), max_length=4000, blank=True)
    minutes = models.TextField(_("minutes of the committee"), max_length=20000, blank=True)
    minutes_document = models.ForeignKey(
        "office.Attachment", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("signed minutes")
    )
    awarded_offer = models.ForeignKey(
        "contracts.Offer", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("awarded to")
    )
    awarded_at = models.DateTimeField(_("awarded"), null=True)
    awarded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    successor = models.OneToOneField(
        Contract,
        on_delete=models.PROTECT,
        null=True,
        related_name="made_by_case",
        verbose_name=_("successor contract"),
    )
    closed_reason = models.TextField(_("why it was closed"), max_length=4000, blank=True)

    objects = RenewalCaseQuerySet.as_manager()
    named_by = ("term__contract",)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="open") | Q(state="closed") | Q(frozen_at__isnull=False), name="frozen_before_offers"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["committee", "awarded"]) | Q(prices_opened_at__isnull=False),
                name="prices_open_before_the_committee",
            ),
            models.CheckConstraint(
                condition=~Q(state="awarded")
                | Q(awarded_offer__isnull=False, awarded_at__isnull=False, awarded_offer=F("recommended_offer")),
                name="awarded_what_was_recommended",
            ),
        ]
        indexes = [models.Index(fields=["institution", "state", "-id"], name="case_by_state")]

    def __str__(self):
        return self.contract.number

    def get_absolute_url(self):
        return reverse("renewal_case", args=[self.pk])

    @property
    def contract(self):
        return self.term.contract

    @property
    def is_live(self):
        return self.state in LIVE_CASES


class Criterion(Named):
    """What offers are judged by, and its weight in per cent; the financial one is computed from the price."""

    case = models.ForeignKey(RenewalCase, on_delete=models.CASCADE, related_name="criteria")
    kind = models.CharField(_("kind"), max_length=10, choices=CriterionKind.choices, default=CriterionKind.TECHNICAL)
    weight = models.DecimalField(_("weight, per cent"), **PERCENT)

    class Meta(Named.Meta):
        ordering = ["case", "id"]
        verbose_name_plural = "criteria"
        constraints = [
            *Named.Meta.constraints,
            models.CheckConstraint(condition=Q(weight__gt=0, weight__lte=100), name="criterion_weighs_something"),
            models.UniqueConstraint(
                fields=["case"], condition=Q(kind="financial"), name="one_financial_criterion_a_case"
            ),
        ]


class Offer(models.Model):
    """What a vendor offers for the next term: a technical part everybody on the case reads, and a sealed price.

    Nothing reads `price_per_year` or a document marked internal but through `permissions.shows_prices`.
    """

    case = models.ForeignKey(RenewalCase, on_delete=models.CASCADE, related_name="offers")
    vendor = models.ForeignKey(
        "people.Vendor", on_delete=models.PROTECT, related_name="offers", verbose_name=_("vendor")
    )
    received_on = models.DateField(_("received on"))
    valid_until = models.DateField(_("valid until"))
    level = models.CharField(_("service level"), max_length=200, blank=True)
    response_minutes = models.PositiveIntegerField(_("response within minutes"), null=True, blank=True)
    restore_minutes = models.PositiveIntegerField(_("restored within minutes"), null=True, blank=True)
    visits_per_year = models.PositiveSmallIntegerField(
        _("preventive visits a year"), null=True, blank=True, validators=[MaxValueValidator(52)]
    )
    on_site = models.BooleanField(_("on site"), default=False)
    parts_included = models.BooleanField(_("spare parts included"), default=False)
    exclusions = models.TextField(_("exclusions"), max_length=4000, blank=True)
    price_per_year = models.DecimalField(_("price a year"), max_digits=14, decimal_places=3)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField(default=timezone.now)
    excluded_reason = models.TextField(_("why it was set aside"), max_length=4000, blank=True)

    named_by = ("vendor",)

    class Meta:
        ordering = ["case", "id"]
        constraints = [
            models.UniqueConstraint(fields=["case", "vendor"], name="one_offer_a_vendor"),
            models.CheckConstraint(condition=Q(price_per_year__gt=0), name="offer_has_a_price"),
        ]

    def __str__(self):
        return self.vendor.name

    @property
    def institution_id(self):
        return self.case.institution_id

    @property
    def is_excluded(self):
        return bool(self.excluded_reason)


class CommitteeMember(models.Model):
    """A colleague on the committee of a case: marks the technical offers, locks the marks, votes."""

    case = models.ForeignKey(RenewalCase, on_delete=models.CASCADE, related_name="members")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="committees", verbose_name=_("member")
    )
    is_chair = models.BooleanField(_("chairs the committee"), default=False)
    locked_at = models.DateTimeField(_("marks locked"), null=True)
    vote = models.CharField(_("vote"), max_length=10, choices=Vote.choices, blank=True)
    remark = models.TextField(_("remark"), max_length=4000, blank=True)
    voted_at = models.DateTimeField(null=True)

    named_by = ("user",)

    class Meta:
        ordering = ["case", "-is_chair", "id"]
        constraints = [
            models.UniqueConstraint(fields=["case", "user"], name="one_seat_each"),
            models.UniqueConstraint(fields=["case"], condition=Q(is_chair=True), name="one_chair_a_committee"),
            models.CheckConstraint(condition=Q(vote="") | Q(voted_at__isnull=False), name="voted_at_an_instant"),
        ]

    def __str__(self):
        return self.user.name


class Mark(models.Model):
    """The points, 0 to 100, that one member gives one offer by one technical criterion."""

    member = models.ForeignKey(CommitteeMember, on_delete=models.CASCADE, related_name="marks")
    offer = models.ForeignKey(Offer, on_delete=models.CASCADE, related_name="marks")
    criterion = models.ForeignKey(Criterion, on_delete=models.CASCADE, related_name="marks")
    points = models.DecimalField(_("points"), **PERCENT)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["member", "offer", "criterion"], name="one_mark_each"),
            models.CheckConstraint(condition=Q(points__gte=0, points__lte=100), name="points_of_a_hundred"),
        ]

    def __str__(self):
        return f"{self.member_id}/{self.offer_id}/{self.criterion_id}"
