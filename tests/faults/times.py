"""How long a fault lasts: short in the plain suite, full by `pytest -m full_faults`."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Times:
    """Seconds each; `way_back` is the longest until nothing is owed after an outage.

    retry: the longest wait of a mail that is tried again; answer: how long a silent mail server is waited for;
    grey: how long an address is greylisted; backlog: how many mails are owed after a day without a mail server;
    mailbox: the lease of who reads a mailbox; fetch: how often the clock has it read; no_memory: how long the broker
    has none left; in_truth: whether hours are waited for, or the clock put forward.
    """

    lease: int
    sweep: int
    outage: int
    side_by_side: int
    way_back: int
    retry: int
    answer: int
    grey: int
    backlog: int
    mailbox: int
    fetch: int
    no_memory: int
    in_truth: bool


SHORT = Times(
    lease=10,
    sweep=3,
    outage=60,
    side_by_side=20,
    way_back=120,
    retry=2,
    answer=3,
    grey=6,
    backlog=800,
    mailbox=2,
    fetch=2,
    no_memory=12,
    in_truth=False,
)
FULL = Times(
    lease=300,
    sweep=30,
    outage=600,
    side_by_side=600,
    way_back=300,
    retry=4 * 3600,
    answer=15,
    grey=900,
    backlog=52_000,
    mailbox=300,
    fetch=60,
    no_memory=600,
    in_truth=True,
)
