"""Everything the page of one contract shows below its head, in a constant number of queries."""

from contracts import explain, looks, permissions, timeline, words
from contracts.account import account_of
from contracts.dates import dates_of
from contracts.models import Contract, Coverage
from office import calendars
from office.history import history_of
from office.models import Attachment, WorkingCalendar
from office.worktime import EmptyCalendar

COVERED = 6
HIDDEN_AMOUNTS = {"value", "currency", "cost_share", "paper"}


def overview_of(contract, user, today):
    """Context of `contracts/contract.html` besides its head."""
    terms = list(contract.terms.select_related("decision__by"))
    latest = terms[-1] if terms else None
    account = account_of(contract, latest, today) if latest else None
    amounts = permissions.sees_amounts(user)
    covered = list(Coverage.objects.filter(term__contract=contract).on(today).for_list().order_by("pk")[: COVERED + 1])
    return {
        "terms": _terms(contract, terms),
        "latest": latest,
        "decision": getattr(latest, "decision", None) and _decision(latest.decision),
        "account": account,
        "rule_sentence": account and words.rule_sentence(account.rule),
        "terms_picture": timeline.terms_picture(contract, terms, today),
        "decision_picture": timeline.decision_picture(latest, account, today),
        "levels": [_level(level) for level in contract.levels.select_related("calendar")],
        "covered": covered[:COVERED],
        "covers_more": len(covered) > COVERED,
        "suspensions": contract.suspensions.all(),
        "successors": Contract.objects.visible_to(user).filter(predecessor=contract).only("number", "title"),
        "papers": Attachment.objects.of(contract).select_related("blob", "added_by") if amounts else [],
        "history": history_of(contract, limit=20, hidden=() if amounts else HIDDEN_AMOUNTS),
    }


def _terms(contract, terms):
    """[{term, end, notice, decide, decision}], each computed date with its sentence and steps; the newest first."""
    try:
        computed = dates_of(contract, [(term.start, term.end) for term in terms], calendars.ministry())
    except (WorkingCalendar.DoesNotExist, EmptyCalendar):
        computed = [None] * len(terms)
    rows = []
    for term, dates in zip(terms, computed, strict=True):
        decision = getattr(term, "decision", None)
        rows.append(
            {
                "term": term,
                "end": _why(contract, term, term.end, dates and dates.end),
                "notice": _why(contract, term, term.notice_deadline, dates and dates.notice_deadline),
                "decide": _why(contract, term, term.decide_by, dates and dates.decide_by),
                "decision": decision and _decision(decision),
            }
        )
    return rows[::-1]


def _why(contract, term, day, computed):
    """A date with its explanation, None without the date. Dates counted before the calendar changed explain nothing."""
    if day is None:
        return None
    if computed is None or computed.day != day:
        return {"day": day, "sentence": "", "lines": []}
    sentence = explain.sentence(computed, number=contract.number, sequence=term.sequence)
    return {"day": day, "sentence": sentence, "lines": explain.lines(computed)}


def _decision(decision):
    return {"row": decision, "look": looks.decision_of(decision)}


def _level(level):
    return {
        "level": level,
        "response": words.minutes(level.response_minutes),
        "restore": words.minutes(level.restore_minutes),
    }
