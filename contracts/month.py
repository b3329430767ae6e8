"""What happens with contracts in a stretch of days: decisions, notices, ends, visits, payments, securities."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from contracts import permissions
from contracts.choices import NEVER_IN_FORCE, ObligationState
from contracts.feed import own_contracts
from contracts.models import Contract, Instalment, Obligation, Security, Term
from ui import text

SUNDAY = 6  # the week begins on Sunday
KINDS = {  # kind: (words, icon)
    "decide": (_("Decide by"), "gavel"),
    "notice": (_("Notice deadline"), "mail"),
    "end": (_("Ends"), "calendar-off"),
    "visit": (_("Visit or report due"), "tool"),
    "payment": (_("Payment due"), "receipt"),
    "security": (_("Security ends"), "lock"),
}


@dataclass(frozen=True)
class Entry:
    """One thing on one day; words are people's text, amount a text for those who may see it, "" for others."""

    day: date
    kind: str
    number: str
    words: str
    url: str
    amount: str = ""
    is_late: bool = False

    @property
    def title(self):
        return KINDS[self.kind][0]

    @property
    def icon(self):
        return KINDS[self.kind][1]


def weeks_of(first):
    """The days of the weeks that hold the month of the local date `first`, as lists of seven from Sunday on."""
    day = first.replace(day=1)
    last = (day + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    day -= timedelta(days=(day.weekday() - SUNDAY) % 7)
    weeks = []
    while day <= last:
        weeks.append([day + timedelta(days=number) for number in range(7)])
        day += timedelta(days=7)
    return weeks


def entries_of(user, first, last, today, mine=False):
    """{day: [Entry]} from `first` to `last`, both inclusive, of the contracts `user` may see; five queries.

    mine: only of those she runs or answers for. Payments are told to those only who may see amounts.
    """
    contracts = own_contracts(user) if mine else Contract.objects.visible_to(user)
    contracts = contracts.exclude(state__in=NEVER_IN_FORCE)
    found = [*_terms(contracts, first, last, today), *_visits(contracts, first, last, today)]
    if permissions.sees_amounts(user):
        found += [*_payments(contracts, first, last, today), *_securities(contracts, first, last)]
    by_day, order = defaultdict(list), list(KINDS)
    for entry in sorted(found, key=lambda one: (one.day, order.index(one.kind), one.number)):
        by_day[entry.day].append(entry)
    return by_day


def _terms(contracts, first, last, today):
    """Decisions and notices that are still waited for, and the ends of terms before a termination."""
    days = (first, last)
    rows = Term.objects.filter(contract__in=contracts).select_related("contract")
    rows = rows.filter(Q(decide_by__range=days) | Q(notice_deadline__range=days) | Q(end__range=days))
    texts = [f"contract__{name}" for name in ("search_text", "notes", "end_reason")]
    for term in rows.defer(*texts).order_by("pk"):
        contract = term.contract
        known = {"number": contract.number, "words": contract.title, "url": contract.get_absolute_url()}
        waits = term.remind_on is not None
        if waits and first <= term.decide_by <= last:
            yield Entry(term.decide_by, "decide", is_late=term.decide_by < today, **known)
        if waits and term.notice_deadline and first <= term.notice_deadline <= last:
            yield Entry(term.notice_deadline, "notice", **known)
        if first <= term.end <= last and not (contract.ended_on and contract.ended_on <= term.end):
            yield Entry(term.end, "end", **known)


def _visits(contracts, first, last, today):
    rows = Obligation.objects.filter(term__contract__in=contracts, due__range=(first, last))
    rows = rows.exclude(state=ObligationState.WAIVED).select_related("promise", "term__contract")
    for row in rows.defer("term__contract__search_text", "term__contract__notes"):
        contract = row.term.contract
        url = reverse("contract_obligations", args=[contract.pk])
        late = row.state == ObligationState.SCHEDULED and row.due < today
        yield Entry(row.due, "visit", contract.number, f"{row.promise} · {contract.title}", url, is_late=late)


def _payments(contracts, first, last, today):
    rows = Instalment.objects.filter(term__contract__in=contracts, due__range=(first, last))
    rows = rows.select_related("term__contract").defer("term__contract__search_text", "term__contract__notes")
    for row in rows:
        contract = row.term.contract
        late = row.state not in (Instalment.State.PAID, Instalment.State.WITHHELD) and row.due < today
        amount = text.money(row.amount, contract.currency)
        url = reverse("contract_money", args=[contract.pk])
        yield Entry(row.due, "payment", contract.number, contract.title, url, amount, late)


def _securities(contracts, first, last):
    rows = Security.objects.filter(contract__in=contracts, state="held", valid_until__range=(first, last))
    for row in rows.select_related("contract").defer("contract__search_text", "contract__notes"):
        contract = row.contract
        url = reverse("contract_securities", args=[contract.pk])
        yield Entry(row.valid_until, "security", contract.number, contract.title, url)
