"""The questions we ask of many contracts, as words."""

from django.db.models import Prefetch, QuerySet

from contracts.choices import COVERING, REMINDED


class ContractQuerySet(QuerySet):
    def visible_to(self, user):
        """Employees see none; the desk sees those of its institution (amounts are another right)."""
        if not user.institution_id or not user.works_at_desk:
            return self.none()
        return self.filter(institution=user.institution_id)

    def in_force(self):
        return self.filter(state__in=COVERING)

    def to_decide(self, until):
        """Active contracts without a decision whose decide-by is on or before the local date `until`."""
        return self.reminded().filter(decide_by__lte=until)

    def reminded(self):
        return self.filter(state__in=REMINDED)

    def for_list(self):
        return self.select_related("vendor", "owner", "unit")


class TermQuerySet(QuerySet):
    def current_on(self, day):
        """The terms that include the local date `day`; both ends inclusive."""
        return self.filter(start__lte=day, end__gte=day)

    def undecided(self):
        return self.filter(decision=None)

    def for_contract_page(self):
        return self.select_related("decision__by").prefetch_related(Prefetch("reminders"))
