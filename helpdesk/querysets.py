"""The questions we ask of many tickets, as words."""

from django.apps import apps
from django.db.models import CharField, DateTimeField, Exists, ExpressionWrapper, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce, TruncDate
from django.db.models.lookups import Lookup
from django.db.models.query import QuerySet
from django.utils import timezone

from helpdesk.choices import OVER, UNRESOLVED
from helpdesk.rows import COLUMNS, TicketRows
from office.models.base import ActivatableQuerySet


class QueueQuerySet(ActivatableQuerySet):
    def of_institution(self, user):
        return self.filter(institution=user.institution_id) if user.institution_id else self.none()

    def with_membership(self, user):
        """Adds `is_mine`: whether the user with this key belongs to the team of the queue."""
        through = self.model._meta.get_field("team").related_model.members.through
        return self.annotate(is_mine=Exists(through.objects.filter(team=OuterRef("team"), user=user)))

    def worked_by(self, user):
        """Queues of the teams one belongs to: one acts fully there."""
        return (
            self.of_institution(user).with_membership(user.pk).filter(is_mine=True)
            if user.is_technician
            else self.none()
        )

    def open_to(self, user):
        """Queues whose tickets one sees with internal notes."""
        inside = self.of_institution(user)
        if user.is_auditor:
            return inside
        if not (user.is_technician or user.is_administrator):
            return self.none()
        return inside.with_membership(user.pk).filter(Q(is_restricted=False) | Q(is_mine=True))

    def visible_to(self, user):
        return self.open_to(user)


class CategoryQuerySet(ActivatableQuerySet):
    def visible_to(self, user):
        return self.filter(institution=user.institution_id) if user.institution_id else self.none()


class PolicyQuerySet(ActivatableQuerySet):
    def visible_to(self, user):
        return self.filter(institution=user.institution_id) if user.institution_id else self.none()


class TicketQuerySet(QuerySet):
    def unresolved(self):
        return self.filter(status__among=UNRESOLVED)

    def overdue(self, at=None):
        """Unresolved past the promised time; a ticket without a promise is never late."""
        return self.unresolved().filter(next_due__lt=at or timezone.now())

    def covered(self, **by):
        """Those whose device was covered on the local day they were filed; cancelled ones never count.

        by: term__contract=..., or term__contract__vendor=...; by asset, by model, or by the place it stands in now.
        """
        ledger = apps.get_model("contracts", "Coverage").objects.of_contracts_ever_in_force().filter(**by)
        place = ExpressionWrapper(OuterRef("asset__location__path"), output_field=CharField())
        named = Q(asset=OuterRef("asset")) | Q(model=OuterRef("asset__model"))
        named |= Q(place__startswith=F("location__path"))
        rows = ledger.alias(place=place).filter(
            named,
            Q(term__contract__ended_on=None) | Q(term__contract__ended_on__gt=OuterRef("filed_on")),
            from_date__lte=OuterRef("filed_on"),
            to_date__gte=OuterRef("filed_on"),
            term__contract__institution=OuterRef("institution"),
        )
        found = self.alias(filed_on=TruncDate("created_at")).filter(Exists(rows.order_by()), asset__isnull=False)
        return found.exclude(status="cancelled")

    def again(self, within, among):
        """Those filed within a span of time after another ticket of the same device, one of `among`, was resolved."""
        earlier = among.order_by().exclude(status="cancelled").alias(ended=Coalesce("resolved_at", "closed_at"))
        span = ExpressionWrapper(OuterRef("created_at") - within, output_field=DateTimeField())
        earlier = earlier.filter(
            asset=OuterRef("asset"), created_at__lt=OuterRef("created_at"), ended__lte=OuterRef("created_at")
        )
        return self.filter(Exists(earlier.filter(ended__gte=span)), asset__isnull=False)

    def standing_between(self, first, last):
        """Those that were not resolved yet at some instant from `first` up to `last`, exclusive."""
        open_then = Q(ended=None) | Q(ended__gt=first)
        return self.alias(ended=Coalesce("resolved_at", "closed_at")).filter(open_then, created_at__lt=last)

    def due_next(self):
        """The order of work: the earliest promise first, those without one last, then the oldest."""
        return self.order_by(F("next_due").asc(nulls_last=True), "id")

    def with_open_call(self):
        """Handed to a vendor whose call has not ended."""
        return self.filter(pk__in=_open_calls().values("ticket"))

    def with_call_left(self):
        """Those of which the ticket itself has ended: somebody has to say what became of the call."""
        return self.with_open_call().filter(status__in=OVER)

    def for_list(self):
        """Lines of a list, as `rows.TicketRow`: values with the names of what they point at."""
        lines = self.values_list(*COLUMNS.values())
        lines._iterable_class = TicketRows
        return lines

    def for_hits(self):
        """The same lines as tickets, for a search, which yields nothing else."""
        named = {name: F(path) for name, path in COLUMNS.items() if "__" in path}
        return self.annotate(**named).only(*(path for path in COLUMNS.values() if "__" not in path))

    def for_lines(self):
        """The little that a ticket says of itself on the page of something else."""
        return self.only("number", "subject", "status", "waiting_for", "merged_into", "created_at")

    def for_page(self, user):
        """With everything the page of one ticket says of it, and how this reader stands to it."""
        joined = ("queue", "category", "requester", "unit", "filed_by", "assignee", "calendar", "policy")
        device = ("category", "model__manufacturer", "location", "supplier")
        return (
            self.select_related(*joined, "rating", *(f"asset__{name}" for name in device))
            .annotate(
                is_member=_is_member(user),
                is_watched=_is_watched(user),
                has_files=_has_files(),
                has_watchers=_has_watchers(),
                has_calls=_has_calls(),
                has_open_calls=_has_open_calls(),
                has_merged=_has_merged(),
                looked_at=_looked_at(user),
                is_muted=_is_muted(user),
                has_muted=_has_muted(),
                has_unread=_has_unread(user),
            )
            .defer(*(f"{path}search_text" for path in ("", "requester__", "filed_by__", "assignee__", "asset__")))
        )

    def of(self, user):
        """Somebody's own tickets: asked for, filed, or watched; these are read first, so that an index finds each."""
        watched = list(user.watched.values_list("ticket", flat=True))
        return self.filter(Q(requester=user.pk) | Q(filed_by=user.pk) | Q(pk__in=watched))

    def visible_to(self, user):
        """Every ticket of which one may see at least the public part (see the table in design.md)."""
        if not user.institution_id or not user.is_active:
            return self.none()
        inside = self.filter(institution=user.institution_id)
        if user.is_auditor:
            return inside
        rule = _own(user)
        if user.is_technician or user.is_administrator:  # every ordinary queue, and the restricted ones of one's teams
            return inside.filter(rule | Q(queue__in=_queues().open_to(user).values("pk")))
        ordinary = Q(queue__in=_queues().of_institution(user).filter(is_restricted=False).values("pk"))
        if headed := user.headed_units:
            rule |= Q(unit__in=headed) & ordinary
        if user.is_manager:
            covered = apps.get_model("contracts", "Coverage").objects.assets_of_contracts_run_by(user)
            rule |= Q(asset__in=covered) & ordinary
        return inside.filter(rule)

    def merged_for(self, ticket, user):
        """What was merged into a ticket, the oldest first, as far as one sees everything of it."""
        return self.open_to(user).filter(merged_into=ticket.pk).order_by("pk")

    def worked_by(self, user):
        """Open tickets on which one acts fully."""
        mine = Q(queue__in=_queues().worked_by(user).values("pk")) | Q(assignee=user.pk)
        return self.open_to(user).unresolved().filter(mine)

    def open_to(self, user):
        """Tickets of which one sees everything, internal notes too."""
        return self.filter(institution=user.institution_id, queue__in=_queues().open_to(user).values("pk"))


