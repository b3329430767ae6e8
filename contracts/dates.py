"""The computed dates of a contract's terms, with the way they came about: the pure rules applied to our rows."""

from dataclasses import dataclass

from contracts import terms
from contracts.choices import ContractState, NoticeUnit
from contracts.terms import Computed, Kind, Notice

UNITS = {
    NoticeUnit.DAYS: Kind.MINUS_DAYS,
    NoticeUnit.WORKING_DAYS: Kind.MINUS_WORKING_DAYS,
    NoticeUnit.MONTHS: Kind.MINUS_MONTHS,
}


@dataclass(frozen=True, slots=True)
class TermDates:
    """End, notice deadline (None without a notice clause) and decide-by of one term."""

    end: Computed
    notice_deadline: Computed | None
    decide_by: Computed


def dates_of(contract, spans, calendar):
    """[TermDates] of each of `spans`, the (start, end) of the contract's terms in order, by the pure `calendar`."""
    return [_dates(contract, spans[: number + 1], calendar) for number in range(len(spans))]


def latest_dates(contract, spans, calendar):
    """TermDates of the last of `spans` alone."""
    return _dates(contract, spans, calendar)


def _dates(contract, spans, calendar):
    end = terms.explained_end(spans)
    notice = notice_of(contract)
    deadline = terms.notice_deadline(calendar, end, notice) if notice else None
    return TermDates(end, deadline, terms.decide_by(calendar, end, deadline, contract.lead_days))


def notice_of(contract):
    return Notice(contract.notice_value, UNITS[contract.notice_unit]) if contract.has_notice else None


def waits(contract, is_decided):
    """Whether the latest term waits for a decision.

    An expired contract waits on when it expired undecided; one that was registered as expired never did.
    """
    if is_decided:
        return False
    expired_undecided = contract.state == ContractState.EXPIRED and contract.decide_by is not None
    return contract.is_running or expired_undecided
