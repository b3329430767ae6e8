"""Replays the log of another system through our own states and matrix; pure, no database.

The log says what was noted at each instant; the replay finds the moves of *our* machine that lead there, through
states in between where the log jumps, and the priority from *our* matrix. Source: issue "The main job", section 6.
"""

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

from helpdesk.choices import TRANSITIONS, Status, WaitingFor

S = Status
ENDING = {S.RESOLVED, S.CLOSED, S.CANCELLED}


@dataclass(frozen=True)
class Noted:
    """What one row of a log says: the state, who works on it where, and how grave it is."""

    at: datetime
    by: object
    status: str
    waiting_for: str
    queue: object
    assignee: object
    impact: int
    urgency: int
    details: tuple = ()  # (column, text) of whatever else the log keeps; a change of it is history too


@dataclass(frozen=True)
class Act:
    """One thing that happened: becomes one event."""

    at: datetime
    by: object
    verb: str
    changes: dict


@dataclass
class Replay:
    """A ticket on its way through the log. `priorities` is the matrix: (impact, urgency) -> priority."""

    priorities: dict
    status: str = S.NEW
    waiting_for: str = ""
    queue: object = None
    assignee: object = None
    impact: int = 0
    urgency: int = 0
    priority: int = 0
    reopen_count: int = 0
    resolved_at: datetime | None = None
    resolved_by: object = None
    closed_at: datetime | None = None
    acts: list = field(default_factory=list)
    details: tuple = ()
    idle_rows: int = 0

    def read(self, row):
        """Take one row in; a row that changes nothing we keep is counted and leaves no act."""
        before = len(self.acts)
        if not self.acts:
            self._file(row)
        self._transfer(row)
        self._rate(row)
        self._assign(row)
        self._go(row, self._meant(row), row.waiting_for)
        self._note(row)
        self.idle_rows += len(self.acts) == before

    def _file(self, row):
        self.queue, self.impact, self.urgency = row.queue, row.impact, row.urgency
        self.priority = self.priorities[row.impact, row.urgency]
        self._act(row, "filed", {"priority": [None, self.priority], "queue": [None, row.queue]})

    def _transfer(self, row):
        if row.queue != self.queue:
            self._act(row, "transferred", {"queue": [self.queue, row.queue]})
            self.queue = row.queue

    def _rate(self, row):
        if (row.impact, row.urgency) == (self.impact, self.urgency):
            return
        priority = self.priorities[row.impact, row.urgency]
        changes = {"impact": [self.impact, row.impact], "urgency": [self.urgency, row.urgency]}
        changes = {name: pair for name, pair in changes.items() if pair[0] != pair[1]}
        if priority != self.priority:
            changes["priority"] = [self.priority, priority]
        self._act(row, "changed", changes)
        self.impact, self.urgency, self.priority = row.impact, row.urgency, priority

    def _assign(self, row):
        if row.assignee != self.assignee:
            self._act(row, "assigned", {"assignee": [self.assignee, row.assignee]})
            self.assignee = row.assignee

    def _note(self, row):
        if row.details != self.details:
            before = dict(self.details)
            changes = {name: [before.get(name), text] for name, text in row.details if before.get(name) != text}
            if before:
                self._act(row, "noted", changes)
            self.details = row.details

    def _meant(self, row):
        """Our state for what the log calls new or active: work needs somebody who does it."""
        if row.status in {S.NEW, S.ASSIGNED, S.IN_PROGRESS} and self.assignee is None:
            return S.NEW
        if row.status == S.NEW and self.assignee is not None:
            return S.ASSIGNED
        return row.status

    def _go(self, row, status, waiting_for):
        if status == self.status and waiting_for == self.waiting_for:
            return
        if status == self.status == S.WAITING:
            self._move(row, S.WAITING, waiting_for)
            return
        for step in way(self.status, status, self.assignee is not None):
            self._move(row, step, waiting_for if step == S.WAITING else "")

    def _move(self, row, status, waiting_for):
        changes = {"status": [self.status, status]} if status != self.status else {}
        if waiting_for != self.waiting_for:
            changes["waiting_for"] = [self.waiting_for, waiting_for]
        self._act(row, self._verb(status), changes)
        if status == S.RESOLVED:
            self.resolved_at, self.resolved_by = row.at, row.by
        elif status == S.CLOSED:
            self.closed_at = row.at
        elif self.status in {S.RESOLVED, S.CLOSED}:
            self.reopen_count += 1
            self.resolved_at = self.resolved_by = self.closed_at = None
        self.status, self.waiting_for = status, waiting_for

    def _verb(self, status):
        if status in {S.RESOLVED, S.CLOSED, S.CANCELLED, S.WAITING}:
            return str(status)
        if self.status in ENDING:
            return "reopened"
        return "resumed" if self.status == S.WAITING else "moved"

    def _act(self, row, verb, changes):
        self.acts.append(Act(row.at, row.by, verb, changes))


@lru_cache(maxsize=256)
def way(start, end, has_assignee):
    """The shortest legal way from one state to another, `end` included, the same for every run.

    Only states that the ticket may be in are passed: without an assignee nothing is assigned or in progress.
    Raises ValueError where the table of transitions knows no way.
    """
    closed_to = set() if has_assignee else {S.ASSIGNED, S.IN_PROGRESS}
    paths = deque([(start, ())])
    seen = {start}
    while paths:
        state, path = paths.popleft()
        if state == end:
            return path
        for step in sorted(TRANSITIONS[state], key=list(S).index):
            if step not in seen and step not in closed_to and step != S.CANCELLED:
                seen.add(step)
                paths.append((step, (*path, step)))
    raise ValueError(f"No way leads from {start} to {end}.")


def state_of(text):
    """`(status, waiting_for)` of a map's words: "resolved", or "waiting:vendor". Raises ValueError for others."""
    status, _, waiting = text.partition(":")
    return Status(status), (WaitingFor(waiting) if waiting else "")
