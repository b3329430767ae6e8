"""What the tests of faults do to contracts and their reminders, and what they expect of them."""

import json
import re
from datetime import date, timedelta

from django.utils import timezone

from ui.text import day as day_in_words
from ui.text import strip_bidi

CONTRACTS = """
import django, json, sys; django.setup()
from datetime import date, timedelta
from contracts import actions
from contracts.models import Contract, Term
from people.models import User
from tests import factories
name, ends = sys.argv[1], json.loads(sys.argv[2])
for who in ("huda", "basil"):
    User.objects.filter(username=who).update(is_manager=True, language="en", email=f"{who}@ministry.example")
huda, basil = User.objects.get(username="huda"), User.objects.get(username="basil")
vendor = factories.make_vendor(name=f"Vendor of {name}")
if not factories.WorkingCalendar.objects.filter(is_default=True).exists():
    factories.make_calendar(is_default=True)
made = Contract.objects.bulk_create(
    Contract(institution=huda.institution, unit=huda.institution, number=f"{name}{n}", title="Maintenance",
             vendor=vendor, state="active", owner=huda, deputy=basil)
    for n in range(len(ends))
)
Term.objects.bulk_create(
    Term(contract=contract, sequence=1, start=date.fromisoformat(end) - timedelta(days=364), end=end)
    for contract, end in zip(made, ends)
)
actions.refresh_dates_bulk(Contract.objects.filter(number__startswith=name))
rows = Contract.objects.filter(number__startswith=name).values_list("number", "decide_by")
print(json.dumps({number: day.isoformat() for number, day in rows}))
"""
DARK = """
import django, json, sys, time; django.setup()
from datetime import timedelta
from pathlib import Path
from django.utils import timezone
from office import health
from office.models import OutboxRow
from office.tasks import beat
from people.models import User
amal, now = User.objects.get(username="amal"), timezone.now()
beat("tend")  # made each minute, and the house is younger than that
OutboxRow.objects.bulk_create(  # without a bell
    OutboxRow(key=f"z5:{n}", topic="test.plain", recipient=amal, address=f"z5-{n}@ministry.example",
              not_before=now + timedelta(hours=1))
    for n in range(20)
)
began, told = time.monotonic(), []
for minutes in (4, 6, 180):
    if sys.argv[1]:
        Path(sys.argv[1]).write_text(f"{(minutes - 180) * 60:+d}\\n")
    else:
        time.sleep(max(0, began + minutes * 60 - time.monotonic()))
    report = health.report()
    told.append([report["healthy"], report["late"]])
print(json.dumps(told))
"""
CHANGES = """
import django, json, time; django.setup()
from datetime import timedelta
from celery import current_app
from django.core.files.uploadedfile import SimpleUploadedFile
from contracts import actions
from contracts.models import Contract, Reminder, Term
from office.calendars import today
from people.models import User
huda = User.objects.get(username="huda")
contracts = list(Contract.objects.filter(number__startswith="z25-").order_by("pk"))
old = {contract.pk: contract.terms.get().end for contract in contracts}

def move(contract, end):
    paper = SimpleUploadedFile("annex.pdf", b"%PDF-1.4 " + contract.number.encode(), "application/pdf")
    told = {"dated": today(), "effective": today(), "reason": "By letter.", "document": paper}
    amendment = actions.amend_contract(contract, by=huda, **told)
    term = contract.terms.get()
    actions.change_term(term, by=huda, start=term.start, end=end, value=None, amendment=amendment)

def move_some(some):
    nearer, farther, back = some[0::3], some[1::3], some[2::3]
    for contract in nearer:
        move(contract, old[contract.pk] - timedelta(days=16))
    for contract in farther:
        move(contract, old[contract.pk] + timedelta(days=400))
    for contract in back:
        move(contract, old[contract.pk] + timedelta(days=400))
        move(contract, old[contract.pk])
    return some

made = lambda: Reminder.objects.filter(term__contract__in=old).count()
current_app.send_task("contracts.tasks.climb")
while not made():
    time.sleep(0.01)
began = made()
moved = move_some(contracts[10::40][:12])  # of every chunk some
while Term.objects.filter(contract__in=old, remind_on="1900-01-01").exclude(contract__in=moved).exists():
    time.sleep(0.05)
moved += move_some(contracts[25::100])  # whose reminders wait to be sent
dates = Contract.objects.filter(pk__in=[contract.pk for contract in moved])
dates = {number: day.isoformat() for number, day in dates.values_list("number", "decide_by")}
print(json.dumps({"when it began": began, "moved": dates}))
"""


