"""What happened to something that is promised by a time: when it was opened, stood still, was solved, was answered."""

from collections.abc import Hashable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from itertools import pairwise


class Phase(StrEnum):
    """What a stretch of time is for whoever serves."""

    RUNNING = "running"  # there is work to do: the clocks count
    PAUSED = "paused"  # it waits for somebody else
    SOLVED = "solved"  # done as far as is known: neither work nor waiting
    ENDED = "ended"  # for good; its age ends here, unless it is taken up again


@dataclass(frozen=True, slots=True)
class Turn:
    """At the instant `at` another phase begins. waiting: which kind of pause; by: whoever caused it, any key."""

    at: datetime
    phase: Phase
    waiting: str = ""
    by: Hashable = None


@dataclass(frozen=True, slots=True)
class Stretch:
    """The time [start, end) in one phase, UTC. is_open: nothing has ended it yet, it only is looked at until `end`."""

    start: datetime
    end: datetime
    phase: Phase
    waiting: str = ""
    by: Hashable = None
    is_open: bool = False


@dataclass(frozen=True)
class History:
    """Everything the clocks need to know, in order of time.

    opened: the first instant; running from there, unless a turn at the same instant says otherwise. Of several turns
    at one instant the last holds. asked, answered: instants of the messages of whoever asked, and of those who serve;
    the opening itself is a question, unless `expects_answer` is False (whoever asked serves herself: no answer is
    owed to anybody). Raises ValueError for instants without a zone, before the opening, or out of order.
    """

    opened: datetime
    turns: tuple[Turn, ...] = ()
    asked: tuple[datetime, ...] = ()
    answered: tuple[datetime, ...] = ()
    expects_answer: bool = True

    def __post_init__(self) -> None:
        for instants in ([turn.at for turn in self.turns], self.asked, self.answered):
            told = (self.opened, *instants)
            if any(instant.utcoffset() is None for instant in told):
                raise ValueError("An instant without a zone could mean any hour.")
            if any(later < earlier for earlier, later in pairwise(told)):
                raise ValueError("A history is told in order of time.")


def stretches(history: History, until: datetime) -> tuple[Stretch, ...]:
    """The phases from the opening to `until`, or to the end for good if that came before; their sum is the age.

    Time between an end and its being taken up again counts as solved. Of no length are none; so with `until` at the
    opening the answer is empty. Raises ValueError when `until` lies before the opening.
    """
    return tuple(stretch for stretch in phases(history, until) if stretch.start < stretch.end)


def phases(history: History, until: datetime) -> tuple[Stretch, ...]:
    """As `stretches`, but a phase that begins at `until` itself is there, with no length."""
    until, opened = until.astimezone(UTC), history.opened.astimezone(UTC)
    if until < opened:
        raise ValueError("Nothing can be told of the time before it was opened.")
    ended = ended_at(history, until)
    turns = [Turn(opened, Phase.RUNNING), *_turns(history, ended or until)]
    found: list[Stretch] = []
    for turn, following in pairwise(turns):
        start, end = turn.at.astimezone(UTC), following.at.astimezone(UTC)
        if start < end:
            found.append(_stretch(turn, start, end))
    last = turns[-1]
    if ended is None:
        found.append(_stretch(last, last.at.astimezone(UTC), until, is_open=True))
    return _joined(found)


def _stretch(turn: Turn, start: datetime, end: datetime, *, is_open: bool = False) -> Stretch:
    phase = Phase.SOLVED if turn.phase == Phase.ENDED else turn.phase
    return Stretch(start, end, phase, turn.waiting, turn.by, is_open)


def _joined(found: list[Stretch]) -> tuple[Stretch, ...]:
    """Neighbours that are the same in everything made one."""
    joined: list[Stretch] = []
    for stretch in found:
        last = joined[-1] if joined else None
        if last and (last.phase, last.waiting) == (stretch.phase, stretch.waiting):
            by = last.by
            joined[-1] = Stretch(last.start, stretch.end, stretch.phase, stretch.waiting, by, stretch.is_open)
        else:
            joined.append(stretch)
    return tuple(joined)


def _turns(history: History, until: datetime) -> list[Turn]:
    """The turns up to and including `until`, of several at one instant the last."""
    told = [turn for turn in history.turns if turn.at <= until]
    return [turn for n, turn in enumerate(told) if n + 1 == len(told) or told[n + 1].at > turn.at]


def ended_at(history: History, until: datetime) -> datetime | None:
    """Since when what holds at `until` has ended for good, UTC; None while it has not."""
    since: datetime | None = None
    for turn in _turns(history, until):
        since = (since or turn.at.astimezone(UTC)) if turn.phase == Phase.ENDED else None
    return since


def solved_since(history: History, until: datetime) -> datetime | None:
    """When what holds at `until` was solved, UTC; None while it is not, or when it ended without being solved."""
    since: datetime | None = None
    for turn in _turns(history, until):
        if turn.phase == Phase.SOLVED:
            since = since or turn.at.astimezone(UTC)
        elif turn.phase != Phase.ENDED:
            since = None
    return since
