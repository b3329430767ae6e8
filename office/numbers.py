"""Numbers without gap or double: the counter's row is locked until the act that took the number is committed."""

from django.db import transaction

from office.models import NumberSeries

NEXT = f"""
UPDATE {NumberSeries._meta.db_table} SET last = last + 1 WHERE kind = %s AND scope = %s AND year = %s RETURNING last
"""  # noqa: S608  one statement for what the ORM takes two; the name of the table is ours


def take_number(kind, *, scope, year):
    """The next number (1, 2, 3 ...) of the series `kind` of the institution `scope` in the local `year`.

    Must be called inside the transaction of the act: if that is rolled back, so is the number. Raises
    TransactionManagementError outside of one.
    """
    connection = transaction.get_connection()
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("A number is taken inside the transaction of its act.")
    series = (kind, scope, year)
    number = _next_of(connection, series)
    if number is None:
        NumberSeries.objects.get_or_create(kind=kind, scope=scope, year=year)
        number = _next_of(connection, series)
    return number


def _next_of(connection, series):
    with connection.cursor() as cursor:
        cursor.execute(NEXT, series)
        row = cursor.fetchone()
    return row and row[0]


def format_number(kind, number, *, year, prefix=""):
    """`TKT-2026-00042`, with the institution's short code in front where there is more than one."""
    return "-".join(part for part in (prefix, kind, str(year), f"{number:05d}") if part)