def make_contracts(house, name, days):
    """Contracts of Huda, Basil her deputy, to be decided so many days from today, or on the working day before.

    Returns {number: the local date by which it must be decided}.
    """
    ends = [(timezone.localdate() + timedelta(days=ahead + 30)).isoformat() for ahead in days]
    told = json.loads(house.python(CONTRACTS, name, json.dumps(ends)))
    return {number: date.fromisoformat(day) for number, day in told.items()}


def reminded(house, name):
    """Every reminder of these contracts: (number, to whom, anchor, rung, due on, late, missed, made on, state)."""
    return house.sql(
        """SELECT c.number, u.username, r.anchor_date, r.rung, r.due_on, r.is_late, r.missed, r.made_on, r.state
        FROM contracts_reminder r JOIN contracts_term t ON t.id = r.term_id JOIN contracts_contract c
        ON c.id = t.contract_id JOIN people_user u ON u.id = r.recipient_id WHERE c.number LIKE %s
        ORDER BY 1, 2, 3, 4""",
        f"{name}%",
    )


def looked_at(house, name, day):
    """Whether the run of that day has dealt with all these contracts."""
    return not house.sql(
        "SELECT 1 FROM contracts_term t JOIN contracts_contract c ON c.id = t.contract_id "
        "WHERE c.number LIKE %s AND t.remind_on <= %s",
        f"{name}%",
        day,
    )


def names(letter, day):
    """Whether a letter names this day; the 1st is not found in the 21st."""
    return re.search(rf"(?<!\d){day_in_words(day)}", letter) is not None


def letters_to(house, name):
    """The text, without its marks of direction, of every mail to this person since letters were last thrown away."""
    mails = [mail for mail in list(house.sink.letters) if mail["To"] == f"{name}@ministry.example"]
    texts = [next(part for part in mail.walk() if part.get_content_type() == "text/plain") for mail in mails]
    return [strip_bidi(text.get_payload(decode=True).decode()) for text in texts]


RUNGS = (180, 120, 90, 60, 30, 14, 7, 0, -1, -8, -15, -22, -29, -36, -43, -50)


def passed(decide_by, day):
    """The rungs whose day has come, the most urgent one last."""
    return [rung for rung in RUNGS if decide_by - timedelta(days=rung) <= day]


def owed_after(decide_by, before, today):
    """[(to whom, rung, due on, late, missed days)] about a contract of Huda's after the days that nothing ran.

    She was told of all that had come by then and did nothing. Of what came meanwhile the most urgent counts, marked
    late; on the day of a late reminder nothing climbs to Basil, on any other day her silence does.
    """
    told, due = passed(decide_by, before), passed(decide_by, today)
    if not told:
        return []
    fresh = [decide_by - timedelta(days=rung) for rung in due[len(told) :]]
    if fresh:
        row = (due[-1], fresh[-1], fresh[-1] < today, [day.isoformat() for day in fresh[:-1]])
        return [("huda", *row)] if fresh[-1] < today else [("basil", *row), ("huda", *row)]
    working = [day for n in range(1, 11) if (day := before + timedelta(days=n)).weekday() not in (4, 5)]
    return [("basil", told[-1], working[4], True, [])]


def days_named(row):
    """What a line of a mail says of days: when to decide, when it was due where that is over, which were missed."""
    _number, _who, anchor, _rung, due_on, is_late, missed, *_rest = row
    return {anchor, *([due_on] if is_late else []), *map(date.fromisoformat, missed)}
