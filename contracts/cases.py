"""Renewal cases that open and close by themselves: opened at the first reminder, closed where nothing is left to do."""

from django.utils import timezone

from contracts.choices import CaseState, CriterionKind, Decision
from contracts.models import Criterion, RenewalCase
from office.events import event_values, record_event
from office.models import Event
from office.models.events import Channel

# What a case is proposed to be judged by; all of it may be changed until the criteria are frozen.
PROPOSED = (
    (CriterionKind.TECHNICAL, "المطابقة الفنية ومستوى الخدمة", "Technical compliance and service level", 50),
    (CriterionKind.TECHNICAL, "الخبرة والكادر الفني", "Experience and technical staff", 20),
    (CriterionKind.FINANCIAL, "السعر", "Price", 30),
)
ENDINGS = {Decision.TERMINATE, Decision.EXPIRE}


def open_for(terms, *, by=None):
    """Open a case for each of these terms that has none; return those that were opened.

    The caller holds the terms locked. `by` None is the clock. Four queries, whatever the number of terms; each term
    has its contract read.
    """
    there = set(RenewalCase.objects.filter(term__in=[term.pk for term in terms]).values_list("term_id", flat=True))
    cases = RenewalCase.objects.bulk_create(
        RenewalCase(term=term, institution_id=term.contract.institution_id, opened_by=by)
        for term in terms
        if term.pk not in there
    )
    Criterion.objects.bulk_create(
        Criterion(case=case, kind=kind, name_ar=arabic, name_en=english, weight=weight)
        for case in cases
        for kind, arabic, english, weight in PROPOSED
    )
    channel = Channel.PAGE if by else Channel.CLOCK
    Event.objects.bulk_create(
        Event(
            **event_values(
                case, "case_opened", by=by, changes={"sequence": [None, case.term.sequence]}, channel=channel
            )
        )
        for case in cases
    )
    return cases


def close_by_decision(term, decision, *, by, adds_term):
    """Close the live case of a term that a decision leaves nothing to award in: it is to end, or goes on as it is."""
    if decision in ENDINGS or adds_term:
        _close(term, "closed_by_decision", by, Channel.PAGE)


def close_by_renewal(term):
    """Close the live case of a term whose contract renewed itself."""
    _close(term, "closed_by_renewal", None, Channel.CLOCK)


def _close(term, verb, by, channel):
    case = RenewalCase.objects.live().select_for_update().filter(term=term).first()
    if case is None:
        return
    before, case.state = case.state, CaseState.CLOSED
    case.version += 1
    case.save(update_fields=["state", "version"])
    changes = {"case_state": [before, CaseState.CLOSED]}
    record_event(case, verb, by=by, changes=changes, channel=channel, at=timezone.now())
