"""Why a date is what it is, as a sentence in the reader's language.

"Term 3 of C-2026-014: start + 36 months − 90 days, moved back from Friday."
"""

from collections import defaultdict

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from contracts.dates import latest_dates
from contracts.models import Term
from contracts.terms import Kind
from office import calendars
from office.models import WorkingCalendar
from office.worktime import EmptyCalendar
from ui import text


def decide_by_of(contracts):
    """{pk: why its decide-by date is what it is} of the contracts that wait for a decision; two queries for all."""
    waiting = [contract for contract in contracts if contract.decide_by]
    if not waiting:
        return {}
    spans = defaultdict(list)
    rows = Term.objects.filter(contract__in=waiting).order_by("contract_id", "sequence")
    for contract, start, end in rows.values_list("contract_id", "start", "end"):
        spans[contract].append((start, end))
    try:
        calendar = calendars.ministry()
        found = {contract.pk: latest_dates(contract, spans[contract.pk], calendar).decide_by for contract in waiting}
    except (WorkingCalendar.DoesNotExist, EmptyCalendar):
        return {}
    return {
        contract.pk: sentence(found[contract.pk], number=contract.number, sequence=len(spans[contract.pk]))
        for contract in waiting
        if found[contract.pk].day == contract.decide_by  # else the calendar changed and the clock has not come round
    }


def sentence(computed, *, number, sequence):
    """One sentence in plain text for the day `computed` of term `sequence` of the contract `number`."""
    return _("Term %(term)d of %(contract)s: %(formula)s.") % {
        "term": sequence,
        "contract": text.isolate(number),
        "formula": formula(computed),
    }


def dated(computed, contract, term):
    """A computed day as templates want it: {day, sentence, lines}."""
    words = sentence(computed, number=contract.number, sequence=term.sequence)
    return {"day": computed.day, "sentence": words, "lines": lines(computed)}


def formula(computed):
    """ "start + 36 months − 90 days, moved back from Friday", without the days in between."""
    written = ""
    for step in computed.steps:
        written = _written(step, written)
    return written


def lines(computed):
    """[(what was done, the day it led to)] of each step, for a small table under the sentence."""
    return [(_named(step), text.day(step.day, weekday=True)) for step in computed.steps]


def _written(step, before):
    match step.kind:
        case Kind.START:
            return _("start")
        case Kind.WRITTEN_END:
            return _("end as written in the contract")
        case Kind.PLUS_MONTHS:
            return _("%(before)s + %(span)s") % {"before": before, "span": months(step.amount)}
        case Kind.MOVED_BACK:
            return _("%(before)s, moved back from %(weekday)s") % {"before": before, "weekday": weekday(step.before)}
        case _:
            return _("%(before)s − %(span)s") % {"before": before, "span": span(step)}


def _named(step):
    match step.kind:
        case Kind.START:
            return _("Start from which the months are counted")
        case Kind.WRITTEN_END:
            return _("End as written in the contract")
        case Kind.PLUS_MONTHS:
            return _("%(span)s later, the last day included") % {"span": months(step.amount)}
        case Kind.MOVED_BACK:
            return _("Moved back from %(weekday)s, a free day") % {"weekday": text.day(step.before, weekday=True)}
        case _:
            return _("%(span)s earlier") % {"span": span(step)}


def weekday(day):
    return text.WEEKDAYS[text.language()][day.weekday()]


def span(step):
    """The amount of a step backwards: "90 days", "10 working days", "3 months"."""
    if step.kind is Kind.MINUS_MONTHS:
        return months(step.amount)
    return working_days(step.amount) if step.kind is Kind.MINUS_WORKING_DAYS else days(step.amount)


def days(count):
    return ngettext("%(count)d day", "%(count)d days", count) % {"count": count}


def working_days(count):
    return ngettext("%(count)d working day", "%(count)d working days", count) % {"count": count}


def months(count):
    return ngettext("%(count)d month", "%(count)d months", count) % {"count": count}
