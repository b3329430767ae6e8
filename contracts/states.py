"""The states of a contract and its moves between them, with who may make each: one table for acts, pages and tests."""

from dataclasses import dataclass

from contracts.choices import ContractState as S

EDITOR = "editor"  # whoever may edit the contract
APPROVER = "approver"  # who may edit it or heads a unit it belongs to, and wrote nothing of it
CLOCK = "clock"  # nobody; it follows from a date, a new term, or another contract


@dataclass(frozen=True, slots=True)
class Move:
    """One verb: from which states, to which, and who may."""

    sources: frozenset
    to: str
    right: str = EDITOR


MOVES = {
    "submit": Move(frozenset({S.DRAFT}), S.IN_APPROVAL),
    "approve": Move(frozenset({S.IN_APPROVAL}), S.APPROVED, APPROVER),
    "reject": Move(frozenset({S.IN_APPROVAL}), S.DRAFT, APPROVER),
    "withdraw": Move(frozenset({S.IN_APPROVAL, S.APPROVED}), S.DRAFT),
    "activate": Move(frozenset({S.APPROVED}), S.ACTIVE),
    "begin": Move(frozenset({S.APPROVED}), S.ACTIVE, CLOCK),
    "cancel": Move(frozenset({S.DRAFT, S.IN_APPROVAL, S.APPROVED}), S.CANCELLED),
    "suspend": Move(frozenset({S.ACTIVE}), S.SUSPENDED),
    "resume": Move(frozenset({S.SUSPENDED}), S.ACTIVE),
    "terminate": Move(frozenset({S.ACTIVE, S.SUSPENDED}), S.TERMINATED),
    "expire": Move(frozenset({S.ACTIVE, S.SUSPENDED}), S.EXPIRED, CLOCK),
    "succeed": Move(frozenset({S.ACTIVE, S.SUSPENDED, S.EXPIRED}), S.RENEWED, CLOCK),
    "revive": Move(frozenset({S.EXPIRED}), S.ACTIVE, CLOCK),  # renewed late, by a further term of its own
}
