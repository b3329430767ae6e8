"""Everything the page of one renewal case shows, in a constant number of queries."""

from collections import defaultdict

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from contracts import looks, permissions, words
from contracts.case_states import STEPS
from contracts.choices import CaseState, CriterionKind, Vote
from contracts.offers import lines_of
from office.history import history_of
from office.models import Attachment
from ui import text

ROAD = {  # the stations of a case, in their order
    CaseState.OPEN: gettext_lazy("Criteria and committee"),
    CaseState.EVALUATING: gettext_lazy("Offers and marks"),
    CaseState.COMMITTEE: gettext_lazy("Recommendation and votes"),
    CaseState.AWARDED: gettext_lazy("Award and successor"),
}


def overview_of(case, user, today):
    """Context of `contracts/case.html`."""
    members = list(case.members.all())
    criteria = list(case.criteria.all())
    lines = lines_of(case, user, today)
    _complete(lines, permissions.shows_prices(user, case))
    seat = permissions.seat_of(user, case)
    marks, prices = permissions.shows_marks(user, case), permissions.shows_prices(user, case)
    may = {name: permissions.may_step(user, case, name) for name in STEPS}
    amounts = permissions.sees_amounts(user)
    return {
        "state": looks.case_of(case),
        "road": _road(case),
        "next": _next(case, members, lines),
        "criteria": criteria,
        "weight_total": sum(one.weight for one in criteria),
        "members": [_member(member) for member in members],
        "seat": seat,
        "lines": lines,
        "has_papers": any(line.papers for line in lines),
        "shows_prices": prices,
        "shows_marks": marks,
        "amounts": amounts,
        "marks": _marks(members, criteria, lines) if marks else None,
        "minutes_document": case.minutes_document,
        "votes": _votes(members),
        "may": may
        | {
            "vote": may["vote"] and seat is not None and not seat.vote and case.recommended_offer_id is not None,
            "mark": may["mark"] and seat is not None and seat.locked_at is None,
            "open_prices": may["open_prices"] and members and all(member.locked_at for member in members),
            "award": may["award"] and _is_carried(case, members),
            "succeed": may["succeed"]
            and case.successor_id is None
            and permissions.can_create(user, case.contract.unit),
            "contract": permissions.sees_contract(user, case.contract),
            "vendor": user.works_at_desk,
        },
        "history": history_of(case, limit=30),
    }


def _road(case):
    """[(words, "done" | "here" | "ahead")] of the stations; [] of a case that was closed on the way."""
    if case.state == CaseState.CLOSED:
        return []
    here = list(ROAD).index(case.state)
    tones = ["done"] * here + ["here"] + ["ahead"] * len(ROAD)
    return list(zip(ROAD.values(), tones, strict=False))


def _next(case, members, lines):
    """What comes next, in one sentence."""
    in_study = sum(not line.offer.is_excluded for line in lines)
    unlocked = sum(member.locked_at is None for member in members)
    silent = sum(not member.vote for member in members)
    if case.state == CaseState.OPEN:
        return _("Agree on the criteria and their weights, name the committee, then freeze the criteria.")
    if case.state == CaseState.EVALUATING and not in_study:
        return _("The criteria are frozen. Enter the offers as they come in; their prices are sealed.")
    if case.state == CaseState.EVALUATING and not members:
        return _("Name the committee that marks the offers.")
    if case.state == CaseState.EVALUATING and unlocked:
        return ngettext(
            "%(count)d member has not locked the marks yet; the prices stay sealed until then.",
            "%(count)d members have not locked their marks yet; the prices stay sealed until then.",
            unlocked,
        ) % {"count": unlocked}
    if case.state == CaseState.EVALUATING:
        return _("All marks are locked. The financial offers can be opened.")
    if case.state == CaseState.COMMITTEE and not case.recommended_offer_id:
        return _("Write the recommendation and the minutes.")
    if case.state == CaseState.COMMITTEE and silent:
        return ngettext("%(count)d member has not voted yet.", "%(count)d members have not voted yet.", silent) % {
            "count": silent
        }
    if case.state == CaseState.COMMITTEE:
        return _("Everybody has voted. Whoever decides about the contract can award now.")
    if case.state == CaseState.AWARDED and not case.successor_id:
        return _("Awarded. Make the draft of the successor from it.")
    if case.state == CaseState.AWARDED:
        return _("Awarded, and the draft of the successor is made.")
    return _closed(case)


def _closed(case):
    if case.closed_reason:
        return _("Closed without an award.")
    decision = getattr(case.term, "decision", None)
    if decision:
        return _("Closed by the decision: %(decision)s.") % {"decision": decision.get_decision_display()}
    return _("Closed: the contract renewed itself.")


def _member(member):
    return {"row": member, "look": looks.vote_of(member) if member.vote else None}


def _complete(lines, prices):
    """Give the lines their promised times in words and their papers, those of the financial offer for who may."""
    rows = Attachment.objects.filter(kind="contracts.offer", object_id__in=[line.offer.pk for line in lines])
    if not prices:
        rows = rows.filter(is_internal=False)
    found = defaultdict(list)
    for row in rows.order_by("pk"):
        found[row.object_id].append(row)
    for line in lines:
        line.papers, line.times = found[line.offer.pk], offered_times(line.offer)


def _marks(members, criteria, lines):
    """{criteria, offers: [{line, rows: [(member, [(technical criterion, points)])]}]} of the offers in the study."""
    technical = [one for one in criteria if one.kind == CriterionKind.TECHNICAL]
    return {
        "criteria": technical,
        "offers": [
            {
                "line": line,
                "rows": [
                    (member, [(one, line.marks.get((member.pk, one.pk))) for one in technical]) for member in members
                ],
            }
            for line in lines
            if not line.offer.is_excluded
        ],
    }


def _is_carried(case, members):
    """Whether everybody voted on a recommendation, and more for it than against it."""
    cast = [member.vote for member in members]
    return case.recommended_offer_id is not None and "" not in cast and cast.count(Vote.FOR) > cast.count(Vote.AGAINST)


def _votes(members):
    """ "3 for, 1 against, 0 abstained" in words; "" before anybody voted."""
    cast = [member.vote for member in members if member.vote]
    if not cast:
        return ""
    return _("%(for)d for, %(against)d against, %(abstained)d abstained") % {
        "for": cast.count(Vote.FOR),
        "against": cast.count(Vote.AGAINST),
        "abstained": cast.count(Vote.ABSTAINED),
    }


def offered_times(offer):
    """The promised times of an offer as people say them."""
    return {"response": words.minutes(offer.response_minutes), "restore": words.minutes(offer.restore_minutes)}


def name_of(case):
    """What a case is called: "Renewal of C-2026-014, term 2"."""
    return _("Renewal of %(contract)s, term %(term)d") % {
        "contract": text.isolate(case.contract.number),
        "term": case.term.sequence,
    }
