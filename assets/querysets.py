"""The questions we ask of many assets, as words."""

from django.apps import apps
from django.db.models import FilteredRelation, Q, QuerySet

from assets.choices import GONE


class AssetQuerySet(QuerySet):
    def visible_to(self, user):
        """The desk sees the register of its institution; an employee what she holds."""
        mine = self.filter(institution=user.institution_id) if user.institution_id else self.none()
        if user.works_at_desk:
            return mine
        return mine.held_by(user)

    def held_by(self, user):
        return self.filter(pk__in=user.custodies.current().values("asset"))

    def live(self):
        return self.exclude(state__in=GONE)

    def with_holder(self):
        """Fetches `held`, the open custody row or None, with its person, unit and vendor; no query a row."""
        held = FilteredRelation("custodies", condition=Q(custodies__ended_at=None))
        return self.annotate(held=held).select_related("held__person", "held__unit", "held__vendor")

    def for_list(self):
        """Everything a row of the register shows."""
        return self.with_holder().select_related("category", "model__manufacturer", "location", "unit")

    def unsigned(self):
        return self.filter(pk__in=_custodies().unsigned().values("asset"))

    def in_dispute(self):
        return self.filter(pk__in=_custodies().in_dispute().values("asset"))

    def held_by_any_of(self, people):
        return self.filter(pk__in=_custodies().current().filter(person__in=people).values("asset"))

    def within(self, location):
        """Standing at a location or anywhere below it."""
        return self.filter(location__path__startswith=location.path)

    def of_unit(self, unit):
        """Belonging to a unit or to any below it."""
        return self.filter(unit__path__startswith=unit.path)


def _custodies():
    return apps.get_model("assets", "Custody").objects
