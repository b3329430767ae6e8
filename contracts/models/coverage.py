"""The dated ledger of what is covered: an asset, a model or a location, by a term, at a level, from a day to a day."""

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from contracts.choices import NEVER_IN_FORCE
from contracts.models.contracts import Suspension


class CoverageQuerySet(models.QuerySet):
    def assets_of_contracts_run_by(self, user):
        """Ids of the assets that contracts owned or deputised by `user` name, whatever the day."""
        run = Q(term__contract__owner=user) | Q(term__contract__deputy=user)
        return self.filter(run, asset__isnull=False).values("asset")

    def on(self, day):
        """Rows that include the local date `day`; both ends inclusive."""
        return self.filter(from_date__lte=day, to_date__gte=day)

    def with_contract(self):
        """With the contract, its vendor, the level and its hours, without their long texts."""
        texts = [f"term__contract__{name}" for name in ("search_text", "notes", "end_reason")]
        texts += [f"term__contract__vendor__{name}" for name in ("search_text", "notes")]
        return self.select_related("term__contract__vendor", "level__calendar").defer(*texts)

    def for_list(self):
        related = ("level", "model__manufacturer", "location", "asset__category", "asset__model__manufacturer")
        return self.select_related("term__contract", *related).defer("asset__search_text", "asset__notes")

    def of_contracts_ever_in_force(self):
        """Drafts and cancelled contracts never cover anything."""
        return self.exclude(term__contract__state__in=NEVER_IN_FORCE)

    def in_force_on(self, day):
        """Rows that truly cover on the local date `day`: not ended by termination, not paused by suspension. (C10.)"""
        paused = Suspension.objects.on(day).filter(contract=OuterRef("term__contract"))
        return (
            self.on(day)
            .of_contracts_ever_in_force()
            .filter(Q(term__contract__ended_on=None) | Q(term__contract__ended_on__gt=day), ~Exists(paused))
        )


class Coverage(models.Model):
    """One line of the ledger. It is ended by its date, never deleted."""

    term = models.ForeignKey("contracts.Term", on_delete=models.CASCADE, related_name="coverages")
    level = models.ForeignKey(
        "contracts.ServiceLevel", on_delete=models.PROTECT, related_name="coverages", verbose_name=_("service level")
    )
    asset = models.ForeignKey(
        "assets.Asset",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="coverages",
        verbose_name=_("asset"),
    )
    model = models.ForeignKey(
        "assets.AssetModel", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("model")
    )
    location = models.ForeignKey(
        "assets.Location", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("location")
    )
    from_date = models.DateField(_("from date"))
    to_date = models.DateField(_("to date"))
    amendment = models.ForeignKey(
        "contracts.Amendment",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="coverages",
        verbose_name=_("amendment"),
        help_text="the one that added it; empty: covered from the beginning",
    )
    cost_share = models.DecimalField(_("share of cost"), max_digits=14, decimal_places=3, null=True, blank=True)

    objects = CoverageQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(to_date__gte=F("from_date")), name="coverage_ends_after_it_begins"),
            models.CheckConstraint(
                condition=Q(asset__isnull=False, model=None, location=None)
                | Q(asset=None, model__isnull=False, location=None)
                | Q(asset=None, model=None, location__isnull=False),
                name="coverage_names_one_thing",
            ),
        ]
        indexes = [
            models.Index(fields=["asset", "to_date"], name="coverage_of_asset"),
            models.Index(fields=["model", "to_date"], name="coverage_of_model"),
            models.Index(fields=["location", "to_date"], name="coverage_of_location"),
        ]

    def __str__(self):
        return f"{self.thing}: {self.from_date} - {self.to_date}"

    @property
    def thing(self):
        """The asset, the model or the location."""
        return self.asset or self.model or self.location
