"""The vendor's own clock: what a call says of answer, arrival and repair; pure, without a database.

Times are counted in the hours of the contract, not in ours. Instants come in aware and go out in UTC; stretches are
[start, end); nothing is rounded. What happened after the instant `until` is not looked at. Sources: issue "The vendor's
clock", assets-contracts B6 and C10.

The rules, in one place:
- The clock starts at the logged escalation.
- The first receipt, announced visit, arrival or repair is the answer. The first arrival is on site. The first reported
  repair is the repair.
- A disputed step never happened. That is how a repair that was none is taken back: the clock has run on.
- A pause has a reason and lasts until it is resumed; days on which the contract is suspended pause it, too.
- Where the contract ends before the stop, what was due until then stays due and broken; the rest is no longer owed.
- Repaired without anybody having come: on site is no longer owed from then on.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

from office.servicetime import Clock, History, Phase, State, Target, Targets, Turn, clocks
from office.worktime import Calendar, EmptyCalendar

ZERO = timedelta(0)
SUSPENDED = "suspended"
RESPONSE, ON_SITE, RESTORE = "response", "on_site", "restore"
ANSWERS = frozenset({"received", "coming", "on_site", "restored"})


@dataclass(frozen=True, slots=True)
class Promised:
    """Minutes of the vendor's hours for each promise; None promises nothing."""

    response: int | None = None
    on_site: int | None = None
    restore: int | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """Something that happened to a call at the instant `at`. reason: of a pause."""

    kind: str
    at: datetime
    reason: str = ""
    counts: bool = True


@dataclass(frozen=True, slots=True)
class Pause:
    """[start, end) in which the vendor's clock stood; end None: it still does."""

    start: datetime
    end: datetime | None
    reason: str


@dataclass(frozen=True)
class Reading:
    """One promise as it stands. due, at, breached_at in UTC.

    due: None where nothing is promised, and while the clock stands before it was missed. at: when it was fulfilled,
    whether in time, late, or when it was no longer owed. difference: working time left at `at`, or now; negative when
    late. breached_at: the due instant itself, never the instant at which somebody noticed. end: when it was fulfilled,
    or no longer owed; the instant asked about while neither is so.
    """

    due: datetime | None
    at: datetime | None
    difference: timedelta | None
    breached_at: datetime | None
    state: State | None
    end: datetime

    @property
    def is_late(self) -> bool:
        return self.breached_at is not None

    @property
    def lateness(self) -> timedelta:
        """Working time beyond the promise; zero in time."""
        return -self.difference if self.is_late and self.difference is not None and self.difference < ZERO else ZERO


@dataclass(frozen=True)
class VendorTime:
    """All that a call's clock says at one instant. stands: the reason why it stands still now, "" while it runs."""

    response: Reading
    on_site: Reading
    restore: Reading
    pauses: tuple[Pause, ...]
    stands: str
    paused: timedelta

    @property
    def named(self) -> tuple[tuple[str, Reading], ...]:
        return ((RESPONSE, self.response), (ON_SITE, self.on_site), (RESTORE, self.restore))

    @property
    def breaks_at(self) -> datetime | None:
        """The next instant at which a promise breaks; None where none can."""
        ahead = [each.due for _name, each in self.named if each.state == State.RUNNING and not each.is_late]
        return min((due for due in ahead if due is not None), default=None)


def read(
    opened: datetime,
    steps: Iterable[Step],
    promised: Promised,
    calendar: Calendar | None,
    until: datetime,
    *,
    suspensions: Iterable[tuple[datetime, datetime | None]] = (),
    ends_at: datetime | None = None,
) -> VendorTime:
    """Return what the clock of a call says at the instant `until`.

    steps: in any order; of two at one instant the one given first happened first. calendar: the vendor's hours; None
    is day and night. suspensions: [start, end) of the contract's. ends_at: the first instant at which the contract
    covers nothing any more, None while no end is known. Raises ValueError for naive instants and for an `until` before
    `opened`. A calendar without hours promises nothing.
    """
    if opened.utcoffset() is None or until.utcoffset() is None:
        raise ValueError("An instant without a zone could mean any hour.")
    opened, until = opened.astimezone(UTC), until.astimezone(UTC)
    told = [step for step in sorted(steps, key=lambda step: step.at) if step.counts and step.at <= until]
    closed = ends_at.astimezone(UTC) if ends_at is not None and ends_at <= until else None
    restored = _first(told, {"restored"})
    pauses = _pauses(told, suspensions, opened, until)
    run = _Run(opened, until, calendar, pauses, closed)
    came = _first(told, {"on_site"})
    needless = restored if restored is not None and (came is None or restored < came) else None
    last = min((instant for instant in (restored, closed) if instant is not None), default=until)
    return VendorTime(
        response=run.read(promised.response, _first(told, ANSWERS)),
        on_site=run.read(promised.on_site, came, over=needless),
        restore=run.read(promised.restore, restored),
        pauses=pauses,
        stands=_stands(pauses) if restored is None and closed is None else "",
        paused=_length(pauses, opened, max(opened, last)),
    )


