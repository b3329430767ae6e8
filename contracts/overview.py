"""Everything the page of one contract shows below its head, in a constant number of queries."""

from django.conf import settings
from django.db.models import Min, prefetch_related_objects
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from contracts import explain, looks, permissions, timeline, words
from contracts.account import account_of
from contracts.choices import BEFORE_FORCE, Answer
from contracts.continuity import gap_days, last_day
from contracts.dates import dates_of
from contracts.models import Contract, Coverage
from office import calendars
from office.history import history_of
from office.models import Attachment, WorkingCalendar
from office.worktime import EmptyCalendar
from ui import text

COVERED = 6
HIDDEN_AMOUNTS = {
    "value",
    "currency",
    "cost_share",
    "paper",
    "amount",
    "penalty_per_day",
    "credit_amount",
    "credit_cap",
    "invoice_number",
    "e_invoice_number",
}


def overview_of(contract, user, today):
    """Context of `contracts/contract.html` besides its head."""
    prefetch_related_objects([contract], "suspensions")
    long = [f"renewal_case__{name}" for name in ("minutes", "recommendation_reason", "closed_reason")]
    terms = list(contract.terms.select_related("decision__by", "snoozed_by", "renewal_case").defer(*long))
    latest = terms[-1] if terms else None
    account = account_of(contract, latest, today) if latest else None
    amounts = permissions.sees_amounts(user)
    covered = list(Coverage.objects.filter(term__contract=contract).on(today).for_list().order_by("pk")[: COVERED + 1])
    return {
        "terms": _terms(contract, terms),
        "latest": latest,
        "renewal_case": getattr(latest, "renewal_case", None),
        "decision": getattr(latest, "decision", None) and _decision(latest.decision),
        "approval": contract.state in BEFORE_FORCE and _approval(contract, user),
        "account": account,
        "rule_sentence": account and words.rule_sentence(account.rule),
        "terms_picture": timeline.terms_picture(contract, terms, today),
        "decision_picture": timeline.decision_picture(latest, account, today),
        "levels": [level_words(level) for level in contract.levels.select_related("calendar")],
        "covered": covered[:COVERED],
        "covers_more": len(covered) > COVERED,
        "amendments": list(contract.amendments.all()),
        "suspensions": contract.suspensions.all(),
        "successors": _successors(contract, user),
        "gap_before": _gap_before(contract, terms),
        "papers": Attachment.objects.of(contract).select_related("blob", "added_by") if amounts else [],
        "history": history_of(contract, limit=20, hidden=() if amounts else HIDDEN_AMOUNTS),
    }


def _successors(contract, user):
    """[{contract, gap}] of what follows a contract, with the days between that nothing covers, in words. (C8.)"""
    rows = Contract.objects.visible_to(user).filter(predecessor=contract).annotate(begins=Min("terms__start"))
    ended = last_day(contract)
    return [
        {"contract": row, "gap": words.gap(gap_days(ended, row.begins))}
        for row in rows.only("number", "title").order_by("pk")
    ]


def _gap_before(contract, terms):
    """Days between the predecessor's last and the first of this one that nothing covers, in words; "" for none."""
    if contract.predecessor is None or not terms:
        return ""
    return words.gap(gap_days(last_day(contract.predecessor), terms[0].start))


def told_dates(contract):
    """[{term, start, end, notice_deadline, decide_by}] for programs, the oldest term first, in plain values.

    Each computed date is {"day": ISO date, "why": {language: the sentence that explains it}}, None without the date;
    a sentence is "" where the date was counted by a calendar that has changed since.
    """
    terms = list(contract.terms.select_related("decision"))
    rows = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            rows[language] = _terms(contract, terms)[::-1]
    names = {"end": "end", "notice": "notice_deadline", "decide": "decide_by"}
    return [
        {"term": term.sequence, "start": term.start.isoformat()}
        | {name: _told({language: rows[language][place][key] for language in rows}) for key, name in names.items()}
        for place, term in enumerate(terms)
    ]


def _told(by_language):
    day = next(iter(by_language.values()))
    if day is None:
        return None
    return {
        "day": day["day"].isoformat(),
        "why": {language: told["sentence"] for language, told in by_language.items()},
    }


def _terms(contract, terms):
    """[{term, gap, end, notice, decide, decision}], each computed date with its steps; the newest first."""
    try:
        computed = dates_of(contract, [(term.start, term.end) for term in terms], calendars.ministry())
    except (WorkingCalendar.DoesNotExist, EmptyCalendar):
        computed = [None] * len(terms)
    rows, before = [], None
    for term, dates in zip(terms, computed, strict=True):
        decision = getattr(term, "decision", None)
        gap, before = words.gap(gap_days(before, term.start)), term.end
        rows.append(
            {
                "term": term,
                "gap": gap,
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
    return explain.dated(computed, contract, term)


def _approval(contract, user):
    """{sentence, remark} about the last round of approval of a contract that is not in force yet; None before it."""
    last = contract.approvals.select_related("asked_by", "by").order_by("pk").last()
    if last is None:
        return None
    words = {
        "name": text.isolate_text((last.by or last.asked_by).name),
        "day": text.day(timezone.localdate(last.at or last.asked_at)),
    }
    sentences = {
        "": _("Sent for approval by %(name)s on %(day)s. Who wrote it may not approve it."),
        Answer.APPROVED: _(
            "Approved by %(name)s on %(day)s. It comes into force on its first day, or at once by the button."
        ),
        Answer.REJECTED: _("Sent back by %(name)s on %(day)s."),
        Answer.WITHDRAWN: _("Taken back by %(name)s on %(day)s."),
    }
    return {"sentence": sentences[last.answer] % words, "remark": last.remark}


def _decision(decision):
    return {"row": decision, "look": looks.decision_of(decision)}


def level_words(level):
    """A level with its promised times as people say them."""
    return {
        "level": level,
        "response": words.minutes(level.response_minutes),
        "on_site": words.minutes(level.on_site_minutes),
        "restore": words.minutes(level.restore_minutes),
    }
