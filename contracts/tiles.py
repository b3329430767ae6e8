"""The manager's home: what must be decided, by urgency, with the money at stake; red lines on top."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from contracts import explain, looks, permissions, words
from contracts.choices import CaseState, ReminderState, Step
from contracts.models import CommitteeMember, Contract, Reminder
from office.calendars import today
from office.prepared import prepared
from ui import text

CARDS = 6  # in a lane; the rest is a click away
AHEAD = 90
WEEKS = 13
BAR = 40  # the height of the fullest week


@dataclass
class Lane:
    """Contracts to be decided within some days, with their sum by currency."""

    name: str
    title: str
    until: object
    url: str
    cards: list = field(default_factory=list)
    sums: dict = field(default_factory=lambda: defaultdict(Decimal))

    @property
    def shown(self):
        return self.cards[:CARDS]

    @property
    def more(self):
        return max(len(self.cards) - CARDS, 0)

    @property
    def money(self):
        """The sums in words, "" where there are none to show."""
        return _(", ").join(text.money(total, currency) for currency, total in sorted(self.sums.items()) if total)


def has_decisions(user, obj=None):
    """Who gets the tile: managers, administrators (whom the last reminders reach), and heads of units."""
    return bool(user.institution_id and (user.is_manager or user.is_administrator or user.headed_units))


def decisions(user):
    """Data of `contracts/_decisions_tile.html`; None for who has nothing to decide and is no manager."""
    day = today()
    waiting = list(_waiting(user, day))
    why = explain.decide_by_of(waiting)
    if not waiting and not user.is_manager:
        return None
    lanes = _lanes(day)
    amounts = permissions.sees_amounts(user)
    for contract in waiting:
        lane = next(lane for lane in lanes if contract.decide_by <= lane.until)
        lane.cards.append(_card(contract, user, day, amounts) | {"why": why.get(contract.pk, "")})
        if amounts and contract.value:
            lane.sums[contract.currency] += contract.value
    return {
        "sentence": _sentence(lanes),
        "red": lanes[0],
        "lanes": lanes[1:],
        "url": _list("any"),
        "weeks": _weeks(waiting, day),
    }


def _waiting(user, day):
    """What is to be decided within AHEAD days by the contracts one runs, the most urgent first, in one query."""
    left = Reminder.objects.filter(
        term__contract=OuterRef("pk"), step=Step.ADMINISTRATORS, anchor_date=OuterRef("decide_by")
    ).exclude(state=ReminderState.CANCELLED)
    rows = Contract.objects.visible_to(user).to_decide(day + timedelta(days=AHEAD)).for_list().with_value()
    rows = rows.annotate(nobody_acts=Exists(left))
    mine = Q(owner=user) | Q(deputy=user)
    if user.is_manager and user.unit_id:
        mine |= Q(unit__path__contains=f"/{user.unit_id}/")
    if user.headed_units:
        mine |= Q(unit__in=user.headed_units)
    if user.is_administrator:
        mine |= Q(nobody_acts=True)
    return rows.filter(mine).order_by("decide_by", "pk")


def _lanes(day):
    return [
        Lane("over", _("Overdue"), day - timedelta(days=1), _list("over")),
        Lane("week", _("This week"), day + timedelta(days=7), _list("7")),
        Lane("month", _("This month"), day + timedelta(days=30), _list("30")),
        Lane("quarter", _("This quarter"), day + timedelta(days=AHEAD), _list("90")),
    ]


def _weeks(waiting, day):
    """The next weeks, from the Sunday before the local date `day` on, with what is to be decided in each."""
    first = day - timedelta(days=(day.weekday() + 1) % 7)
    counts = [0] * WEEKS
    for contract in waiting:
        number = (contract.decide_by - first).days // 7
        if 0 <= number < WEEKS:
            counts[number] += 1
    most = max(counts) or 1
    return [_week(first + timedelta(days=7 * number), count, most, day) for number, count in enumerate(counts)]


def _week(start, count, most, day):
    end = start + timedelta(days=6)
    height = round(BAR * count / most)
    said = ngettext("%(count)d decision from %(day)s on", "%(count)d decisions from %(day)s on", count)
    return {
        "start": start,
        "count": count,
        "words": said % {"count": count, "day": text.day(start)},
        "is_now": start <= day <= end,
        "y": BAR - height,
        "height": height,
        "url": f"{reverse('contracts')}?decide_by_after={start}&decide_by_before={end}",
    }


def _list(decide):
    return f"{reverse('contracts')}?decide={decide}"


def _card(contract, user, day, amounts):
    return {
        "contract": contract,
        "when": words.days_left(contract.decide_by, day),
        "tone": looks.tone_of(contract.decide_by, day),
        "value": contract.value if amounts else None,
        "is_mine": contract.owner_id == user.pk,
        "nobody_acts": contract.nobody_acts,
        "decide_url": reverse("contract_decide", args=[contract.pk]) if permissions.can_decide(user, contract) else "",
    }


def _sentence(lanes):
    """The sentence its reader came for."""
    over, week = lanes[0], lanes[1]
    if over.cards:
        count = len(over.cards)
        said = ngettext("%(count)d decision is overdue", "%(count)d decisions are overdue", count) % {"count": count}
        return _with_money(said, over)
    if week.cards:
        count = len(week.cards)
        said = ngettext(
            "%(count)d contract must be decided this week", "%(count)d contracts must be decided this week", count
        ) % {"count": count}
        return _with_money(said, week)
    return _("Nothing must be decided this week.")


def _with_money(sentence, lane):
    if not lane.money:
        return _("%(sentence)s.") % {"sentence": sentence}
    return _("%(sentence)s: %(money)s.") % {"sentence": sentence, "money": lane.money}


def committees(user):
    """[{case, what}] of the live cases on whose committee the reader sits; None for who sits on none."""
    return [{"case": seat.case, "what": _seat_words(seat)} for seat in _seats_of(user.pk)] or None


@prepared
def _seats_of(user):
    seats = CommitteeMember.objects.filter(user=user, case__state__in=[CaseState.EVALUATING, CaseState.COMMITTEE])
    return seats.select_related("case__term__contract").order_by("case_id")[:CARDS]


def _seat_words(seat):
    """What the member has left to do, in a few words."""
    if seat.case.state == CaseState.EVALUATING:
        return _("marks locked") if seat.locked_at else _("marks to be given")
    return _("voted") if seat.vote else _("vote to be cast")
