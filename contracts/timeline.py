"""The time line of a contract: its terms as bars; and the way to the decision, with the rungs sent and to come.

Places are per cent of the width from the start side of the page, so that the picture mirrors with it.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.utils.translation import gettext as _

from assets.lanes import Bar, Scale
from contracts.choices import ReminderState
from ui import text

ROW = 30
MARGIN = timedelta(days=10)
DONE = {ReminderState.SENT, ReminderState.OWED}


@dataclass(frozen=True)
class Mark:
    """A point on the line: kind names its look ("decide", "notice", "end", "today", "sent", "ahead", "passed")."""

    x: str
    kind: str
    words: str


def terms_picture(contract, terms, today):
    """Bars of all terms on one scale: {"bars", "marks", "today", "height", "is_rtl"}; None without terms."""
    if not terms:
        return None
    first = min(terms[0].start, today) - MARGIN
    scale = Scale(first.toordinal(), (max(terms[-1].end, today) + MARGIN).toordinal())
    bars = [Bar(term.start, term.end, _label(term), tone=_tone(term, today)) for term in terms]
    for pause in contract.suspensions.all():
        until = pause.until - timedelta(days=1) if pause.until else min(today, terms[-1].end)
        if until >= pause.from_date:
            bars.append(Bar(pause.from_date, until, _("Suspended"), tone="gap"))
    return {
        "bars": [scale.place(bar, 26, today) for bar in bars],
        "marks": scale.marks(),
        "today": scale.at(today.toordinal() + 0.5),
        "height": 26 + ROW,
        "is_rtl": text.direction() == "rtl",
    }


def _label(term):
    return _("Term %(number)d, %(origin)s") % {"number": term.sequence, "origin": term.get_origin_display()}


def _tone(term, today):
    return "quiet" if term.end < today else "contract"


def decision_picture(term, account, today):
    """The way to the decision of one term: {"marks", "scale", "today", "is_rtl"}; None without a decide-by date."""
    if term is None or term.decide_by is None:
        return None
    days = [rung.day for rung in account.rungs] + [term.decide_by, term.end]
    days += [term.notice_deadline] if term.notice_deadline else []
    first, last = min(days) - MARGIN, max(days) + MARGIN
    scale = Scale(first.toordinal(), last.toordinal())
    return {
        "rungs": [_rung_mark(scale, rung) for rung in account.rungs],
        "dates": [Mark(_at(scale, day), kind, words) for kind, words, day in dates_of(term)],
        "marks": scale.marks(),
        "today": Mark(_at(scale, today), "today", _("Today")) if first <= today <= last else None,
        "is_rtl": text.direction() == "rtl",
    }


def dates_of(term):
    """[(kind, words, day)] of the dates that a term hangs on, in their order."""
    dates = [("decide", _("Decide by"), term.decide_by)]
    if term.notice_deadline:
        dates.append(("notice", _("Notice deadline"), term.notice_deadline))
    return [*dates, ("end", _("End date"), term.end)]


def _rung_mark(scale, rung):
    kind = "sent" if rung.state in DONE else "ahead" if rung.state == ReminderState.PENDING else "passed"
    words = f"{rung.words}, {text.day(rung.day)}: {rung.look[0]}"
    return Mark(_at(scale, rung.day), kind, words)


def _at(scale, day):
    return scale.at(day.toordinal() + 0.5)
