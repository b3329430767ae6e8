"""Who may do what with a ticket: the rows "tickets" of the table of roles, as small pure functions."""

from dataclasses import dataclass

from django.db.models import Q

from helpdesk.choices import CLOCK, DESK, REQUESTER, TRANSITIONS, UNRESOLVED, WATCHER, Status


@dataclass(frozen=True)
class Standing:
    """How somebody stands to one ticket that he may see at least the public part of."""

    parts: frozenset = frozenset()  # of DESK, REQUESTER, WATCHER, CLOCK
    sees_notes: bool = False
    writes_notes: bool = False
    reassigns: bool = False

    @property
    def is_own(self):
        return bool(self.parts & {REQUESTER, WATCHER})

    @property
    def at_desk(self):
        return DESK in self.parts


RATING_DAYS = 7  # in which a rating may be changed
THE_CLOCK = Standing(parts=frozenset({CLOCK}), sees_notes=True)
NOBODY = Standing()


def standing_of(user, ticket):
    """How `user` (None: the clock) stands to a ticket. Two statements, none where the ticket came from `for_page`."""
    if user is None:
        return THE_CLOCK
    if not user.is_active or user.institution_id != ticket.institution_id:
        return NOBODY
    is_member = _is_member(user, ticket)
    sees_notes = _sees_notes(user, ticket.queue.is_restricted, is_member)
    acts = user.is_technician and sees_notes and (is_member or ticket.assignee_id == user.pk or _works_on(user, ticket))
    parts = {DESK} if acts else set()
    if user.pk in (ticket.requester_id, ticket.filed_by_id):
        parts.add(REQUESTER)
    if _is_watching(user, ticket):
        parts.add(WATCHER)
    return Standing(
        parts=frozenset(parts),
        sees_notes=sees_notes,
        writes_notes=user.is_technician and sees_notes,
        reassigns=acts or (user.is_administrator and sees_notes),
    )


def _sees_notes(user, is_restricted, is_member):
    if user.is_auditor:
        return True
    return bool((user.is_technician or user.is_administrator) and (is_member or not is_restricted))


def _is_member(user, ticket):
    if not (user.is_technician or user.is_administrator):
        return False
    known = getattr(ticket, "is_member", None)
    return user.teams.filter(pk=ticket.queue.team_id).exists() if known is None else known


def _works_on(user, ticket):
    """Whether she works on what the ticket is merged into: then she answers whoever asked here, too."""
    if ticket.merged_into_id is None:
        return False
    mine = Q(assignee=user.pk) | Q(queue__team__in=user.teams.values("pk"))
    return type(ticket).objects.filter(mine, pk=ticket.merged_into_id).exists()


def _is_watching(user, ticket):
    known = getattr(ticket, "is_watched", None)
    return user.watched.filter(ticket=ticket.pk).exists() if known is None else known


def can_move(standing, ticket, to):
    """Whether the table of states lets somebody of this standing take the ticket there."""
    return bool(TRANSITIONS[ticket.status].get(to, set()) & standing.parts)


def can_reply(standing):
    return standing.at_desk or standing.is_own


def can_attach(standing):
    return can_reply(standing) or standing.writes_notes


def can_change(standing, ticket):
    """Subject, category, device, impact, urgency, place: for whoever acts fully; administrators only reassign."""
    return standing.at_desk and not ticket.has_ended


def can_assign(standing, ticket):
    return standing.reassigns and ticket.status in UNRESOLVED


def can_take(standing, ticket, user):
    return standing.at_desk and ticket.status in UNRESOLVED and ticket.assignee_id != user.pk


def can_merge(standing, ticket):
    """End it because another one is about the same; the same right is asked of the other one."""
    return standing.at_desk and ticket.status in UNRESOLVED


def can_take_apart(standing, ticket):
    return standing.at_desk and ticket.merged_into_id is not None


def can_escalate(standing, ticket, user):
    """Hand the fault of its device to a vendor: technicians who act on the ticket, as long as it is not resolved."""
    return standing.at_desk and user.is_technician and ticket.status in UNRESOLVED and ticket.asset_id is not None


def can_rate(standing, ticket, user):
    """Say how the help was: whoever asked, of a ticket that is solved; for how long, `actions.rate_ticket` says."""
    return ticket.requester_id == user.pk and ticket.status in (Status.RESOLVED, Status.CLOSED)


def can_confirm(standing, ticket):
    """ "It works now": of a resolved ticket, or of one that nobody has resolved yet."""
    to = Status.CLOSED if ticket.status == Status.RESOLVED else Status.RESOLVED
    return standing.is_own and can_move(standing, ticket, to)


def can_reopen(standing, ticket):
    """ "Still broken": of a ticket that was resolved or closed."""
    if ticket.status not in (Status.RESOLVED, Status.CLOSED):
        return False
    return can_move(standing, ticket, Status.NEW if ticket.assignee_id is None else Status.IN_PROGRESS)


def can_watch(standing):
    return standing.sees_notes


def must_log_reading(standing, ticket):
    """Whoever opens a ticket of a restricted queue that is not her own leaves a line in its history."""
    return ticket.queue.is_restricted and not standing.is_own


def works_queues(user):
    """Has the list of tickets as a place of work."""
    return bool(user.institution_id and (user.is_technician or user.is_administrator or user.is_auditor))


def has_ticket_list(user):
    """Sees tickets that are not her own: the desk, managers of contracts, heads of units."""
    return bool(user.institution_id and (user.works_at_desk or user.headed_units))


def can_file_for_others(user):
    return bool(user.institution_id and (user.is_technician or user.is_administrator))


def sees_setup(user):
    return works_queues(user)


def can_change_setup(user):
    return bool(user.institution_id and user.is_administrator)


def sees_received_mail(user):
    """The list of everything received, with what is held and failed."""
    return can_change_setup(user)
