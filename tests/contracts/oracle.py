"""The dates of a contract counted a second time, day by day and the slow way, to check `contracts.terms` against."""

from datetime import date, timedelta

DAY = timedelta(days=1)


def months_after(anchor, months):
    """Walk from month to month, one day at a time; then to the anchor's day, or the last of a shorter month."""
    day = anchor
    for _ in range(months):
        month = day.month
        while day.month == month:
            day += DAY
    return up_to(day.replace(day=1), anchor.day)


def months_before(anchor, months):
    day = anchor
    for _ in range(months):
        month = day.month
        while day.month == month:
            day -= DAY
    return up_to(day.replace(day=1), anchor.day)


def up_to(first, wanted):
    day = first
    while day.day < wanted and (day + DAY).month == first.month:
        day += DAY
    return day


def working_day_at_or_before(day, holidays=()):
    while day.weekday() in (4, 5) or day in holidays:  # Friday and Saturday
        day -= DAY
    return day


def working_days_before(day, count, holidays=()):
    while count:
        day -= DAY
        count -= day.weekday() not in (4, 5) and day not in holidays
    return day


def reminders(anchor, rungs, run_days):
    """[(day, rung)] by keeping a list of what is still to come, and striking out whatever a day leaves behind."""
    to_come = {anchor - timedelta(days=rung): rung for rung in rungs}
    sent = []
    for today in run_days:
        passed = [day for day in to_come if day <= today]
        if passed:
            sent.append((today, to_come[max(passed)]))
        for day in passed:
            del to_come[day]
    return sent


def days_between(first: date, last: date):
    while first <= last:
        yield first
        first += DAY


def climbing(anchor, rungs, run_days, chain, after=5):
    """[(day, rung, person)] of one undecided contract; `chain` is who is in line, the owner first, nobody absent."""
    sent, reached, since, current = [], 1, None, None
    for today in run_days:
        passed = [rung for rung in rungs if anchor - timedelta(days=rung) <= today]
        if not passed:
            continue
        is_new, current = current is None or min(passed) < current, min(passed)
        is_late = is_new and anchor - timedelta(days=current) < today
        is_silent = since is not None and silent_days(since, today) >= after
        climbs = is_silent and not is_late and reached < len(chain)
        if climbs:
            reached += 1
        if is_new:
            sent += [(today, current, person) for person in chain[:reached]]
        elif climbs:
            sent.append((today, current, chain[reached - 1]))
        if since is None or is_late or climbs:
            since = today
    return sent


def silent_days(since, today):
    """Working days after `since` up to `today`, that day included."""
    return sum(day.weekday() not in (4, 5) for day in days_between(since + DAY, today))


def ends_by_walking(start, initial, renewal, count):
    """The last days of `count` terms, by one walk over every day: a new month of the contract begins whenever the
    anchor's day comes, or the last day of a month that is too short for it."""
    wanted = {initial + renewal * n for n in range(count)}
    day, months, ends = start, 0, []
    while len(ends) < count:
        tomorrow = day + DAY
        is_last_of_month = (tomorrow + DAY).month != tomorrow.month
        if tomorrow.day == start.day or (tomorrow.day < start.day and is_last_of_month):
            months += 1
            if months in wanted:
                ends.append(day)
        day = tomorrow
    return ends
