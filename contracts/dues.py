"""What lateness costs and what a payment comes to; pure, in fils."""

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

FILS = Decimal("0.001")
HUNDRED = Decimal(100)
NOTHING = Decimal(0)


def fils(amount: Decimal) -> Decimal:
    return amount.quantize(FILS, ROUND_HALF_UP)


def penalty(due: date, done: date, per_day: Decimal, cap_percent: Decimal | None, value: Decimal | None) -> Decimal:
    """Return what being late from `due` to `done` costs: so much a calendar day, at most a share of the term's value.

    Nothing when it was done in time. Without a cap or a value there is no upper limit.
    """
    amount = fils(per_day * max((done - due).days, 0))
    if cap_percent is None or value is None:
        return amount
    return min(amount, fils(value * cap_percent / HUNDRED))


def credit(
    units: int, per_unit: Decimal, cap_percent: Decimal | None, value: Decimal | None, spent: Decimal | int = 0
) -> Decimal:
    """Return what being late by so many hours or days costs; with `spent` of the same call, at most a share of `value`.

    Never below nothing. Without a cap or a value there is no upper limit.
    """
    amount = fils(per_unit * units)
    if cap_percent is None or value is None:
        return amount
    return max(min(amount, fils(value * cap_percent / HUNDRED) - spent), Decimal(0))


def equal_parts(total: Decimal, count: int) -> list[Decimal]:
    """Return `count` amounts that make `total` to the fils; the last one takes what does not divide."""
    part = (total / count).quantize(FILS, "ROUND_DOWN")
    return [part] * (count - 1) + [total - part * (count - 1)]


@dataclass(frozen=True, slots=True)
class Payable:
    """What one instalment comes to."""

    net: Decimal
    tax: Decimal
    retained: Decimal
    penalties: Decimal

    @property
    def total(self) -> Decimal:
        return self.net + self.tax - self.retained - self.penalties


def payable(net: Decimal, tax_percent: Decimal, retention_percent: Decimal, penalties: Decimal) -> Payable:
    """Return what is paid of `net`: tax added to it, retention kept back from it, agreed penalties taken off."""
    return Payable(net, fils(net * tax_percent / HUNDRED), fils(net * retention_percent / HUNDRED), penalties)
