"""The questions we ask of many tickets, as words."""

from django.apps import apps
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.query import QuerySet
from django.utils import timezone

from helpdesk.choices import UNRESOLVED
from office.models.base import ActivatableQuerySet


class QueueQuerySet(ActivatableQuerySet):
    def of_institution(self, user):
        return self.filter(institution=user.institution_id) if user.institution_id else self.none()

    def worked_by(self, user):
        """Queues of the teams one belongs to: one acts fully there."""
        if not user.is_technician:
            return self.none()
        return self.of_institution(user).filter(team__in=user.teams.all())

    def open_to(self, user):
        """Queues whose tickets one sees with internal notes."""
        ordinary = Q(is_restricted=False) if user.is_technician or user.is_administrator else Q(pk__in=())
        member = Q(team__members=user) if user.is_technician else Q(pk__in=())
        if user.is_auditor:
            return self.of_institution(user)
        return self.of_institution(user).filter(ordinary | Q(pk__in=self.model.objects.filter(member).values("pk")))

    def visible_to(self, user):
        return self.open_to(user)


class CategoryQuerySet(ActivatableQuerySet):
    def visible_to(self, user):
        return self.filter(institution=user.institution_id) if user.institution_id else self.none()


class TicketQuerySet(QuerySet):
    def unresolved(self):
        return self.filter(status__in=UNRESOLVED)

    def overdue(self, at=None):
        """Unresolved past the promised time; a ticket without a promise is never late."""
        return self.unresolved().filter(next_due__lt=at or timezone.now())

    def due_next(self):
        """The order of work: the earliest promise first, those without one last, then the oldest."""
        return self.order_by(F("next_due").asc(nulls_last=True), "id")

    def for_list(self):
        return self.select_related("requester", "unit", "asset__model__manufacturer", "asset__category", "assignee", "queue")

    def of(self, user):
        """Somebody's own tickets: asked for, filed, or watched."""
        return self.filter(_own(user))

    def visible_to(self, user):
        """Every ticket of which one may see at least the public part (see the table in design.md)."""
        if not user.institution_id:
            return self.none()
        inside = self.filter(institution=user.institution_id)
        if user.is_auditor:
            return inside
        rule = _own(user)
        if user.is_technician or user.is_administrator:
            rule |= Q(queue__in=self._queues().open_to(user))
        if headed := user.headed_units:
            rule |= Q(unit__in=headed) & Q(queue__in=self._queues().filter(is_restricted=False))
        if user.is_manager:
            covered = apps.get_model("contracts", "Coverage").objects.assets_of_contracts_run_by(user)
            rule |= Q(asset__in=covered) & Q(queue__in=self._queues().filter(is_restricted=False))
        return inside.filter(rule)

    def open_to(self, user):
        """Tickets of which one sees everything, internal notes too."""
        return self.filter(queue__in=self._queues().open_to(user))

    def _queues(self):
        return apps.get_model("helpdesk", "Queue").objects


def _own(user):
    watched = Exists(user.watched.filter(ticket=OuterRef("pk")).order_by())
    return Q(requester=user) | Q(filed_by=user) | watched
