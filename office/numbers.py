"""Numbers without gap or double: the counter's row is locked until the act that took the number is committed."""

from django.db import transaction
from django.db.models import F

from office.models import NumberSeries


def take_number(kind, *, scope, year):
    """The next number (1, 2, 3 ...) of the series `kind` of the institution `scope` in the local `year`.

    Must be called inside the transaction of the act: if that is rolled back, so is the number. Raises
    TransactionManagementError outside of one.
    """
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("A number is taken inside the transaction of its act.")
    series = NumberSeries.objects.filter(kind=kind, scope=scope, year=year)
    if not series.update(last=F("last") + 1):
        NumberSeries.objects.get_or_create(kind=kind, scope=scope, year=year)
        series.update(last=F("last") + 1)
    return series.values_list("last", flat=True).get()


def format_number(kind, number, *, year, prefix=""):
    """`TKT-2026-00042`, with the institution's short code in front where there is more than one."""
    return "-".join(part for part in (prefix, kind, str(year), f"{number:05d}") if part)
