"""The service-time ledger: a pure account of how long something took and why, and until when it was promised.

No database, no Django. In go a `History` (what happened when), a `worktime.Calendar` and `Targets`; out come the
`Ledger` (intervals whose sum is the age) and the `Clocks` (due times with all that moved them). Instants come in aware,
in any zone, and go out in UTC; stretches of time are [start, end); nothing is rounded. Everything is told as of an
instant `until`: what happened later is not looked at, so the same history answers for any past instant too.
Sources: helpdesk C1 (the rules of the clocks), B1 (the ledger), B13 (calendars by date).
"""

from office.servicetime.clocks import Clock, Clocks, Name, Push, State, Targets, clocks, next_due
from office.servicetime.history import History, Phase, Stretch, Turn, stretches
from office.servicetime.ledger import Interval, Kind, Ledger, ledger
from office.servicetime.steps import Step, instant_of, passed
from office.servicetime.targets import Target, Unit

__all__ = [
    "Clock",
    "Clocks",
    "History",
    "Interval",
    "Kind",
    "Ledger",
    "Name",
    "Phase",
    "Push",
    "State",
    "Step",
    "Stretch",
    "Target",
    "Targets",
    "Turn",
    "Unit",
    "clocks",
    "instant_of",
    "ledger",
    "next_due",
    "passed",
    "stretches",
]
