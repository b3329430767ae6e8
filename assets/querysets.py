"""The questions we ask of many assets, as words."""

from django.db.models import FilteredRelation, Q, QuerySet

from assets.choices import GONE


class AssetQuerySet(QuerySet):
    def visible_to(self, user):
        """The desk sees the register of its institution; an employee what she holds."""
        mine = self.filter(institution=user.institution_id) if user.institution_id else self.none()
        if user.works_at_desk:
            return mine
        return mine.filter(pk__in=user.custodies.current().values("asset"))

    def held_by(self, user):
        return self.filter(pk__in=user.custodies.current().values("asset"))

    def live(self):
        return self.exclude(state__in=GONE)

    def with_holder(self):
        """Adds `held.person`, `held.unit`, `held.vendor` of the open custody row, without a query a row."""
        return self.annotate(held=FilteredRelation("custodies", condition=Q(custodies__ended_at=None)))

    def for_list(self):
        return self.select_related("category", "model__manufacturer", "location", "unit").prefetch_related(
            "custodies__person"
        )
