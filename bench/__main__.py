"""`python -m bench`: seeds the data, drives both servers, fills the table and writes RESULTS.md.

`python -m bench profile ROW` shows where the time of one row goes; `python -m bench mail` measures mail in and out;
`python -m bench reminders` a day on which 20,000 contracts are due; `python -m bench import` another desk's history.
"""

import argparse
import os
import signal
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

from bench import importing, mail, measure, reminders, report
from bench.place import Place
from bench.rows import BY_NAME

HERE = Path(__file__).resolve().parent
BYTECODE = HERE.parent / "var" / "bytecode"


def main():
    options = _options()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that what was started is stopped
    if sys.dont_write_bytecode:  # what is measured is a server that does not compile its sources at every start
        os.environ |= {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(BYTECODE)}
    if options.command == "mail":
        _mail(options)
        return
    if options.command == "reminders":
        _reminders(options)
        return
    if options.command == "import":
        _import(options)
        return
    with _folder(options.keep) as folder, Place(folder, options.tickets, options.sqlite) as place:
        place.prepare()
        if options.row:
            print(place.inside("profile", options.row, options.requests))
            return
        out = Path(options.out)
        run = measure.everything(place, options)
        measure.save(run, out)
        report.write(out)
    print(f"Written: {out / 'RESULTS.md'}")


def _mail(options):
    with _folder(None) as folder:
        found = mail.run(options, folder)
    print(
        f"{found['engine']}: {found['in_rate']:.1f} mails a second in, {found['out_rate']:.1f} out for "
        f"{found['seconds']:.0f} s; caught up {found['caught_up']:.1f} s later; "
        f"99 of 100 in within {found['in_seconds']['p99']:.1f} s, out within {found['out_seconds']['p99']:.1f} s"
    )


def _reminders(options):
    with _folder(None) as folder:
        found = reminders.run(options, folder)
    for case in found["cases"]:
        print(
            f"{found['contracts']:,} contracts of {case['owners']:,} people: computed in {case['computed']:.1f} s, "
            f"{case['mails']:,} mails at {case['rate']:.1f} a second, {case['unsent']:,} not sent; "
            f"{'each once' if case['once'] else 'NOT EACH ONCE'}; worker at most {case['memory']:.0f} MiB"
        )


def _import(options):
    with _folder(None) as folder:
        found = importing.run(options, folder)
    if found is None:
        print(f"Nothing measured: {options.log} is absent.")
        return
    applied = found["runs"]["applied"]
    print(
        f"{found['engine']}: {found['lines']:,} rows, {found['tickets']:,} tickets, {found['events']:,} events in "
        f"{applied['seconds']:.0f} s, of which {applied['cpu']:.0f} s of its own processor time; "
        f"at most {applied['peak_mib']:.0f} MiB"
    )


def _options():
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--tickets", type=int, default=100_000)
    parser.add_argument("--seconds", type=float, default=5, help="how long each page is asked for in each pass")
    parser.add_argument("--passes", type=int, default=3)
    parser.add_argument("--profiled", type=int, default=60, help="requests to profile, of rows above must")
    parser.add_argument("--connections", type=int, default=4)
    parser.add_argument("--sqlite", action="store_true", help="SQLite instead of PostgreSQL, for information")
    parser.add_argument("--keep", help="a folder for the seeded data, which is then used again")
    parser.add_argument("--out", default=str(HERE), help="where RESULTS.md and results/ are written")
    parser.set_defaults(row=None)
    commands = parser.add_subparsers(title="commands", dest="command")
    post = commands.add_parser("mail", help="mails in and out, sustained")
    post.add_argument("--seconds", type=float, default=300, help="how long mails come in")
    post.add_argument("--rate", type=float, default=5, help="mails a second; twice as many leave")
    post.add_argument("--sqlite", action="store_true", help="SQLite and files instead of PostgreSQL and Redis")
    post.add_argument("--out", default=str(HERE), help="where RESULTS.md and results/ are written")
    day = commands.add_parser("reminders", help="a day on which a reminder of every contract is due; PostgreSQL, Redis")
    day.add_argument("--contracts", type=int, default=20_000)
    day.add_argument("--managers", type=int, default=400, help="who own them all, before each has an owner of its own")
    day.add_argument("--sending", type=float, default=2400, help="seconds after which no more mails are waited for")
    day.add_argument("--out", default=str(HERE), help="where RESULTS.md and results/ are written")
    log = commands.add_parser("import", help="the history of another desk")
    log.add_argument("--log", default=str(importing.LOG), help="another log of the same columns")
    log.add_argument("--sqlite", action="store_true", help="SQLite instead of PostgreSQL")
    log.add_argument("--out", default=str(HERE), help="where RESULTS.md and results/ are written")
    profile = commands.add_parser("profile", help="where the time of one row of the table goes")
    profile.add_argument("row", choices=list(BY_NAME))
    profile.add_argument("--requests", type=int, default=100)
    return parser.parse_args()


@contextmanager
def _folder(keep):
    if keep:
        Path(keep).mkdir(parents=True, exist_ok=True)
        yield Path(keep).resolve()
        return
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        yield Path(folder)


if __name__ == "__main__":
    main()
