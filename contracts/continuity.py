"""Days without cover between what follows one another: terms of a contract, a contract and its successor. (C8.)"""

from datetime import date, timedelta


def last_day(contract):
    """The last day, inclusive, on which a contract covers anything, terminated early or not; None without terms."""
    ended = contract.ended_on and contract.ended_on - timedelta(days=1)
    return min(ended, contract.current_end) if ended else contract.current_end


def gap_days(ended: date | None, begins: date | None) -> int:
    """Return how many days lie between the last day of one and the first day of the next, both days not counted.

    0 where they join or overlap, or where either is not known.
    """
    if ended is None or begins is None:
        return 0
    return max((begins - ended).days - 1, 0)
