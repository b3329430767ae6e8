"""Who wrote a contract, and who may therefore approve it."""

from django.db.models import Q

from office.models import Event
from people.models import Unit, User

WRITING = (
    "created",
    "changed",
    "submitted",
    "term_added",
    "term_changed",
    "level_added",
    "level_changed",
    "coverage_added",
    "coverage_ended",
    "promise_added",
    "instalments_planned",
)


def writers_of(contract):
    """Ids of everybody who wrote anything of it, by its history."""
    events = Event.objects.about(contract).filter(verb__in=WRITING, actor__isnull=False)
    return set(events.values_list("actor", flat=True).distinct())


def approvers_of(contract):
    """[User] who may approve it: managers of its unit or of one above it, owner and deputy if they are managers, and
    heads of those units; none who wrote anything of it."""
    units = contract.unit.ancestor_ids
    heads = Unit.objects.filter(pk__in=units, head__isnull=False).values("head")
    named = [pk for pk in (contract.owner_id, contract.deputy_id) if pk]
    may = Q(is_manager=True) & (Q(unit__in=units) | Q(pk__in=named)) | Q(pk__in=heads)
    rows = User.objects.active().filter(may, institution=contract.institution_id)
    return list(rows.exclude(pk__in=writers_of(contract)).order_by("pk").defer("search_text"))
