"""Prints the service-time ledger between two instants as JSON, by a calendar from a file; needs no database."""

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, DjangoHelpFormatter

from office.servicetime import History, Kind, Phase, Target, Targets, Turn, Unit, calendar_file, clocks, ledger
from office.worktime import EmptyCalendar

LONGEST = timedelta(days=36525)
UNITS = {"m": Unit.MINUTES, "h": Unit.HOURS, "d": Unit.DAYS}

FORMAT = """
The calendar file is JSON or TOML:

  {"zone": "Asia/Amman",
   "weekly": [{"hours": {"sunday": ["08:30-15:30"], "monday": ["08:30-12:00", "13:00-15:30"]}},
              {"from": "2026-02-18", "to": "2026-03-19", "hours": {"sunday": ["09:00-14:30"]}}],
   "closed": ["2026-05-25", "2026-03-20..2026-03-23", {"date": "2026-06-16", "reason": "New year"}],
   "days": {"2026-01-11": ["10:00-15:30"]}}

Dates are local and inclusive; hours are [opens, closes) on the wall clock of the zone. "days" beats "weekly"; of
several weekly hours the narrowest range that holds the day wins. {"zone": ..., "always_open": true} is day and night.
T is an ISO instant: 2026-03-19T14:00 (in the calendar's zone), 2026-03-19T11:00Z, 2026-03-19T14:00+03:00.
More in docs/service-time.md.
"""


class Plain(DjangoHelpFormatter):
    """Keeps the lines of the format as they are written."""

    def _fill_text(self, text, width, indent):
        return text


class Command(BaseCommand):
    help = "Prints where the time between two instants went: counted, outside hours, holiday, paused."
    requires_system_checks = []

    def create_parser(self, prog_name, subcommand, **kwargs):
        return super().create_parser(prog_name, subcommand, formatter_class=Plain, epilog=FORMAT, **kwargs)

    def add_arguments(self, parser):
        parser.add_argument("--calendar", required=True, metavar="FILE", help="the working calendar, see below")
        parser.add_argument("--from", dest="start", required=True, metavar="T", help="the first instant, inclusive")
        parser.add_argument("--to", dest="end", required=True, metavar="T", help="the last instant, exclusive")
        parser.add_argument(
            "--pause",
            nargs="+",
            action="extend",
            default=[],
            metavar="T/T",
            help="a time in which it stood still, [T, T); T/T=vendor says for whom it waited",
        )
        parser.add_argument(
            "--target",
            metavar="8h",
            help="also tell when this much falls due: 30m, 8h, 2d (working days), 2d! (to close)",
        )

    def handle(self, *args, **options):
        try:
            self.stdout.write(json.dumps(self.answer(options), indent=2, ensure_ascii=False))
        except (calendar_file.BadCalendar, EmptyCalendar) as error:
            raise CommandError(str(error)) from None
        except OverflowError:
            raise CommandError("These instants lie beyond the years that can be counted.") from None

    def answer(self, options):
        calendar = calendar_file.read(_text(options["calendar"]))
        start = _instant(options["start"], calendar.zone, "--from")
        end = _instant(options["end"], calendar.zone, "--to")
        if end < start:
            raise CommandError("--to lies before --from.")
        if end - start > LONGEST:
            raise CommandError("--from and --to may lie at most 100 years apart.")
        target = _target(options["target"])
        pauses = [_pause(text, calendar.zone) for text in options["pause"]]
        history = History(start, tuple(_turns(pauses, start, end)))
        answer = _told(ledger(history, calendar, end), calendar.zone, start, end)
        if target:
            answer["due"] = _due(history, target, calendar, end)
        return answer


def _text(path):
    try:
        with Path(path).open(encoding="utf-8") as file:
            return file.read(calendar_file.LARGEST + 1)
    except FileNotFoundError:
        raise CommandError(f"There is no file {path}.") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "it is not text in UTF-8"
        raise CommandError(f"The file {path} cannot be read: {reason}.") from None


def _instant(text, zone, where):
    try:
        instant = datetime.fromisoformat(text.strip())
        instant = instant if instant.tzinfo else instant.replace(tzinfo=zone)
        return instant.astimezone(UTC)
    except (ValueError, OverflowError):
        raise CommandError(f"{where}: “{text[:60]}” is no instant; write 2026-03-19T14:00.") from None


def _pause(text, zone):
    span, _sign, waiting = text.partition("=")
    start, slash, end = span.partition("/")
    if not slash:
        raise CommandError(f"--pause: “{text[:60]}” must be two instants with a slash between them.")
    start, end = _instant(start, zone, "--pause"), _instant(end, zone, "--pause")
    if end < start:
        raise CommandError(f"--pause: “{text[:60]}” ends before it begins.")
    return start, end, waiting


def _turns(pauses, start, end):
    """The pauses inside [start, end) as turns; where two overlap the one that began first goes on."""
    at = start
    for begins, ends, waiting in sorted(pauses):
        begins, ends = max(begins, at), min(ends, end)
        if begins < ends:
            yield Turn(begins, Phase.PAUSED, waiting)
            yield Turn(ends, Phase.RUNNING)
            at = ends


def _target(text):
    if text is None:
        return None
    found = re.fullmatch(r"([0-9]{1,6})([mhd])(!?)", text.strip())
    if not found or not int(found[1]) or (found[3] and found[2] != "d"):
        raise CommandError(f"--target: “{text[:60]}” is no promise; write 30m, 8h, 2d or 2d!.")
    return Target(int(found[1]), UNITS[found[2]], to_close=bool(found[3]))


def _told(found, zone, start, end):
    waits = {name: _seconds(found.total(Kind.PAUSED, name)) for name in found.waits if name}
    return {
        "zone": zone.key,
        "from": _shown(start, zone),
        "to": _shown(end, zone),
        "age_seconds": _seconds(found.age),
        "totals": {str(kind): _seconds(found.total(kind)) for kind in Kind if kind != Kind.SOLVED},
        "waiting": waits,
        "paused_working_seconds": _seconds(found.stood_still),
        "intervals": [_line(interval, zone) for interval in found.intervals],
    }


def _line(interval, zone):
    line = {
        "kind": str(interval.kind),
        "start": _shown(interval.start, zone),
        "end": _shown(interval.end, zone),
        "seconds": _seconds(interval.length),
        "working_seconds": _seconds(interval.working),
    }
    return line | ({"waiting": interval.waiting} if interval.waiting else {})


def _due(history, target, calendar, end):
    clock = clocks(history, Targets(resolution=target), calendar, end).resolution
    return {
        "at": clock.due and _shown(clock.due, calendar.zone),
        "counts_from": _shown(clock.counts_from, calendar.zone),
        "without_pauses": _shown(clock.first_due, calendar.zone),
        "moved_by_seconds": sum(_seconds(push.working) for push in clock.pushes),
        "left_seconds": _seconds(clock.left),
        "state": str(clock.state),
        "breached_at": clock.breached_at and _shown(clock.breached_at, calendar.zone),
    }


def _shown(instant, zone):
    return instant.astimezone(zone).isoformat()


def _seconds(length):
    """Whole seconds as a whole number, others with their fraction."""
    seconds = length.total_seconds()
    return int(seconds) if seconds == int(seconds) else seconds
