"""A renewal case from the recommendation to its end: minutes, votes, award, the draft of the successor, or no award."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from contracts import continuity, succession
from contracts.actions.cases import locked_case, moved
from contracts.actions.common import refusal
from contracts.actions.coverage import LEVEL_FIELDS, add_coverage, add_level
from contracts.actions.decisions import record_decision
from contracts.actions.promises import PROMISE_FIELDS, add_promise
from contracts.actions.register import create_contract
from contracts.choices import Decision, ObligationKind, Vote
from contracts.models import Coverage
from contracts.notices import VOTE, owe_to_committee
from office import files

COPIED = (
    "title",
    "type",
    "unit",
    "owner",
    "deputy",
    "payer",
    "beneficiary",
    "currency",
    "renewal",
    "renewal_months",
    "max_renewals",
    "notice_value",
    "notice_unit",
    "lead_days",
)
AWARDING = (
    Decision.RENEW,
    Decision.RENEGOTIATE,
    Decision.RETENDER,
)  # decisions after which there is somebody to award to


@transaction.atomic
def recommend(case, *, by, offer, reason, minutes="", document=None):
    """Write down which offer the committee recommends and why, with its minutes as text, as a signed paper, or both.

    Recommending again takes the votes back, since they were about something else.
    """
    case = locked_case(case, by, "recommend")
    offer = case.offers.filter(pk=offer.pk, excluded_reason="").first()
    if offer is None:
        raise refusal("offer", _("Choose an offer of this case that was not set aside."), "foreign")
    if document:
        case.minutes_document = files.attach(case, document, by=by)
    if not minutes and case.minutes_document_id is None:
        raise refusal("minutes", _("Write the minutes, or attach the signed ones."), "required")
    before = case.recommended_offer_id
    case.recommended_offer, case.recommendation_reason, case.minutes = offer, reason, minutes
    taken = case.members.exclude(vote="").update(vote="", remark="", voted_at=None)
    changes = {"recommended_offer": [before, offer.pk]} | ({"votes": [taken, 0]} if taken else {})
    case = moved(case, "recommend", by=by, verb="offer_recommended", changes=changes)
    owe_to_committee(case, case.members.select_related("user"), VOTE, by=by)
    return case


@transaction.atomic
def cast_vote(case, *, by, vote, remark=""):
    """The vote of the member `by` on the recommendation, once; a vote against says why."""
    case = locked_case(case, by, "vote")
    if case.recommended_offer_id is None:
        raise ValidationError(_("Nothing is recommended yet."), code="recommendation")
    member = case.members.get(user=by)
    if member.vote:
        raise ValidationError(_("You have voted already."), code="voted")
    if vote == Vote.AGAINST and not remark:
        raise refusal("remark", _("Say why you vote against it."), "required")
    member.vote, member.remark, member.voted_at = vote, remark, timezone.now()
    member.save(update_fields=["vote", "remark", "voted_at"])
    moved(case, "vote", by=by, verb="voted", changes={"vote": [None, vote]})
    return member


@transaction.atomic
def award_case(case, *, by, decision=""):
    """Award what the committee recommended by more votes for than against, when everybody has voted.

    Where the term still waits for a decision, that is `decision`; it is recorded with the committee's reason.
    """
    case = locked_case(case, by, "award")
    if case.recommended_offer_id is None:
        raise ValidationError(_("Nothing is recommended yet."), code="recommendation")
    votes = list(case.members.values_list("vote", flat=True))
    if "" in votes:
        raise ValidationError(_("Votes are missing: %(count)d."), code="votes", params={"count": votes.count("")})
    if votes.count(Vote.FOR) <= votes.count(Vote.AGAINST):
        raise ValidationError(_("The committee did not vote for the recommendation."), code="against")
    contract = case.contract
    if succession.waits_for_decision(case):
        if decision not in AWARDING:
            raise refusal("decision", _("Say what is decided about the contract."), "required")
        record_decision(contract, by=by, decision=decision, reason=case.recommendation_reason)
    case.awarded_offer, case.awarded_at, case.awarded_by = case.recommended_offer, timezone.now(), by
    return moved(case, "award", by=by, verb="case_awarded", changes={"awarded_offer": [None, case.awarded_offer_id]})


@transaction.atomic
def close_case(case, *, by, reason):
    """Give the case up without an award."""
    case = locked_case(case, by, "close")
    case.closed_reason = reason
    return moved(case, "close", by=by, verb="case_closed")


@transaction.atomic
def make_successor(case, *, by, values, leave_out=(), take_in=()):
    """Make the draft of the successor from an awarded case and return it.

    values: number ("" takes the next one), title, start, end, value. leave_out: keys of coverage lines that are not
    carried over; take_in: assets that join. Vendor and promised times are those of the offer, the rest as it was.
    """
    case = locked_case(case, by, "succeed")
    if case.successor_id:
        raise ValidationError(_("The successor was made already."), code="made")
    old, offer = case.contract, case.awarded_offer
    last = old.terms.order_by("sequence").last()
    if values["start"] <= continuity.last_day(old):
        raise refusal("start", _("It begins after the contract before has ended."), "overlap")
    fields = {name: getattr(old, name) for name in COPIED}
    given = {"number": values["number"], "title": values["title"], "vendor": offer.vendor, "predecessor": old}
    new = create_contract(by=by, values=fields | given, start=values["start"], end=values["end"], value=values["value"])
    levels = _levels(new, old, offer, by)
    _promises(new, old, offer, by)
    _cover(new, last, levels, set(leave_out), list(take_in), by)
    case.successor = new
    moved(case, "succeed", by=by, verb="successor_made", changes={"successor": [None, new.pk]})
    return new


def _levels(new, old, offer, by):
    """{old level key: new level}: a single level takes the times of the offer, several go over as they are."""
    rows = list(old.levels.select_related("calendar"))
    made = {}
    for row in rows:
        values = {name: getattr(row, name) for name in LEVEL_FIELDS}
        if len(rows) == 1:
            values |= _offered(offer)
        made[row.pk] = add_level(new, by=by, values=values)
    return made


def _offered(offer):
    times = {name: getattr(offer, name) for name in ("response_minutes", "restore_minutes")}
    return {name: value for name, value in times.items() if value} | {
        "on_site": offer.on_site,
        "parts_included": offer.parts_included,
    }


def _promises(new, old, offer, by):
    """What the vendor promised before, with as many visits as the offer says."""
    for promise in old.promises.filter(is_active=True):
        values = {name: getattr(promise, name) for name in PROMISE_FIELDS}
        if promise.kind == ObligationKind.VISIT and offer.visits_per_year is not None:
            if offer.visits_per_year == 0:
                continue
            values["per_year"] = offer.visits_per_year
        add_promise(new, by=by, values=values)


def _cover(new, last, levels, leave_out, take_in, by):
    """The lines that lasted to the end of `last`, those left out excepted, and what joins, at the first level."""
    by_level, shares = {}, {}
    for row in succession.lasting(last).select_related("asset", "model", "location"):
        if row.pk in leave_out or row.level_id not in levels:
            continue
        by_level.setdefault(row.level_id, []).append(row.thing)
        if row.cost_share is not None and row.asset_id:
            shares[row.asset_id] = row.cost_share
    if take_in and levels:
        by_level.setdefault(next(iter(levels)), []).extend(take_in)
    made = []
    for level, things in by_level.items():
        made += add_coverage(new, by=by, things=things, level=levels[level])
    _share(made, shares, last, new.terms.get())


def _share(rows, shares, last, term):
    """Each asset's share of the cost, in the proportion of what it was of the old value."""
    if not (last.value and term.value):
        return
    priced = [row for row in rows if row.asset_id in shares]
    for row in priced:
        row.cost_share = succession.scaled(shares[row.asset_id], last.value, term.value)
    Coverage.objects.bulk_update(priced, ["cost_share"], batch_size=500)
