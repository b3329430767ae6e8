"""A ticket's account of service time as people read it: the bar with its legend, and why each time is due then."""

from dataclasses import dataclass
from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from helpdesk import clocks
from helpdesk.choices import WaitingFor
from helpdesk.targets import in_words
from office.servicetime import Kind, Phase, State, Unit
from ui import text

WIDTH = 1000  # of the drawing
MOST = 160  # intervals drawn one by one; beyond them the bar shows sums
UNITS = {Unit.MINUTES: "minutes", Unit.HOURS: "hours", Unit.DAYS: "days"}
ZERO = timedelta(0)


@dataclass(frozen=True)
class Piece:
    """One piece of the bar: where it begins, how wide it is, what it shows."""

    x: str
    width: str
    look: str
    words: str


@dataclass(frozen=True)
class Bar:
    """The age of a ticket as a picture. legend: [(look, words, length)]; words: the same for who does not see it."""

    pieces: list
    legend: list
    age: str
    words: str
    is_summed: bool


def bar(account):
    """The bar of an account; None for a ticket that has no age yet."""
    ledger = account.ledger
    if not ledger.intervals:
        return None
    sums = {}
    for interval in ledger.intervals:
        key = (interval.kind, interval.waiting)
        sums[key] = sums.get(key, ZERO) + interval.length
    legend = [(look(*key), kind_words(*key), length(total)) for key, total in sums.items()]
    is_summed = len(ledger.intervals) > MOST
    lengths = list(sums.items()) if is_summed else [((i.kind, i.waiting), i.length) for i in ledger.intervals]
    words = _("; ").join(f"{what}: {how_long}" for _look, what, how_long in legend)
    return Bar(pieces(lengths, ledger.age), legend, length(ledger.age), words, is_summed)


def pieces(lengths, age):
    drawn, at = [], 0.0
    for (kind, waiting), long in lengths:
        width = WIDTH * (long / age)
        words = f"{kind_words(kind, waiting)}: {length(long)}"
        drawn.append(Piece(f"{at:.2f}", f"{max(width, 0.5):.2f}", look(kind, waiting), words))
        at += width
    return drawn


def look(kind, waiting=""):
    """The css class of a kind of time."""
    return f"time-{kind.value.replace('_', '-')}" + (f" time-for-{waiting}" if waiting else "")


def kind_words(kind, waiting=""):
    if waiting in WaitingFor.values:
        return str(WaitingFor(waiting).label)
    return {
        Kind.COUNTED: _("Working time"),
        Kind.OUTSIDE: _("Outside working hours"),
        Kind.CLOSED: _("Holiday or closure"),
        Kind.PAUSED: _("On hold"),
        Kind.SOLVED: pgettext("time", "Solved, not yet confirmed"),
    }[kind]


def length(long):
    """3 d 4 h, 5 h 20 min, 20 min: two units at most, cut to whole ones."""
    minutes = int(long.total_seconds()) // 60
    days, hours, rest = minutes // 1440, minutes % 1440 // 60, minutes % 60
    if days >= 2:
        parts = [(days, "d"), (hours, "h")]
    else:
        parts = [(minutes // 60, "h"), (rest, "min")]
    told = [_short(count, unit) for count, unit in parts if count]
    return text.isolate_text(" ".join(told)) if told else pgettext("length", "under a minute")


def _short(count, unit):
    if unit == "min":
        return pgettext("short", "%(count)d min") % {"count": count}
    if unit == "h":
        return pgettext("short", "%(count)d h") % {"count": count}
    return pgettext("short", "%(count)d d") % {"count": count}


def working(long):
    """A length of working time: in hours and minutes, since a working day is no day."""
    minutes = int(abs(long).total_seconds()) // 60
    told = [_short(count, unit) for count, unit in ((minutes // 60, "h"), (minutes % 60, "min")) if count]
    return text.isolate_text(" ".join(told)) if told else pgettext("length", "under a minute")


def explanations(account):
    """[(what is promised, [sentences], icon)] of every clock: from when it counts, what moved it, what came of it."""
    found = account.clocks
    asked = found.open_question or found.worst_response
    told = [
        (_("First answer"), found.first_response),
        (_("Next answer"), asked),
        (_("Solution"), found.resolution),
        (_("Taking up"), account.take_up),
    ]
    return [(what, sentences(clock), icon(clock)) for what, clock in told if clock is not None]


def sentences(clock):
    """Why a time is due when it is, in whole sentences."""
    said = [
        _("%(target)s, counted from %(start)s.")
        % {"target": _target(clock.target), "start": _moment(clock.counts_from)}
    ]
    if moved := _moved(clock):
        said.append(_("Moved by the working time in which it stood still: %(why)s.") % {"why": moved})
    return [*said, _outcome(clock)]


def _target(target):
    unit = "closes" if target.to_close else UNITS[target.unit]
    return in_words(target.amount, unit)


def _moved(clock):
    sums = {}
    for push in clock.pushes:
        key = (Kind.PAUSED if push.phase == Phase.PAUSED else Kind.SOLVED, push.waiting)
        sums[key] = sums.get(key, ZERO) + push.working
    told = [f"{kind_words(*key)} {working(total)}" for key, total in sums.items() if total]
    return _(", ").join(told)


def _outcome(clock):
    words = {"due": _moment(clock.due), "stop": _moment(clock.stop), "time": working(clock.left)}
    if clock.state == State.MET:
        return _("Due %(due)s; done %(stop)s, in time.") % words
    if clock.state == State.LATE:
        return _("Was due %(due)s; done %(stop)s, %(time)s of working time too late.") % words
    if clock.state == State.DROPPED:
        return _("No longer owed.")
    if clock.breached_at:
        return _("Was due %(due)s; late by %(time)s of working time.") % words
    if clock.state == State.STANDING:
        return _("It stands still now, with %(time)s of working time left.") % words
    return _("Due %(due)s; %(time)s of working time left.") % words


def icon(clock):
    if clock.breached_at:
        return "alert-triangle"
    return {State.MET: "circle-check", State.STANDING: "player-pause", State.DROPPED: "ban"}.get(clock.state, "clock")


def _moment(instant):
    return text.isolate_text(text.day_time(instant)) if instant else ""


def told_of(rows):
    """Rows of `busy.events_of`, the newest first, as the clocks read them."""
    return [clocks.Told(row.at, row.actor_id, row.verb, row.changes) for row in reversed(rows)]
