"""What may be done with a renewal case, from which state to which and by whom: one table for acts, pages, tests."""

from dataclasses import dataclass

from contracts.choices import LIVE_CASES
from contracts.choices import CaseState as S

EDITOR = "editor"  # whoever may edit the contract
MEMBER = "member"  # whoever sits on the committee
DECIDER = "decider"  # whoever may decide about the contract


@dataclass(frozen=True, slots=True)
class Step:
    """One verb: from which states, by whom; `to` is "" where the state stays as it is."""

    sources: frozenset
    to: str
    right: str


STEPS = {
    "criteria": Step(frozenset({S.OPEN}), "", EDITOR),
    "members": Step(frozenset({S.OPEN, S.EVALUATING}), "", EDITOR),
    "freeze": Step(frozenset({S.OPEN}), S.EVALUATING, EDITOR),
    "offers": Step(frozenset({S.EVALUATING}), "", EDITOR),
    "mark": Step(frozenset({S.EVALUATING}), "", MEMBER),
    "open_prices": Step(frozenset({S.EVALUATING}), S.COMMITTEE, EDITOR),
    "recommend": Step(frozenset({S.COMMITTEE}), "", EDITOR),
    "vote": Step(frozenset({S.COMMITTEE}), "", MEMBER),
    "award": Step(frozenset({S.COMMITTEE}), S.AWARDED, DECIDER),
    "succeed": Step(frozenset({S.AWARDED}), "", EDITOR),
    "close": Step(frozenset(LIVE_CASES), S.CLOSED, EDITOR),
}
