"""How long a fault lasts: short in the plain suite, full by `pytest -m full_faults`."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Times:
    """Seconds each; `way_back` is the longest until nothing is owed after an outage."""

    lease: int
    sweep: int
    outage: int
    side_by_side: int
    way_back: int


SHORT = Times(lease=10, sweep=3, outage=60, side_by_side=20, way_back=120)
FULL = Times(lease=300, sweep=30, outage=600, side_by_side=600, way_back=300)