class MessageQuerySet(QuerySet):
    def public(self):
        return self.filter(is_internal=False)


class Among(Lookup):
    """`status IN ('new', 'assigned')` with the words written out: only then does SQLite see that a partial index fits.

    Takes values of a `TextChoices` alone, never anything typed.
    """

    lookup_name = "among"
    prepare_rhs = False

    def get_db_prep_lookup(self, value, connection):
        return "", []

    def as_sql(self, compiler, connection):
        left, params = self.process_lhs(compiler, connection)
        return f"{left} IN ({', '.join(repr(_known(value)) for value in self.rhs)})", params


def _known(value):
    word = str(value)
    if not (word.isascii() and word.isidentifier()):
        raise ValueError("Only states and kinds are written into a statement.")
    return word


CharField.register_lookup(Among)


def _queues():
    return apps.get_model("helpdesk", "Queue").objects


def _own(user):
    return Q(requester=user.pk) | Q(filed_by=user.pk) | _is_watched(user)


def _is_watched(user):
    watchers = apps.get_model("helpdesk", "Watcher").objects
    return Exists(watchers.filter(ticket=OuterRef("pk"), user=user.pk).order_by())


def _has_calls():
    """Whether it was ever handed to a vendor."""
    return Exists(apps.get_model("helpdesk", "TicketCall").objects.filter(ticket=OuterRef("pk")).order_by())


def _has_open_calls():
    """Whether a vendor it was handed to has a call that has not ended."""
    return Exists(_open_calls().filter(ticket=OuterRef("pk")))


def _open_calls():
    return apps.get_model("helpdesk", "TicketCall").objects.filter(call__state="open").order_by()


def _has_merged():
    """Whether another ticket was merged into it."""
    merged = apps.get_model("helpdesk", "Ticket").objects.filter(merged_into=OuterRef("pk"))
    return Exists(merged.order_by())


def _has_watchers():
    return Exists(apps.get_model("helpdesk", "Watcher").objects.filter(ticket=OuterRef("pk")).order_by())


def _has_files():
    files = apps.get_model("office", "Attachment").objects
    return Exists(files.filter(kind="helpdesk.ticket", object_id=OuterRef("pk")).order_by())


def _attention(user):
    return apps.get_model("helpdesk", "Attention").objects.filter(ticket=OuterRef("pk"), user=user.pk).order_by()


def _looked_at(user):
    return Subquery(_attention(user).values("looked_at")[:1])


def _is_muted(user):
    return Exists(_attention(user).filter(is_muted=True))


def _has_muted():
    attentions = apps.get_model("helpdesk", "Attention").objects.filter(ticket=OuterRef("pk"), is_muted=True)
    return Exists(attentions.order_by())


def _has_unread(user):
    told = apps.get_model("office", "Notification").objects.filter(recipient=user.pk, about_id=OuterRef("pk"))
    return Exists(told.filter(read_at=None, about_kind="helpdesk.ticket").order_by())


def _is_member(user):
    through = apps.get_model("people", "Team").members.through
    return Exists(through.objects.filter(team=OuterRef("queue__team"), user=user.pk).order_by())
