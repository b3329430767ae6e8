"""The lines of the table: what is measured, against which yardstick, and what it must reach."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """One kind of work: `must` and `aim` are times the yardstick named by `beside` ("page" or "insert").

    Statements: 10 for a list or a home, 15 for the page of one thing, no rule for an act.
    """

    name: str
    title: str
    must: float
    aim: float
    beside: str = "page"
    statements: int | None = 10  # at most so many


ROWS = [
    Row("queue", "queue page", 2.5, 1.5),
    Row("queue_100", "queue, page 100", 2.5, 1.5),
    Row("ticket", "ticket page, 3 messages", 2.5, 1.5, statements=15),
    Row("search_rare", "search, rare word", 2.5, 2.0),
    Row("search_frequent", "search, frequent word", 2.5, 2.0),
    Row("search_two", "search, two words", 2.5, 2.0),
    Row("home", "technician's home", 2.5, 1.5),
    Row("create", "create a ticket by form", 5, 4, beside="insert", statements=None),
]
BY_NAME = {row.name: row for row in ROWS}

QUEUE_BYTES_MUST = {"compressed": 12 * 1024, "raw": 40 * 1024}
MEMORY_MUST = {"web": (250, 200), "celery": (120, 100)}  # MiB: must, aim
GROWTH_MUST = 1.15  # at 1,000,000 tickets, times the ratio at 100,000
OPEN_ABOVE = 1.5  # times must
