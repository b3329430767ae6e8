"""How many tickets stand in each view, summed from the running count in one statement."""

from django.db.models import Q, Sum

from helpdesk.choices import Status, WaitingFor
from helpdesk.models import TicketTally


def counts_of(desk):
    """{view: number} of the unresolved tickets, by the views of the list (`helpdesk.views.queue`)."""
    if not desk.open_ids:
        return {}
    own = Q(queue_id__in=desk.own_ids or [0])
    conditions = {
        "open": Q(),
        "team": own,
        "mine": Q(assignee_id=desk.user.pk),
        "unassigned": Q(assignee_id__isnull=True, status=Status.NEW),
        **{f"waiting_{kind}": Q(waiting_for=kind) for kind in WaitingFor.values},
    }
    entries = TicketTally.objects.filter(institution_id=desk.user.institution_id, queue_id__in=desk.open_ids)
    sums = entries.aggregate(**{name: Sum("n", filter=condition) for name, condition in conditions.items()})
    return {name: total or 0 for name, total in sums.items()}