def hours_late(reading: Reading) -> int:
    """Return for how many hours a broken promise is charged; 0 where it was kept.

    Hours of the vendor's hours beyond what was promised, each begun one whole, pauses left out.
    """
    return -(-reading.lateness // timedelta(hours=1))


def days_late(reading: Reading, zone: tzinfo) -> int:
    """Return for how many calendar days a broken promise is charged; 0 where it was kept.

    Local dates of `zone` after the one on which it was due, up to the one on which it ended; at least one: being late
    on the very day costs a day.
    """
    if reading.breached_at is None:
        return 0
    return max((reading.end.astimezone(zone).date() - reading.breached_at.astimezone(zone).date()).days, 1)


@dataclass(frozen=True)
class _Run:
    opened: datetime
    until: datetime
    calendar: Calendar | None
    pauses: tuple[Pause, ...]
    closed: datetime | None

    def read(self, minutes: int | None, stop: datetime | None, over: datetime | None = None) -> Reading:
        """over: from when on it is no longer owed, though the contract goes on."""
        stop = max(stop, self.opened) if stop is not None else None
        nothing = Reading(None, stop, None, None, None, stop or self.until)
        if not minutes:
            return nothing
        end = min((instant for instant in (over, self.closed) if instant is not None), default=None)
        counted = stop if stop is not None and (end is None or stop <= end) else None
        if counted is not None:
            end = None
        try:
            clock = self._clock(minutes, counted, end)
        except EmptyCalendar:
            return nothing
        return Reading(clock.due, stop, clock.left, clock.breached_at, clock.state, counted or end or self.until)

    def _clock(self, minutes: int, stop: datetime | None, end: datetime | None) -> Clock:
        turns = [turn for turn in _turns(self.pauses, self.opened) if end is None or turn.at < end]
        if end is not None:
            turns.append(Turn(max(end, self.opened), Phase.ENDED))
        answered = (stop,) if stop is not None else ()
        history = History(self.opened, tuple(turns), answered=answered)
        found = clocks(history, Targets(first_response=Target(minutes)), self.calendar, self.until).first_response
        if found is None:
            raise ValueError("A promised answer has a clock.")
        return found


def _first(told: list[Step], kinds: Iterable[str]) -> datetime | None:
    return next((step.at.astimezone(UTC) for step in told if step.kind in kinds), None)


def _pauses(
    told: list[Step],
    suspensions: Iterable[tuple[datetime, datetime | None]],
    opened: datetime,
    until: datetime,
) -> tuple[Pause, ...]:
    """Stretches in which the clock stood, in order, none overlapping another; of two reasons the earlier one holds."""
    spans: list[Pause] = []
    begun: Step | None = None
    for step in told:
        if step.kind == "pause" and begun is None:
            begun = step
        elif step.kind in ("resume", "restored") and begun is not None:
            spans.append(Pause(begun.at.astimezone(UTC), step.at.astimezone(UTC), begun.reason))
            begun = None
    if begun is not None:
        spans.append(Pause(begun.at.astimezone(UTC), None, begun.reason))
    for start, end in suspensions:
        if start <= until:
            known = end.astimezone(UTC) if end is not None and end <= until else None
            spans.append(Pause(start.astimezone(UTC), known, SUSPENDED))
    return _apart(spans, opened)


def _apart(spans: list[Pause], opened: datetime) -> tuple[Pause, ...]:
    found: list[Pause] = []
    for span in sorted(spans, key=lambda span: span.start):
        start, last = max(span.start, opened), found[-1] if found else None
        if last is not None:
            if last.end is None:
                break
            start = max(start, last.end)
        if span.end is None or span.end > start:
            found.append(Pause(start, span.end, span.reason))
    return tuple(found)


def _turns(pauses: tuple[Pause, ...], opened: datetime) -> list[Turn]:
    turns: list[Turn] = []
    for pause in pauses:
        turns.append(Turn(max(pause.start, opened), Phase.PAUSED, pause.reason))
        if pause.end is not None:
            turns.append(Turn(pause.end, Phase.RUNNING))
    return turns


def _stands(pauses: tuple[Pause, ...]) -> str:
    return pauses[-1].reason if pauses and pauses[-1].end is None else ""


def _length(pauses: tuple[Pause, ...], opened: datetime, last: datetime) -> timedelta:
    spans = ((max(pause.start, opened), min(pause.end or last, last)) for pause in pauses)
    return sum((end - start for start, end in spans if start < end), ZERO)
