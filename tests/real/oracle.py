"""What the ladder must send, computed day by day in plain dates; shares no line with the product.

One owner, one administrator, nobody away, Sunday to Thursday, no holidays, 30 days of lead, no notice period.
"""

from datetime import date, timedelta

RUNGS = [180, 120, 90, 60, 30, 14, 7, 0, -1, -8, -15, -22, -29, -36, -43, -50]


def works(day):
    return day.weekday() not in (4, 5)


def five_working_days_after(day):
    left = 5
    while left:
        day += timedelta(days=1)
        left -= works(day)
    return day


def expected(end, days):
    """[(day, rung, late, "owner" or "administrator")] for a contract that ends on `end`, run on each of `days`."""
    anchor = end - timedelta(days=30)
    while not works(anchor):
        anchor -= timedelta(days=1)
    told, level, silent_since, out = set(), None, None, []
    for day in days:
        passed = [rung for rung in RUNGS if anchor - timedelta(days=rung) <= day]
        new = bool(passed) and passed[-1] not in {rung for rung, _who in told}
        late = new and anchor - timedelta(days=passed[-1]) < day
        climbs = level == 0 and not late and five_working_days_after(silent_since) <= day
        overdue = late or (climbs and not new and five_working_days_after(silent_since) < day)
        if level is None and new:
            level, silent_since = 0, day
        elif climbs:
            level, silent_since = 1, day
        if late:
            silent_since = day
        if new or climbs:
            for who in ("owner", "administrator")[: level + 1]:
                if (passed[-1], who) not in told:
                    told.add((passed[-1], who))
                    out.append((day, passed[-1], overdue, who))
    return out


def days_of_2020():
    """Every day from 12 May to 31 December 2020, but for twenty days on which nothing ran."""
    first, last = date(2020, 5, 12), date(2020, 12, 31)
    gap = {date(2020, 8, 1) + timedelta(days=n) for n in range(20)}
    every = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return [day for day in every if day not in gap]
