"""The time line of an asset: lanes that every room may fill, drawn in one picture.

A room adds its bars in `apps.py`, in `ready()`; a lane named by several rooms shows the bars of all of them:

    register_lane("faults", _("Faults"), 30, fetch=bars_of_tickets)
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from ui import text

TONES = {"custody", "warranty", "contract", "fault", "quiet", "gap"}
ROW = 30  # height of one row of bars, in pixels
HEAD = 22  # height of the scale above them
MARGIN_DAYS = 30
MOST_MARKS = 9


@dataclass(frozen=True)
class Bar:
    """One stretch of time; `start` and `end` are local dates, both inclusive, `end` None for "until further notice"."""

    start: date
    end: date | None
    label: str
    url: str = ""
    tone: str = "custody"


@dataclass
class Lane:
    """A named row of the time line. fetches: functions (asset, user) -> list of Bar. gaps: hatch what no bar fills."""

    name: str
    title: Any
    order: int
    fetches: list[Callable]
    gaps: bool = False


_lanes = {}


def register_lane(name, title, order, fetch, gaps=False):
    """Add a lane, or another room's bars to a lane that is there already (its title and order then stay)."""
    lane = _lanes.setdefault(name, Lane(name, title, order, []))
    lane.gaps = lane.gaps or gaps
    if fetch not in lane.fetches:
        lane.fetches.append(fetch)


def lanes_of(asset, user):
    """[(Lane, its bars by start)] in order."""
    lanes = sorted(_lanes.values(), key=lambda lane: lane.order)
    return [
        (lane, sorted((bar for fetch in lane.fetches for bar in fetch(asset, user)), key=lambda bar: bar.start))
        for lane in lanes
    ]


def timeline(asset, user, today):
    """What `assets/_timeline.html` draws: lanes with placed bars, marks of the scale, and today; None without bars.

    Places are per cent of the width from the start side of the page, so that the picture mirrors with it.
    """
    lanes = lanes_of(asset, user)
    bars = [bar for _lane, row in lanes for bar in row]
    if not bars:
        return None
    begin = min([bar.start for bar in bars] + [asset.purchase_date or today, today])
    last = max([bar.end or today for bar in bars] + [today])
    scale = Scale(begin.toordinal() - MARGIN_DAYS // 3, last.toordinal() + MARGIN_DAYS)
    drawn, y = [], HEAD
    for lane, row in lanes:
        gaps = _gaps(row, begin, max(last, today)) if lane.gaps and row else []
        shown = sorted(row + gaps, key=lambda bar: bar.start)
        levels = _levels(shown, today)
        height = (max((level for _bar, level in levels), default=0) + 1) * ROW
        placed = [scale.place(bar, y + level * ROW + 3, today) for bar, level in levels]
        drawn.append({"lane": lane, "bars": placed, "y": y, "middle": y + ROW // 2 + 5, "height": height})
        y += height + 6
    return {
        "lanes": drawn,
        "marks": scale.marks(),
        "today": scale.at(today.toordinal() + 0.5),
        "height": y,
        "is_rtl": text.direction() == "rtl",
    }


class Scale:
    """Days, as ordinals, on a line of 100 per cent that runs in reading direction."""

    def __init__(self, first, last):
        self.first, self.length = first, max(1, last - first + 1)
        self.mirrored = text.direction() == "rtl"

    def at(self, ordinal):
        share = 100 * (ordinal - self.first) / self.length
        return _percent(100 - share if self.mirrored else share)

    def place(self, bar, y, today):
        start, end = bar.start.toordinal(), (bar.end or today).toordinal() + 1
        width = max(0.4, 100 * (end - start) / self.length)
        share = 100 * (start - self.first) / self.length
        x = 100 - share - width if self.mirrored else share
        place = {"x": _percent(x), "width": _percent(width), "y": y}
        return place | {"bar": bar, "words": words_of(bar), "is_rtl": text.runs_right_to_left(str(bar.label))}

    def marks(self):
        """[(place, words)] of the firsts of years, or of months where the line is short."""
        days = [date.fromordinal(self.first + number) for number in range(self.length)]
        firsts = [day for day in days if day.day == 1 and day.month == 1]
        if len(firsts) < 2:
            firsts = [day for day in days if day.day == 1]
            words = [text.MONTHS[text.language()][day.month - 1] for day in firsts]
        else:
            words = [str(day.year) for day in firsts]
        step = -(-len(firsts) // MOST_MARKS) or 1
        return [(self.at(day.toordinal()), word) for day, word in list(zip(firsts, words, strict=True))[::step]]


def words_of(bar):
    """A bar as a sentence: what a reader hears, and what shows beside the pointer."""
    if bar.end is None:
        return _("%(what)s, since %(start)s") % {"what": bar.label, "start": text.day(bar.start)}
    dates = {"what": bar.label, "start": text.day(bar.start), "end": text.day(bar.end)}
    return _("%(what)s, %(start)s to %(end)s") % dates


def _levels(bars, today):
    """[(bar, level)]: a bar that overlaps another stands one row lower; changing hands within a day is no overlap."""
    ends, placed = [], []
    for bar in bars:
        end = bar.end or today
        level = next((number for number, last in enumerate(ends) if last <= bar.start), len(ends))
        ends[level : level + 1] = [end]
        placed.append((bar, level))
    return placed


def _gaps(bars, begin, last):
    """What no bar of the row fills between `begin` and `last`, as bars of the tone "gap"."""
    gaps, free = [], begin
    for bar in sorted(bars, key=lambda bar: bar.start):
        if bar.start > free:
            gaps.append(Bar(free, date.fromordinal(bar.start.toordinal() - 1), _("Not covered"), tone="gap"))
        end = bar.end or last
        if end >= free:
            free = date.fromordinal(end.toordinal() + 1)
    if free <= last:
        gaps.append(Bar(free, last, _("Not covered"), tone="gap"))
    return gaps


def _percent(value):
    return f"{value:.2f}%"
