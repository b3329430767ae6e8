"""The registry of what is reminded of besides the terms of contracts, and the upkeep of its deadlines.

    register(Kind("security", _("Securities"), read=..., lead_days=30))

Whoever adds a kind says how its rows are read; the engine, the mails and the calendar know them from then on.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from contracts import reminders
from contracts.models import Deadline
from office import calendars
from office.worktime import previous_working_day

_kinds = {}


@dataclass(frozen=True, kw_only=True)
class Kind:
    """name: stands in Deadline.kind. words: what a list of them is called. lead_days: before the end, for deciding.

    address(deadline): path of the page where one decides. visible(user, deadline): whether she may read of it.
    """

    name: str
    words: Any
    address: Callable
    visible: Callable
    lead_days: int = 30


def register(kind):
    _kinds[kind.name] = kind
    return kind


def kind_of(deadline):
    return _kinds[deadline.kind]


def keep(kind, row, *, title, ends_on, contract, is_waiting):
    """Write the deadline of one row, or bring it up to date; a date that moved re-arms its reminders."""
    decide_by = previous_working_day(calendars.ministry(), ends_on - timedelta(days=_kinds[kind].lead_days))
    before = Deadline.objects.select_for_update().filter(kind=kind, object_id=row.pk).first()
    moved = before is None or before.decide_by != decide_by or before.remind_on is None
    remind_on = (reminders.AT_THE_NEXT_RUN if moved else before.remind_on) if is_waiting else None
    values = {
        "institution_id": contract.institution_id,
        "contract": contract,
        "title": title[:300],
        "unit_id": contract.unit_id,
        "owner_id": contract.owner_id,
        "deputy_id": contract.deputy_id,
        "ends_on": ends_on,
        "decide_by": decide_by,
        "remind_on": remind_on,
    }
    deadline, _made = Deadline.objects.update_or_create(kind=kind, object_id=row.pk, defaults=values)
    if not is_waiting:
        reminders.silence_deadline(deadline)
    reminders.cancel_outdated([deadline.pk], "deadline")
    return deadline


def follow_people(contract):
    """Whoever answers for a contract answers for its deadlines."""
    people = {"unit": contract.unit_id, "owner": contract.owner_id, "deputy": contract.deputy_id}
    rows = Deadline.objects.filter(contract=contract)
    rows.update(**people)
    rows.filter(remind_on__isnull=False).update(remind_on=reminders.AT_THE_NEXT_RUN)
