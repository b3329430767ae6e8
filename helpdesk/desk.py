"""What somebody may do in which queue, read in one statement and carried through a request."""

from dataclasses import dataclass
from functools import cached_property

from helpdesk import busy
from helpdesk.permissions import works_queues


@dataclass(frozen=True)
class Desk:
    """The queues of an institution as one reader has them."""

    user: object
    queues: tuple  # those whose tickets the reader sees with internal notes

    @cached_property
    def open_ids(self):
        return [queue.pk for queue in self.queues]

    @cached_property
    def own_ids(self):
        """Of the queues of the reader's own teams, where she acts fully."""
        return [queue.pk for queue in self.queues if queue.is_mine] if self.user.is_technician else []

    @cached_property
    def names(self):
        return {queue.pk: queue.name for queue in self.queues}


def desk_of(user):
    """The desk of somebody who works there; of others an empty one, without a statement."""
    if not works_queues(user):
        return Desk(user, ())
    queues = busy.queues_of(user.institution_id, user.pk)
    return Desk(user, tuple(q for q in queues if user.is_auditor or q.is_mine or not q.is_restricted))
