"""The clocks of a history: first response, next response, resolution. When each is due, what moved it, how it ended.

Stop beats pause beats start (helpdesk C1): a clock that is stopped in the instant in which a pause begins has ended,
one that would start in the instant of its stop never starts, one that starts in a pause stands from the beginning.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from office.servicetime.history import History, Phase, Stretch, ended_at, phases, solved_since
from office.servicetime.ledger import working_between
from office.servicetime.targets import Amount, Target, counts_from, later
from office.worktime import Calendar

ZERO = timedelta(0)


class Name(StrEnum):
    FIRST_RESPONSE = "first_response"
    NEXT_RESPONSE = "next_response"
    RESOLUTION = "resolution"


class State(StrEnum):
    RUNNING = "running"
    STANDING = "standing"  # paused or solved before its stop: nothing is promised now
    MET = "met"  # stopped in time; at the very instant it is due is in time
    LATE = "late"  # stopped after it was due
    DROPPED = "dropped"  # it ended for good before its stop


@dataclass(frozen=True)
class Targets:
    """What a service level promises for one priority; None promises nothing."""

    first_response: Target | None = None
    next_response: Target | None = None
    resolution: Target | None = None


@dataclass(frozen=True, slots=True)
class Push:
    """A time [start, end) in which the clock stood, and the working time by which that moved its due time."""

    start: datetime
    end: datetime
    working: timedelta
    phase: Phase
    waiting: str = ""


@dataclass(frozen=True)
class Clock:
    """One clock as it stands at the instant asked about; instants in UTC.

    due: the promised instant; None while the clock stands and has not been missed. left: working time left, at the
    stop if there is one; negative when late. breached_at: the instant from which on the promise is broken, which is
    the due time itself, never the time somebody noticed; None while it holds. counts_from: the first working instant
    at or after the start. pushes: what moved the due time, in order. first_due: before anything moved it.
    """

    name: Name
    target: Target
    start: datetime
    stop: datetime | None
    state: State
    due: datetime | None
    left: timedelta
    breached_at: datetime | None
    counts_from: datetime
    first_due: datetime
    pushes: tuple[Push, ...] = ()
    run: "Run | None" = field(default=None, repr=False, compare=False)

    @property
    def is_unmet(self) -> bool:
        return self.state in (State.RUNNING, State.STANDING)


@dataclass(frozen=True)
class Run:
    """The way of one clock through the time: from `start` to `stop`, standing where the history stood."""

    calendar: Calendar | None
    start: datetime
    stop: datetime | None
    until: datetime
    standing: tuple[Stretch, ...]
    has_ended: bool = False

    def reach(self, target: Target | Amount) -> tuple[datetime | None, timedelta, tuple[Push, ...]]:
        """(due, working time left at the stop or at `until`, pushes); due is None where the clock stands short of it.

        A stretch in which the clock stood moves what is due after its beginning by the working time that lies in it;
        what fell due before it stays.
        """
        due = target.first_due(self.calendar, self.start)
        pushes: list[Push] = []
        stood_until: datetime | None = None
        for stretch in self.standing:
            begin = max(stretch.start, self.start)
            is_reached = target.settled(self.calendar, due) <= begin and begin != stood_until
            if is_reached or (self.stop and self.stop <= begin):
                break
            stood_until = stretch.end
            if stretch.is_open and self.stop is None:
                return None, working_between(self.calendar, begin, target.settled(self.calendar, due)), tuple(pushes)
            end = min(stretch.end, self.stop) if self.stop else stretch.end
            if end <= begin:  # over before this clock started
                continue
            working = working_between(self.calendar, begin, end)
            due = later(self.calendar, due, working)
            pushes.append(Push(begin, end, working, stretch.phase, stretch.waiting))
        due = target.settled(self.calendar, due)
        return due, self._left(due), tuple(pushes)

    def _left(self, due: datetime) -> timedelta:
        """Working time from the stop, or from `until`, to `due`; negative when late, without what stood still since."""
        end = self.stop or self.until
        left = working_between(self.calendar, end, due)
        for stretch in self.standing:
            begin, close = max(stretch.start, due), min(stretch.end, end)
            if begin < close:
                left += working_between(self.calendar, begin, close)
        return left


@dataclass(frozen=True)
class Clocks:
    """All clocks of a history. next_response: one for each question after the first answer, the newest last."""

    first_response: Clock | None
    next_response: tuple[Clock, ...]
    resolution: Clock | None

    @property
    def open_question(self) -> Clock | None:
        """The clock of the oldest unanswered question after the first answer."""
        return self.next_response[-1] if self.next_response and self.next_response[-1].is_unmet else None

    @property
    def worst_response(self) -> Clock | None:
        """The cycle with the least time left, the first of equals."""
        return min(self.next_response, key=lambda clock: clock.left, default=None)

    @property
    def all(self) -> tuple[Clock, ...]:
        found = (self.first_response, *self.next_response, self.resolution)
        return tuple(clock for clock in found if clock is not None)


def clocks(history: History, targets: Targets, calendar: Calendar | None, until: datetime) -> Clocks:
    """Every clock as of `until`, by the targets and the calendar in force, replayed over the whole history.

    First response: from the opening to the first answer. Next response: from the oldest question that is still
    unanswered; later questions do not move it, an answer clears it. Neither exists where nobody expects an answer.
    Resolution: from the opening to its being solved; reopening resumes it. The time solved and the time paused move
    what is due by the working time in them. May raise what `Target.first_due` and `history.stretches` raise.
    """
    until = until.astimezone(UTC)
    standing = tuple(each for each in phases(history, until) if each.phase in (Phase.PAUSED, Phase.SOLVED))
    end = ended_at(history, until)

    def clock(name: Name, target: Target | None, start: datetime, stop: datetime | None) -> Clock | None:
        if target is None:
            return None
        start = start.astimezone(UTC)
        stop = stop.astimezone(UTC) if stop else None
        return _clock(name, target, Run(calendar, start, stop, end or until, standing, end is not None))

    answered = [instant for instant in history.answered if instant <= until]
    first = next(iter(answered), None)
    solved = solved_since(history, until)
    cycles = _cycles(history, until) if history.expects_answer else []
    found = (clock(Name.NEXT_RESPONSE, targets.next_response, start, stop) for start, stop in cycles)
    return Clocks(
        first_response=clock(Name.FIRST_RESPONSE, targets.first_response, history.opened, first)
        if history.expects_answer
        else None,
        next_response=tuple(each for each in found if each is not None),
        resolution=clock(Name.RESOLUTION, targets.resolution, history.opened, solved),
    )


def next_due(found: Clocks) -> datetime | None:
    """The earliest due time among unmet clocks, UTC; None where nothing is promised now.

    While the first answer is owed, it alone is the response that counts. (Helpdesk C1, next deadline.)
    """
    unmet = [clock.due for clock in found.all if clock.state == State.RUNNING and clock.due is not None]
    return min(unmet, default=None)


def _clock(name: Name, target: Target, run: Run) -> Clock:
    due, left, pushes = run.reach(target)
    end = run.stop or run.until
    breached_at = due if due is not None and due < end else None
    return Clock(
        name=name,
        target=target,
        start=run.start,
        stop=run.stop,
        state=_state(run, due, breached_at),
        due=due,
        left=left,
        breached_at=breached_at,
        counts_from=counts_from(run.calendar, run.start),
        first_due=target.settled(run.calendar, target.first_due(run.calendar, run.start)),
        pushes=pushes,
        run=run,
    )


def _state(run: Run, due: datetime | None, breached_at: datetime | None) -> State:
    if run.stop is not None:
        return State.LATE if breached_at else State.MET
    if run.has_ended:
        return State.DROPPED
    stands = bool(run.standing) and run.standing[-1].is_open
    return State.STANDING if stands else State.RUNNING


def _cycles(history: History, until: datetime) -> list[tuple[datetime, datetime | None]]:
    """[(question, answer or None)] after the first answer: of questions in a row only the oldest counts."""
    answers = {instant for instant in history.answered if instant <= until}
    if not answers:
        return []
    questions = {instant for instant in history.asked if min(answers) < instant <= until} - answers
    found: list[tuple[datetime, datetime | None]] = []
    waiting: datetime | None = None
    for instant in sorted(questions | answers):
        if instant in questions:
            waiting = waiting or instant
        elif waiting is not None:
            found.append((waiting, instant))
            waiting = None
    return [*found, (waiting, None)] if waiting else found
