"""Public holidays that a package computes for a year: proposals only, since the Prime Ministry's communiqué decides."""

from dataclasses import dataclass
from datetime import date

from office.models import DayOverride

COUNTRY = "JO"
ESTIMATES = {"ar": "تقديري", "en_US": "estimated"}


@dataclass(frozen=True)
class Proposal:
    """A day that may be a holiday. `accepted`: the row of the calendar for that day, None while there is none."""

    date: date
    name_ar: str
    name_en: str
    is_estimated: bool
    accepted: DayOverride | None

    @property
    def reason(self):
        return f"{self.name_ar} / {self.name_en}"[:200]


def proposals(calendar, year):
    """The holidays of Jordan in `year` by the package's reckoning, in order of days."""
    import holidays  # here: it is large, and only this page needs it

    arabic = holidays.country_holidays(COUNTRY, years=year, language="ar")
    english = holidays.country_holidays(COUNTRY, years=year, language="en_US")
    accepted = {row.date: row for row in calendar.overrides.filter(date__year=year)}
    return [
        Proposal(
            date=day,
            name_ar=_plain(arabic[day], ESTIMATES["ar"]),
            name_en=_plain(english.get(day, ""), ESTIMATES["en_US"]),
            is_estimated=ESTIMATES["ar"] in arabic[day],
            accepted=accepted.get(day),
        )
        for day in sorted(arabic)
    ]


def _plain(name, mark):
    return name.replace(f"({mark})", "").replace("  ", " ").replace(" ;", ";").strip()
